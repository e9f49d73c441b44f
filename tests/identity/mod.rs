//! Who is asking: sessions and people of the CRM, the gateway's word, and forms that nobody else sends.
//!
//! | file | what it holds |
//! |---|---|
//! | [`sessions`] | the CRM's session rows, written by PHP |
//! | [`people`] | visitors with a cookie, as pages see them |
//! | [`gateway`] | the header `Bridge-Identity`: taken, refused, replayed |
//! | [`php`] | the companion's own PHP against the daemon, both ways |
//! | [`secret`] | the secret that both share: made, replaced, removed |
//! | [`csrf`] | forms |
//! | [`house`] | what these tests stand on |

mod csrf;
mod gateway;
pub mod house;
mod people;
mod php;
mod secret;
mod sessions;
