//! Every bad argument: exit code 2, one clear sentence, nothing written.

use super::contents::Contents;
use crate::support::daemon::{PACKAGE, Site};
use crate::support::mariadb::Database;

/// Runs `cases` on a stocked shop with one fulfilled order; each must say its sentence and write nothing.
///
/// What the parser of arguments refuses is told with a usage line below; its first line is the sentence.
async fn refused(cases: &[(&str, &str)]) {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    site.try_place("backup-pro-free", "eva@buyer.example", 1).await.unwrap();
    let before = Contents::of(&database).await;
    for (line, sentence) in cases {
        let arguments: Vec<String> = line.split(' ').map(|word| word.replace('_', " ")).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let said = site.run(&arguments).await;
        let first = said.err.lines().next().unwrap_or_default();
        let told = first.trim_start_matches("perfex-bridge: ").trim_start_matches("error: ");
        assert_eq!((said.code, told), (2, *sentence), "{line}");
        assert_eq!(said.out, "", "{line}");
        let changed = before.differences(&Contents::of(&database).await);
        assert!(changed.is_empty(), "{line} wrote to {changed:?}");
    }
}

#[tokio::test]
async fn of_products() {
    refused(&[
        (
            "product add --slug backup-pro --name x",
            "there is a product `backup-pro` already; `product change backup-pro` changes it",
        ),
        (
            "product add --slug Bad_Slug --name x",
            "`Bad Slug` cannot be a slug: use up to 64 lower-case letters, digits, dots, dashes and underscores",
        ),
        ("product add --slug x --name _", "the name is empty"),
        ("product change nope --name y", "there is no product `nope`; `product list` shows them"),
        ("product change backup-pro", "nothing to change: give --name, --release, --picture, --place or --activate"),
        ("product retire nope", "there is no product `nope`; `product list` shows them"),
        ("product add --slug x", "the following required arguments were not provided:"),
        ("product frobnicate", "unrecognized subcommand 'frobnicate'"),
    ])
    .await;
}

#[tokio::test]
async fn of_packages() {
    let (paid, free) = ("package add --product backup-pro --sku x --kind paid", "--currency EUR");
    let add = |more: &str| format!("{paid} {free} {more}");
    let cases = [
        (
            format!("package add --product backup-pro --sku {PACKAGE} --kind paid --price 1 {free}"),
            "there is a package `backup-pro-1y` already; `package change backup-pro-1y` changes it",
        ),
        (add("--price 0"), "a paid package needs a price above 0; use --kind free to give it away"),
        (
            add("--price -5"),
            "invalid value '-5' for '--price <PRICE>': `-5` is not an amount; write it like 49.00, with a dot and without \
             a currency",
        ),
        (
            add("--price 49,00"),
            "invalid value '49,00' for '--price <PRICE>': `49,00` is not an amount; write it like 49.00, with a dot and \
             without a currency",
        ),
        (
            add("--price 1.001"),
            "invalid value '1.001' for '--price <PRICE>': `1.001` has more than two decimal places; write it like 49.00",
        ),
        (
            add("--price 1 --term 5x"),
            "invalid value '5x' for '--term <TERM>': `5x` is not a term: write a number of days, months or years, such as \
             30d, 12m or 1y (at most 100y)",
        ),
        (
            add("--price 1 --tax VAT|20"),
            "the CRM has no tax `VAT|20` (it has VAT|7.00, VAT|19.00); write it as NAME|RATE, or add it under Setup > \
             Finance > Taxes",
        ),
        (
            format!("{paid} --price 1 --currency XXX"),
            "the CRM has no currency `XXX`, only EUR, USD; add it under Setup > Finance > Currencies",
        ),
        (
            format!("package add --product backup-pro --sku x --kind free --price 5 {free}"),
            "a free package costs nothing: use --price 0 or --kind paid",
        ),
        (
            format!("package add --product backup-pro --sku x --kind weird --price 5 {free}"),
            "invalid value 'weird' for '--kind <KIND>': `weird` is none of paid, free, trial",
        ),
        (
            format!("package add --product backup-pro --sku X_Y --kind paid --price 5 {free}"),
            "`X Y` cannot be a SKU: use up to 64 lower-case letters, digits, dots, dashes and underscores",
        ),
        (
            format!("package add --product nope --sku x --kind paid --price 5 {free}"),
            "there is no product `nope`; `product list` shows them",
        ),
        ("package change nope --price 3".into(), "there is no package `nope`; `package list` shows them"),
        (
            format!("package change {PACKAGE}"),
            "nothing to change: give --name, --price, --sites, --place or --activate",
        ),
        (
            format!("package change {PACKAGE} --price 0"),
            "a paid package needs a price above 0; use --kind free to give it away",
        ),
        (
            "package change backup-pro-free --price 5".into(),
            "a free package costs nothing: use --price 0 or --kind paid",
        ),
        ("package retire nope".into(), "there is no package `nope`; `package list` shows them"),
    ];
    let cases: Vec<(&str, &str)> = cases.iter().map(|(line, sentence)| (line.as_str(), *sentence)).collect();
    refused(&cases).await;
}

