//! A staging name that has lost its production domain.
//!
//! `shop.example.com` beside `example.com` is a part of that site and goes with it: alone it would be a second site on the
//! same key. It is not counted as a move, because the production domain was. Development names and addresses stay.

use chrono::{DateTime, Utc};

use crate::db::{DbError, Session};
use crate::ids::LicenseId;
use crate::sentence::Sentence;

use super::super::{Domain, LICENSE_TIMELINE, Purpose};
use super::binding::Binding;
use super::{is_for_staging, lies_under};

/// Frees the staging slot of a name that does not lie under `production`, which is bound from here on.
///
/// In the caller's transaction, which has locked the license: no such name comes in between.
pub async fn release(
    session: &mut Session,
    license: LicenseId,
    production: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let bound = Binding::of(session, license).await?;
    let Some(staging) = bound.iter().find(|binding| binding.slot == Purpose::Staging) else { return Ok(()) };
    let name = staging.domain.as_str();
    let stays = Domain::stored(name).is_ok_and(|domain| is_for_staging(&domain))
        || production.is_some_and(|production| lies_under(name, production));
    if stays {
        return Ok(());
    }
    staging.release(session, license).await?;
    let why = match production {
        None => Sentence::of("why-stray-alone"),
        Some(new) => Sentence::of("why-stray").with("production", new),
    };
    LICENSE_TIMELINE.add(session, license, now, "released", why.with("domain", name)).await
}
