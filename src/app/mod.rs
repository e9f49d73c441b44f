//! Builds everything from configuration, clock and randomness, and knows all modules.
//!
//! In: a [`Config`]. Out: an [`App`] whose parts the command line and the daemon use. Nothing connects until the first
//! query. This room alone wires "what to do with this key" into the reconciler.

mod access;
mod authority;
mod checkout;
mod companion;
mod daemon;
mod facts;
mod generations;
mod license_log;
mod license_requests;
mod licenses;
mod listeners;
mod own_vendor;
mod pages;
mod portal_theme;
mod routes;
mod saved_settings;
mod schedule;
mod settler;
mod standing;
mod visitor;
mod watcher;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use url::Url;

use crate::clock::SharedClock;
use crate::companion::alive;
use crate::companion::module::Files;
use crate::config::Config;
use crate::db::Database;
use crate::entropy::SharedEntropy;
use crate::http::PublicPath;
use crate::licensing::api;
use crate::licensing::authority::{Authority, Lookups};
use crate::licensing::client::Client;
use crate::licensing::{KeyMint, Remote};
use crate::mail::Postman;
use crate::outbox::{Courier, Lane, Outbox, Policy};
use crate::perfex::app_config::{SessionSettings, Source};
use crate::perfex::encryption::Cipher;
use crate::perfex::files;
use crate::perfex::schema::{Schema, SchemaError};
use crate::shop::order_page::News;
use crate::shop::{LICENSE_REQUEST, PORTAL_PATHS, Workshop, storefront};
use crate::text::{MailTexts, Pages, TextError};
use crate::watch::Bell;

pub use access::{Access, AccessError};
pub use companion::{Companion, CompanionError, Placed};
pub use daemon::{DaemonError, run};
pub use own_vendor::OwnVendorError;
pub use portal_theme::{ThemeTrouble, ThemeWord};
use saved_settings::SavedSettings;
pub use settler::Settler;
pub use visitor::Visitor;

/// All parts, put together.
#[derive(Debug)]
pub struct App {
    /// The configuration, with what staff have saved in the CRM where it leaves that open.
    pub config: Config,
    ground: Arc<Ground>,
    saved: SavedSettings,
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
    /// Pages for people outside the CRM.
    pub pages: Pages,
    /// Calls the loop that notices payments.
    pub bell: Bell,
    /// Tells open pages of settled invoices.
    pub news: News,
    /// The shop.
    pub workshop: Workshop,
    /// Carries mails.
    pub postman: Arc<Postman>,
    /// Delivers mails, and all messages that nothing else carries.
    pub outbox: Arc<Outbox>,
    /// The license server, when it is another machine.
    pub remote: Option<Remote>,
    /// The built-in license server's engine.
    pub authority: Authority,
    /// Checks the licenses of this install's own modules.
    pub licenses: Arc<Client>,
    /// Brings licenses from another machine's license server.
    pub license_requests: Arc<Outbox>,
    /// The files of the CRM's module, once somebody has asked for them: they are compared for every look at the overview.
    module_files: OnceLock<Arc<Files>>,
}

/// What everything stands on: found and opened once in a process, whatever staff save meanwhile.
#[derive(Debug, Clone)]
struct Ground {
    /// As it was written.
    config: Config,
    database: Database,
    clock: SharedClock,
    entropy: SharedEntropy,
    cipher: Arc<Cipher>,
    base_url: Url,
    sessions: SessionSettings,
    source: Option<Source>,
    texts: MailTexts,
    pages: Pages,
    bell: Bell,
    news: News,
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
        let saved = SavedSettings::found(&database).await;
        let ground = Arc::new(Ground {
            config,
            database,
            clock,
            entropy,
            cipher: Arc::new(Cipher::new(&access.encryption_key)),
            base_url: access.base_url,
            sessions: access.sessions,
            source: access.source,
            texts: MailTexts::load()?,
            pages: Pages::load()?,
            bell: Bell::default(),
            news: News::default(),
        });
        Ok(Self::on(ground, saved))
    }

    /// Puts the rest together, with what staff have saved.
    fn on(ground: Arc<Ground>, saved: SavedSettings) -> Self {
        let Ground {
            mut config,
            database,
            clock,
            entropy,
            cipher,
            base_url,
            sessions,
            source,
            texts,
            pages,
            bell,
            news,
        } = Ground::clone(&ground);
        saved.fill(&mut config, &cipher);
        let remote = licenses::remote(&config.licensing.server);
        let workshop = Workshop {
            database: database.clone(),
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
            issuer: license_requests::issuer(remote.as_ref()),
            mint: KeyMint::new(&cipher),
            cipher: Arc::clone(&cipher),
            texts: texts.clone(),
            mail_domain: base_url.host_str().unwrap_or("perfex-bridge.invalid").to_owned(),
            // Every base URL can have a path joined to it.
            shop_url: base_url.join("shop/").unwrap_or_else(|_| base_url.clone()),
            reversal_grace: config.shop.reversal_grace,
        };
        let postman = Arc::new(Postman::new(
            database.clone(),
            Arc::clone(&cipher),
            base_url.clone(),
            config.mail.clone(),
            texts.clone(),
        ));
        let policy = Policy {
            lane: Lane::AllBut(LICENSE_REQUEST),
            attempts: Some(config.outbox.attempts),
            longest_pause: Duration::MAX,
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
            lookups: Lookups::new(database.clone()),
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
            cipher: Arc::clone(&cipher),
            mint: workshop.mint.clone(),
            public_url: config.licensing.public_url.clone().unwrap_or_else(|| base_url.clone()),
            mail_domain: workshop.mail_domain.clone(),
            read_only: config.demo.read_only,
        };
        let licenses = Arc::new(licenses::client(&config, &authority, remote.clone(), &base_url));
        let license_requests = Arc::new(license_requests::outbox(&workshop, remote.clone(), &outbox, policy));
        Self {
            config,
            ground,
            saved,
            remote,
            authority,
            licenses,
            database,
            clock,
            entropy,
            cipher,
            base_url,
            sessions,
            source,
            texts,
            pages,
            bell,
            news,
            workshop,
            postman,
            outbox,
            license_requests,
            module_files: OnceLock::new(),
        }
    }

    /// The paths that a web server may send straight to the daemon: those of every module.
    #[must_use]
    pub fn public_paths() -> Vec<PublicPath> {
        [alive::PATHS.as_slice(), &api::PATHS, &storefront::PATHS, &PORTAL_PATHS].concat()
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
