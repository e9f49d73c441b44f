//! The frame around everything that is served over HTTP.
//!
//! In: listeners, routes, limits. Out: answers, and a stop that ends in time. Invariants:
//!
//! - no connection is free of limits: not its header, not its number, not its end;
//! - health and metrics have a listener of their own, so that no proxy rule can publish them by accident;
//! - this room knows no module: routes come in from outside;
//! - who asks is found out anew for each request, by [`Identity`]; what changes something passes [`Csrf`].

mod cookies;
mod csrf;
mod fragment;
pub mod gateway;
mod identity;
mod listener;
mod management;
mod page_error;
mod peer;
mod portal_door;
mod public_path;
mod query;
mod request;
mod routing;
#[cfg(test)]
mod served;
pub mod staff;
mod visitor;

pub use cookies::first as cookie;
pub use csrf::{Csrf, CsrfRefusal, FIELD, Token};
pub use fragment::{Fragment, fragment_title, see_other};
pub use identity::{Asker, Identity, IdentityError};
pub use listener::{Accept, Limits, serve};
pub use management::{Facts, Management};
pub use page_error::PageError;
pub use peer::{Peer, network};
pub use portal_door::{PortalDoor, PortalVisit};
pub use public_path::{PublicPath, pattern};
pub use query::Query;
pub use request::{Body, BodyError, LARGEST_OF_STAFF, Request, request};
pub use routing::{Routes, Routing};
pub use visitor::{AskPhp, Refusal, Stranger, Visitor};
