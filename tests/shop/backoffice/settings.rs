//! The shop's settings, as staff change them.

use std::sync::Arc;

use perfex_bridge::config::{LicenseServer, LicensingConfig};
use perfex_bridge::ids::StaffId;
use perfex_bridge::licensing::SavedServer;
use perfex_bridge::licensing::client::Module;
use perfex_bridge::licensing::license_desk::{self, LicenseDesk};
use perfex_bridge::shop::settings_page::SettingsPage;
use perfex_bridge::shop::storefront::Showcase;
use perfex_bridge::shop::{Wording, WordingKind};
use perfex_bridge::text::Language;
use secrecy::ExposeSecret as _;

use crate::identity::house::ADA;
use crate::staff::office::Office;
use crate::support::api::LicenseServer as RealServer;

const MAX: StaffId = StaffId(7);
const PAGE: &str = "shop/settings";

async fn office() -> Office {
    configured(|_| {}).await
}

/// An office with the page of the settings, under a configuration that `change` has changed.
async fn configured(change: impl FnOnce(&mut LicensingConfig)) -> Office {
    let office = Office::with(false).await;
    let app = &office.house.shop.app;
    let mut licensing = app.config.licensing.clone();
    change(&mut licensing);
    let page = SettingsPage {
        database: app.database.clone(),
        license_desk: LicenseDesk {
            licenses: Arc::clone(&app.licenses),
            database: app.database.clone(),
            patience: license_desk::PATIENCE,
        },
        showcase: Arc::new(Showcase::new(app.database.clone(), "/".to_owned())),
        cipher: Arc::clone(&app.cipher),
        entropy: Arc::clone(&app.entropy),
        home: app.base_url.clone(),
        licensing,
        shop: app.config.shop.clone(),
    };
    let office = office.showing(page);
    office.hire(MAX.0, "pm_shop", &["view", "edit"]).await;
    office
}

impl Office {
    async fn save(&self, part: &str, fields: &str) -> crate::staff::office::Seen {
        self.send(MAX, PAGE, &format!("{PAGE}/{part}"), fields).await
    }

    async fn option(&self, name: &str) -> String {
        let rows: Vec<String> =
            self.rows(&format!("SELECT value FROM tbloptions WHERE name = '{name}'")).await;
        assert!(rows.len() <= 1, "{rows:?}");
        rows.into_iter().next().unwrap_or_default()
    }
}

#[tokio::test]
async fn the_page_in_both_languages() {
    let office = office().await;
    insta::assert_snapshot!("settings_english", office.look(ADA, PAGE).await.stable());
    insta::assert_snapshot!("settings_german", office.look(MAX, PAGE).await.stable());
}

#[tokio::test]
async fn the_look_is_saved_and_wrong_fields_get_their_sentence() {
    let office = office().await;
    let saved =
        office.save("look", "accent=%23ff9900&logo=&header_links=Blog+%7C+%2Fblog&footer_links=").await;
    assert_eq!((saved.status.as_u16(), saved.location()), (303, "../../shop/settings?said=settings-saved"));
    assert_eq!(office.option("perfex_bridge_shop_accent").await, "#ff9900");
    assert_eq!(office.option("perfex_bridge_shop_header_links").await, "Blog | /blog");
    for (fields, sentence) in [
        ("accent=red", "Eine Farbe ist #"),
        (
            "accent=%23ff9900&logo=https%3A%2F%2Fevil.example%2Fl.png",
            "muss unter https://crm.example/ liegen",
        ),
        ("accent=%23ff9900&header_links=Blog", "Zeile 1: Schreiben Sie den Text"),
        ("accent=%23ff9900&footer_links=a%7Cjavascript:x", "Zeile 1: Eine Adresse beginnt mit"),
    ] {
        let seen = office.save("look", fields).await;
        assert!(seen.status == 422 && seen.html.contains(sentence), "{fields}: {}", seen.stable());
    }
    assert_eq!(office.option("perfex_bridge_shop_accent").await, "#ff9900");
}

