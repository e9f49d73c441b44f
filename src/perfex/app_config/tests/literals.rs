//! String literals of any content: the tokenizer and PHP must find the same bytes in them.

use std::process::Command;

use proptest::prelude::*;

use super::*;
use crate::perfex::php_source::{Token, tokens};

/// A literal, quotes included. `\u` and `{$` are left out: PHP refuses the whole file over a wrong one.
fn literals() -> impl Strategy<Value = String> {
    prop_oneof![
        r#"'([a-z"$\{\}/#*?>\n é]|\\[\\'nx"$0]){0,12}'"#,
        r#""([a-tv-z'\}/#*?>\n é%]|\$[ 1%]|\\[\\'"nrtvefx$07pq]|\\x[0-9a-f]{1,3}|\\[0-7]{1,4}){0,12}""#,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn php_finds_the_same_bytes(literals in prop::collection::vec(literals(), 200)) {
        let source = format!("<?php\nreturn [\n{}];", literals.join(",\n"));
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), &source).unwrap();
        let code = "foreach (require $argv[1] as $text) echo bin2hex($text), ' ';";
        let output = Command::new("php").args(["-n", "-d", "display_errors=0", "-r", code, "--"]).arg(file.path()).output().unwrap();
        prop_assert!(output.status.success(), "{}", source);
        let by_php = String::from_utf8(output.stdout).unwrap();
        let found: Vec<_> = tokens(source.as_bytes())
            .into_iter()
            .filter_map(|token| match token {
                Token::Text(text) => Some(hex::encode(text)),
                Token::Dynamic => Some("dynamic".to_owned()),
                _ => None,
            })
            .collect();
        for ((literal, ours), php) in literals.iter().zip(&found).zip(by_php.split(' ')) {
            prop_assert_eq!(ours, php, "{}", literal);
        }
        prop_assert_eq!(found.len(), literals.len());
        prop_assert_eq!(by_php.split(' ').count(), literals.len() + 1, "{}", by_php);
    }
}
