//! Visitors with a cookie, as pages see them.

use chrono::TimeDelta;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::http::{AskPhp, Refusal, Stranger, Visitor};

use perfex_bridge::perfex::app_config::SessionSettings;
use perfex_bridge::perfex::portal_contact::{ContactRefusal, Permission};
use perfex_bridge::perfex::session::{SessionRefusal, Unreadable};

use super::house::{ADA, ADDRESS, House, SESSION, request, with_cookies, with_session};
use crate::support::crm;
use crate::support::mariadb::{Database, Server};
use crate::support::{php, rows};

const NOBODY: Visitor = Visitor::Stranger(Stranger::Nobody);
const REMEMBERED: Visitor = Visitor::Stranger(Stranger::AskPhp(AskPhp::Remembered));

#[tokio::test]
async fn a_contact_who_signed_in_is_known_with_permissions_and_language() {
    for crm in [Database::perfex_300().await, Database::perfex_341().await] {
        let house = House::beside(crm).await;
        house.eva_signs_in().await;
        let asker = house.asker(&with_session()).await;
        assert_eq!((asker.language(), asker.address.to_string().as_str()), (Some("german"), ADDRESS));
        let Visitor::Contact { contact, impersonated_by: None } = asker.visitor else { panic!("{asker:?}") };
        assert_eq!((contact.contact, contact.client, contact.primary), (house.eva, house.client, true));
        assert!(
            contact.permissions.has(Permission::Invoices) && contact.permissions.has(Permission::Projects)
        );

        house.sql("DELETE FROM `tblcontact_permissions` WHERE `permission_id` IN (1, 5)").await;
        house.sql("UPDATE `tblcontacts` SET `is_primary` = 0").await;
        let Visitor::Contact { contact, .. } = house.visitor().await else { panic!() };
        let has = |permission| contact.permissions.has(permission);
        assert!(!has(Permission::Invoices) && !has(Permission::Support) && has(Permission::Contracts));
        assert!(!contact.primary);
        house.sql("DELETE FROM `tblcontact_permissions`").await;
        let Visitor::Contact { contact, .. } = house.visitor().await else { panic!() };
        assert!(!contact.permissions.has(Permission::Contracts));
    }
}

#[tokio::test]
async fn without_a_session_in_which_somebody_signed_in_a_visitor_is_nobody() {
    let house = House::open().await;
    assert_eq!(house.asker(&request("GET", "/shop", &[], "")).await.visitor, NOBODY);
    house.session("['red_url' => 'x']").await;
    assert_eq!(house.visitor().await, NOBODY);
    house.session("['tfa_staffid' => '1']").await;
    assert_eq!(house.visitor().await, NOBODY);
}

#[tokio::test]
async fn the_contacts_own_row_has_the_last_word_at_every_request() {
    let house = House::open().await;
    house.eva_signs_in().await;
    for (spoilt, mended, reason, refusal) in [
        (
            "UPDATE `tblcontacts` SET `active` = 0",
            "UPDATE `tblcontacts` SET `active` = 1",
            "contact_inactive",
            ContactRefusal::Inactive,
        ),
        (
            "UPDATE `tblclients` SET `active` = 0",
            "UPDATE `tblclients` SET `active` = 1",
            "client_inactive",
            ContactRefusal::ClientInactive,
        ),
        (
            "UPDATE `tblcontacts` SET `email_verified_at` = NULL",
            "UPDATE `tblcontacts` SET `email_verified_at` = '2026-03-09 10:00:00'",
            "contact_unverified",
            ContactRefusal::Unverified,
        ),
        (
            "UPDATE `tblcontacts` SET `userid` = `userid` + 1",
            "UPDATE `tblcontacts` SET `userid` = `userid` - 1",
            "contact_unknown",
            ContactRefusal::Unknown,
        ),
    ] {
        assert!(matches!(house.visitor().await, Visitor::Contact { .. }), "before {spoilt}");
        house.sql(spoilt).await;
        assert_eq!(house.refused(reason).await, Refusal::Contact(refusal), "{spoilt}");
        house.sql(mended).await;
    }
    house.sql("DELETE FROM `tblclients`").await;
    assert_eq!(house.refused("client_inactive").await, ContactRefusal::ClientInactive.into());
    house.sql("DELETE FROM `tblcontacts`").await;
    assert_eq!(house.refused("contact_unknown").await, ContactRefusal::Unknown.into());
}

