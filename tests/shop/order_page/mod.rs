//! The page of an order: what it shows, to whom, and what may be done there.

mod desk;
mod live;
pub mod shows;
