//! The real PHP, from `PATH`.

use std::process::{Command, Stdio};
use std::{io::Write as _, path::Path};

/// What a script prints; `settings` are lines of `php.ini`.
pub fn run(settings: &[&str], code: &str, arguments: &[&str]) -> Vec<u8> {
    let mut command = Command::new("php");
    command.arg("-n");
    for setting in settings {
        command.args(["-d", setting]);
    }
    let mut child = command
        .arg("--")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("php, which scripts/needs installs");
    child.stdin.take().unwrap().write_all(format!("<?php\n{code}").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    output.stdout
}

/// A session's `data` as PHP itself writes it: `values` is PHP code of an array.
pub fn session(values: &str) -> Vec<u8> {
    session_by("php", values)
}

/// The same by another `session.serialize_handler`.
pub fn session_by(handler: &str, values: &str) -> Vec<u8> {
    let settings = [
        "session.use_cookies=0",
        "session.cache_limiter=",
        &format!("session.save_path={}", Path::new(env!("CARGO_TARGET_TMPDIR")).display()),
        &format!("session.serialize_handler={handler}"),
    ];
    run(
        &settings,
        &format!(
            "session_start(); $_SESSION = {values}; $it = session_encode(); session_destroy(); echo $it;"
        ),
        &[],
    )
}
