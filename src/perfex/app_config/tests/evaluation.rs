//! What only PHP can tell, and what happens when it cannot.

use super::*;

#[tokio::test]
async fn php_sees_the_name_the_site_is_called_by() {
    let by_host =
        "$h = $_SERVER['HTTP_HOST']; define('APP_DB_PREFIX', $h === 'a.example:8443' ? 'a_' : 'b_');";
    let named = format!("{GUARD}define('APP_BASE_URL', 'https://a.example:8443/'); {by_host}");
    assert_eq!(evaluated(&named).await.unwrap().table_prefix, "a_");

    let made = format!("{GUARD}define('APP_BASE_URL', 'https://' . $_SERVER['HTTP_HOST'] . '/'); {by_host}");
    assert_eq!(evaluated(&made).await.unwrap_err(), AppConfigError::AddressOfVisitor);
    let (root, php) = (install(made.as_bytes()), find_php().unwrap());
    let reading = Reading::new(root.path(), Some(&php)).overriding(&[Override::BaseUrl]);
    assert_eq!(reading.run().await.unwrap().table_prefix, "b_");
}

#[tokio::test]
async fn php_reads_what_lies_in_other_files() {
    let root = install(
        format!("{GUARD}require_once(FCPATH . 'modules/saas/config.php'); include __DIR__ . '/more.php';")
            .as_bytes(),
    );
    fs::create_dir_all(root.path().join("modules/saas")).unwrap();
    fs::write(root.path().join("modules/saas/config.php"), "<?php define('APP_DB_PREFIX', 'saas_');")
        .unwrap();
    let more = "<?php define('APP_DB_CHARSET', basename(APPPATH) . basename(BASEPATH) . ENVIRONMENT);";
    fs::write(root.path().join("application/config/more.php"), more).unwrap();
    let config = read(root.path(), find_php().as_deref()).await.unwrap();
    assert_eq!(
        (config.table_prefix.as_str(), config.charset.unwrap().as_str()),
        ("saas_", "applicationsystemproduction")
    );
}

#[tokio::test]
async fn output_of_the_file_does_not_disturb() {
    let source = format!(
        "\u{feff}before {GUARD}echo '{{\"constants\":{{}}}}', \"\\0\\xff\"; ob_start(); print 'x'; trigger_error('y');
        define('APP_DB_PREFIX', 'p_'); define('APP_DB_PREFIX', 'q_'); ?> after"
    );
    assert_eq!(evaluated(&source).await.unwrap().table_prefix, "p_");
    assert_eq!(parsed(&source).await.unwrap().table_prefix, "p_");
}

/// Why PHP could not do it, and that the parser could.
async fn why_not_php(code: &str) -> PhpFailure {
    let source = format!("{GUARD}define('APP_DB_PREFIX', 'p_');\n{code}");
    let (root, php) = (install(source.as_bytes()), find_php().expect("php-cli is installed"));
    let limit = if code.contains("while") { Duration::from_millis(300) } else { LIMIT };
    let config = Reading::new(root.path(), Some(&php)).within(limit).run().await.unwrap();
    assert_eq!(config.table_prefix, "p_");
    match config.source {
        Source::Parsed { why } => why,
        Source::Evaluated => panic!("{code} was evaluated"),
    }
}

#[tokio::test]
async fn where_php_fails_the_parser_steps_in_and_says_why() {
    let table = [
        ("define('APP_ENC_KEY', 'pa'ss');", "syntax error on line 4 of app-config.php"),
        ("require 'missing.php';", "line 4 of app-config.php"),
        ("missing();", "it threw Error on line 4 of app-config.php"),
        ("throw new RuntimeException('no');", "it threw RuntimeException on line 4"),
        ("if (true) die('tenant unknown');", "it ended PHP before its last line"),
    ];
    for (code, expected) in table {
        let why = why_not_php(code).await.to_string();
        assert!(why.contains(expected), "{why}");
        assert!(!why.contains("ss'") && !why.contains("tenant"), "{why}");
    }
}

#[tokio::test]
async fn a_file_that_never_ends_is_ended() {
    let limit = Duration::from_millis(300);
    assert_eq!(why_not_php("while (true) { usleep(1000); }").await, PhpFailure::TooSlow { limit });
}

#[tokio::test]
async fn a_file_that_prints_for_ever_is_ended() {
    let why = why_not_php("$x = str_repeat('x', 65536); while (true) { echo $x; }").await;
    assert!(matches!(why, PhpFailure::Silent | PhpFailure::TooSlow { .. }), "{why}");
}

#[tokio::test]
async fn a_php_that_cannot_be_started_is_named() {
    let root = install(GUARD.as_bytes());
    let config = read(root.path(), Some(Path::new("/no/such/php"))).await.unwrap();
    let Source::Parsed { why } = config.source else { panic!("there is no such PHP") };
    assert!(why.to_string().starts_with("/no/such/php could not be run"), "{why}");
}