#[tokio::test]
async fn a_session_that_does_not_count_makes_a_stranger_with_a_reason() {
    let house = House::open().await;
    assert_eq!(house.refused("session_unknown").await, SessionRefusal::Unknown.into());
    house.eva_signs_in().await;
    house.shop.pass(TimeDelta::hours(9));
    assert_eq!(house.refused("session_expired").await, SessionRefusal::Expired.into());
    for wrong in ["short", "0123456789abcdef0123456789abcde%27", ""] {
        let visitor = house.asker(&with_cookies(&format!("sp_session={wrong}"))).await.visitor;
        assert!(matches!(visitor, Visitor::Stranger(Stranger::Refused(Refusal::Cookie(_)))), "{visitor:?}");
    }
    assert_eq!(house.counted("visitor_refusals", "cookie"), 3);

    house.eva_signs_in().await;
    let bound = SessionSettings { match_ip: true, ..SessionSettings::default() };
    let house = house.keeping_sessions(&bound);
    assert!(matches!(house.visitor().await, Visitor::Contact { .. }));
    house.sql("UPDATE `tblsessions` SET `ip_address` = '198.51.100.1'").await;
    assert_eq!(house.refused("session_address").await, SessionRefusal::OtherAddress.into());
}

#[tokio::test]
async fn a_cookie_alone_makes_nobody_staff() {
    let house = House::open().await;
    house.session("['staff_user_id' => '1', 'staff_logged_in' => true]").await;
    assert_eq!(house.refused("staff_by_cookie").await, Refusal::StaffByCookie);
}

#[tokio::test]
async fn staff_who_look_as_a_contact_are_named_while_they_are_active() {
    let house = House::open().await;
    let staff = "['staff_user_id' => '1', 'staff_logged_in' => true, 'logged_in_as_client' => true]";
    house.session(&format!("{} + {staff}", house.eva_in_php())).await;
    let visitor = house.visitor().await;
    assert!(matches!(visitor, Visitor::Contact { impersonated_by: Some(ADA), .. }), "{visitor:?}");
    assert_eq!(visitor.to_string(), format!("contact {} of {} by staff 1", house.eva, house.client));
    house.sql("UPDATE `tblstaff` SET `active` = 0").await;
    assert_eq!(house.refused("impersonator").await, ContactRefusal::Impersonator.into());
    house.sql("DELETE FROM `tblstaff`").await;
    assert_eq!(house.refused("impersonator").await, ContactRefusal::Impersonator.into());
}

#[tokio::test]
async fn a_remembered_browser_is_left_to_php() {
    let cookie = "a%3A2%3A%7Bs%3A7%3A%22user_id%22%3Bs%3A1%3A%221%22%3B%7D";
    let settings = SessionSettings { cookie_prefix: "crm_".into(), ..SessionSettings::default() };
    for (name, house) in [
        ("autologin", House::open().await),
        ("crm_autologin", House::open().await.keeping_sessions(&settings)),
    ] {
        let both = with_cookies(&format!("{name}={cookie}; sp_session={SESSION}"));
        // No session at all, one that is gone, one in which nobody is signed in.
        assert_eq!(house.asker(&with_cookies(&format!("{name}={cookie}"))).await.visitor, REMEMBERED);
        assert_eq!(house.asker(&both).await.visitor, REMEMBERED);
        house.session("[]").await;
        assert_eq!(house.asker(&both).await.visitor, REMEMBERED);
        house.eva_signs_in().await;
        assert!(matches!(house.asker(&both).await.visitor, Visitor::Contact { .. }));
        // Perfex empties the cookie at sign-out.
        house.session("[]").await;
        assert_eq!(
            house.asker(&with_cookies(&format!("{name}=; sp_session={SESSION}"))).await.visitor,
            NOBODY
        );
        // Who is somebody, and not welcome, stays it: PHP would say the same.
        house.eva_signs_in().await;
        house.sql("UPDATE `tblcontacts` SET `active` = 0").await;
        assert!(matches!(house.asker(&both).await.visitor, Visitor::Stranger(Stranger::Refused(_))));
    }
}

#[tokio::test]
async fn sessions_that_only_php_can_read_are_left_to_php() {
    let house = House::open().await;
    let data = php::session_by("php_serialize", &house.eva_in_php());
    let (conn, now) = (&mut house.shop.conn().await, house.shop.now());
    crm::write_session(conn, SESSION, super::house::address(), now, &data).await;
    let unreadable = |why| Visitor::Stranger(Stranger::AskPhp(AskPhp::Session(why)));
    assert_eq!(house.visitor().await, unreadable(Unreadable::Format));
    let files = SessionSettings { driver: "files".into(), save_path: None, ..SessionSettings::default() };
    let house = house.keeping_sessions(&files);
    assert_eq!(house.visitor().await, unreadable(Unreadable::Driver("files".into())));
    assert_eq!(house.counted("visitor_refusals", "session_unreadable"), 2);
    assert_eq!(house.asker(&request("GET", "/shop", &[], "")).await.visitor, NOBODY);
}

