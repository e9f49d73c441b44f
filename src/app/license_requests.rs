//! Licenses that another machine's license server makes for the shop: a lane of the outbox, with limits of its own.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::licensing::Remote;
use crate::outbox::{Courier, Lane, Outbox, Policy};
use crate::shop::{Issuer, LICENSE_REQUEST, LicenseCourier, Workshop};

/// License requests on their way at once: enough for a server that works, few enough for one that never answers.
const LICENSE_CONCURRENCY: usize = 2;
/// The longest pause between two attempts to get a license that is paid for.
const LICENSE_PAUSE: Duration = Duration::from_mins(15);

/// Who makes the shop's licenses.
pub(super) fn issuer(remote: Option<&Remote>) -> Issuer {
    match remote {
        None => Issuer::Builtin,
        Some(remote) => Issuer::Remote { server: remote.host() },
    }
}

/// What brings them; `mails` is woken when one has come, and `policy` is that of the mails.
pub(super) fn outbox(
    workshop: &Workshop,
    remote: Option<Remote>,
    mails: &Arc<Outbox>,
    policy: Policy,
) -> Outbox {
    let patience = remote.as_ref().map(Remote::limit).unwrap_or_default();
    let courier: Arc<dyn Courier> =
        Arc::new(LicenseCourier::new(workshop.clone(), remote, Arc::clone(mails)));
    Outbox::new(
        workshop.database.clone(),
        Arc::clone(&workshop.clock),
        Arc::clone(&workshop.entropy),
        BTreeMap::from([(LICENSE_REQUEST, courier)]),
        Policy {
            lane: Lane::Only(LICENSE_REQUEST),
            // Paid for is paid for: a request ends with its license, or with its payment.
            attempts: None,
            longest_pause: LICENSE_PAUSE,
            concurrency: LICENSE_CONCURRENCY,
            lease: policy.lease.max(2 * patience),
            ..policy
        },
    )
}
