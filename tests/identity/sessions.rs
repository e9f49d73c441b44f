//! The CRM's session rows, written by PHP, read by the daemon.

use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use perfex_bridge::db;
use perfex_bridge::ids::{ClientId, ContactId, StaffId};
use perfex_bridge::perfex::app_config::SessionSettings;
use perfex_bridge::perfex::session::{
    ContactLogin, LONGEST, Login, SessionId, SessionRefusal, Sessions, Unreadable,
};

use crate::support::crm;
use crate::support::mariadb::Database;
use crate::support::php;

const ID: &str = "0123456789abcdef0123456789abcdef";
const VISITOR: &str = "203.0.113.9";
const CONTACT: &str = "['client_user_id' => '12', 'contact_user_id' => '34', 'client_logged_in' => true]";
const EVA: ContactLogin = ContactLogin { contact: ContactId(34), client: ClientId(12) };

/// One CRM and its sessions.
struct Visits {
    crm: Database,
    database: db::Database,
    now: DateTime<Utc>,
}

impl Visits {
    fn of(crm: Database) -> Self {
        let prefix = "tbl".parse().unwrap();
        let database = db::Database::new(&crm.url(), prefix, 2, Duration::from_secs(10)).unwrap();
        Self { crm, database, now: "2026-03-09T10:00:00Z".parse().unwrap() }
    }

    async fn write(&self, id: &str, data: &[u8]) {
        self.write_at(id, self.now, data).await;
    }

    async fn write_at(&self, id: &str, at: DateTime<Utc>, data: &[u8]) {
        crm::write_session(&mut self.crm.conn().await, id, visitor(), at, data).await;
    }

    async fn login(&self, id: &str) -> Result<Login, SessionRefusal> {
        self.login_with(&SessionSettings::default(), id, visitor()).await
    }

    async fn login_with(
        &self,
        settings: &SessionSettings,
        id: &str,
        from: IpAddr,
    ) -> Result<Login, SessionRefusal> {
        let mut session = self.database.session().await.unwrap();
        let id = SessionId::parse(id).unwrap();
        Sessions::new(settings, "tbl").login(&mut session, &id, from, self.now).await.unwrap()
    }
}

fn visitor() -> IpAddr {
    VISITOR.parse().unwrap()
}

#[tokio::test]
async fn what_php_wrote_down_says_who_is_signed_in() {
    for crm in [Database::perfex_300().await, Database::perfex_341().await] {
        let visits = Visits::of(crm);
        for (values, login) in [
            ("[]", Login::Nobody),
            ("['__ci_last_regenerate' => 1, 'red_url' => 'https://crm.example/clients|x;']", Login::Nobody),
            (CONTACT, Login::Contact(EVA)),
            ("['staff_user_id' => '7', 'staff_logged_in' => true, '_prev_url' => 'x']", Login::Staff(StaffId(7))),
            ("['tfa_staffid' => '7', '_two_factor_auth_established' => true]", Login::Nobody),
            (
                "['staff_user_id' => '7', 'staff_logged_in' => true, 'client_user_id' => 12, 'contact_user_id' => 34,
                  'client_logged_in' => true, 'logged_in_as_client' => true]",
                Login::Impersonation { staff: StaffId(7), contact: EVA },
            ),
        ] {
            for id in [ID, "0123456789abcdefghijklmnopqrstuv", "0123456789abcdef0123456789abcdef01234567"] {
                visits.write(id, &php::session(values)).await;
                assert_eq!(visits.login(id).await, Ok(login), "{id} {values}");
            }
        }
    }
}

#[tokio::test]
async fn objects_references_and_bytes_of_other_modules_do_not_matter() {
    let visits = Visits::of(Database::perfex_341().await);
    let data = php::session(
        "(function () {
            $cart = new ArrayObject(['x' => new DateTimeImmutable('2026-03-09'), 'y' => [1, [2, [3]]]]);
            $shared = ['staff_logged_in|b:1;' => \"\\xff\\0|;}{\", 'f' => 0.1, 'n' => null];
            $all = ['cart' => $cart, 'a' => &$shared, 'b' => &$shared, 'again' => $cart];
            return $all + ['client_user_id' => '12', 'contact_user_id' => '34', 'client_logged_in' => true, 'end' => new stdClass()];
        })()",
    );
    assert!(data.windows(2).any(|pair| pair == b"R:" || pair == b"r:"), "no reference in it");
    visits.write(ID, &data).await;
    assert_eq!(visits.login(ID).await, Ok(Login::Contact(EVA)));
}

#[tokio::test]
async fn the_row_is_read_anew_because_the_id_stays_at_sign_in() {
    let visits = Visits::of(Database::perfex_341().await);
    visits.write(ID, &php::session("[]")).await;
    assert_eq!(visits.login(ID).await, Ok(Login::Nobody));
    visits.write(ID, &php::session(CONTACT)).await;
    assert_eq!(visits.login(ID).await, Ok(Login::Contact(EVA)));
    visits.write(ID, &php::session("[]")).await;
    assert_eq!(visits.login(ID).await, Ok(Login::Nobody));
}

#[tokio::test]
async fn another_spelling_of_an_id_is_another_id() {
    let visits = Visits::of(Database::perfex_341().await);
    visits.write(ID, &php::session(CONTACT)).await;
    assert_eq!(visits.login(&ID.to_uppercase()).await, Err(SessionRefusal::Unknown));
    assert_eq!(visits.login(&"f".repeat(32)).await, Err(SessionRefusal::Unknown));
}

