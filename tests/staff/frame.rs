//! What every page for staff gets from the frame, shown on a page of the test's own.

use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::BoxFuture;
use perfex_bridge::audit::{self, Deed};
use perfex_bridge::db::Database;
use perfex_bridge::http::PageError;
use perfex_bridge::http::staff::{
    AuditLine, Capability, Column, Feature, Keyset, Listing, Place, StaffAnswer, StaffPage, StaffVisit, Table,
};
use perfex_bridge::ids::StaffId;
use serde_json::{Value, json};
use tera::Context;

use super::office::Office;
use crate::identity::house::ADA;

const GARDEN: Feature = Feature { name: "garden", label: "Garden" };
const MAX: StaffId = StaffId(7);
const COLUMNS: &[Column] = &[
    Column::sorted("name", "staff-save"),
    Column::plain("staff-back").class("hidden-xs"),
    Column::sorted("size", "staff-cancel"),
];

/// A page with lists, a form and a deed.
struct Garden {
    at: &'static str,
    database: Database,
    /// How often somebody began to rake.
    raked: AtomicU32,
}

impl StaffPage for Garden {
    fn at(&self) -> &'static str {
        self.at
    }

    fn feature(&self) -> Feature {
        GARDEN
    }

    fn needs(&self, below: &[&str]) -> Capability {
        if below.contains(&"dig-up") { Capability::Delete } else { Capability::Create }
    }

    fn answer(&self, visit: StaffVisit) -> BoxFuture<'_, Result<StaffAnswer, PageError>> {
        Box::pin(async move { self.say(visit).await })
    }
}

impl Garden {
    async fn say(&self, mut visit: StaffVisit) -> Result<StaffAnswer, PageError> {
        match (visit.sends(), visit.below().as_slice()) {
            (true, ["beds", _, "plant"]) => {
                let name = visit.required("key-bed", 5);
                if visit.form.is_refused() {
                    return page(&visit, "", &[]);
                }
                let mut session = self.database.begin().await?;
                let deed = Deed::new("bed", &3, "planted")
                    .changed("email", Some("<old>"), Some(name))
                    .changed("state", Some("same"), Some("same"))
                    .changed("note", Some(""), None::<String>);
                visit.record(&mut session, &deed).await?;
                session.commit().await?;
                Ok(visit.done_about("garden", "garden", "Rösé-1"))
            }
            (true, ["rake", losses]) => {
                let mut session = self.database.begin().await?;
                visit.record(&mut session, &Deed::new("bed", &3, "raked")).await?;
                if self.raked.fetch_add(1, Ordering::Relaxed) < losses.parse().unwrap() {
                    session.run_text("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213").await?;
                }
                session.commit().await?;
                Ok(visit.done("garden", "garden"))
            }
            (true, ["dig-up"]) => Ok(StaffAnswer::Stale),
            (false, ["beds.csv"]) => Ok(StaffAnswer::File {
                name: "be\"ds\r\n.csv".to_owned(),
                media: "text/csv; charset=utf-8",
                bytes: b"id\n1\n".to_vec(),
            }),
            (false, ["pages"]) => {
                let listing = Listing::of(&visit.query, COLUMNS, 10);
                let asked = (listing.sort(), listing.descending(), listing.limit(), listing.offset());
                page(&visit, &format!("{asked:?}|{}", json!(listing.table(&visit, 25))), &[])
            }
            (false, ["long"]) => {
                // Rows 1 to 5, two a page.
                let keyset = Keyset::of(&visit.query, 2);
                let rows: Vec<i64> = match keyset.place() {
                    Place::Newest => (1..=5).rev().take(3).collect(),
                    Place::Before(row) => (1..row).rev().take(3).collect(),
                    Place::After(row) => (row + 1..=5).take(3).collect(),
                };
                let (rows, pager) = keyset.cut(&visit, rows, |row| *row);
                let table = json!(Table::fixed(&visit, COLUMNS, pager));
                page(&visit, &format!("{rows:?}|{}", table["pager"]), &[])
            }
            (false, [] | ["beds", ..]) => {
                let mut session = self.database.session().await?;
                let deeds = audit::of(&mut session, "bed", &3, 10).await?;
                page(&visit, "", &AuditLine::of(&visit, &deeds))
            }
            _ => Ok(StaffAnswer::Unknown),
        }
    }
}

