//! The public pages of the shop.
//!
//! In: requests from anybody. Out: pages in the visitor's language, in the seller's colours. Every page is made through
//! [`ShopPages`]; what they show comes from memory, where [`Showcase`] keeps it.

use crate::http::PublicPath;

mod catalogue_pages;
mod colour;
mod form;
mod link;
mod listing;
mod look;
mod page;
mod pages;
mod product_view;
mod seal;
mod shelf;
mod showcase;
mod sitemap;
mod structured;
mod visit;
mod written;

pub use catalogue_pages::CataloguePages;
pub use colour::{Colour, ColourError};
pub use form::{Form, Mistake};
pub use link::{Link, LinkError, MOST_LINKS, ShownLink};
pub use look::{ACCENT, FOOTER_LINKS, HEADER_LINKS, LOGO, Look, SETTINGS};
pub use page::ShopPage;
pub use pages::ShopPages;
pub(in crate::shop) use product_view::{named_tax, percent};
pub use shelf::{LONGEST_SEARCH, Search, Shelf};
pub use showcase::{Showcase, Snapshot};
pub use visit::ShopVisit;
pub(in crate::shop) use written::has_already;

/// The paths of these pages, and of everything else that the shop serves to anybody.
pub const PATHS: [PublicPath; 1] = [PublicPath::Tree("shop")];
