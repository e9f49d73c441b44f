//! The many ways to write the same definition.

use proptest::prelude::*;

use super::*;

#[tokio::test]
async fn a_definition_is_found_in_each_spelling() {
    let table = [
        ("define('APP_DB_PASSWORD','a');", "a"),
        ("  define (  \"APP_DB_PASSWORD\"  ,\n\t\"a\" ) ;", "a"),
        ("DEFINE('APP_DB_PASSWORD', 'a');", "a"),
        ("\\define('APP_DB_PASSWORD', 'a');", "a"),
        ("@define('APP_DB_PASSWORD', 'a');", "a"),
        ("const APP_DB_PASSWORD = 'a', OTHER = 2;", "a"),
        ("define('APP_DB_PASSWORD', TRUE);", "1"),
        ("define('APP_DB_PASSWORD', False);", ""),
        ("define('APP_DB_PASSWORD', NULL);", ""),
        ("define('APP_DB_PASSWORD', 0x10);", "16"),
        ("define('APP_DB_PASSWORD', -5);", "-5"),
        ("define('APP_DB_PASSWORD', 'a' . \"b\" . 'c');", "abc"),
        ("define('APP_DB_PASSWORD', (('a')));", "a"),
        ("define('APP_DB_PASSWORD', b'a');", "a"),
        ("define('APP_DB_PASSWORD', 'a') ?>", "a"),
        ("?> <p>define('APP_DB_PASSWORD', 'x');</p> <?php define('APP_DB_PASSWORD', 'a');", "a"),
        ("{ define('APP_DB_PASSWORD', 'a'); }", "a"),
    ];
    for (definition, expected) in table {
        assert_eq!(password(definition).await, expected, "{definition}");
    }
}