/// A page with a form, a text and audit lines.
fn page(visit: &StaffVisit, text: &str, lines: &[AuditLine]) -> Result<StaffAnswer, PageError> {
    let panel = json!({
        "module": "bed", "title": "", "state": "valid", "colour": "success", "reason": text, "trouble": null,
        "key": false, "facts": [],
    });
    let mut context = Context::new();
    context.insert("panels", &[panel]);
    context.insert("audit", lines);
    visit.page("licenses.html", "Garden".to_owned(), context)
}

async fn office() -> Office {
    let office = Office::with(false).await;
    let database = office.house.shop.app.database.clone();
    let garden = |at| Garden { at, database: database.clone(), raked: AtomicU32::new(0) };
    office.showing(garden("garden")).showing(garden("garden/shed"))
}

/// The text on the page: what was read, and JSON.
async fn told(office: &Office, target: &str) -> (String, Value) {
    let html = office.look(ADA, target).await.html;
    let text = html.split_once("</h4>\n<p>").unwrap().1.split_once("</p>").unwrap().0;
    let text =
        text.replace("&quot;", "\"").replace("&#x27;", "'").replace("&amp;", "&").replace("&#x2F;", "/");
    let (read, json) = text.split_once('|').unwrap();
    (read.to_owned(), serde_json::from_str(json).unwrap())
}

#[tokio::test]
async fn the_longest_match_gets_the_request_and_nothing_else_does() {
    let office = office().await;
    for (target, status) in [
        ("garden", 200),
        ("garden/", 200),
        ("garden/shed", 200),
        ("garden/shed/long", 200),
        ("garden/attic", 404),
        ("gardens", 404),
        ("", 404),
        ("pool", 404),
    ] {
        assert_eq!(office.look(ADA, target).await.status, status, "{target}");
    }
    assert_eq!(office.ask(Some(ADA), "PUT", "garden", "").await.status, 403);
}

#[tokio::test]
async fn each_form_needs_the_capability_that_its_page_names() {
    let office = office().await;
    office.hire(7, "garden", &["view", "edit"]).await;
    office.hire(8, "garden", &["view", "edit", "create"]).await;
    let lacking = async |staff: StaffId, target: &str| {
        let answer = office.send(staff, "garden", target, "key-bed=rose").await;
        let lack =
            answer.html.split_once("das Recht „").map(|(_, rest)| rest.split_once('“').unwrap().0.to_owned());
        (answer.status.as_u16(), lack.unwrap_or_default())
    };
    assert_eq!(lacking(MAX, "garden/beds/3/plant").await, (403, "Anlegen".to_owned()));
    assert_eq!(lacking(StaffId(8), "garden/beds/3/plant").await, (303, String::new()));
    assert_eq!(lacking(StaffId(8), "garden/dig-up").await, (403, "Löschen".to_owned()));
    office.hire(9, "perfex_bridge", &["view", "edit"]).await;
    assert_eq!(office.look(StaffId(9), "garden").await.status, 403, "a capability is one of a feature");
}

#[tokio::test]
async fn a_deed_that_loses_against_another_one_is_done_again_and_counts_once() {
    let office = office().await;
    let raked = "SELECT COUNT(*) FROM `tblbridge_audit` WHERE `action` = 'raked'";
    let answer = office.send(ADA, "garden", "garden/rake/2", "").await;
    assert_eq!((answer.status.as_u16(), office.rows::<i64>(raked).await), (303, vec![1]));
    // Somebody who is always in the way is not waited for without end.
    let answer = office.send(ADA, "garden", "garden/shed/rake/99", "").await;
    assert_eq!((answer.status.as_u16(), office.rows::<i64>(raked).await), (503, vec![1]));
}

#[tokio::test]
async fn a_field_comes_back_filled_with_a_sentence() {
    let office = office().await;
    let refused = office.send(ADA, "garden", "garden/beds/3/plant", "key-bed=%22long+name").await;
    assert_eq!(refused.status, 422);
    for part in
        ["value=\"&quot;long name\"", "This is too long: at most 5 characters fit.", "aria-invalid=\"true\""]
    {
        assert!(refused.html.contains(part), "{part}: {}", refused.html);
    }
    let refused = office.send(ADA, "garden", "garden/beds/3/plant", "key-bed=++").await;
    assert!(refused.status == 422 && refused.html.contains("Please fill this in."), "{}", refused.html);
    let stale = office.send(ADA, "garden", "garden/dig-up", "").await;
    assert!(stale.status == 422 && stale.html.contains("This form is out of date"), "{}", stale.html);
}

