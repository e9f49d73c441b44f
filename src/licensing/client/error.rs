//! Why a license was not activated or released.

use super::super::vouched::VouchError;
use super::super::{DomainError, KeyError, LeaseError, LeaseRefusal};
use super::{Module, VendorError};
use crate::db::{DbError, Transient};

/// Why the license server's word does not count, or could not be heard.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The database said no.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The license server gave no answer that can be read.
    #[error(transparent)]
    Vendor(#[from] VendorError),
    /// The text is no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// No license can be bound to the address of this CRM.
    #[error("the address of this CRM: {0}")]
    Domain(#[from] DomainError),
    /// The answer is not one of the license server.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// The answer is not for this install, or the clock is wrong.
    #[error(transparent)]
    Refusal(#[from] LeaseRefusal),
    /// The license server's keys are not believed.
    #[error(transparent)]
    Vouch(#[from] VouchError),
    /// The license server said no; its reason for staff.
    #[error("{sentence}")]
    No {
        /// Its word.
        code: &'static str,
        /// What that means for staff.
        sentence: String,
    },
    /// The key lies sealed under another `APP_ENC_KEY`.
    #[error(
        "the stored license key of {0} cannot be read (was APP_ENC_KEY changed?): `license activate {0} KEY` enters it again"
    )]
    Unreadable(Module),
    /// There is no key.
    #[error("there is no license key for {0} here: `license activate {0} KEY` enters one")]
    Missing(Module),
}

impl Transient for ClientError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_transient())
    }
}
