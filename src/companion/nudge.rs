//! `POST /bridge/nudge`: the CRM's companion says that payments may have changed.
//!
//! In: a request from this machine, whatever stands in it. Out: 204, and the bell has rung. Whoever comes through a proxy
//! is told that there is no such page; ringing too often costs no more than the watch loop's shortest pause allows.

use warp::Filter as _;
use warp::http::{HeaderMap, StatusCode};
use warp::reply::Response;

use crate::http::{Peer, Routes};
use crate::watch::Bell;

/// The route; everything else falls through it.
#[must_use]
pub fn routes(bell: Bell) -> Routes {
    warp::path!("bridge" / "nudge")
        .and(warp::post())
        .and(warp::header::headers_cloned())
        .and(warp::ext::optional::<Peer>())
        .and_then(move |headers: HeaderMap, peer: Option<Peer>| {
            let bell = bell.clone();
            async move {
                let here = peer.is_none_or(|peer| peer.visitor(None).is_loopback());
                if !here || headers.contains_key("x-forwarded-for") {
                    return Err(warp::reject::not_found());
                }
                bell.ring();
                let mut heard = Response::default();
                *heard.status_mut() = StatusCode::NO_CONTENT;
                Ok(heard)
            }
        })
        .boxed()
}
