//! The companion's PHP as text: PHP takes it, it is short, and no line of it is open to the web.

use std::process::Command;

use perfex_bridge::companion::module::{ENTRIES, Files, Settings};

fn files() -> Files {
    Files::of(&Settings { socket: Some("/run/x.sock".into()), address: None, entries: ENTRIES.to_vec() })
        .unwrap()
}

/// What only the browser runs, and anybody may see.
const SCRIPT: &str = "part.js";

/// Those that PHP runs.
fn php(files: &Files) -> impl Iterator<Item = (&'static str, &str)> {
    files.iter().filter(|(name, _)| *name != SCRIPT)
}

#[test]
fn php_accepts_every_file() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in php(&files()) {
        let path = folder.path().join("file.php");
        std::fs::write(&path, text).unwrap();
        let output = Command::new("php").args(["-n", "-l"]).arg(&path).output().expect("run scripts/needs");
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn every_file_begins_with_the_guard_and_ends_within_php_or_html() {
    let files = files();
    for (name, text) in php(&files) {
        let guard = "defined('BASEPATH') or exit('No direct script access allowed');";
        let (start, _) = text.split_once(guard).unwrap_or_else(|| panic!("{name} has no guard"));
        assert_eq!(start.trim(), "<?php", "{name}");
        assert!(
            name.starts_with("views/") || !text.contains("?>"),
            "{name}: nothing may be printed by accident"
        );
    }
}

#[test]
fn there_is_nothing_in_it_that_php_8_0_does_not_know() {
    for (name, text) in files().iter() {
        for newer in [
            "readonly ",
            "enum ",
            ": never",
            "(...)",
            "new class(",
            "#[\\Override",
            "json_validate",
            "array_is_list",
        ] {
            assert!(!text.contains(newer), "{name}: {newer}");
        }
    }
}

#[test]
fn it_stays_thin() {
    let code = |text: &str| {
        let mut in_comment = false;
        let is_code = |line: &&str| {
            let line = line.trim();
            in_comment |= line.starts_with("/*");
            let code = !(in_comment || line.is_empty() || line.starts_with("//"));
            in_comment &= !line.ends_with("*/");
            code
        };
        text.lines().filter(is_code).count()
    };
    // What `install` writes, lists and texts, is no code.
    let written = |name: &str| {
        name.starts_with("language/") || ["config/bridge.php", "config/unavailable.php"].contains(&name)
    };
    let files = files();
    let lines: usize = php(&files).filter(|(name, _)| !written(name)).map(|(_, text)| code(text)).sum();
    assert!(lines < 400, "{lines}");
}
