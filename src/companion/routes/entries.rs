//! The addresses that are ours: those that the modules serve, each with the controller that answers.

use crate::http::PublicPath;
use crate::perfex::my_routes::{Route, RouteError};

/// The controller in the folder `modules/perfex_bridge` that answers anybody: it loads as little of the CRM as possible.
/// What it forwards is the address as the visitor wrote it, not the method's arguments.
const GATEWAY: &str = "perfex_bridge/public_gateway/forward";
/// The one that answers contacts who are signed in, in the portal's theme.
const PORTAL: &str = "perfex_bridge/portal_gateway/forward";

/// The routes to `paths`.
pub fn entries(paths: &[PublicPath]) -> Result<Vec<Route>, RouteError> {
    let mut routes = Vec::new();
    for path in paths {
        match path {
            PublicPath::Page(path) => routes.push(Route::exact(path, GATEWAY)?),
            PublicPath::Script(path) => {
                routes.push(Route::exact(&format!("{path}.php"), GATEWAY)?);
                routes.push(Route::exact(path, GATEWAY)?);
            }
            PublicPath::Token(path) => routes.push(Route::below(path.trim_end_matches('/'), GATEWAY)?),
            PublicPath::Tree(path) => {
                routes.push(Route::exact(path, GATEWAY)?);
                routes.push(Route::below(path, GATEWAY)?);
            }
            PublicPath::Portal(path) => {
                routes.push(Route::exact(path, PORTAL)?);
                routes.push(Route::below(path, PORTAL)?);
            }
        }
    }
    Ok(routes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_path_has_its_routes_and_the_portal_its_own_controller() {
        let paths = [
            PublicPath::Page("api/keys.json"),
            PublicPath::Script("api/create"),
            PublicPath::Token("api/move/"),
            PublicPath::Tree("shop"),
            PublicPath::Portal("clients/x"),
        ];
        let routes: Vec<String> = entries(&paths).unwrap().iter().map(ToString::to_string).collect();
        let gateway = "perfex_bridge/public_gateway/forward";
        assert_eq!(
            routes,
            [
                format!("api/keys\\.json -> {gateway}"),
                format!("api/create\\.php -> {gateway}"),
                format!("api/create -> {gateway}"),
                format!("api/move/(.+) -> {gateway}/$1"),
                format!("shop -> {gateway}"),
                format!("shop/(.+) -> {gateway}/$1"),
                "clients/x -> perfex_bridge/portal_gateway/forward".to_owned(),
                "clients/x/(.+) -> perfex_bridge/portal_gateway/forward/$1".to_owned(),
            ]
        );
    }
}
