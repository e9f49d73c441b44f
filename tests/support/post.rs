//! A shop whose mails go, through the CRM's own SMTP settings, to a real server on loopback.

use std::path::{Path, PathBuf};
use std::time::Duration;

use perfex_bridge::outbox::{Message, State};
use tempfile::TempDir;

use super::crm;
use super::mariadb::Database;
use super::shop::Shop;
use super::smtp::{PASSWORD, Smtp, USER};

/// How long a test waits for the server.
pub const SOON: Duration = Duration::from_secs(20);

/// How long a daemon waits for the server before the content leaves, on a busy machine.
const PATIENCE: &str = "10s";

/// The shop and its mail server.
pub struct Post {
    pub shop: Shop,
    pub smtp: Smtp,
    /// Holds the certificate authority's file.
    folder: TempDir,
}

impl Post {
    /// A post office with STARTTLS and AUTH, as the CRM's settings say it.
    pub async fn open() -> Self {
        Self::waiting(PATIENCE).await
    }

    /// One whose daemon waits only so long for the server before the content leaves: for a test that lets it stall there.
    pub async fn waiting(connect: &str) -> Self {
        let smtp = Smtp::start().await;
        let folder = tempfile::tempdir().unwrap();
        let ca = folder.path().join("ca.pem");
        std::fs::write(&ca, smtp.ca()).unwrap();
        let crm = Database::perfex_341().await;
        let shop = Shop::seeded(crm, "tbl", &config(&ca, connect), 7).await;
        shop.stock().await;
        let post = Self { shop, smtp, folder };
        post.set("smtp_host", "localhost").await;
        post.set("smtp_port", &post.smtp.port().to_string()).await;
        post.set("smtp_encryption", "tls").await;
        post.set("smtp_username", USER).await;
        post.set_password(PASSWORD).await;
        post
    }

    /// The certificate authority's file.
    pub fn ca(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// The configuration for a second daemon, which has patience.
    pub fn config(&self) -> String {
        config(&self.ca(), PATIENCE)
    }

    /// Sets an option of the CRM.
    pub async fn set(&self, option: &str, value: &str) {
        crm::set_option(&mut self.shop.conn().await, option, value).await;
    }

    /// Sets the CRM's SMTP password, encrypted as the CRM does.
    pub async fn set_password(&self, password: &str) {
        let stored = self.shop.app.cipher.encrypt(password.as_bytes(), [7; 16]);
        self.set("smtp_password", &stored).await;
    }

    /// Delivers what is due now, and returns the states that this left.
    pub async fn drain(&self) -> Vec<Option<State>> {
        let rounds = self.shop.app.outbox.drain().await.unwrap();
        rounds.into_iter().map(|round| round.state).collect()
    }

    /// The only message.
    pub async fn message(&self) -> Message {
        let mut messages = self.shop.messages().await;
        assert_eq!(messages.len(), 1, "{messages:?}");
        messages.remove(0)
    }
}

/// Short limits, so that a stall is noticed in a moment.
fn config(ca: &Path, connect: &str) -> String {
    // Every mail is encrypted by this process's one provider; a second call finds it there.
    rustls::crypto::ring::default_provider().install_default().ok();
    format!(
        "[mail]\nca_file = \"{}\"\nconnect_timeout = \"{connect}\"\nsend_timeout = \"1s\"\nretry_uncertain_after = \"15m\"\n\
         [outbox]\nattempts = 4\n",
        ca.display()
    )
}
