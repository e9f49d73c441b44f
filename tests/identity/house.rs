//! A CRM with a customer's contact, and the daemon's parts that find out who asks.

use std::net::IpAddr;
use std::sync::Arc;

use mysql_async::prelude::Queryable as _;
use perfex_bridge::http::gateway::{Claim, Secret, Secrets, sign};
use perfex_bridge::http::{Asker, Csrf, Identity, IdentityError, Refusal, Request, Stranger, Visitor};
use perfex_bridge::ids::{ClientId, ContactId, StaffId};
use perfex_bridge::metrics::Metrics;
use perfex_bridge::perfex::app_config::SessionSettings;
use warp::http::{HeaderMap, HeaderName};

use crate::support::mariadb::Database;
use crate::support::shop::Shop;
use crate::support::{crm, php};

/// A session id of Perfex 3.4.
pub const SESSION: &str = "0123456789abcdef0123456789abcdef";
/// The seeded administrator.
pub const ADA: StaffId = StaffId(1);
/// Where the visitor is.
pub const ADDRESS: &str = "203.0.113.9";

/// Everything together.
pub struct House {
    pub shop: Shop,
    pub identity: Identity,
    pub csrf: Csrf,
    pub metrics: Metrics,
    /// Müller & Söhne, who speak German.
    pub client: ClientId,
    /// Eva, who may everything.
    pub eva: ContactId,
}

impl House {
    pub async fn open() -> Self {
        Self::beside(Database::perfex_341().await).await
    }

    /// Beside this CRM, as its own configuration file would have it.
    pub async fn beside(crm: Database) -> Self {
        let shop = Shop::with(crm, "tbl", "").await;
        let conn = &mut shop.conn().await;
        let client = crm::add_client(conn, "Müller & Söhne", Some("german")).await;
        let eva = crm::add_contact(conn, client, "Eva", "Müller", "eva@buyer.example").await;
        Secrets::ensure(&shop.app.database, &shop.app.cipher, &*shop.app.entropy).await.unwrap();
        let metrics = Metrics::new("test");
        let (identity, csrf) = (shop.app.identity(&metrics), shop.app.csrf(&metrics));
        Self { shop, identity, csrf, metrics, client, eva }
    }

    /// The same with sessions kept in another way.
    pub fn keeping_sessions(mut self, settings: &SessionSettings) -> Self {
        let app = &self.shop.app;
        let (database, cipher) = (app.database.clone(), Arc::clone(&app.cipher));
        self.identity =
            Identity::new(database, cipher, settings, Arc::clone(&app.clock), self.metrics.clone());
        self
    }

    /// A second daemon on the same CRM, or the same one after a restart.
    pub fn another_daemon(&self) -> Identity {
        self.shop.app.identity(&self.metrics)
    }

    /// What the door of a page is made of.
    pub fn frame(&self) -> (Arc<Identity>, Arc<Csrf>) {
        (Arc::new(self.another_daemon()), Arc::new(self.shop.app.csrf(&self.metrics)))
    }

    pub async fn sql(&self, statement: &str) {
        self.shop.conn().await.query_drop(statement).await.unwrap();
    }

    /// PHP ends a request of this session, in which `values` is code of an array.
    pub async fn session(&self, values: &str) {
        let data = php::session(values);
        crm::write_session(&mut self.shop.conn().await, SESSION, address(), self.shop.now(), &data).await;
    }

    /// Eva has signed in.
    pub async fn eva_signs_in(&self) {
        self.session(&self.eva_in_php()).await;
    }

    /// What Perfex keeps in Eva's session.
    pub fn eva_in_php(&self) -> String {
        format!(
            "['client_user_id' => '{}', 'contact_user_id' => '{}', 'client_logged_in' => true]",
            self.client, self.eva
        )
    }

    pub async fn asker(&self, request: &Request<Vec<u8>>) -> Asker {
        self.identity.asker(request).await.unwrap()
    }

    /// Who asks with the session cookie.
    pub async fn visitor(&self) -> Visitor {
        self.asker(&with_session()).await.visitor
    }

