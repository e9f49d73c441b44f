//! Licenses: their keys, what they allow, and how that changes.
//!
//! In: "issue a license for unit 2 of item 7", or the answer of another machine's license server to that. Out: rows in
//! `pm_licenses` with their timeline. Invariants: one license per unit of an order item, by the unique key
//! `pm_licenses_unit`; a key is stored as its SHA-256 and as text under the CRM's own encryption, never in the clear;
//! every change of a right is a line on the license's timeline, written in the same transaction.
//!
//! What checks a license elsewhere gets a [`lease`]: signed with a key of the [`Ring`], written for one [`Domain`]. The
//! [`client`] checks those of this install's own modules.

pub mod api;
pub mod authority;
pub mod client;
mod convert;
mod domain;
mod holder;
mod issue;
mod key;
pub mod lease;
mod license;
pub mod license_desk;
pub mod locked_page;
mod move_page;
mod owned;
pub mod panel_page;
mod public_keys;
mod remote;
mod renew;
mod right;
mod saved_server;
mod signing_key;
mod term;
mod timeline;
mod unit;
mod vouched;

pub use convert::{PaidEnd, TrialLicense, convert_trial};
pub use domain::{Domain, DomainError, Purpose};
pub use holder::{Holder, HolderError};
pub use issue::{Grant, Received, issue, receive};
pub use key::{KeyError, KeyMint, LicenseKey};
pub use lease::{Answer, Code, Expectation, Lease, LeaseError, LeaseRefusal};
pub use license::{Filter, License, Name, find, list};
pub use owned::OwnedLicense;
pub use public_keys::{Kid, PublicKey, PublicKeyError, PublicKeys};
pub use remote::{Remote, RemoteError};
pub use renew::renew;
pub use right::{
    RightError, Standing, SuspendedFor, mark_past_due, restore, restore_paid, revoke, suspend, suspend_unpaid,
};
pub use saved_server::SavedServer;
pub use signing_key::{KeyLine, KeyState, OVERLAP, Ring, RingError, SigningKey};
pub use term::{Term, TermError};
pub use timeline::{LICENSE_TIMELINE, timelines};
pub use unit::{Holding, Unit, UnitNumber, holder_of_key, holdings, unit_numbers, units};
pub use vouched::{VouchError, Vouched};

use crate::db::{DbError, Transient};
use crate::perfex::encryption::DecryptError;

/// Why something about a license did not happen.
#[derive(Debug, thiserror::Error)]
pub enum LicensingError {
    /// The database said no.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The stored text of a key cannot be read.
    #[error("the key of license {id} cannot be decrypted ({source}): was APP_ENC_KEY changed?")]
    Unreadable {
        /// The license.
        id: crate::ids::LicenseId,
        /// What is wrong with it.
        source: DecryptError,
    },
    /// The right does not allow this change.
    #[error(transparent)]
    Right(#[from] RightError),
}

impl Transient for LicensingError {
    fn is_transient(&self) -> bool {
        match self {
            Self::Database(error) => error.is_transient(),
            Self::Right(error) => matches!(error, RightError::Changed(_)),
            Self::Unreadable { .. } => false,
        }
    }
}