#[tokio::test]
async fn a_text_that_buyers_accept_is_kept_in_every_version() {
    let office = office().await;
    for text in ["Eins", "Zwei", "Zwei"] {
        assert_eq!(
            office.save("wordings", &format!("language=german&terms={text}&waiver=")).await.status,
            303
        );
    }
    let mut session = office.house.shop.app.database.session().await.unwrap();
    let now = Wording::current(&mut session, WordingKind::Terms, Language::German).await.unwrap().unwrap();
    assert_eq!((now.version, now.text.as_str()), (2, "Zwei"));
    let first =
        Wording::version(&mut session, WordingKind::Terms, Language::German, 1).await.unwrap().unwrap();
    assert_eq!(first.text, "Eins");
    assert_eq!(Wording::current(&mut session, WordingKind::Terms, Language::English).await.unwrap(), None);
    assert_eq!(Wording::current(&mut session, WordingKind::Waiver, Language::German).await.unwrap(), None);
    let long = office.save("wordings", &format!("language=german&terms={}", "x".repeat(12_001))).await;
    assert_eq!(long.status, 422);
}

#[tokio::test]
async fn the_shops_license_is_entered_here_and_a_wrong_key_stays_in_its_field() {
    let office = office().await;
    let app = &office.house.shop.app;
    app.license_own_module(Module::Shop).await.unwrap();
    let key = app.licenses.panel(Module::Shop).await.unwrap().key.unwrap();
    app.licenses.release(Module::Shop).await.unwrap();
    let typo = key.replace(&key[..1], if key.starts_with('0') { "1" } else { "0" });
    for (entered, sentence) in [
        (typo.as_str(), "enthält einen Tippfehler"),
        ("not+a+key", "Das ist kein Lizenzschlüssel"),
        ("", "Bitte füllen Sie dieses Feld aus"),
    ] {
        let refused = office.save("license", &format!("license_key={entered}")).await;
        assert_eq!(refused.status, 422, "{entered}");
        let field = refused.html.split_once("id=\"field-license_key\"").unwrap().1;
        let field = field.split_once("</div>").unwrap().0;
        let kept = format!("value=\"{}\"", entered.replace('+', " "));
        assert!(field.contains(sentence) && field.contains(&kept), "{entered}: {field}");
        // The other forms of the page are as they were.
        assert!(refused.html.contains("name=\"reminder_days\" value=\"7, 14, 27\""), "{}", refused.html);
    }
    let taken = office.save("license", &format!("license_key={key}")).await;
    assert_eq!(
        (taken.status.as_u16(), taken.location()),
        (303, "../../shop/settings?said=license-activated")
    );
    let page = office.look(MAX, "shop/settings?said=license-activated").await.html;
    for part in ["Die Lizenz ist aktiviert.", "<strong>Max Muster</strong> hat die Lizenz des Moduls „shop“"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test]
async fn what_was_changed_is_told_by_its_name() {
    let office = office().await;
    office.save("rules", "reminder_days=3&grace=30").await;
    office.save("look", "accent=%23ff9900&header_links=Blog+%7C+%2Fblog&footer_links=Mehr+%7C+%2Fmehr").await;
    office.save("server", "server=https%3A%2F%2Flicenses.example%2F&api_key=k").await;
    let page = office.look(MAX, PAGE).await.html;
    for part in [
        "die Einstellungen „Regeln“",
        "Erinnerungen: <del>7, 14, 27</del>",
        "Links oben: ",
        "Links unten: ",
        "API-Schlüssel: ",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test]
async fn rules_are_saved_or_refused() {
    let office = office().await;
    assert_eq!(office.save("rules", "reminder_days=3,+10&grace=7").await.status, 303);
    assert_eq!(office.option("perfex_bridge_reversal_grace").await, "", "what is the same is not saved");
    assert_eq!(office.save("rules", "reminder_days=3,+10&grace=30").await.status, 303);
    assert_eq!(office.option("perfex_bridge_reversal_grace").await, "30");
    assert!(office.look(MAX, PAGE).await.html.contains("value=\"30\""));
    for fields in ["reminder_days=soon&grace=30", "reminder_days=3&grace=-1", "reminder_days=3&grace=366"] {
        assert_eq!(office.save("rules", fields).await.status, 422, "{fields}");
    }
    assert_eq!(office.option("perfex_bridge_reversal_grace").await, "30");
}

#[tokio::test]
async fn the_api_key_is_kept_encrypted_shown_to_nobody_and_sent_nowhere_else() {
    let office = office().await;
    let saved = office.save("server", "server=https%3A%2F%2Flicenses.example%2F&api_key=secret-key-1").await;
    assert_eq!(saved.status, 303, "{}", saved.html);
    assert!(!office.option("perfex_bridge_license_server_key").await.contains("secret-key-1"));
    let app = &office.house.shop.app;
    let kept = async || {
        let mut session = app.database.session().await.unwrap();
        let saved = SavedServer::read(&mut session).await.unwrap();
        saved.open(&app.cipher).map(|(url, key)| (url.to_string(), key.expose_secret().to_owned()))
    };
    assert_eq!(kept().await, Some(("https://licenses.example/".to_owned(), "secret-key-1".to_owned())));
    let page = office.look(MAX, PAGE).await.html;
    assert!(!page.contains("secret-key-1") && page.contains("Ein Schlüssel ist gespeichert"));
    let changes: Vec<String> = office.rows("SELECT changes FROM tblbridge_audit").await;
    assert!(!changes.concat().contains("secret-key-1"), "{changes:?}");
    assert_eq!(
        office.save("server", "server=https%3A%2F%2Flicenses.example%2Fv2%2F&api_key=").await.status,
        303
    );
    assert_eq!(kept().await.unwrap().1, "secret-key-1", "the same site");
    let other = office.save("server", "server=https%3A%2F%2Fevil.example%2F&api_key=").await;
    assert!(other.status == 422 && other.html.contains("API-Schlüssel für diese Adresse"));
    for wrong in ["http%3A%2F%2Flicenses.example", "licenses.example", "ftp%3A%2F%2Fx", "javascript%3Ax"] {
        let seen = office.save("server", &format!("server={wrong}&api_key=k")).await;
        assert!(seen.status == 422 && seen.html.contains("Eine https-Adresse"), "{wrong}");
    }
    assert_eq!(office.save("server", "server=&api_key=").await.status, 303);
    assert_eq!(kept().await, None);
}

#[tokio::test]
async fn a_try_tells_a_right_key_from_a_wrong_one_and_a_server_from_silence() {
    let real = RealServer::start().await;
    let office = office().await;
    // Requests are made by this process's one provider; a second call finds it there.
    rustls::crypto::ring::default_provider().install_default().ok();
    let address = format!("http://{}/", real.address());
    let tried = async |server: &str, key: &str| {
        let body: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("server", server)
            .append_pair("api_key", key)
            .append_pair("test", "1")
            .finish();
        office.save("server", &body).await.html
    };
    assert!(tried(&address, &real.api_key).await.contains("kennt den API-Schlüssel"));
    assert!(tried(&address, "wrong").await.contains("nimmt aber den API-Schlüssel nicht"));
    assert!(tried("http://127.0.0.1:9/", "x").await.contains("antwortet nicht, wie er sollte"));
    assert_eq!(office.option("perfex_bridge_license_server").await, "", "a try saves nothing");
}

#[tokio::test]
async fn the_configuration_file_counts_more_and_the_page_says_so() {
    let office = configured(|licensing| {
        licensing.server_is_set = true;
        licensing.server = LicenseServer::Remote {
            url: "https://fixed.example/".parse().unwrap(),
            api_key: "fixed-key".to_owned().into(),
            timeout: licensing.timeout,
        };
    })
    .await;
    let page = office.look(MAX, PAGE).await.html;
    assert!(page.contains("https://fixed.example/") && page.contains("Die Konfigurationsdatei sagt"));
    assert!(!page.contains("fixed-key") && !page.contains("name=\"api_key\""));
    assert_eq!(office.save("server", "server=https%3A%2F%2Fx.example&api_key=k").await.status, 422);
    assert_eq!(office.option("perfex_bridge_license_server").await, "");
}
