//! The routes that are served now.
//!
//! Listeners last as long as the process; what they serve is put together anew when staff save settings. In: routes. Out:
//! answers. Invariants:
//!
//! - each request is answered by the routes that were served when it came, also on a connection that is older than they are;
//! - whoever replaces routes can wait until the last request in the old ones is answered.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use hyper::Request;
use hyper::body::Incoming;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use tokio_util::task::TaskTracker;
use warp::filters::BoxedFilter;
use warp::reply::Response;

/// What is served.
pub type Routes = BoxedFilter<(Response,)>;

/// What is served at this moment; clones share it.
#[derive(Clone)]
pub struct Routing(Arc<RwLock<Served>>);

struct Served {
    routes: Routes,
    /// One token for each request under way.
    requests: TaskTracker,
}

impl fmt::Debug for Routing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Routing")
    }
}

impl From<Routes> for Routing {
    fn from(routes: Routes) -> Self {
        Self(Arc::new(RwLock::new(Served::new(routes))))
    }
}

impl Served {
    fn new(routes: Routes) -> Self {
        Self { routes, requests: TaskTracker::new() }
    }
}

impl Routing {
    /// Serves `routes` from the next request on. Returns the requests that are still under way in the ones before; to be
    /// waited for.
    pub fn replace(&self, routes: Routes) -> TaskTracker {
        let mut served = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *served, Served::new(routes));
        before.requests.close();
        before.requests
    }

    /// Answers by the routes of this moment.
    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
    ) -> Result<Response, std::convert::Infallible> {
        let (routes, under_way) = {
            let served = self.0.read().unwrap_or_else(PoisonError::into_inner);
            // Under the lock: once they are replaced, no further request begins in them.
            (served.routes.clone(), served.requests.token())
        };
        let answer = TowerToHyperService::new(warp::service(routes)).call(request).await;
        drop(under_way);
        answer
    }
}
