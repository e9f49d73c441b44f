//! An install that is its own vendor: `install` gives its modules licenses of its own, visible like all others.
//!
//! They are created and activated through the same code as anybody's. Invariant: one license per module and domain,
//! however often `install` runs, by the reference under which it was created.

use sha2::{Digest as _, Sha256};

use crate::licensing::authority::{ApiKey, ApiKeyError, CreateError, CreateLicense, LONGEST_REFERENCE};
use crate::licensing::client::{ClientError, Module, NewKeys, State};
use crate::shop::{Product, ShopError};

use super::App;

/// The name under which the licenses of this install are created; its key is known to nobody.
const CREATOR: &str = "this-install";

/// Why a module got no license.
#[derive(Debug, thiserror::Error)]
pub enum OwnVendorError {
    /// The product of the module.
    #[error(transparent)]
    Shop(#[from] ShopError),
    /// The name under which licenses are created.
    #[error(transparent)]
    Creator(#[from] ApiKeyError),
    /// The license itself.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// Its activation.
    #[error(transparent)]
    Client(#[from] ClientError),
}

impl From<crate::db::DbError> for OwnVendorError {
    fn from(error: crate::db::DbError) -> Self {
        Self::Client(error.into())
    }
}

impl App {
    /// The modules that this install, as its own vendor, would give a license.
    pub async fn modules_without_license(&self) -> Result<Vec<Module>, OwnVendorError> {
        if !self.licenses.is_own_vendor() {
            return Ok(Vec::new());
        }
        let panels = self.licenses.panels().await?;
        let open = panels.into_iter().filter(|panel| !matches!(panel.state, State::Valid | State::Grace));
        Ok(open.map(|panel| panel.module).collect())
    }

    /// Issues a license for `module` on this install's domain, and activates it.
    pub async fn license_own_module(&self, module: Module) -> Result<(), OwnVendorError> {
        let domain = self.licenses.here().map_err(ClientError::from)?;
        let now = self.clock.now();
        let mut session = self.database.session().await?;
        if Product::find(&mut session, module.product()).await?.is_none() {
            Product::add(&mut session, module.product(), module.title(), now).await?;
        }
        let creator = match ApiKey::add(&mut session, CREATOR, &[], &*self.entropy, now).await {
            Ok(_) | Err(ApiKeyError::Taken(_)) => ApiKey::list(&mut session).await?,
            Err(error) => return Err(error.into()),
        };
        let creator = creator.into_iter().find(|key| key.name == CREATOR);
        let creator = creator.ok_or_else(|| ApiKeyError::Unknown(CREATOR.to_owned()))?;
        drop(session);
        let wanted = CreateLicense {
            product: module.product().to_owned(),
            term: None,
            trial: None,
            reference: reference(module, domain.as_str()),
            package: None,
            holder: None,
        };
        let created = self.authority.create(&creator, &wanted).await?;
        self.licenses.activate(module, &created.license_key, NewKeys::Refuse).await?;
        Ok(())
    }
}

/// What the license of a module on a domain is created under; a domain that is too long for it stands there as its
/// SHA-256, because two long ones may begin alike.
fn reference(module: Module, domain: &str) -> String {
    let whole = format!("{module} on {domain}");
    if whole.len() <= LONGEST_REFERENCE {
        return whole;
    }
    format!("{module} on sha256:{}", hex::encode(Sha256::digest(domain.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_domains_never_share_a_reference() {
        let long = format!("{}.example", ["x".repeat(60).as_str(); 3].join("."));
        let domains = ["example.com".to_owned(), format!("{long}.com"), format!("{long}.org")];
        for module in Module::ALL {
            let references = domains.each_ref().map(|domain| reference(module, domain));
            assert_eq!(references[0], format!("{module} on example.com"));
            assert_ne!(references[1], references[2]);
            assert!(references.iter().all(|reference| reference.len() <= LONGEST_REFERENCE));
        }
    }
}
