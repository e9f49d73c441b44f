//! The addresses that are ours: one entry each.

use crate::perfex::my_routes::{Route, RouteError};

/// The controller that answers, in the folder `modules/perfex_bridge`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gateway {
    /// For anybody: loads as little of the CRM as possible.
    Public,
    /// Within the client portal, in its theme.
    Portal,
}

/// Which addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// This one.
    Exact,
    /// This one and everything below.
    Tree,
    /// Everything below.
    Below,
}

const ENTRIES: [(&str, Reach, Gateway); 18] = [
    ("shop", Reach::Tree, Gateway::Public),
    ("booking", Reach::Tree, Gateway::Public),
    ("clients/licenses", Reach::Tree, Gateway::Portal),
    ("clients/booking", Reach::Tree, Gateway::Portal),
    ("clients/activity", Reach::Tree, Gateway::Portal),
    ("cat_heartbeat", Reach::Exact, Gateway::Public),
    ("cat_heartbeat/leave", Reach::Exact, Gateway::Public),
    ("clients/cat_consent_js", Reach::Exact, Gateway::Public),
    ("clients/cat_consent", Reach::Exact, Gateway::Public),
    ("api/create.php", Reach::Exact, Gateway::Public),
    ("api/create", Reach::Exact, Gateway::Public),
    ("api/validate.php", Reach::Exact, Gateway::Public),
    ("api/validate", Reach::Exact, Gateway::Public),
    ("api/activate.php", Reach::Exact, Gateway::Public),
    ("api/activate", Reach::Exact, Gateway::Public),
    ("api/deactivate.php", Reach::Exact, Gateway::Public),
    ("api/deactivate", Reach::Exact, Gateway::Public),
    ("bridge/hooks", Reach::Below, Gateway::Public),
];

impl Gateway {
    /// What the controller forwards is the address as the visitor wrote it, not the method's arguments.
    fn target(self) -> &'static str {
        match self {
            Self::Public => "perfex_bridge/public_gateway/forward",
            Self::Portal => "perfex_bridge/portal_gateway/forward",
        }
    }
}

/// All our routes.
pub fn entries() -> Result<Vec<Route>, RouteError> {
    let mut routes = Vec::new();
    for (path, reach, gateway) in ENTRIES {
        if reach != Reach::Below {
            routes.push(Route::exact(path, gateway.target())?);
        }
        if reach != Reach::Exact {
            routes.push(Route::below(path, gateway.target())?);
        }
    }
    Ok(routes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_free_and_stands_there_once() {
        let routes = entries().unwrap();
        let mut patterns: Vec<&str> = routes.iter().map(Route::pattern).collect();
        assert_eq!(patterns.len(), 23);
        patterns.sort_unstable();
        patterns.dedup();
        assert_eq!(patterns.len(), routes.len());
        assert_eq!(routes[0].to_string(), "shop -> perfex_bridge/public_gateway/forward");
        assert_eq!(routes[1].to_string(), "shop/(.+) -> perfex_bridge/public_gateway/forward/$1");
    }
}
