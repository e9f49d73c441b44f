//! What staff do with a module's license: asking the license server, without waiting for it longer than a page may take.
//!
//! The gateway gives a page up after five seconds, and takes a daemon that let it wait for one that hangs. So the
//! question has a task of its own: it goes on without whoever asked, and what it brings is stored and written on the
//! timeline all the same.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use crate::audit::Deed;
use crate::db::Database;
use crate::http::staff::StaffVisit;

use super::client::{Client, ClientError, Module, NewKeys, Which};

/// What deeds with a license are done to.
pub const SUBJECT: &str = "module";

/// How long a page waits for a license server.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// What staff want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Enter this key.
    Activate(String),
    /// Ask about the license that is there.
    Check,
    /// Give the license back.
    Release,
}

impl Wish {
    /// What was done then, as the timeline calls it.
    #[must_use]
    pub fn deed(&self) -> &'static str {
        match self {
            Self::Activate(_) => "activated",
            Self::Check => "checked",
            Self::Release => "released",
        }
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It is done.
    Done,
    /// The license server has not answered yet; the question goes on.
    NothingYet,
}

/// Asks on behalf of staff.
#[derive(Debug, Clone)]
pub struct LicenseDesk {
    /// Checks licenses.
    pub licenses: Arc<Client>,
    /// The CRM's database.
    pub database: Database,
    /// How long a page waits; [`PATIENCE`] outside of tests.
    pub patience: Duration,
}

impl LicenseDesk {
    /// Asks, and writes down who wanted it once it is done.
    pub async fn ask(&self, visit: &StaffVisit, module: Module, wish: Wish) -> Result<Heard, ClientError> {
        let (desk, visit) = (self.clone(), visit.clone());
        let asking = tokio::spawn(async move {
            let done = desk.answer(&visit, module, &wish).await;
            if let Err(error) = &done {
                tracing::warn!(%module, wish = wish.deed(), %error, "staff did not get what they wanted of a license");
            }
            done
        });
        match tokio::time::timeout(self.patience, asking).await {
            Ok(Ok(done)) => done.map(|()| Heard::Done),
            Ok(Err(ended)) => match ended.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                // Only a daemon that ends takes a task away.
                Err(_) => Ok(Heard::NothingYet),
            },
            Err(_) => Ok(Heard::NothingYet),
        }
    }

    async fn answer(&self, visit: &StaffVisit, module: Module, wish: &Wish) -> Result<(), ClientError> {
        match wish {
            Wish::Activate(key) => self.licenses.activate(module, key, NewKeys::Refuse).await.map(drop),
            Wish::Check => self.licenses.check(Which::One(module)).await.map(drop).map_err(ClientError::from),
            Wish::Release => self.licenses.release(module).await,
        }?;
        let mut session = self.database.session().await?;
        visit.record(&mut session, &Deed::new(SUBJECT, module.name(), wish.deed())).await?;
        Ok(())
    }
}
