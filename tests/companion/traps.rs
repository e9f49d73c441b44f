//! What files in the field look like. PHP takes every result, sees exactly their routes and ours, and gets the file back.

use std::fs;

use super::tree::{Tree, accepted, ours, php};

/// What it shows, its bytes, and its routes as PHP sees them.
type Case = (&'static str, &'static [u8], &'static [(&'static str, &'static str)]);

/// Files that run. A `require` of a module that is missing would end PHP, so none is in here.
const FILES: [Case; 19] = [
    (
        "guard and marker on one line, last line a comment without newline",
        b"<?php defined('BASEPATH') or exit('No direct script access allowed');//perfex-saas:start:my_routes.php\n\
          $route['ps/(.+)'] = 'saas/x/$1';\n//perfex-saas:end:my_routes.php",
        &[("ps/(.+)", "saas/x/$1")],
    ),
    ("guard only", b"<?php defined('BASEPATH') or exit('No direct script access allowed');", &[]),
    ("opening tag only", b"<?php", &[]),
    ("closing tag", b"<?php $route['a'] = 'b/c'; ?>", &[("a", "b/c")]),
    ("closing tag without semicolon", b"<?php\n$route['a'] = 'b/c' ?>\n", &[("a", "b/c")]),
    ("closing tag behind a comment", b"<?php $route['a'] = 'b/c'; // last ?>\r\n", &[("a", "b/c")]),
    ("byte order mark", b"\xef\xbb\xbf<?php\n$route['a'] = 'b/c';\n", &[("a", "b/c")]),
    ("CRLF", b"<?php\r\n$route['a'] = 'b/c';\r\n// end", &[("a", "b/c")]),
    ("CR", b"<?php\r$route['a'] = 'b/c';\r// end", &[("a", "b/c")]),
    ("version mark", b"<?php\n// CPB_ROUTES_v2\n$route['p'] = 'cpb/x';\n", &[("p", "cpb/x")]),
    ("our markers in a comment", b"<?php /*\n// BEGIN perfex-bridge\n// END perfex-bridge\n*/", &[]),
    ("our markers in a heredoc", b"<?php $x = <<<E\n// BEGIN perfex-bridge\nE;\n$route['a'] = 'b/c';", &[("a", "b/c")]),
    ("our markers in a string", b"<?php $x = '\n// BEGIN perfex-bridge\n';", &[]),
    ("bytes that are no UTF-8", b"<?php // f\xfcr\n$route['\xff'] = 'b/c';\n", &[("\u{fffd}", "b/c")]),
    ("return in a condition", b"<?php\nif (defined('NEVER')) { return; }\n$route['a'] = 'b/c';\n", &[("a", "b/c")]),
    ("return in a closure", b"<?php $route['a'] = function () { return 'b/c'; };", &[("a", "?")]),
    ("an if around", b"<?php\nif (defined('BASEPATH')):\n$route['a'] = 'b/c';\nendif;\n", &[("a", "b/c")]),
    ("a namespace", b"<?php\nnamespace My\\Routes;\n$route['a'] = 'b/c';\n", &[("a", "b/c")]),
    ("text behind PHP", b"<?php $route['a'] = 'b/c'; ?>\n\n<b>text", &[("a", "b/c")]),
];

/// Files that are left alone, with a word of the reason.
const REFUSED: [(&[u8], &str); 13] = [
    (b"<?php\n$route['a' = 'b/c';\n", "bracket `[` in line 2"),
    (b"<?php\n$route['a'] = = 'b/c';\n", "PHP does not accept it as it is"),
    (b"<?php\nif (1) { } else else { }\n", "PHP does not accept it as it is"),
    (b"<?php\n$route['a'] = 'b/c\n", "line 2 has no end"),
    (b"<? $route['a'] = 'b/c';", "`<?` without `php`"),
    (b"text", "it is not PHP"),
    (b"<?php\nreturn;\n", "`return` in line 2 ends it"),
    (b"<?php\nexit;\n", "`exit` in line 2 ends it"),
    (b"<?php\nnamespace A { }\n", "`namespace` with braces"),
    (b"<?php\n// BEGIN perfex-bridge\n", "line 2 has no `// END"),
    (b"<?php\n// END perfex-bridge\n", "line 2 has no `// BEGIN"),
    (b"<?php\n$route['api/create'] = 'other/shop';\n", "`api/create` has a route already, in line 2"),
    (b"<?php $a = 1; __halt_compiler(); data", "__halt_compiler"),
];

fn seen(foreign: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        foreign.iter().map(|(key, target)| ((*key).to_owned(), (*target).to_owned())).collect();
    all.extend(ours());
    all
}

#[tokio::test]
async fn php_sees_exactly_the_foreign_routes_and_ours_and_gets_the_file_back() {
    for (name, bytes, foreign) in FILES {
        assert!(accepted(bytes), "{name}: a case must be a file that runs");
        let tree = Tree::with(bytes);
        let done = tree.routes().write().await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(done.changed && tree.bytes().starts_with(bytes), "{name}");
        assert_eq!(tree.routed(), Some(seen(foreign)), "{name}");
        let again = tree.routes().write().await.unwrap();
        assert!(!again.changed && again.way.is_none(), "{name}");
        assert_eq!(tree.backups().len(), 1, "{name}");
        assert!(tree.routes().remove().await.unwrap().changed, "{name}");
        assert_eq!(tree.bytes(), bytes, "{name}");
        assert!(!tree.routes().remove().await.unwrap().changed, "{name}");
        assert_eq!(tree.names(), ["app-config.php", "my_routes.php"], "{name}");
    }
}

#[tokio::test]
async fn without_php_the_result_is_the_same() {
    for (name, bytes, foreign) in FILES {
        let tree = Tree::with(bytes);
        tree.routes_with(None).write().await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(tree.routed(), Some(seen(foreign)), "{name}");
        tree.routes_with(None).remove().await.unwrap();
        assert_eq!(tree.bytes(), bytes, "{name}");
    }
}

#[tokio::test]
async fn what_is_in_doubt_is_left_alone_with_a_sentence() {
    for (bytes, word) in REFUSED {
        let tree = Tree::with(bytes);
        let error = tree.routes().write().await.unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
        assert!(
            error.starts_with(&tree.file().display().to_string()) && error.lines().count() == 1,
            "{error}"
        );
        assert_eq!((tree.bytes().as_slice(), tree.backups().len()), (bytes, 0));
        assert!(!tree.routes().is_kept().unwrap(), "the daemon keeps nothing that was never written");
    }
}

#[tokio::test]
async fn a_missing_file_is_made_and_goes_again() {
    let tree = Tree::new();
    assert!(tree.routes().write().await.unwrap().changed);
    assert_eq!(tree.routed(), Some(ours()));
    tree.routes().remove().await.unwrap();
    assert_eq!(tree.names(), ["app-config.php"]);
}

#[tokio::test]
async fn an_empty_file_is_filled_and_empty_again() {
    let tree = Tree::with(b"");
    tree.routes().write().await.unwrap();
    assert_eq!(tree.routed(), Some(ours()));
    tree.routes().remove().await.unwrap();
    assert_eq!(tree.bytes(), b"");
}

#[tokio::test]
async fn a_block_edited_by_hand_is_replaced_told_and_kept_in_the_backup() {
    let tree = Tree::with(b"<?php\n$route['a'] = 'b/c';\n");
    tree.routes().write().await.unwrap();
    let whole = tree.bytes();
    // Even where the edit is a syntax error: then the CRM is down until somebody replaces it.
    for edit in [
        ("public_gateway/forward'", "elsewhere/index'"),
        ("$route['api/create'] =", "$route['api/create'] = ="),
    ] {
        let edited = String::from_utf8(whole.clone()).unwrap().replace(edit.0, edit.1);
        fs::write(tree.file(), &edited).unwrap();
        let done = tree.routes().write().await.unwrap();
        assert_eq!(done.notes, ["our block in line 3 was not as we write it and is replaced"]);
        assert_eq!(fs::read_to_string(done.backup.unwrap()).unwrap(), edited);
        assert_eq!(tree.bytes(), whole);
    }
}

#[tokio::test]
async fn our_block_twice_becomes_one() {
    let tree = Tree::with(b"<?php\n");
    tree.routes().write().await.unwrap();
    let once = tree.bytes();
    let block = &once["<?php\n".len()..];
    fs::write(tree.file(), [&once, &b"$route['a'] = 'b/c';\n"[..], block].concat()).unwrap();
    let done = tree.routes().write().await.unwrap();
    assert_eq!(done.notes, ["our block was in it 2 times; the first place is kept"]);
    assert_eq!(tree.bytes(), [&once, &b"$route['a'] = 'b/c';\n"[..]].concat());
}

#[tokio::test]
async fn a_php_that_cannot_be_asked_means_that_nothing_is_written() {
    let tree = Tree::with(b"<?php\n");
    for program in ["/nowhere/php", "/bin/false", "/bin/echo"] {
        let error = tree.routes_with(Some(program.into())).write().await.unwrap_err().to_string();
        assert!(
            error.starts_with("nothing is written unchecked: ") && error.contains("perfex.php"),
            "{error}"
        );
        assert_eq!(tree.bytes(), b"<?php\n");
    }
    assert!(php().is_file());
}
