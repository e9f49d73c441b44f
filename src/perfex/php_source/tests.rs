//! What becomes of PHP source.

use super::*;
use proptest::prelude::*;

fn of(code: &str) -> Vec<Token> {
    tokens(format!("<?php {code}").as_bytes())
}

fn text(text: &str) -> Token {
    Token::Text(text.as_bytes().to_vec())
}

#[test]
fn comments_and_html_are_gone() {
    let source = "#!/usr/bin/php\n<?php // one ?> <b>'</b> <?PHP # two '\n/* three ' */ 1 ?>\n'four";
    assert_eq!(tokens(source.as_bytes()), [Token::Symbol(b';'), Token::Int(1), Token::Symbol(b';')]);
}

#[test]
fn single_quotes_know_two_escapes() {
    assert_eq!(of(r#"'a\'b\\c\"d\n$e'"#), [text(r#"a'b\c\"d\n$e"#)]);
    assert_eq!(of("'// no comment'"), [text("// no comment")]);
    assert_eq!(of("'never closed"), [Token::Dynamic]);
}

#[test]
fn double_quotes_know_more() {
    assert_eq!(of(r#""a\"b\\c\'d\$e$ f$1\x41\101\u{e9}\q\u{}""#), [text(r#"a"b\c\'d$e$ f$1AAé\q\u{}"#)]);
    assert_eq!(of(r#""n\n\t\r\v\e\f""#), [text("n\n\t\r\u{b}\u{1b}\u{c}")]);
}

#[test]
fn what_only_php_knows_is_dynamic_and_skipped_as_a_whole() {
    let one = [Token::Dynamic, Token::Symbol(b';')];
    for code in [
        r#""a $b c";"#,
        r#""{$a["x}"]} \" {$b->c("y")}";"#,
        r#""${a["x"]}";"#,
        "`ls \\` '`;",
        "$variable;",
        "<<<EOT\n' $x\nEOTX\n  EOT;",
        "<<<'EOT'\n' \" \nEOT;",
        "1.5;",
        "99999999999999999999;",
    ] {
        assert_eq!(of(code), one, "{code}");
    }
}

#[test]
fn whole_numbers_are_read_in_each_notation() {
    assert_eq!(of("28_800"), [Token::Int(28800)]);
    assert_eq!(of("0x1F"), [Token::Int(31)]);
    assert_eq!(of("017"), [Token::Int(15)]);
    assert_eq!(of("0b11"), [Token::Int(3)]);
    assert_eq!(of("0"), [Token::Int(0)]);
}

#[test]
fn strings_in_strings_end_at_a_bound() {
    assert_eq!(of(&r#""{$a["#.repeat(10_000)).len(), 1);
}

proptest! {
    #[test]
    fn any_bytes_are_split_without_panic(bytes: Vec<u8>) {
        prop_assert!(tokens(&bytes).len() <= bytes.len());
    }

    #[test]
    fn anything_that_looks_like_php_is_split_without_panic(code in r#"[a-z'"\\$\{\}<>?#/*=0-9x.;:\n ]{0,80}"#) {
        prop_assert!(of(&code).len() <= code.len());
    }
}

#[test]
fn everything_has_its_place() {
    let source = b"a<?php $x = 'y'; // one\n/* two */ \"{$a[/* no */ 'b']}\" ?>b<?= 1";
    let read = Source::of(source);
    let texts: Vec<&[u8]> = read.tokens.iter().map(|placed| &source[placed.at.clone()]).collect();
    assert_eq!(texts[..4], [&b"$x"[..], b"=", b"'y'", b";"]);
    assert_eq!(texts[4], b"\"{$a[/* no */ 'b']}\"");
    assert!(texts[5].starts_with(b"?>") && texts[6] == b"1");
    let comments: Vec<&[u8]> = read.comments.iter().map(|at| &source[at.clone()]).collect();
    assert_eq!(comments, [&b"// one"[..], b"/* two */"]);
    assert_eq!(read.tags, [(Tag::Long, 1), (Tag::Short, source.len() - 5)]);
    assert!(read.ends_in_php && read.open_ended.is_none());
}

#[test]
fn what_nothing_ends_is_told() {
    for (code, at) in [("<?php 'a", 6), ("<?php 1;/* a", 8), ("<?php <<<X\na\n", 6), ("<?php \"{$a['}\"", 11)]
    {
        assert_eq!(Source::of(code.as_bytes()).open_ended, Some(at), "{code}");
    }
    let closed = Source::of(b"<?php 'a'; ?>b");
    assert!(!closed.ends_in_php && closed.open_ended.is_none());
}