#[tokio::test]
async fn a_session_that_was_not_used_for_too_long_is_over() {
    let visits = Visits::of(Database::perfex_341().await);
    let data = php::session(CONTACT);
    for (age, login) in [(28_800, Ok(Login::Contact(EVA))), (28_801, Err(SessionRefusal::Expired))] {
        visits.write_at(ID, visits.now - TimeDelta::seconds(age), &data).await;
        assert_eq!(visits.login(ID).await, login, "{age}");
    }
    // Another machine's clock may be ahead.
    visits.write_at(ID, visits.now + TimeDelta::seconds(30), &data).await;
    assert_eq!(visits.login(ID).await, Ok(Login::Contact(EVA)));
    let short = SessionSettings { expiration: Duration::from_mins(10), ..SessionSettings::default() };
    visits.write_at(ID, visits.now - TimeDelta::seconds(601), &data).await;
    assert_eq!(visits.login_with(&short, ID, visitor()).await, Err(SessionRefusal::Expired));
    // "Until the browser closes" says nothing about the time in between.
    let open = SessionSettings { expiration: Duration::ZERO, ..SessionSettings::default() };
    assert_eq!(visits.login_with(&open, ID, visitor()).await, Ok(Login::Contact(EVA)));
    visits.write_at(ID, visits.now - TimeDelta::seconds(28_801), &data).await;
    assert_eq!(visits.login_with(&open, ID, visitor()).await, Err(SessionRefusal::Expired));
}

#[tokio::test]
async fn the_address_counts_only_where_the_crm_asks_for_it() {
    let visits = Visits::of(Database::perfex_341().await);
    visits.write(ID, &php::session(CONTACT)).await;
    let elsewhere = "198.51.100.1".parse().unwrap();
    let mapped = "::ffff:203.0.113.9".parse().unwrap();
    let bound = SessionSettings { match_ip: true, ..SessionSettings::default() };
    let free = SessionSettings::default();
    assert_eq!(visits.login_with(&free, ID, elsewhere).await, Ok(Login::Contact(EVA)));
    assert_eq!(visits.login_with(&bound, ID, elsewhere).await, Err(SessionRefusal::OtherAddress));
    for from in [visitor(), mapped] {
        assert_eq!(visits.login_with(&bound, ID, from).await, Ok(Login::Contact(EVA)));
    }
}

#[tokio::test]
async fn another_table_of_the_crm_is_read_under_its_name() {
    let visits = Visits::of(Database::perfex_341().await);
    let mut conn = visits.crm.conn().await;
    mysql_async::prelude::Queryable::query_drop(
        &mut conn,
        "CREATE TABLE `tblci_sessions` LIKE `tblsessions`",
    )
    .await
    .unwrap();
    visits.write(ID, &php::session(CONTACT)).await;
    mysql_async::prelude::Queryable::query_drop(
        &mut conn,
        "INSERT INTO `tblci_sessions` SELECT * FROM `tblsessions`; DELETE FROM `tblsessions`",
    )
    .await
    .unwrap();
    for name in ["ci_sessions", "tblci_sessions"] {
        let settings = SessionSettings { save_path: Some(name.to_owned()), ..SessionSettings::default() };
        assert_eq!(visits.login_with(&settings, ID, visitor()).await, Ok(Login::Contact(EVA)));
    }
}

#[tokio::test]
async fn what_only_php_can_read_is_called_so() {
    let visits = Visits::of(Database::perfex_341().await);
    let data = php::session_by("php_serialize", CONTACT);
    visits.write(ID, &data).await;
    assert_eq!(visits.login(ID).await, Err(Unreadable::Format.into()));

    let plain = php::session(&format!("{CONTACT} + ['message' => 'saved']"));
    visits.write(ID, &plain[..plain.len() - 3]).await;
    let at = plain.len() - "message|s:5:\"saved\";".len();
    assert_eq!(visits.login(ID).await, Err(Unreadable::Damaged { at }.into()));

    let files = SessionSettings { driver: "files".to_owned(), save_path: None, ..SessionSettings::default() };
    let refused = Unreadable::Driver("files".to_owned());
    assert_eq!(Sessions::new(&files, "tbl").table(), Err(&refused));
    assert_eq!(visits.login_with(&files, ID, visitor()).await, Err(refused.into()));
    assert_eq!(Sessions::new(&SessionSettings::default(), "tbl").table(), Ok("tblsessions"));
}

#[tokio::test]
async fn a_megabyte_is_read_and_far_more_is_left_to_php() {
    let visits = Visits::of(Database::perfex_341().await);
    let mut conn = visits.crm.conn().await;
    mysql_async::prelude::Queryable::query_drop(
        &mut conn,
        "ALTER TABLE `tblsessions` MODIFY `data` longblob",
    )
    .await
    .unwrap();
    let large = php::session(&format!("['junk' => str_repeat('|', 1 << 20)] + {CONTACT}"));
    visits.write(ID, &large).await;
    assert_eq!(visits.login(ID).await, Ok(Login::Contact(EVA)));
    visits.write(ID, &vec![b'|'; LONGEST + 1]).await;
    assert_eq!(visits.login(ID).await, Err(Unreadable::TooLong.into()));
}
