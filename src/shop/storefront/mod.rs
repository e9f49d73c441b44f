//! The public pages of the shop.
//!
//! In: requests from anybody. Out: pages in the visitor's language, in the seller's colours. Every page is made through
//! [`ShopPages`]; what they show comes from memory, where [`Showcase`] keeps it.

mod catalogue_pages;
mod colour;
mod form;
mod link;
mod look;
mod page;
mod pages;
mod seal;
mod showcase;
mod visit;

pub use catalogue_pages::CataloguePages;
pub use colour::{Colour, ColourError};
pub use form::{Form, Mistake};
pub use link::{Link, LinkError, MOST_LINKS, ShownLink};
pub use look::{ACCENT, FOOTER_LINKS, HEADER_LINKS, LOGO, Look};
pub use page::ShopPage;
pub use pages::ShopPages;
pub use showcase::{Showcase, Snapshot};
pub use visit::ShopVisit;