    /// Why who asks with the session cookie is a stranger; it must have been counted.
    pub async fn refused(&self, reason: &str) -> Refusal {
        let before = self.counted("visitor_refusals", reason);
        match self.visitor().await {
            Visitor::Stranger(Stranger::Refused(refusal)) => {
                assert_eq!(refusal.reason(), reason);
                assert_eq!(self.counted("visitor_refusals", reason), before + 1, "{reason}");
                assert!(!refusal.to_string().is_empty());
                refusal
            }
            other => panic!("{other:?} instead of {reason}"),
        }
    }

    /// How often something was refused for a reason.
    pub fn counted(&self, metric: &str, reason: &str) -> u64 {
        let line = format!("perfex_bridge_{metric}_total{{reason=\"{reason}\"}} ");
        let text = self.metrics.encode(None).unwrap();
        text.lines().find_map(|known| known.strip_prefix(&line)).map_or(0, |count| count.parse().unwrap())
    }

    pub async fn secret(&self) -> Secret {
        let mut session = self.shop.app.database.session().await.unwrap();
        Secrets::read(&mut session, &self.shop.app.cipher).await.unwrap().unwrap().current().clone()
    }

    /// What the gateway says about a stranger, now.
    pub fn claim(&self) -> Claim {
        Claim {
            at: self.shop.now().timestamp(),
            nonce: perfex_bridge::entropy::hex::<16>(&*self.shop.app.entropy),
            address: address(),
            language: None,
            contact: None,
            client: None,
            staff: None,
            csrf: None,
        }
    }

    /// A request through the gateway.
    pub async fn signed(&self, method: &str, target: &str, body: &str, claim: &Claim) -> Request<Vec<u8>> {
        let method_name = method.parse().unwrap();
        let header = sign(&self.secret().await, &method_name, target, body.as_bytes(), claim);
        request(method, target, &[("bridge-identity", &header)], body)
    }

    /// The same from a browser that has our cookie of forms.
    pub async fn signed_by_browser(
        &self,
        method: &str,
        target: &str,
        body: &str,
        claim: &Claim,
    ) -> Request<Vec<u8>> {
        let mut request = self.signed(method, target, body, claim).await;
        let cookie = format!("__Host-perfex_bridge_csrf={SESSION}");
        request.headers.insert("cookie", cookie.parse().unwrap());
        request
    }

    /// What became of a request through the gateway, in a word; a refusal must have been counted.
    pub async fn answer(&self, request: &Request<Vec<u8>>) -> String {
        let before = |reason: &str| self.counted("gateway_refusals", reason);
        let known = REASONS.map(before);
        match self.identity.asker(request).await {
            Ok(asker) => asker.visitor.to_string(),
            Err(IdentityError::Gateway(refusal)) => {
                let reason = refusal.reason();
                let at = REASONS.iter().position(|known| *known == reason).unwrap();
                assert_eq!(before(reason), known[at] + 1, "{reason} was not counted");
                reason.to_owned()
            }
            Err(IdentityError::Database(error)) => panic!("{error}"),
        }
    }
}

/// Every reason to refuse the gateway's word.
pub const REASONS: [&str; 11] = [
    "not_local",
    "several",
    "malformed",
    "version",
    "no_secret",
    "signature",
    "stale",
    "early",
    "before_start",
    "replayed",
    "full",
];

pub fn address() -> IpAddr {
    ADDRESS.parse().unwrap()
}

/// A request as a web server on this machine hands it over.
pub fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Request<Vec<u8>> {
    let mut all = HeaderMap::new();
    for (name, value) in headers {
        all.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (target, None),
    };
    Request {
        method: method.parse().unwrap(),
        path: path.to_owned(),
        query,
        headers: all,
        visitor: address(),
        local: true,
        body: body.as_bytes().to_vec(),
    }
}

/// A look at a page with cookies.
pub fn with_cookies(cookies: &str) -> Request<Vec<u8>> {
    request("GET", "/clients/licenses", &[("cookie", cookies)], "")
}

/// A look at a page with the session cookie.
pub fn with_session() -> Request<Vec<u8>> {
    with_cookies(&format!("csrf_cookie_name=x; sp_session={SESSION}"))
}
