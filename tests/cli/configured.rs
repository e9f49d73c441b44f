//! A bad configuration is exit code 2, a database that is away is 1, and a demonstration changes nothing.

use super::contents::Contents;
use crate::support::daemon::Site;
use crate::support::mariadb::Database;

/// A command of each kind.
const COMMANDS: [&[&str]; 6] =
    [&["check"], &["run"], &["install"], &["order", "list"], &["grants"], &["outbox", "retry", "1"]];

#[tokio::test]
async fn a_configuration_that_is_wrong_is_one_sentence_with_file_line_key_and_mend() {
    let site = Site::bare();
    let file = site.config().display().to_string();
    let whole = "[perfex]\nroot = \"/nowhere\"\n";
    let cases = [
        (
            "[watch]\nintervall = \"1s\"",
            ", line 2: [watch] has no key \"intervall\"; did you mean \"interval\"?",
        ),
        ("[wacth]\ninterval = \"1s\"", ", line 1: there is no section [wacth]; did you mean [watch]?"),
        (
            "[watch]\ninterval = 1",
            ", line 2: [watch] interval must be a text such as \"1s\", not the number 1",
        ),
        (
            "[watch]\ninterval = \"soon\"",
            ", line 2: [watch] interval = \"soon\" is not a length of time; write a number and a unit, such as \"10s\" or \
             \"15m\"",
        ),
        (
            "[http]\nmanagement = \"0.0.0.0:8788\"",
            ", line 2: [http] management = \"0.0.0.0:8788\" must be a loopback address, such as \"127.0.0.1:8788\"",
        ),
        (
            "",
            ": no Perfex is named; set [perfex] root to the folder that holds its index.php, or set all of [database] \
             url, [perfex] base_url and [perfex] encryption_key",
        ),
    ];
    for (text, sentence) in cases {
        let perfex = if text.is_empty() { "" } else { whole };
        site.write_config(&format!("{text}\n{perfex}"));
        for command in COMMANDS {
            let said = site.run(command).await;
            assert_eq!(said.code, 2, "{command:?}: {said:?}");
            assert_eq!(said.err, format!("perfex-bridge: {file}{sentence}"), "{command:?}");
            assert_eq!(said.out, "");
        }
    }
}

#[tokio::test]
async fn a_configuration_that_is_named_and_missing_is_refused() {
    let site = Site::bare();
    std::fs::remove_file(site.config()).unwrap();
    let file = site.config().display().to_string();
    let sentence = format!(
        "perfex-bridge: {file}: there is no such file; write it after config.example.toml, or name another with --config"
    );
    assert_eq!(site.run(&["order", "list"]).await.err, sentence);
    let mut site = Site::bare();
    site.env("PERFEX_BRIDGE_CONFIG", file);
    let said = site.run_without_config(&["order", "list"]).await;
    assert_eq!((said.code, said.err), (2, sentence));
}

#[tokio::test]
async fn environment_and_credentials_count_as_configuration() {
    let database = Database::perfex_341().await;
    let mut site = Site::new(&database);
    site.json(&["install"]).await;
    site.env("PERFEX_BRIDGE_DATABASE_URL", "mysql://root@127.0.0.1:1/perfex");
    assert_eq!(site.run(&["order", "list"]).await.code, 1);
    let credentials = site.path("credentials");
    std::fs::create_dir(&credentials).unwrap();
    std::fs::write(credentials.join("database.url"), format!("{}\n", database.socket_url())).unwrap();
    site.env("CREDENTIALS_DIRECTORY", credentials.display().to_string());
    assert_eq!(site.run(&["order", "list"]).await.code, 0);
    site.env("PERFEX_BRIDGE_WATCH_INTERVALL", "1s");
    let said = site.run(&["order", "list"]).await;
    assert_eq!(
        (said.code, said.err.as_str()),
        (
            2,
            "perfex-bridge: environment variable PERFEX_BRIDGE_WATCH_INTERVALL: [watch] has no key \"intervall\"; did you \
             mean \"interval\"?"
        )
    );
}

#[tokio::test]
async fn a_database_that_is_away_is_exit_code_1_and_one_sentence() {
    let site = Site::at("mysql://root:hidden@127.0.0.1:1/perfex");
    let commands: [&[&str]; 15] = [
        &["install"],
        &["install", "--dry-run"],
        &["uninstall"],
        &["uninstall", "--purge"],
        &["migrate"],
        &["grants"],
        &["product", "list"],
        &["package", "list"],
        &["order", "list"],
        &[
            "order",
            "place",
            "--package",
            "p",
            "--email",
            "a@b.example",
            "--firstname",
            "a",
            "--lastname",
            "b",
        ],
        &["license", "list"],
        &["license", "revoke", "1"],
        &["outbox", "list"],
        &["reconcile"],
        &["reconcile", "--invoice", "1"],
    ];
    for command in commands {
        let said = site.run(command).await;
        assert_eq!(said.code, 1, "{command:?}: {said:?}");
        let told = format!("{}{}", said.out, said.err);
        assert!(told.contains("no connection to the database: "), "{command:?}: {said:?}");
        assert!(!told.contains("hidden"), "{said:?}");
    }
}

#[tokio::test]
async fn a_demonstration_reads_and_refuses_every_change() {
    let database = Database::perfex_341().await;
    let mut site = Site::new(&database);
    site.stock().await;
    site.try_place("backup-pro-free", "eva@buyer.example", 1).await.unwrap();
    site.set("demo", "read_only", true);
    let before = Contents::of(&database).await;
    let changes: [&[&str]; 16] = [
        &["install"],
        &["uninstall"],
        &["uninstall", "--purge"],
        &["migrate"],
        &["reconcile"],
        &["companion", "rotate-secret"],
        &["product", "add", "--slug", "x", "--name", "X"],
        &["product", "change", "backup-pro", "--name", "X"],
        &["product", "retire", "backup-pro"],
        &["package", "retire", "backup-pro-1y"],
        &[
            "order",
            "place",
            "--package",
            "p",
            "--email",
            "a@b.example",
            "--firstname",
            "a",
            "--lastname",
            "b",
        ],
        &["license", "issue", "--product", "backup-pro"],
        &["license", "suspend", "1"],
        &["license", "revoke", "1"],
        &["outbox", "retry", "1"],
        &["outbox", "drop", "1"],
    ];
    for command in changes {
        let said = site.run(command).await;
        assert_eq!(
            (said.code, said.err.as_str()),
            (
                2,
                "perfex-bridge: this is a demonstration: [demo] read_only = true refuses every command that changes something"
            ),
            "{command:?}"
        );
    }
    assert_eq!(before.differences(&Contents::of(&database).await), [""; 0]);
    for command in [
        &["check"][..],
        &["product", "list"],
        &["order", "show", "1"],
        &["license", "why", "1"],
        &["outbox", "show", "1"],
    ] {
        site.json(command).await;
    }
}
