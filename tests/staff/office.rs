//! Pages for staff beside a CRM, as staff see them: through the gateway, without its PHP.

use std::sync::Arc;

use mysql_async::prelude::{FromRow, Queryable as _};
use perfex_bridge::http::gateway::Claim;
use perfex_bridge::http::staff::{StaffDesk, StaffDoor, StaffPage};
use perfex_bridge::ids::StaffId;
use perfex_bridge::text::StaffTexts;
use warp::http::{HeaderMap, StatusCode};
use warp::hyper::body::Bytes;

use crate::identity::house::House;

/// A desk with the pages of a test.
pub struct Office {
    pub house: House,
    pub desk: StaffDesk,
}

/// An answer, read.
#[derive(Debug)]
pub struct Seen {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub html: String,
}

impl Office {
    /// An office in which nobody changes anything, or a usual one; without pages.
    pub async fn with(read_only: bool) -> Self {
        Self::of(House::open().await, read_only)
    }

    /// The same in a house that is there.
    pub fn of(house: House, read_only: bool) -> Self {
        let app = &house.shop.app;
        let texts = StaffTexts::load().unwrap();
        let (identity, csrf) = house.frame();
        let door = StaffDoor::new(identity, csrf, texts.clone(), read_only);
        let desk = StaffDesk::new(app.database.clone(), Arc::clone(&app.clock), Arc::new(door), texts);
        Self { house, desk }
    }

    /// With one page more.
    pub fn showing(mut self, page: impl StaffPage) -> Self {
        self.desk = self.desk.with(page);
        self
    }

    /// A staff member with capabilities of `feature`, who speaks German.
    pub async fn hire(&self, id: i64, feature: &str, capabilities: &[&str]) {
        self.house
            .sql(&format!(
                "INSERT INTO `tblstaff` (`staffid`, `email`, `firstname`, `lastname`, `password`, `datecreated`, `admin`,
                   `active`, `default_language`) VALUES ({id}, 'm{id}@seller.example', 'Max', 'Muster', '',
                   '2026-01-05 09:00:00', 0, 1, 'german')"
            ))
            .await;
        for capability in capabilities {
            self.house
                .sql(&format!(
                    "INSERT INTO `tblstaff_permissions` (`staff_id`, `feature`, `capability`)
                     VALUES ({id}, '{feature}', '{capability}')"
                ))
                .await;
        }
    }

    /// Sends a request to `target`, such as `licenses?said=checked`.
    pub async fn ask(&self, staff: Option<StaffId>, method: &str, target: &str, body: &str) -> Seen {
        let claim = Claim { staff, ..self.house.claim() };
        let target = format!("/bridge/staff/{target}");
        let asked = self.house.signed_by_browser(method, &target, body, &claim).await;
        seen(self.desk.answer(asked).await).await
    }

    pub async fn look(&self, staff: StaffId, target: &str) -> Seen {
        self.ask(Some(staff), "GET", target, "").await
    }

    /// Sends fields to `target` with the token of the form on `page`.
    pub async fn send(&self, staff: StaffId, page: &str, target: &str, fields: &str) -> Seen {
        let seen = self.look(staff, page).await.html;
        let token = seen.split_once("name=\"bridge_csrf\" value=\"").unwrap().1.split_once('"').unwrap().0;
        let body = format!("bridge_csrf={token}&{fields}");
        self.ask(Some(staff), "POST", target, &body).await
    }

    /// All rows of a query.
    pub async fn rows<T: FromRow + Send + 'static>(&self, sql: &str) -> Vec<T> {
        self.house.shop.conn().await.query(sql).await.unwrap()
    }
}

impl Seen {
    /// The page without its style, and with the forms' tokens, which are random, taken out.
    pub fn stable(&self) -> String {
        let after = self.html.split_once("</style>").map_or(self.html.as_str(), |(_, rest)| rest);
        let mut parts = after.split("name=\"bridge_csrf\" value=\"");
        let mut stable = parts.next().unwrap().to_owned();
        for part in parts {
            stable.push_str("name=\"bridge_csrf\" value=\"TOKEN");
            stable.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
        }
        let lines = stable.lines().map(str::trim_end).filter(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join("\n")
    }

    pub fn location(&self) -> &str {
        self.headers["location"].to_str().unwrap()
    }
}

pub async fn seen(response: warp::reply::Response) -> Seen {
    let (head, body) = response.into_parts();
    let bytes: Bytes = http_body_util::BodyExt::collect(body).await.unwrap().to_bytes();
    Seen { status: head.status, headers: head.headers, html: String::from_utf8(bytes.to_vec()).unwrap() }
}
