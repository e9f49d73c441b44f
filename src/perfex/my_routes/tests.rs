//! Every trap that files in the field hold, one sentence each; whether PHP takes the results is asked in
//! `tests/companion`.

use proptest::prelude::*;

use super::*;

const FIELD: &[u8] = b"<?php defined('BASEPATH') or exit('No direct script access allowed');//perfex-saas:start:my_routes.php\n\
//dont remove/change above line\nrequire_once(FCPATH.'modules/perfex_saas/config/my_routes.php');\n\
//perfex-saas:end:my_routes.php";

fn ours() -> Vec<Route> {
    vec![
        Route::exact("shop", "perfex_bridge/public_gateway/forward").unwrap(),
        Route::below("shop", "perfex_bridge/public_gateway/forward").unwrap(),
        Route::exact("clients/licenses", "perfex_bridge/portal_gateway/forward").unwrap(),
    ]
}

fn written(existing: &[u8]) -> Written {
    write(Some(existing), &ours()).unwrap()
}

fn refused(existing: &str) -> String {
    let refusal = write(Some(existing.as_bytes()), &ours()).unwrap_err();
    refusal.to_string()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Writes, and holds what is true of every file: nothing foreign moves, again is the same, and back is back.
fn round(existing: &[u8]) -> Written {
    let done = written(existing);
    assert_eq!(done.before, Standing::Missing);
    assert!(done.bytes.starts_with(existing), "{}", text(&done.bytes));
    let again = written(&done.bytes);
    assert_eq!((again.before, &again.bytes), (Standing::Present, &done.bytes));
    let back = remove(Some(&done.bytes)).unwrap();
    assert_eq!((back.changed, back.bytes.as_deref()), (true, Some(existing)), "{}", text(&done.bytes));
    done
}

#[test]
fn guard_and_marker_on_one_line_and_a_last_comment_without_newline() {
    let done = round(FIELD);
    insta::assert_snapshot!(text(&done.bytes), @"
    <?php defined('BASEPATH') or exit('No direct script access allowed');//perfex-saas:start:my_routes.php
    //dont remove/change above line
    require_once(FCPATH.'modules/perfex_saas/config/my_routes.php');
    //perfex-saas:end:my_routes.php
    // BEGIN perfex-bridge
    // Kept by perfex-bridge: changes between these lines are overwritten. `perfex-bridge routes remove` takes them out.
    // The line break above belongs to them.
    $route['shop'] = 'perfex_bridge/public_gateway/forward';
    $route['shop/(.+)'] = 'perfex_bridge/public_gateway/forward/$1';
    $route['clients/licenses'] = 'perfex_bridge/portal_gateway/forward';
    // END perfex-bridge
    ");
    assert_eq!(done.notes, []);
}

#[test]
fn a_file_of_the_guard_line_only() {
    round(b"<?php defined('BASEPATH') or exit('No direct script access allowed');");
    round(b"<?php defined('BASEPATH') or exit('No direct script access allowed');//marker");
    round(b"<?php");
    round(b"<?php\n");
}

#[test]
fn a_missing_file_is_made_with_the_guard_and_goes_with_the_block() {
    let made = write(None, &ours()).unwrap();
    assert!(made.bytes.starts_with(GUARD) && made.foreign.is_none());
    assert_eq!(written(&made.bytes).before, Standing::Present);
    let gone = remove(Some(&made.bytes)).unwrap();
    assert_eq!((gone.changed, gone.bytes), (true, None));
    // What others have added to it stays.
    let shared = [&made.bytes, &b"$route['other'] = 'other/index';\n"[..]].concat();
    assert_eq!(written(&shared).before, Standing::Present);
    let rest = remove(Some(&shared)).unwrap().bytes.unwrap();
    assert_eq!(rest, [GUARD, b"$route['other'] = 'other/index';\n"].concat());
    assert!(!remove(None).unwrap().changed);
}

#[test]
fn an_empty_file_is_empty_again_afterwards() {
    let done = written(b"");
    assert!(done.bytes.starts_with(GUARD));
    assert_eq!(remove(Some(&done.bytes)).unwrap().bytes, Some(Vec::new()));
}

#[test]
fn a_closing_tag_gets_php_of_its_own_behind_it() {
    for end in ["?>", "?>\n", " ?>\r\n", "// last ?>", "?>\n\n"] {
        let done = round(format!("<?php\n$route['a'] = 'b/c' {end}").as_bytes());
        assert!(text(&done.bytes).contains("<?php\n// BEGIN") || end.contains('\r'), "{}", text(&done.bytes));
    }
}

#[test]
fn what_others_append_behind_our_block_stays_php_when_the_block_goes() {
    for existing in ["<?php $a = 1; ?>", "<?php $a = 1; // no line break"] {
        let shared = [&written(existing.as_bytes()).bytes, &b"$route['x'] = 'y/z';\n"[..]].concat();
        let rest = remove(Some(&shared)).unwrap().bytes.unwrap();
        let reading = Reading::of(&rest);
        assert!(reading.sound().is_ok() && reading.ends_in_php(), "{}", text(&rest));
        let last = text(&rest);
        assert!(last.ends_with("\n$route['x'] = 'y/z';\n"), "{last}");
    }
}

#[test]
fn a_byte_order_mark_stays_and_is_told() {
    let done = round(b"\xef\xbb\xbf<?php\n$route['a'] = 'b/c';\n");
    assert_eq!(done.notes, [Note::Prints]);
    assert_eq!(round(b"\n<?php\n").notes, [Note::Prints]);
}

#[test]
fn the_block_takes_the_line_breaks_of_the_file() {
    let done = round(b"<?php\r\n$route['a'] = 'b/c';\r\n");
    let block = text(&done.bytes);
    assert_eq!(block.matches('\n').count(), block.matches("\r\n").count());
    round(b"<?php\r\n$route['a'] = 'b/c';//x");
    round(b"<?php\r$route['a'] = 'b/c';\r");
}

#[test]
fn foreign_blocks_and_version_marks_stay() {
    round(b"<?php\n// CPB_ROUTES_v2\n$route['portal'] = 'client_portal_builder/x';\n//Bizit Services URL\n");
    round(b"<?php\n# BEGIN perfex-bridge\n/* // BEGIN perfex-bridge */\n// BEGIN perfex-bridge-two\n");
}

#[test]
fn a_block_edited_by_hand_is_replaced_and_told() {
    let whole = written(FIELD).bytes;
    let edited = text(&whole).replace("public_gateway/forward'", "elsewhere/index'");
    let done = written(edited.as_bytes());
    assert_eq!((done.before, done.bytes), (Standing::Altered, whole.clone()));
    assert_eq!(done.notes, [Note::Replaced { line: 5 }]);
    // Also when what was done to it is no PHP.
    let broken = text(&whole).replace("$route['shop'] =", "$route['shop' =");
    assert_eq!(written(broken.as_bytes()).bytes, whole);
    let said = format!("{}\n{}", Note::Replaced { line: 5 }, Note::Several { count: 2 });
    insta::assert_snapshot!(said, @"
    our block in line 5 was not as we write it and is replaced
    our block was in it 2 times; the first place is kept
    ");
}

#[test]
fn a_block_that_was_moved_or_indented_stays_where_it_is() {
    let block = text(&block::render(&ours(), Origin::Plain, b"\n"));
    let moved = format!("<?php\n{block}$route['a'] = 'b/c';\n");
    let done = written(moved.as_bytes());
    assert_eq!((done.before, text(&done.bytes)), (Standing::Present, moved));
    let indented = block.replace("// END", "\t// END").replace("// BEGIN", "  // BEGIN");
    let done = written(format!("<?php\n{indented}$a = 1;\n").as_bytes());
    assert_eq!(text(&done.bytes), format!("<?php\n{block}$a = 1;\n"));
}

#[test]
fn our_block_twice_becomes_one() {
    let once = written(b"<?php\n$a = 1;\n").bytes;
    let block = text(&block::render(&ours(), Origin::Plain, b"\n"));
    let twice = format!("{}$b = 2;\n{block}", text(&once));
    let done = written(twice.as_bytes());
    assert_eq!(text(&done.bytes), format!("{}$b = 2;\n", text(&once)));
    assert_eq!(done.notes, [Note::Several { count: 2 }]);
    assert_eq!(remove(Some(twice.as_bytes())).unwrap().bytes.unwrap(), b"<?php\n$a = 1;\n$b = 2;\n");
}

#[test]
fn half_a_block_is_refused() {
    insta::assert_snapshot!(refused("<?php\n// BEGIN perfex-bridge\n$route['shop'] = 'x/y/z';\n"), @"`// BEGIN perfex-bridge` in line 2 has no `// END perfex-bridge`; remove our lines by hand, then run `perfex-bridge routes write`");
    insta::assert_snapshot!(refused("<?php\n\n// END perfex-bridge\n"), @"`// END perfex-bridge` in line 3 has no `// BEGIN perfex-bridge`; remove our lines by hand, then run `perfex-bridge routes write`");
    let nested = "<?php\n// BEGIN perfex-bridge\n// BEGIN perfex-bridge\n// END perfex-bridge\n";
    assert!(refused(nested).starts_with("`// BEGIN perfex-bridge` in line 2"));
    insta::assert_snapshot!(refused("<?php\n$a = 1; // BEGIN perfex-bridge\n// END perfex-bridge\n"), @"our marker in line 2 does not stand alone in its line; give it a line of its own");
    assert!(remove(Some(nested.as_bytes())).is_err());
}

#[test]
fn markers_in_strings_heredocs_and_comments_are_somebody_elses() {
    for foreign in [
        "/*\n// BEGIN perfex-bridge\n// END perfex-bridge\n*/",
        "$a = '\n// BEGIN perfex-bridge\n';",
        "$a = \"\n// BEGIN perfex-bridge\n// END perfex-bridge\n\";",
        "$a = <<<EOT\n// BEGIN perfex-bridge\n// END perfex-bridge\nEOT;",
        "?>\n// BEGIN perfex-bridge\n<?php",
    ] {
        round(format!("<?php\n{foreign}\n").as_bytes());
    }
}

#[test]
fn what_is_no_whole_php_is_refused() {
    insta::assert_snapshot!(refused("hello"), @"it is not PHP: it has no `<?php`; empty it, or restore it from a backup");
    insta::assert_snapshot!(refused("<? $a = 1;"), @"line 1 has `<?` without `php`, which means something else from server to server; write `<?php`");
    insta::assert_snapshot!(refused("<?php\n$a = 'b;\n"), @"the string or comment that begins in line 2 has no end; mend it by hand");
    insta::assert_snapshot!(refused("<?php\n$route['a' = 'b';\n"), @"the bracket `[` in line 2 has no counterpart; mend it by hand");
    insta::assert_snapshot!(refused("<?php\n$a = 1\n// end\n"), @"its last statement, in line 2, has no `;`; mend it by hand");
    insta::assert_snapshot!(refused("<?php\n$a = 1;\n__halt_compiler();"), @"`__halt_compiler` in line 3 ends the PHP in it; remove that line");
    insta::assert_snapshot!(refused("<?php\nnamespace A {\n}\n"), @"the `namespace` with braces in line 2 allows no statement outside; remove the braces");
    for other in ["<?= 1 ?>", "<?xml version='1.0'?><?php $a = 1;", "<?php }", "<?php if (1) {", " \n"] {
        refused(other);
    }
}

#[test]
fn a_namespace_without_braces_and_bytes_of_any_encoding_are_fine() {
    round(b"<?php\nnamespace A;\n$a = namespace\\b();\n");
    round(b"<?php\n// f\xfcr alle\n$a = '\xff\xfe';\n");
}

#[test]
fn what_ends_the_file_before_our_place_is_refused() {
    insta::assert_snapshot!(refused("<?php\n$a = 1;\nreturn;\n"), @"`return` in line 3 ends it before the place of our routes; remove that line");
    for end in ["exit;", "die('x');", "if ($a) { $b = 1; }\nexit;", "throw new E;"] {
        assert!(refused(&format!("<?php\n{end}\n")).contains("ends it before"), "{end}");
    }
}

#[test]
fn what_may_end_the_file_before_our_place_is_told() {
    let done = round(b"<?php\ndefined('BASEPATH') || exit;\nif (is_cli()) {\n  return;\n}\nif ($a) exit;\n");
    let may = |word: &str, line| Note::MayEnd { word: word.to_owned(), line };
    assert_eq!(done.notes, [may("return", 4), may("exit", 6)]);
    // Guards, functions and members are no such thing.
    let quiet = b"<?php if (!defined('BASEPATH')) { exit('No'); }\n$route['a'] = function ($b) { if ($b) { return 'c'; } return $b->return; };\n";
    assert_eq!(round(quiet).notes, []);
}

#[test]
fn an_if_around_everything_does_not_catch_our_block_and_one_around_ours_is_told() {
    round(b"<?php\nif (defined('BASEPATH')) {\n  $route['a'] = 'b/c';\n}\n");
    let block = text(&block::render(&ours(), Origin::Plain, b"\n"));
    let done = written(format!("<?php\nif ($x) {{\n{block}}}\n").as_bytes());
    assert_eq!((done.before, done.notes), (Standing::Present, vec![Note::Within { line: 2 }]));
}

#[test]
fn addresses_that_somebody_else_has_are_refused() {
    insta::assert_snapshot!(refused("<?php\n$route['shop/cart'] = 'my_shop/cart';\n"), @"`shop/cart` has a route already, in line 2; remove that one, or the module that it belongs to");
    for key in ["shop", "shop/(:any)", "clients/licenses"] {
        assert!(
            refused(&format!("<?php $route[\"{key}\"] = 'a/b';")).contains("has a route already"),
            "{key}"
        );
    }
    for key in ["shopping", "clients/licenses/x", "old/shop"] {
        round(format!("<?php $route['{key}'] = 'a/b';\n").as_bytes());
    }
}

#[test]
fn routes_thrown_away_behind_ours_are_refused() {
    let block = text(&written(b"<?php\n").bytes);
    insta::assert_snapshot!(refused(&format!("{block}$route = [];\n")), @"line 8 replaces all routes of the CRM (`$route = ..`); let it add to them (`$route['..'] = ..`)");
    for fine in ["$route = array_merge($route, ['a' => 'b']);", "if ($route == []) {}"] {
        written(format!("{block}{fine}\n").as_bytes());
    }
}

#[test]
fn the_lines_of_a_check_are_those_of_the_file() {
    let whole = written(b"<?php\n$a = 1;\n").bytes;
    let foreign = written(&[&whole, &b"$b = 2;\n"[..]].concat()).foreign.unwrap();
    let lines: Vec<String> = text(&foreign).lines().map(|line| line.trim().to_owned()).collect();
    assert_eq!(lines, ["<?php", "$a = 1;", "", "", "", "", "", "", "$b = 2;"]);
}

#[test]
fn a_route_takes_no_address_of_the_crm_and_no_text_that_is_more_than_an_address() {
    let to = "perfex_bridge/public_gateway/forward";
    for taken in ["admin/x", "clients", "clients/invoices", "authentication/login", "uploads"] {
        assert_eq!(Route::exact(taken, to), Err(RouteError::Taken(taken.to_owned())));
    }
    for address in ["", "/shop", "shop/", "a//b", "it's", "a#b", "a(b", "a b", "ä", "..", "a/.b"] {
        assert_eq!(Route::exact(address, to), Err(RouteError::Address(address.to_owned())));
    }
    for target in ["", "a/b", "A/b/c", "a/b/c/d", "a/b/c'", "1/b/c"] {
        assert_eq!(Route::exact("shop", target), Err(RouteError::Target(target.to_owned())));
    }
    assert_eq!(Route::exact("api/create.php", to).unwrap().pattern(), "api/create\\.php");
}

/// Pieces of files; together they are often no PHP, which is then refused.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "<?php ",
        "<?php\n",
        "?>",
        "?>\n",
        "\n",
        "\r\n",
        "\r",
        "// note",
        "//perfex-saas:end",
        "/* a */",
        "$a = 1;",
        "$route['x'] = 'y/z';",
        "if ($a) { $b = 2; }",
        "<<<E\nE;\n",
        "'",
        "{",
        "}",
        "\u{feff}",
        "\u{fc}",
        "text",
        "// BEGIN perfex-bridge\n",
        "// END perfex-bridge\n",
        "return;",
        " ",
    ])
}