#[tokio::test]
async fn the_first_of_several_cookies_counts_as_in_php_and_a_comma_may_be_escaped() {
    let house = House::open().await;
    let id = "0123456789abcdefghij,klmno";
    let data = php::session(&house.eva_in_php());
    let (conn, now) = (&mut house.shop.conn().await, house.shop.now());
    crm::write_session(conn, id, super::house::address(), now, &data).await;
    for cookie in [id.replace(',', "%2C"), id.replace(',', "%2c"), id.to_owned()] {
        let visitor = house.asker(&with_cookies(&format!("sp_session={cookie}; sp_session={SESSION}"))).await;
        assert!(matches!(visitor.visitor, Visitor::Contact { .. }), "{cookie} {visitor:?}");
    }
}

#[tokio::test]
async fn the_visitors_choice_of_language_goes_before_the_clients_and_that_before_the_crms() {
    let house = House::open().await;
    house.eva_signs_in().await;
    let language = async |cookies: &str| {
        let cookies = format!("sp_session={SESSION}; {cookies}");
        house.asker(&with_cookies(&cookies)).await.language().map(str::to_owned)
    };
    assert_eq!(language("").await.as_deref(), Some("german"));
    assert_eq!(language("contact_language=vietnamese").await.as_deref(), Some("vietnamese"));
    assert_eq!(language("contact_language=../../etc").await.as_deref(), Some("german"));
    house.sql("UPDATE `tbloptions` SET `value` = '1' WHERE `name` = 'disable_language'").await;
    assert_eq!(language("").await.as_deref(), Some("english"));
    house.sql("UPDATE `tbloptions` SET `value` = '0' WHERE `name` = 'disable_language'").await;
    house.sql("UPDATE `tblclients` SET `default_language` = ''").await;
    house.sql("UPDATE `tbloptions` SET `value` = 'spanish' WHERE `name` = 'active_language'").await;
    assert_eq!(language("").await.as_deref(), Some("spanish"));
    let stranger = house.asker(&with_cookies("contact_language=german")).await;
    assert_eq!((stranger.language(), &stranger.visitor), (Some("german"), &NOBODY));
    assert_eq!(house.asker(&with_cookies("x=y")).await.language(), None);
}

#[tokio::test]
async fn a_page_costs_two_statements_at_most_and_nothing_is_written() {
    let server = Server::own().await;
    let house = House::beside(server.perfex_341().await).await;
    house.eva_signs_in().await;
    let conn = &mut house.shop.conn().await;
    let before = rows::checksums(conn).await;
    let mut counts = Vec::new();
    let (mut contact, mut stranger) = (house.claim(), house.claim());
    (contact.contact, contact.client) = (Some(house.eva), Some(house.client));
    stranger.language = Some("german".into());
    let by_contact = house.signed("GET", "/shop", "", &contact).await;
    let by_stranger = house.signed("GET", "/shop", "", &stranger).await;
    let staff = house
        .signed("GET", "/shop", "", &{
            let mut claim = house.claim();
            claim.staff = Some(ADA);
            claim
        })
        .await;
    let first = house.signed("GET", "/shop", "", &house.claim()).await;
    for request in [
        first, // Looks the secret up.
        with_session(),
        request("GET", "/shop", &[], ""),
        by_contact,
        staff,
        by_stranger,
    ] {
        let executed = "SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'";
        let (_, from): (String, u64) = conn.query_first(executed).await.unwrap().unwrap();
        house.asker(&request).await;
        let (_, to): (String, u64) = conn.query_first(executed).await.unwrap().unwrap();
        counts.push(to - from);
    }
    assert_eq!(counts, [1, 2, 0, 1, 1, 0]);
    assert_eq!(rows::checksums(conn).await, before);
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_no_stranger() {
    let server = Server::own().await;
    let house = House::beside(server.perfex_341().await).await;
    house.eva_signs_in().await;
    server.kill();
    let error = house.identity.asker(&with_session()).await.unwrap_err();
    assert_eq!(error.status().as_u16(), 503, "{error}");
}
