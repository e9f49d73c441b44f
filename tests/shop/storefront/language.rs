//! In which language a visitor is spoken to.

use super::street::{Seen, Street};
use crate::identity::house::{SESSION, request};

async fn visit(street: &Street, target: &str, headers: &[(&str, &str)]) -> Seen {
    street.ask(request("GET", target, headers, "")).await
}

#[tokio::test]
async fn the_link_counts_most_then_the_choice_then_the_contact_then_the_browser_then_the_crm() {
    let street = Street::open().await;
    street.house.eva_signs_in().await;
    let session = format!("sp_session={SESSION}");
    let chose_english = format!("{session}; perfex_bridge_language=en");
    for (target, headers, language) in [
        ("/shop", &[][..], "en"),
        ("/shop", &[("accept-language", "de-AT,en;q=0.5")], "de"),
        ("/shop", &[("accept-language", "fr")], "en"),
        ("/shop", &[("accept-language", "en"), ("cookie", &session)], "de"),
        ("/shop", &[("accept-language", "de"), ("cookie", &chose_english)], "en"),
        ("/shop?lang=de", &[("accept-language", "en"), ("cookie", &chose_english)], "de"),
        ("/shop?lang=fr", &[("accept-language", "de")], "de"),
        ("/shop", &[("accept-language", "de"), ("cookie", "perfex_bridge_language=<b>")], "de"),
    ] {
        let seen = visit(&street, target, headers).await;
        assert_eq!(seen.header("content-language"), language, "{target} {headers:?}");
        assert!(seen.html.contains(&format!("<html lang=\"{language}\">")));
        assert_eq!(seen.header("vary"), "Accept-Language, Cookie");
    }
    street.house.sql("UPDATE tbloptions SET value = 'german' WHERE name = 'active_language'").await;
    street.catalogue.pages.showcase.changed();
    assert_eq!(visit(&street, "/shop", &[]).await.header("content-language"), "de");
}

#[tokio::test]
async fn a_chosen_language_is_kept_and_the_links_keep_what_was_searched() {
    let street = Street::open().await;
    let seen = visit(&street, "/shop?q=a%26b&lang=de", &[]).await;
    assert_eq!(
        seen.header("set-cookie"),
        "perfex_bridge_language=de; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure"
    );
    assert!(seen.html.contains("href=\"?q=a%26b&amp;lang=en\""), "{}", seen.html);
    let again = visit(&street, "/shop?lang=de", &[("cookie", "perfex_bridge_language=de")]).await;
    assert_eq!(again.header("set-cookie"), "");
    assert_eq!(visit(&street, "/shop", &[]).await.header("set-cookie"), "");
}

#[tokio::test]
async fn a_text_that_one_language_lacks_is_shown_in_the_other() {
    let street = Street::open().await;
    let german = visit(&street, "/shop/backup?lang=de", &[]).await.html;
    assert!(german.contains("Sichert <em>jede</em> Nacht.") && german.contains("PHP 8.0"));
    let english = visit(&street, "/shop/backup?lang=en", &[]).await.html;
    assert!(english.contains("Mit <strong>Hilfe</strong> am Telefon."));
}
