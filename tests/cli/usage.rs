//! `--help` and `--version`.

use crate::support::daemon::Site;

/// Every command with the arguments that its help must explain.
const COMMANDS: [(&str, &[&str]); 35] = [
    (
        "",
        &[
            "run",
            "check",
            "install",
            "uninstall",
            "migrate",
            "routes",
            "grants",
            "product",
            "package",
            "order",
            "license",
        ],
    ),
    ("", &["outbox", "reconcile", "--config <PATH>", "--json", "--version"]),
    ("run", &["--config <PATH>"]),
    ("check", &["--json"]),
    ("install", &["--dry-run"]),
    ("uninstall", &["--purge"]),
    ("migrate", &["--json"]),
    ("routes", &["show", "write", "remove"]),
    ("routes write", &["--dry-run", "--force"]),
    ("routes remove", &["--dry-run"]),
    ("grants", &["--user <USER>", "'perfex_bridge'@'localhost'"]),
    ("reconcile", &["--invoice <INVOICE>"]),
    ("product", &["list", "add", "change", "retire"]),
    ("product add", &["--slug <SLUG>", "--name <NAME>"]),
    ("product change", &["<SLUG>", "--name <NAME>", "--activate"]),
    ("product retire", &["<SLUG>"]),
    ("package", &["list", "add", "change", "retire"]),
    ("package add", &["--product", "--sku", "--name", "--kind", "--price", "--currency", "--tax", "--term"]),
    ("package change", &["<SKU>", "--name", "--price", "--activate"]),
    ("package retire", &["<SKU>"]),
    ("order", &["place", "show", "list", "why"]),
    (
        "order place",
        &["--package", "--email", "--firstname", "--lastname", "--company", "--language", "--quantity"],
    ),
    ("order list", &["--charge <CHARGE>", "--limit <LIMIT>"]),
    ("order show", &["<ORDER>"]),
    ("order why", &["<ORDER>"]),
    ("license", &["issue", "show", "list", "suspend", "restore", "revoke", "why"]),
    ("license issue", &["--product", "--term", "--reason"]),
    ("license list", &["--order", "--limit"]),
    ("license suspend", &["<LICENSE>", "--reason"]),
    ("license restore", &["<LICENSE>", "--reason"]),
    ("license revoke", &["<LICENSE>", "--reason"]),
    ("license why", &["<LICENSE>"]),
    ("companion", &["rotate-secret"]),
    ("outbox list", &["--state <STATE>", "--limit <LIMIT>"]),
    ("outbox retry", &["<MESSAGE>", "--to <TO>"]),
];

#[tokio::test]
async fn the_help_of_each_command_explains_its_arguments() {
    let site = Site::bare();
    for (command, words) in COMMANDS {
        let mut arguments: Vec<&str> = command.split_whitespace().collect();
        arguments.push("--help");
        let said = site.run_without_config(&arguments).await;
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{command}");
        for word in words {
            let explained = said.out.lines().any(|line| {
                let line = line.trim();
                line.starts_with(word)
                    || line.contains(&format!("  {word}"))
                    || line.contains(&format!(", {word}"))
                    || line.contains(&format!("[default: {word}"))
            });
            assert!(explained, "`{command} --help` does not explain {word}:\n{}", said.out);
        }
    }
}

#[tokio::test]
async fn the_version_is_told_without_a_configuration() {
    let said = Site::bare().run_without_config(&["--version"]).await;
    assert_eq!((said.code, said.out), (0, format!("perfex-bridge {}\n", env!("CARGO_PKG_VERSION"))));
}