#[tokio::test]
async fn of_orders() {
    let person = "--firstname Eva --lastname Müller";
    let place = |more: &str| format!("order place --package {PACKAGE} {person} {more}");
    let long = "x".repeat(192);
    let cases = [
        (
            place("--email nonsense"),
            "`nonsense` is not a mail address that the CRM can store (name@example.org, at most 100 characters)",
        ),
        (
            place("--email a@b.example,_c@d.example"),
            "`a@b.example, c@d.example` is not a mail address that the CRM can store (name@example.org, at most 100 \
             characters)",
        ),
        (place("--email a@b.example --quantity 0"), "the quantity must be from 1 to 1000, not 0"),
        (place("--email a@b.example --quantity 1001"), "the quantity must be from 1 to 1000, not 1001"),
        (
            place("--email a@b.example --quantity -1"),
            "invalid value '-1' for '--quantity <QUANTITY>': `-1` is not a whole number from 0 on",
        ),
        (
            place("--email a@b.example --quantity 1.5"),
            "invalid value '1.5' for '--quantity <QUANTITY>': `1.5` is not a whole number from 0 on",
        ),
        (
            place("--email a@b.example --language DE"),
            "`DE` is not a language of the CRM: write it as its folder is called, such as english or german",
        ),
        (
            place("--email a@b.example --language ../x"),
            "`../x` is not a language of the CRM: write it as its folder is called, such as english or german",
        ),
        (
            format!("order place --package nope --email a@b.example {person}"),
            "there is no package `nope`; `package list` shows them",
        ),
        (
            format!("order place --package {PACKAGE} --email a@b.example --firstname _ --lastname x"),
            "the first name is empty",
        ),
        (
            format!("order place --package {PACKAGE} --email a@b.example --firstname {long} --lastname x"),
            "the first name has 192 characters, the CRM stores at most 191",
        ),
        (format!("order place --package {PACKAGE}"), "the following required arguments were not provided:"),
        (
            "order list --charge weird".into(),
            "invalid value 'weird' for '--charge <CHARGE>': `weird` is none of none, partial, full, over, reversed",
        ),
        (
            "order list --limit many".into(),
            "invalid value 'many' for '--limit <LIMIT>': `many` is not a whole number from 0 on",
        ),
        ("order show 99".into(), "there is no order 99; `order list` shows them"),
        ("order why 99".into(), "there is no order 99; `order list` shows them"),
        ("order show x".into(), "invalid value 'x' for '<ORDER>': `x` is not a number, such as 7"),
    ];
    let cases: Vec<(&str, &str)> = cases.iter().map(|(line, sentence)| (line.as_str(), *sentence)).collect();
    refused(&cases).await;
}

#[tokio::test]
async fn of_licenses_and_messages() {
    refused(&[
        ("license show 99", "there is no license `99`; `license list` shows them"),
        ("license why 99", "there is no license `99`; `license list` shows them"),
        ("license revoke 99", "there is no license `99`; `license list` shows them"),
        (
            "license show nokey",
            "a license key looks like a1b2c3d4e5f6...-xxxx-xxxx-xxxxxxxxxxxxxxxx: 32, 4, 4 and 16 characters 0-9 a-f",
        ),
        (
            "license show 00000000000000000000000000000000-0000-0000-0000000000000000",
            "the license key has a typing error: compare it with the mail, or copy and paste it",
        ),
        ("license issue --product nope", "there is no product `nope`; `product list` shows them"),
        ("license restore 1", "license 1 is active: it cannot be restored"),
        (
            "license list --order x",
            "invalid value 'x' for '--order <ORDER>': `x` is not a number, such as 7",
        ),
        ("outbox show 99", "there is no message 99; `outbox list` shows them"),
        ("outbox retry 99", "there is no message 99; `outbox list` shows them"),
        ("outbox drop 99", "there is no message 99; `outbox list` shows them"),
        (
            "outbox retry 1 --to nonsense",
            "`nonsense` is not a mail address that the CRM can store (name@example.org, at most 100 characters)",
        ),
        ("outbox show x", "invalid value 'x' for '<MESSAGE>': `x` is not a number, such as 7"),
        (
            "outbox list --state weird",
            "invalid value 'weird' for '--state <STATE>': `weird` is none of ready, sending, sent, retry, uncertain, dead",
        ),
    ])
    .await;
}

#[tokio::test]
async fn of_everything_else() {
    refused(&[
        ("frobnicate", "unrecognized subcommand 'frobnicate'"),
        ("check --frobnicate", "unexpected argument '--frobnicate' found"),
        ("install --purge", "unexpected argument '--purge' found"),
        ("reconcile --invoice 99999", "invoice 99999 belongs to no order of the shop"),
        (
            "reconcile --invoice INV-000001",
            "invalid value 'INV-000001' for '--invoice <INVOICE>': `INV-000001` is not a number, such as 7",
        ),
        (
            "grants --user root",
            "`root` is not a database user: write it as 'perfex_bridge'@'localhost', with the quotes",
        ),
        (
            "grants --user 'a'@'b';DROP",
            "`'a'@'b';DROP` is not a database user: write it as 'perfex_bridge'@'localhost', with the quotes",
        ),
    ])
    .await;
}
