//! Texts of products and packages: from the command line, from files, from standard input.

use std::process::Stdio;

use serde_json::json;

use crate::support::daemon::{PACKAGE, Site};
use crate::support::mariadb::Database;

async fn stocked() -> (Database, Site) {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    (database, site)
}

#[tokio::test]
async fn a_product_gets_its_texts_one_language_at_a_time_and_what_is_not_named_stays() {
    let (_database, site) = stocked().await;
    let about = site.path("about.md");
    std::fs::write(&about, "Saves **every** night.\n\n- at once\n").unwrap();
    let about = format!("@{}", about.display());
    let text = ["product", "text", "backup-pro", "--language"];
    site.json(&[&text[..], &["english", "--tagline", "Sleep well.", "--description", &about]].concat()).await;
    site.json(
        &[&text[..], &["german", "--tagline", "Schlafen Sie gut.", "--changelog", "2.1: schneller"]].concat(),
    )
    .await;
    let shown = site.json(&[&text[..], &["english", "--requirements", "PHP 8.1"]].concat()).await;
    assert_eq!(
        shown["texts"],
        json!({
            "english": {
                "tagline": "Sleep well.", "description": "Saves **every** night.\n\n- at once", "requirements": "PHP 8.1",
                "changelog": "",
            },
            "german": {
                "tagline": "Schlafen Sie gut.", "description": "", "requirements": "", "changelog": "2.1: schneller",
            },
        })
    );
    // An empty text takes one away, and people read what is left.
    site.json(&[&text[..], &["german", "--tagline", ""]].concat()).await;
    let said = site.run(&["product", "show", "backup-pro"]).await;
    assert_eq!(
        said.out,
        "Backup Pro (backup-pro), active\n\ntagline (english):\nSleep well.\n\ndescription (english):\nSaves **every** night.\n\n\
         - at once\n\nrequirements (english):\nPHP 8.1\n\nchangelog (german):\n2.1: schneller\n"
    );
}

#[tokio::test]
async fn a_package_gets_its_text_from_standard_input_too() {
    let (_database, site) = stocked().await;
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_perfex-bridge"));
    command.arg("--config").arg(site.config());
    command.args(["package", "text", PACKAGE, "--language", "german", "--description", "@-", "--json"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut input, "Mit **Hilfe** am Telefon.\n".as_bytes()).await.unwrap();
    drop(input);
    let done = child.wait_with_output().await.unwrap();
    assert!(done.status.success(), "{done:?}");
    site.json(&["package", "text", PACKAGE, "--language", "english", "--description", "With help."]).await;
    site.json(&["package", "change", PACKAGE, "--sites", "3"]).await;
    let said = site.run(&["package", "show", PACKAGE]).await;
    assert_eq!(
        said.out,
        "Backup Pro (backup-pro-1y) of Backup Pro: paid, 49.00 EUR, 3 sites, active\n\ndescription (english):\nWith help.\n\n\
         description (german):\nMit **Hilfe** am Telefon.\n"
    );
}

#[tokio::test]
async fn a_text_that_cannot_be_taken_is_refused_in_a_sentence_and_nothing_is_written() {
    let (_database, site) = stocked().await;
    std::fs::write(site.path("long.md"), "x".repeat(16_001)).unwrap();
    std::fs::write(site.path("latin1.md"), [b'M', 0xfc, b'l']).unwrap();
    let file = |name: &str| format!("@{}", site.path(name).display());
    let (long, latin, none) = (file("long.md"), file("latin1.md"), file("none.md"));
    let english = ["--language", "english"];
    for (arguments, code, sentence) in [
        (
            ["product", "text", "nope", "--tagline", "x"],
            2,
            "there is no product `nope`; `product list` shows them",
        ),
        (
            ["package", "text", "nope", "--description", "x"],
            2,
            "there is no package `nope`; `package list` shows them",
        ),
        (
            ["product", "text", "backup-pro", "--description", &long],
            2,
            "the description has 16001 characters; at most 16000 are taken",
        ),
        (
            ["package", "text", PACKAGE, "--description", &long],
            2,
            "the description has 16001 characters; at most 4000 are taken",
        ),
        (["product", "text", "backup-pro", "--changelog", &none], 1, "none.md: No such file or directory"),
        (
            ["package", "text", PACKAGE, "--description", &latin],
            1,
            "latin1.md: stream did not contain valid UTF-8",
        ),
    ] {
        let said = site.run(&[&arguments[..], &english[..]].concat()).await;
        assert!(said.err.contains(sentence) && said.err.lines().count() == 1, "{arguments:?}: {said:?}");
        assert_eq!((said.code, said.out.as_str()), (code, ""), "{arguments:?}");
    }
    let said = site.run(&["product", "text", "backup-pro", "--language", "english"]).await;
    assert_eq!(
        (said.code, said.err.as_str()),
        (2, "perfex-bridge: nothing to write: give --tagline, --description, --requirements or --changelog")
    );
    let said = site.run(&["product", "text", "backup-pro", "--language", "french", "--tagline", "x"]).await;
    assert!(said.code == 2 && said.err.contains("french"), "{said:?}");
    assert_eq!(site.json(&["product", "show", "backup-pro"]).await["texts"], json!({}));
    assert_eq!(site.json(&["package", "show", PACKAGE]).await["descriptions"], json!({}));
}