#[tokio::test]
async fn a_change_is_written_down_with_what_stood_there_before() {
    let office = office().await;
    let done = office.send(ADA, "garden", "garden/beds/3/plant", "key-bed=rose").await;
    // The way back from where the form was sent to.
    let back = "../../../garden?said=garden&about=R%C3%B6s%C3%A9-1";
    assert_eq!((done.status.as_u16(), done.location()), (303, back));
    let page = office.look(ADA, "garden").await.html;
    for part in ["<strong>Ada Admin</strong> bed 3: planted", "<del>&lt;old&gt;</del>", "<ins>rose</ins>"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("same") && !page.contains("note"), "what did not change is not told: {page}");
}

#[tokio::test]
async fn what_was_said_is_one_of_our_sentences() {
    let office = office().await;
    let said = |html: &str| html.split_once("role=\"status\">").map(|(_, rest)| rest[..30].to_owned());
    let page = office.look(ADA, "garden?said=license-checked").await.html;
    assert_eq!(said(&page).as_deref(), Some("The license server was asked.<"), "{page}");
    for made_up in ["Pay+me", "refused", "license-checked&about=%3Cb%3E", ""] {
        let page = office.look(ADA, &format!("garden?said={made_up}")).await.html;
        assert_eq!(said(&page), None, "{made_up}");
    }
}

#[tokio::test]
async fn a_list_sorts_by_its_columns_only_and_has_pages() {
    let office = office().await;
    let (asked, table) = told(&office, "garden/pages").await;
    assert_eq!(asked, "(\"name\", false, 10, 0)");
    let head = |table: &Value, at: usize| {
        let head = &table["heads"][at];
        (head["href"].clone(), head["order"].clone(), head["class"].clone())
    };
    assert_eq!(head(&table, 0), (json!("?sort=name&order=desc"), json!("ascending"), json!("")));
    assert_eq!(head(&table, 1), (Value::Null, json!("none"), json!("hidden-xs")));
    assert_eq!(head(&table, 2), (json!("?sort=size&order=asc"), json!("none"), json!("")));
    assert_eq!(table["pager"], json!({"shown": "1 to 10 of 25", "previous": null, "next": "?page=2"}));
    let (asked, table) = told(&office, "garden/pages?sort=size&order=desc&page=3&q=x+y&said=garden").await;
    assert_eq!(asked, "(\"size\", true, 10, 20)");
    let back = "?sort=size&order=desc&q=x+y&page=2";
    assert_eq!(table["pager"], json!({"shown": "21 to 25 of 25", "previous": back, "next": null}));
    let (asked, _) = told(&office, "garden/pages?sort=id%3B--&page=-1").await;
    assert_eq!(asked, "(\"name\", false, 10, 0)");
}

#[tokio::test]
async fn a_long_list_goes_on_from_a_row() {
    let office = office().await;
    for (query, rows, previous, next) in [
        ("", "[5, 4]", None, Some("?before=4")),
        ("?before=4", "[3, 2]", Some("?after=3"), Some("?before=2")),
        ("?before=2", "[1]", Some("?after=1"), None),
        ("?after=1", "[3, 2]", Some("?after=3"), Some("?before=2")),
        ("?after=3", "[5, 4]", None, Some("?before=4")),
        ("?before=1", "[]", Some("?"), None),
    ] {
        let (read, pager) = told(&office, &format!("garden/long{query}")).await;
        assert_eq!(read, rows, "{query}");
        assert_eq!(pager, json!({"shown": "", "previous": previous, "next": next}), "{query}");
    }
}

#[tokio::test]
async fn a_file_is_kept_and_not_shown() {
    let office = office().await;
    let file = office.look(ADA, "garden/beds.csv").await;
    assert_eq!((file.status.as_u16(), file.html.as_str()), (200, "id\n1\n"));
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"beds.csv\"");
    assert_eq!(file.headers["x-content-type-options"], "nosniff");
    assert!(file.headers.get("bridge-fragment").is_none());
}
