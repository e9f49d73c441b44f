//! Asking the license server, and believing what it says or not. Writes nothing.

use super::super::LicenseKey;
use super::super::authority::Action;
use super::super::lease::{self, Expectation, Lease, LeaseError};
use super::super::public_keys::Kid;
use super::super::vouched::{self, Vouched};
use super::vendor::Ask;
use super::{Cache, Client, ClientError, Module};
use crate::entropy;

/// What the server said, and by whose keys it is believed.
pub(super) struct Heard {
    /// Its public keys, as far as they are believed.
    pub keys: Vouched,
    /// Whether these keys were taken over without anybody vouching for them.
    pub anew: bool,
    /// The key to be remembered as the one that signs.
    pub signer: Option<Kid>,
    /// Answer by answer, in the order of the questions.
    pub leases: Vec<Result<Heed, ClientError>>,
}

/// A lease that is authentic, for this install, and new.
pub(super) struct Heed {
    pub lease: Lease,
    pub text: String,
}

impl Client {
    /// A new question about a module's key.
    pub(super) fn question(&self, module: Module, key: &LicenseKey) -> Result<Ask, ClientError> {
        Ok(Ask {
            key: key.clone(),
            product: module.product(),
            domain: self.here.clone()?,
            nonce: entropy::hex::<16>(&*self.entropy),
        })
    }

    /// Asks several questions in one call; `seqs` are the numbers of the newest leases that are known.
    pub(super) async fn hear(
        &self,
        action: Action,
        asks: &[Ask],
        seqs: &[u64],
        cache: &Cache,
    ) -> Result<Heard, ClientError> {
        let known = cache.keys.clone().filter(|_| cache.server == self.vendor.name());
        let anew = known.is_none();
        let mut keys = match known.filter(|_| !self.vendor.is_builtin()) {
            Some(known) => known,
            None => self.learn(None).await?,
        };
        let texts = self.vendor.ask(action, asks).await?;
        let verified: Vec<_> = texts.iter().map(|text| lease::verify(text, &keys.keys)).collect();
        let unknown = verified.iter().any(|one| matches!(one, Err(LeaseError::UnknownKey(_))));
        let mut signer = verified.iter().flatten().map(|lease| lease.kid).next();
        if unknown || (cache.signer.is_some() && signer.is_some() && signer != cache.signer) {
            match self.learn(Some(&keys)).await {
                Ok(newer) => keys = newer,
                Err(error) if unknown => return Err(error),
                // What was signed is believed already; the list is asked for again the next time.
                Err(error) => {
                    tracing::warn!(%error, "the license server signs with its next key, and its list of keys cannot be had");
                    signer = cache.signer;
                }
            }
        }
        let judged = asks.iter().zip(seqs).zip(texts).map(|((ask, seq), text)| {
            let lease = lease::verify(&text, &keys.keys)?;
            lease.check(&Expectation {
                product: ask.product,
                domain: &ask.domain,
                nonce: Some(&ask.nonce),
                last_seq: *seq,
                now: self.clock.now(),
                high_water_mark: self.seen(cache).unwrap_or_default(),
            })?;
            Ok(Heed { lease, text })
        });
        let leases = judged.collect();
        Ok(Heard { keys, anew, signer, leases })
    }

    /// The server's public keys, vouched for by those that are `known`.
    async fn learn(&self, known: Option<&Vouched>) -> Result<Vouched, ClientError> {
        let text = self.vendor.keys().await?;
        // The built-in server's keys come from this machine's own disk.
        let known = known.filter(|_| !self.vendor.is_builtin());
        Ok(vouched::read(&text, known)?)
    }
}
