//! The checkout of a shop, and browsers that use it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use http_body_util::BodyExt as _;
use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::http::Request;
use perfex_bridge::metrics::Metrics;
use perfex_bridge::perfex::fitness::Fitness;
use perfex_bridge::shop::checkout::{CheckoutPage, CountryLists, Desk, Gate, Placed, Tickets};
use perfex_bridge::shop::storefront::ShopPages;
use url::form_urlencoded;
use warp::http::{HeaderMap, HeaderName, Method, header};

use crate::support::mariadb::Database;
use crate::support::shop::Shop;

/// Where every visitor is.
const ADDRESS: &str = "203.0.113.9";

/// A shop with its checkout.
pub struct Till {
    pub shop: Shop,
    pub page: CheckoutPage,
    /// How often somebody was told that mails may leave.
    pub nudges: Arc<AtomicU32>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub html: String,
}

/// A form as a browser sends it: names may repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled(Vec<(String, String)>);

/// A browser with its cookies.
pub struct Browser<'a> {
    till: &'a Till,
    pub cookies: BTreeMap<String, String>,
    pub language: &'static str,
}

impl Till {
    pub async fn open() -> Self {
        Self::beside(Database::perfex_341().await).await
    }

    pub async fn beside(crm: Database) -> Self {
        Self::with(Shop::beside(crm).await, 1_000_000, 1_000_000)
    }

    /// With limits for networks and mail addresses.
    pub fn with(shop: Shop, per_network: u32, per_mailbox: u32) -> Self {
        let app = &shop.app;
        let metrics = Metrics::new("test");
        let identity = Arc::new(app.identity(&metrics));
        let nudges = Arc::new(AtomicU32::new(0));
        let told = Arc::clone(&nudges);
        let page = CheckoutPage {
            pages: ShopPages::new(app.database.clone(), identity, app.base_url.clone(), false).unwrap(),
            desk: Desk::new(app.workshop.clone(), Fitness::new(app.database.clone(), None)),
            gate: Gate::new(per_network, per_mailbox),
            tickets: Tickets::new(&app.cipher),
            csrf: Arc::new(app.csrf(&metrics)),
            countries: CountryLists::default(),
            entropy: Arc::clone(&app.entropy),
            base_url: app.base_url.clone(),
            read_only: false,
            placed: Placed(Arc::new(move || {
                told.fetch_add(1, Ordering::Relaxed);
            })),
        };
        Self { shop, page, nudges }
    }

    /// Somebody's browser.
    pub fn browser(&self) -> Browser<'_> {
        Browser { till: self, cookies: BTreeMap::new(), language: "en" }
    }

    /// How many rows a table has.
    pub async fn count(&self, table: &str) -> i64 {
        let mut conn: Conn = self.shop.conn().await;
        conn.query_first(format!("SELECT COUNT(*) FROM `tbl{table}`")).await.unwrap().unwrap()
    }

    /// How much there is of everything that an order writes.
    pub async fn written(&self) -> [i64; 6] {
        [
            self.count("clients").await,
            self.count("contacts").await,
            self.count("invoices").await,
            self.count("pm_orders").await,
            self.count("pm_licenses").await,
            self.count("scheduled_emails").await,
        ]
    }
}

impl Browser<'_> {
    /// Opens the checkout.
    pub async fn open(&mut self, query: &str) -> Answer {
        self.request(Method::GET, Some(query), &[], "").await
    }

    /// Opens the checkout, and fills the form as Eva does once she has read it.
    pub async fn filled(&mut self, query: &str) -> Filled {
        let answer = self.open(query).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        self.till.shop.pass(TimeDelta::seconds(20));
        answer.form().eva()
    }

    /// Sends a form as a browser of our own site does.
    pub async fn send(&mut self, form: &Filled) -> Answer {
        self.request(Method::POST, None, &[("sec-fetch-site", "same-origin")], &form.body()).await
    }

    /// Sends anything.
    pub async fn request(
        &mut self,
        method: Method,
        query: Option<&str>,
        headers: &[(&'static str, &str)],
        body: &str,
    ) -> Answer {
        let mut map = HeaderMap::new();
        map.insert(header::ACCEPT_LANGUAGE, self.language.parse().unwrap());
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            map.insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        for (name, value) in headers {
            map.insert(HeaderName::from_static(name), value.parse().unwrap());
        }
        let request = Request {
            method,
            path: "/shop/checkout".into(),
            query: query.map(str::to_owned),
            headers: map,
            visitor: ADDRESS.parse().unwrap(),
            local: true,
            body: body.as_bytes().to_vec(),
        };
        let (parts, body) = self.till.page.answer(&request).await.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let html = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            html: String::from_utf8(html.to_vec()).unwrap(),
        }
    }
}

impl Answer {
    /// Where it leads: the order's token.
    pub fn order(&self) -> String {
        assert_eq!(self.status, 303, "{}", self.html);
        let location = self.headers[header::LOCATION].to_str().unwrap();
        let token = location.strip_prefix("/shop/order/").unwrap().trim_end_matches("?again=1").to_owned();
        assert_eq!(token.len(), 32, "{location}");
        token
    }

    /// Whether it leads to an order that was there before.
    pub fn is_again(&self) -> bool {
        self.headers[header::LOCATION].to_str().unwrap().ends_with("?again=1")
    }

    /// The form of the page, as it would be sent by its main button.
    pub fn form(&self) -> Filled {
        let mut pairs = Vec::new();
        for tag in self.html.split("<input ").skip(1).map(|rest| rest.split('>').next().unwrap()) {
            let of = |name: &str| {
                let rest = tag.split_once(&format!("{name}=\""))?.1;
                Some(
                    rest.split_once('"')?
                        .0
                        .replace("&quot;", "\"")
                        .replace("&#x27;", "'")
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&#x2F;", "/")
                        .replace("&amp;", "&"),
                )
            };
            let unticked = tag.contains("type=\"checkbox\"") && !tag.contains(" checked");
            if let (Some(name), false) = (of("name"), unticked) {
                pairs.push((name, of("value").unwrap_or_default()));
            }
        }
        let select = self.html.split_once("<select id=\"country\"");
        if let Some((_, rest)) = select {
            let options = rest.split_once("</select>").unwrap().0;
            let chosen = options.split("<option value=\"").find(|option| option.contains("\" selected"));
            let country = chosen.map_or("", |option| option.split('"').next().unwrap());
            pairs.push(("country".into(), country.into()));
        }
        pairs.push(("step".into(), "order".into()));
        Filled(pairs)
    }

    /// What is wrong, in the order of the page.
    pub fn mistakes(&self) -> Vec<(String, String)> {
        let Some((_, rest)) = self.html.split_once("id=\"errors\"") else { return Vec::new() };
        let list = rest.split_once("</ul>").unwrap().0;
        list.split("<a href=\"#")
            .skip(1)
            .map(|rest| {
                let (field, rest) = rest.split_once("\">").unwrap();
                (field.to_owned(), rest.split_once("</a>").unwrap().0.to_owned())
            })
            .collect()
    }

    /// The fields that are wrong.
    pub fn wrong(&self) -> Vec<String> {
        self.mistakes().into_iter().map(|(field, _)| field).collect()
    }
}

impl Filled {
    /// Filled as Eva does.
    pub fn eva(self) -> Self {
        self.with("firstname", "Eva")
            .with("lastname", "Müller")
            .with("email", "eva@buyer.example")
            .with("terms", "1")
            .with("waiver", "1")
    }

    /// With another value in a field.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.0.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    /// What stands in a field.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    pub fn body(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }
}
