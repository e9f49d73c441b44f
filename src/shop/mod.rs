//! The shop: products and packages, orders, and what a paid invoice means.
//!
//! In: "place an order" and "look at invoice 4711 again". Out: an invoice in the CRM, licenses, mails. Invariants:
//!
//! - the truth about a payment is read from the CRM under the order's own row lock, never taken from a hint;
//! - licenses, mails, timeline and order state of one fact are one commit;
//! - settling an invoice again changes nothing;
//! - licenses of another machine's license server are requested by a row of the outbox for each unit, with the same
//!   reference each time; the order is open, and no mail is written, until every unit has its license.

mod bell;
mod cancel;
mod catalogue;
mod charge;
pub mod checkout;
mod coverage;
mod customer_page;
pub mod desk;
mod expire;
pub mod figures;
pub mod followed_tax;
mod fulfil;
mod issuer;
mod license_answer;
mod license_courier;
mod license_mail;
mod license_request;
mod mails;
mod moved_contact;
mod order;
pub mod order_page;
mod package;
mod package_page;
mod place;
mod placement;
mod portal_page;
mod price;
mod product;
mod product_page;
pub mod products_page;
mod reversal;
pub mod saved_rules;
pub mod settings_page;
mod settle;
pub mod storefront;
mod timeline;
pub mod trial;
mod watched;
mod wording;

pub use catalogue::{Catalogue, Listed, Offer, Stamp};
pub use charge::Charge;
pub use customer_page::CustomerPage;
pub use expire::OrderExpiry;
pub use fulfil::Workshop;
pub use issuer::Issuer;
pub use license_courier::LicenseCourier;
pub use license_request::{KIND as LICENSE_REQUEST, open_requests, standing};
pub use order::{Filter, Fulfilment, Item, Order, OrderState};
pub use package::{Kind, NewPackage, Package, PackageChange, PackageTerms};
pub use package_page::{PackagePage, PackagePageChange};
pub use place::{PlaceOrder, Placed};
pub use portal_page::{PATHS as PORTAL_PATHS, PortalPage};
pub use price::Price;
pub use product::{CatalogueState, Product, ProductChange};
pub use product_page::{ProductPage, ProductPageChange, ProductText, ProductTextChange};
pub use settle::{Settled, settle};
pub use timeline::ORDER_TIMELINE;
pub use watched::Orders;
pub use wording::{LONGEST_WORDING, Wording, WordingKind};

use crate::db::{DbError, Transient};
use crate::http::staff::Feature;
use crate::licensing::LicensingError;
use crate::perfex::numbering::NumberingError;
use crate::perfex::plain_text::TextError;
use crate::sentence::Sentence;

/// What staff need capabilities of to see and run the shop.
pub const FEATURE: Feature = Feature { name: "pm_shop", label: "PM Shop" };

/// Why something in the shop did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ShopError {
    /// The database said no.
    #[error(transparent)]
    Database(#[from] DbError),
    /// A license could not be issued or changed.
    #[error(transparent)]
    Licensing(#[from] LicensingError),
    /// No invoice number could be drawn.
    #[error(transparent)]
    Numbering(#[from] NumberingError),
    /// What was asked for cannot be: one sentence that says why and how to mend it.
    #[error("{0}")]
    Refused(String),
    /// The same, with a sentence for whoever reads it on a page of staff: that one names fields, not options.
    #[error("{english}")]
    Told {
        /// For the command line.
        english: String,
        /// For pages.
        sentence: Sentence,
    },
    /// There is no trial for this customer.
    #[error(transparent)]
    Trial(#[from] trial::TrialRefusal),
    /// A compiled-in text is broken.
    #[error(transparent)]
    Phrase(#[from] crate::text::TextError),
    /// A customer's text does not fit.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The database went away in the moment of the commit.
    #[error("the order may have been placed: {0}; look at `order list` before you place it again")]
    PerhapsPlaced(DbError),
    /// Someone else wrote the order in between; read it again.
    #[error("order {0} was changed by another process at the same moment")]
    Changed(crate::ids::OrderId),
}

impl ShopError {
    fn told(sentence: Sentence, english: String) -> Self {
        Self::Told { english, sentence }
    }

    /// The same for whoever reads it on a page.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Told { sentence, .. } => sentence.clone(),
            Self::Trial(refusal) => Sentence::of(refusal.phrase()),
            Self::Text(TextError::TooLong { limit, .. }) => {
                Sentence::of("refusal-text-long").with("limit", limit)
            }
            Self::Text(TextError::Unstorable { character, .. }) => {
                Sentence::of("refusal-text-character").with("character", character)
            }
            Self::Text(TextError::Empty { .. }) => Sentence::of("refusal-text-empty"),
            other => Sentence::from(other.to_string()),
        }
    }

    /// Whether the caller's input is at fault, not the world.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Told { .. } | Self::Text(_) | Self::Trial(_))
    }

    /// Whether the CRM's tables were not as expected, as in the middle of an upgrade.
    #[must_use]
    pub fn is_missing_object(&self) -> bool {
        matches!(
            self,
            Self::Database(error)
            | Self::Licensing(LicensingError::Database(error))
            | Self::Numbering(NumberingError::Database(error)) if error.is_missing_object()
        )
    }
}

impl Transient for ShopError {
    fn is_transient(&self) -> bool {
        match self {
            Self::Database(error) | Self::Numbering(NumberingError::Database(error)) => error.is_transient(),
            Self::Licensing(error) => error.is_transient(),
            Self::Changed(_) => true,
            _ => false,
        }
    }
}
