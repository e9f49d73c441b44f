//! A page for staff, and what it answers with.

use futures_util::future::BoxFuture;

use super::capability::{Capability, Feature};
use super::visit::StaffVisit;
use crate::http::page_error::PageError;

/// A page of a module, with everything below it.
pub trait StaffPage: Send + Sync + 'static {
    /// Where it lies, below [`super::PATH`]: `shop/orders`. The page with the longest match gets a request.
    fn at(&self) -> &'static str;

    /// What staff need capabilities of.
    fn feature(&self) -> Feature;

    /// The capability that a form to this place needs; looking always needs [`Capability::View`].
    fn needs(&self, _below: &[&str]) -> Capability {
        Capability::Edit
    }

    /// Answers somebody who may.
    fn answer(&self, visit: StaffVisit) -> BoxFuture<'_, Result<StaffAnswer, PageError>>;
}

/// What a page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaffAnswer {
    /// A page for the CRM's layout.
    Page {
        /// What it is called.
        title: String,
        /// Its HTML.
        html: String,
        /// Whether it says why a form was not taken.
        refused: bool,
    },
    /// A form was taken: where to look now, relative to the request.
    Done(String),
    /// A file to keep.
    File {
        /// What it is called.
        name: String,
        /// Its media type.
        media: &'static str,
        /// What is in it.
        bytes: Vec<u8>,
    },
    /// There is no such page, or no such thing.
    Unknown,
    /// The form is one that this page does not have any more.
    Stale,
}
