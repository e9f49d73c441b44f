//! Builds everything from configuration, clock and randomness, and knows all modules.
//!
//! In: a [`Config`]. Out: an [`App`] whose parts the command line and the daemon use. Nothing connects until the first
//! query. This room alone wires "what to do with this key" into the reconciler.

mod access;
mod authority;
mod daemon;
mod facts;
mod licenses;
mod own_vendor;
mod settler;
mod watcher;

use std::collections::BTreeMap;
use std::sync::Arc;

use url::Url;

use crate::clock::SharedClock;
use crate::config::Config;
use crate::db::Database;
use crate::entropy::SharedEntropy;
use crate::licensing::authority::Authority;
use crate::licensing::client::Client;
use crate::licensing::{KeyMint, RemoteError};
use crate::mail::Postman;
use crate::outbox::{Courier, Outbox, Policy};
use crate::perfex::app_config::{SessionSettings, Source};
use crate::perfex::encryption::Cipher;
use crate::perfex::files;
use crate::perfex::schema::{Schema, SchemaError};
use crate::shop::Workshop;
use crate::text::{MailTexts, TextError};

pub use access::{Access, AccessError};
pub use daemon::{DaemonError, run};
pub use own_vendor::OwnVendorError;
pub use settler::Settler;

/// All parts, put together.
#[derive(Debug)]
pub struct App {
    /// The configuration.
    pub config: Config,
    /// The database of CRM and bridge.
    pub database: Database,
    /// The time.
    pub clock: SharedClock,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// The CRM's encryption.
    pub cipher: Arc<Cipher>,
    /// The CRM's address.
    pub base_url: Url,
    /// How the CRM keeps its sessions.
    pub sessions: SessionSettings,
    /// How `app-config.php` was read, when it was.
    pub source: Option<Source>,
    /// Texts of mails.
    pub texts: MailTexts,
    /// The shop.
    pub workshop: Workshop,
    /// Carries mails.
    pub postman: Arc<Postman>,
    /// Delivers messages.
    pub outbox: Arc<Outbox>,
    /// The license server's engine.
    pub authority: Authority,
    /// Checks the licenses of this install's own modules.
    pub licenses: Arc<Client>,
}

/// Why the parts do not fit together.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The CRM cannot be found.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A compiled-in text is broken.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The license server cannot be asked from this machine.
    #[error(transparent)]
    LicenseServer(#[from] RemoteError),
}

impl App {
    /// Puts everything together.
    pub async fn build(config: Config, clock: SharedClock, entropy: SharedEntropy) -> Result<Self, AppError> {
        let access = Access::find(&config).await?;
        let database = Database::from_opts(
            access.database,
            access.prefix,
            config.database.connections,
            config.database.timeout,
        );
        let cipher = Arc::new(Cipher::new(&access.encryption_key));
        let texts = MailTexts::load()?;
        let workshop = Workshop {
            database: database.clone(),
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
            mint: KeyMint::new(&cipher),
            cipher: Arc::clone(&cipher),
            texts: texts.clone(),
            mail_domain: access.base_url.host_str().unwrap_or("perfex-bridge.invalid").to_owned(),
            reversal_grace: config.shop.reversal_grace,
        };
        let postman = Arc::new(Postman::new(
            database.clone(),
            Arc::clone(&cipher),
            access.base_url.clone(),
            config.mail.clone(),
            texts.clone(),
        ));
        let policy = Policy {
            attempts: config.outbox.attempts,
            concurrency: config.mail.concurrency,
            retry_uncertain_after: config.mail.retry_uncertain_after,
            lease: config.outbox.lease,
        };
        let mail: Arc<dyn Courier> = Arc::<Postman>::clone(&postman);
        let couriers = BTreeMap::from([("mail", mail)]);
        let outbox = Arc::new(Outbox::new(
            database.clone(),
            Arc::clone(&clock),
            Arc::clone(&entropy),
            couriers,
            policy,
        ));
        let authority = Authority {
            database: database.clone(),
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
            cipher: Arc::clone(&cipher),
            mint: workshop.mint.clone(),
        };
        let licenses = Arc::new(licenses::client(&config, &authority, &access.base_url)?);
        Ok(Self {
            config,
            authority,
            licenses,
            database,
            clock,
            entropy,
            cipher,
            base_url: access.base_url,
            sessions: access.sessions,
            source: access.source,
            texts,
            workshop,
            postman,
            outbox,
        })
    }

    /// Looks at the CRM's tables.
    pub async fn schema(&self) -> Result<Schema, SchemaError> {
        let mut session = self.database.session().await?;
        Schema::probe(&mut session, self.database.prefix().as_str()).await
    }

    /// Looks at the CRM's tables and refuses a CRM that must not be written to now.
    pub async fn fit_schema(&self) -> Result<Schema, SchemaError> {
        let schema = self.schema().await?;
        schema.fit_to_work(self.code_version())?;
        Ok(schema)
    }

    /// The database version that the CRM's code expects, where its folder can be read.
    #[must_use]
    pub fn code_version(&self) -> Option<i64> {
        self.config.perfex.root.as_deref().and_then(files::code_version)
    }
}