proptest! {
    #[test]
    fn written_and_removed_is_the_file_as_it_was(pieces in prop::collection::vec(piece(), 0..12), php: bool) {
        let mut file = if php { "<?php\n".to_owned() } else { String::new() };
        file.extend(pieces);
        let bytes = file.as_bytes();
        if let Ok(done) = write(Some(bytes), &ours()) {
            let again = write(Some(&done.bytes), &ours()).unwrap();
            prop_assert_eq!(&again.bytes, &done.bytes);
            prop_assert_eq!(again.before, Standing::Present);
            let back = remove(Some(&done.bytes)).unwrap();
            if done.before == Standing::Missing {
                prop_assert!(done.bytes.starts_with(bytes) || bytes.is_empty());
                prop_assert_eq!(back.bytes.as_deref(), Some(bytes));
            } else {
                prop_assert_eq!(back.bytes, remove(Some(bytes)).unwrap().bytes);
            }
        }
    }

    #[test]
    fn any_bytes_are_refused_or_kept(bytes: Vec<u8>, php: bool) {
        let file = if php { [b"<?php ", &bytes[..]].concat() } else { bytes };
        if let Ok(done) = write(Some(&file), &ours()) {
            prop_assert!(done.bytes.starts_with(&file) || file.is_empty());
        }
    }
}
