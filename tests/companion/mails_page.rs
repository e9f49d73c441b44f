//! Our list of mail texts within the CRM's own: what staff see, and what an upgrade leaves.

use mysql_async::prelude::Queryable as _;
use perfex_bridge::companion::mails_page::MailsPage;
use perfex_bridge::ids::StaffId;
use perfex_bridge::perfex::mail_template::NewTemplate;

use crate::staff::office::Office;

async fn office() -> Office {
    let office = Office::with(false).await;
    let app = &office.house.shop.app;
    let page = MailsPage { database: app.database.clone(), texts: app.texts.clone() };
    office.hire(2, "perfex_bridge", &["view"]).await;
    office.showing(page)
}

#[tokio::test]
async fn staff_find_each_mail_with_its_editor_its_state_and_its_fields() {
    let office = office().await;
    let before = office.look(StaffId(2), "mails").await.html;
    assert!(before.contains("nicht im CRM") && !before.contains("email_template/"), "{before}");
    office.house.shop.install_templates().await;
    let mut conn = office.house.shop.conn().await;
    for sql in [
        "UPDATE `tblemailtemplates` SET `active` = 0 WHERE `slug` = 'perfex-bridge-license-move'",
        "UPDATE `tblemailtemplates` SET `subject` = 'Neu' WHERE `slug` = 'perfex-bridge-license-issued' AND `language` = 'german'",
        "UPDATE `tblemailtemplates` SET `message` = '' WHERE `slug` = 'perfex-bridge-trial-started' AND `language` = 'german'",
    ] {
        conn.query_drop(sql).await.unwrap();
    }
    let sql = "SELECT `emailtemplateid` FROM `tblemailtemplates` WHERE `slug` = 'perfex-bridge-license-issued' AND `language` = 'english'";
    let id: i64 = conn.query_first(sql).await.unwrap().unwrap();
    let page = office.look(StaffId(2), "mails").await.html;
    assert!(page.contains(&format!("href=\"../../emails/email_template/{id}\"")), "{page}");
    for part in [
        ">Lizenzen<",
        ">aus<",
        ">an<",
        ">bearbeitet<",
        ">leer, es wird Englisch gesendet<",
        "<code>{license_key}</code>",
        "<code>{crm_url}</code>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test]
async fn what_staff_edited_survives_an_upgrade() {
    let office = office().await;
    let shop = &office.house.shop;
    shop.install_templates().await;
    let mut conn = shop.conn().await;
    conn.query_drop(
        "UPDATE `tblemailtemplates` SET `subject` = 'Mine', `active` = 0 WHERE `type` = 'perfex_bridge'",
    )
    .await
    .unwrap();
    conn.query_drop("DELETE FROM `tblemailtemplates` WHERE `slug` = 'perfex-bridge-license-move' AND `language` = 'german'").await.unwrap();
    // What `install` does with every text of a newer version.
    let mut session = shop.app.database.session().await.unwrap();
    let mut written = 0;
    for text in shop.app.texts.all() {
        let slug = perfex_bridge::perfex::mail_template::slug(text.slug);
        let template = NewTemplate {
            slug: &slug,
            language: text.language.as_str(),
            name: &text.name,
            subject: &text.subject,
            message: &text.message,
            from_name: &text.from_name,
        };
        written += usize::from(template.ensure(&mut session).await.unwrap().is_some());
    }
    assert_eq!(written, 1, "only what was missing");
    let kept: i64 = conn
        .query_first("SELECT COUNT(*) FROM `tblemailtemplates` WHERE `type` = 'perfex_bridge' AND `subject` = 'Mine' AND `active` = 0")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(usize::try_from(kept).unwrap(), shop.app.texts.all().count() - 1);
}