#[tokio::test]
async fn passwords_survive_their_escapes() {
    let table = [
        (r#"define('APP_DB_PASSWORD', 'a\'b\\c\"d');"#, r#"a'b\c\"d"#),
        (r"define('APP_DB_PASSWORD', 'a\nb$c{$d}\\');", r"a\nb$c{$d}\"),
        (r"define('APP_DB_PASSWORD', '// # /* ?> not a comment');", "// # /* ?> not a comment"),
        (r#"define("APP_DB_PASSWORD", "a\"b\\c\$d\x41\101\u{e9}'$ $1");"#, "a\"b\\c$dAAé'$ $1"),
        ("define('APP_DB_PASSWORD', 'größe');", "größe"),
    ];
    for (definition, expected) in table {
        assert_eq!(password(definition).await, expected, "{definition}");
    }
}

#[tokio::test]
async fn commented_definitions_do_not_count() {
    let table = [
        "// define('APP_DB_PASSWORD', 'x');\ndefine('APP_DB_PASSWORD', 'a');",
        "# define('APP_DB_PASSWORD', 'x');\r\ndefine('APP_DB_PASSWORD', 'a');",
        "/* define('APP_DB_PASSWORD', 'x');\n */ define('APP_DB_PASSWORD', 'a');",
        "/** it's **/ define(/* 'x', */ 'APP_DB_PASSWORD', 'a' // 'x'\n);",
        "$x = \"define('APP_DB_PASSWORD', 'x');\"; define('APP_DB_PASSWORD', 'a');",
        "$x = <<<EOT\ndefine('APP_DB_PASSWORD', 'x');\nEOT;\ndefine('APP_DB_PASSWORD', 'a');",
    ];
    for definition in table {
        assert_eq!(password(definition).await, "a", "{definition}");
    }
}

#[tokio::test]
async fn the_first_definition_wins_and_guards_are_no_conditions() {
    let table = [
        "define('APP_DB_PASSWORD', 'a'); define('APP_DB_PASSWORD', 'x');",
        "defined('APP_DB_PASSWORD') or define('APP_DB_PASSWORD', 'a');",
        "defined('APP_DB_PASSWORD') || define('APP_DB_PASSWORD', 'a');",
        "!defined('APP_DB_PASSWORD') && define('APP_DB_PASSWORD', 'a');",
        "!defined('APP_DB_PASSWORD') AND define('APP_DB_PASSWORD', 'a');",
        "if (!defined('APP_DB_PASSWORD')) define('APP_DB_PASSWORD', 'a');",
        "if ( ! defined('APP_DB_PASSWORD') ) { define('APP_DB_PASSWORD', 'a'); }",
        "if (!defined('APP_DB_PASSWORD')): define('APP_DB_PASSWORD', 'a'); endif;",
        "define('APP_DB_PASSWORD', 'a'); defined('APP_DB_PASSWORD') or define('APP_DB_PASSWORD', 'x');",
        "define('APP_DB_PASSWORD', 'a'); if (PHP_SAPI) { define('APP_DB_PASSWORD', 'x'); }",
        "if (PHP_SAPI) { define('APP_DB_PASSWORD', 'a'); } define('APP_DB_PASSWORD', 'a');",
        "if (!defined('BASEPATH')) exit('No'); define('APP_DB_PASSWORD', 'a');",
        "if (false) { $x = 1; } elseif (false) $x = 2; else { $x = 3; } define('APP_DB_PASSWORD', 'a');",
        "if (false): $x = 1; elseif (false): $x = 2; else: $x = 3; endif; define('APP_DB_PASSWORD', 'a');",
        "function f() { return 1; } class C { function define($a, $b) { return 2; } } define('APP_DB_PASSWORD', 'a');",
        "$f = function () { return 1; }; for ($i = 0; $i < 1; $i++) { f: } define('APP_DB_PASSWORD', 'a');",
        "class D { static function define($a, $b) {} } D::define('APP_DB_PASSWORD', 'x'); \
         (new D)->define('APP_DB_PASSWORD', 'x'); define('APP_DB_PASSWORD', 'a');",
        "define('APP_DB_PASSWORD', 'a'); return; define('APP_DB_USERNAME', 'x');",
        "do { $x = 1; } while (false); try { $x = 2; } catch (Exception $e) { } define('APP_DB_PASSWORD', 'a');",
    ];
    for definition in table {
        assert_eq!(password(definition).await, "a", "{definition}");
    }
}

#[tokio::test]
async fn a_constant_that_depends_on_a_condition_is_not_guessed() {
    let several = [
        "if ($_SERVER['HTTP_HOST'] == 'a') { define('APP_DB_NAME', 'a'); } else { define('APP_DB_NAME', 'b'); }",
        "if ($_SERVER['HTTP_HOST'] == 'a') define('APP_DB_NAME', 'a'); else define('APP_DB_NAME', 'b');",
        "if ($x): define('APP_DB_NAME', 'a'); else: define('APP_DB_NAME', 'b'); endif;",
        "switch ($x) { case 'a': define('APP_DB_NAME', 'a'); break; default: define('APP_DB_NAME', 'b'); }",
        "if ($x) { define('APP_DB_NAME', 'a'); } define('APP_DB_NAME', 'b');",
        "if (file_exists('x')) { require 'x'; return; } define('APP_DB_NAME', 'b');",
        "$x or define('APP_DB_NAME', 'a');",
        "$x ? define('APP_DB_NAME', 'a') : define('APP_DB_NAME', 'b');",
        "if ($x) { if (!defined('APP_DB_NAME')) { define('APP_DB_NAME', 'a'); } }",
        "if ($x) if (!defined('APP_DB_NAME')) define('APP_DB_NAME', 'a');",
        "if (!defined('OTHER')) { define('APP_DB_NAME', 'a'); }",
        "function f() { define('APP_DB_NAME', 'a'); }",
    ];
    for definition in several {
        let error = parsed(&format!("{GUARD}{definition}")).await.unwrap_err();
        assert_eq!(
            error,
            AppConfigError::Several { constant: "APP_DB_NAME", mend: "set database.url" },
            "{definition}"
        );
        assert!(error.to_string().contains("APP_DB_NAME") && error.to_string().contains("set database.url"));
    }
}

#[tokio::test]
async fn a_computed_value_needs_php_or_an_override() {
    for value in ["getenv('KEY') ?: 'k'", "'k' . $suffix", "\"k$suffix\"", "OTHER", "['k'][0]"] {
        let source = format!("{GUARD}$suffix = ''; define('OTHER', 'k'); define('APP_ENC_KEY', {value});");
        let error = parsed(&source).await.unwrap_err().to_string();
        assert!(error.contains("APP_ENC_KEY in app-config.php cannot be read without PHP"), "{error}");
        assert!(error.contains("install php-cli") && error.ends_with("set perfex.encryption_key"), "{error}");
        assert_eq!(evaluated(&source).await.unwrap().encryption_key.unwrap().expose_secret(), "k", "{value}");

        let root = install(source.as_bytes());
        let config =
            Reading::new(root.path(), None).overriding(&[Override::EncryptionKey]).run().await.unwrap();
        assert!(config.encryption_key.is_none());
    }
}

#[tokio::test]
async fn a_computed_constant_that_nobody_needs_is_no_error() {
    let source = format!("{GUARD}define('APP_MEMORY_LIMIT', getenv('X')); define('APP_DB_PREFIX', 'crm_');");
    assert_eq!(parsed(&source).await.unwrap().table_prefix, "crm_");
    assert_eq!(evaluated(&source).await.unwrap().table_prefix, "crm_");
}

proptest! {
    #[test]
    fn any_file_is_parsed_without_panic(code in r"(define|defined|if|else|return|class|function|const|\(|\)|\{|\}|'APP_DB_NAME'|,|;|:|!|=|'a'|\\|@|>| |or|&&){0,60}") {
        let constants = parse::constants(format!("<?php {code}").as_bytes());
        prop_assert!(constants.get("NEVER").is_none());
    }
}
