//! Entering a key, and giving it back: what staff do by hand.

use crate::db::retry;

use super::super::LicenseKey;
use super::super::authority::Action;
use super::super::lease::Code;
use super::hearing::Heed;
use super::store::{self, Stored};
use super::vendor::VendorError;
use super::{Client, ClientError, Module, Panel, panel};

/// What to do about keys of a license server that nobody vouches for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewKeys {
    /// Refuse them.
    Refuse,
    /// Take them over, as at the first contact: staff have asked for it.
    Trust,
}

impl Client {
    /// Enters a key: the license is bound to this install's domain, and only a signed yes is stored.
    pub async fn activate(
        &self,
        module: Module,
        text: &str,
        new_keys: NewKeys,
    ) -> Result<Panel, ClientError> {
        let key = LicenseKey::parse(text)?;
        let _turn = self.turn.lock().await;
        let mut cache = self.stored().await?.cache;
        if new_keys == NewKeys::Trust {
            cache.keys = None;
        }
        let ask = self.question(module, &key)?;
        // The number of the last lease is another key's, perhaps: the nonce alone tells a repetition.
        let mut heard = self.hear(Action::Activate, &[ask], &[0], &cache).await?;
        let Heed { lease, text } = heard.leases.pop().ok_or(VendorError::Shape)??;
        if !lease.valid {
            return Err(ClientError::No { code: panel::word(lease.code), sentence: panel::no(&lease) });
        }
        let accepted = self.accepted(&lease, text, self.clock.now());
        retry(async || {
            let mut session = self.database.begin().await?;
            let mut stored = Stored::lock(&mut session, &self.cipher).await?;
            store::put_key(&mut session, &self.cipher, &*self.entropy, module, &key).await?;
            self.believe(&mut stored.cache, &heard);
            (stored.cache.mark, stored.cache.mark_seq) = (Some(lease.server_time), lease.seq);
            stored.cache.modules.insert(module, accepted.clone());
            self.write(&mut session, &stored.cache).await?;
            session.commit().await
        })
        .await?;
        self.remember(lease.server_time, lease.seq);
        Ok(self.panel(module).await?)
    }

    /// Asks the license's holder, by a mailed link, to move the license here from a domain that holds it; `text` is the key,
    /// unless it was entered here. Whether there was a mail is between the license server and the holder.
    pub async fn request_move(&self, module: Module, text: Option<&str>) -> Result<(), ClientError> {
        let key = match text {
            Some(text) => LicenseKey::parse(text)?,
            None => self.stored().await?.usable_key(module)?.clone(),
        };
        Ok(self.vendor.request_move(self.question(module, &key)?).await?)
    }

    /// Gives a license back: the server frees this domain's place, then the key is forgotten.
    pub async fn release(&self, module: Module) -> Result<(), ClientError> {
        let _turn = self.turn.lock().await;
        let stored = self.stored().await?;
        let key = stored.usable_key(module)?;
        let ask = self.question(module, key)?;
        let mut heard = self.hear(Action::Deactivate, &[ask], &[0], &stored.cache).await?;
        let Heed { lease, .. } = heard.leases.pop().ok_or(VendorError::Shape)??;
        // Every other no means that this domain holds no place of the license.
        if lease.valid || matches!(lease.code, Code::Moves | Code::Other) {
            return Err(ClientError::No { code: panel::word(lease.code), sentence: panel::no(&lease) });
        }
        retry(async || {
            let mut session = self.database.begin().await?;
            let mut stored = Stored::lock(&mut session, &self.cipher).await?;
            store::remove_key(&mut session, module).await?;
            stored.cache.modules.remove(&module);
            self.write(&mut session, &stored.cache).await?;
            session.commit().await
        })
        .await?;
        Ok(())
    }
}
