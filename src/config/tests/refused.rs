//! The exact sentence for each mistake.

use std::fs;

use super::*;

#[test]
fn a_wrong_name_is_answered_with_the_right_one() {
    assert_eq!(
        file_error("# a comment\n[wach]\nmode = \"auto\""),
        "config.toml, line 2: there is no section [wach]; did you mean [watch]?",
    );
    assert_eq!(
        file_error("[payments]"),
        "config.toml, line 1: there is no section [payments]; the sections are database, demo, http, licensing, log, \
         mail, outbox, perfex, schedule, shop, state and watch",
    );
    assert_eq!(
        file_error("[watch]\nmode = \"auto\"\nintervall = \"1s\""),
        "config.toml, line 3: [watch] has no key \"intervall\"; did you mean \"interval\"?",
    );
    assert_eq!(
        file_error("[watch]\nlisten = \"127.0.0.1:1\""),
        "config.toml, line 2: [watch] has no key \"listen\"; it belongs in [http]",
    );
    assert_eq!(
        file_error("[watch]\ncolour = 1"),
        "config.toml, line 2: [watch] has no key \"colour\"; its keys are interval, mode and sweep",
    );
    assert_eq!(
        file_error("[demo]\ncolour = 1"),
        "config.toml, line 2: [demo] has no key \"colour\"; its only key is read_only",
    );
}

#[test]
fn a_value_outside_of_every_section_is_told_where_it_belongs() {
    assert_eq!(
        file_error("root = \"/var/www\""),
        "config.toml, line 1: \"root\" stands outside of every section; write it below [perfex]",
    );
    assert_eq!(
        file_error("watch = \"auto\""),
        "config.toml, line 1: \"watch\" stands outside of every section; write it as a section, [watch], with its \
         keys below",
    );
}

#[test]
fn a_wrong_type_is_answered_with_a_sample() {
    let line = |toml: &str| file_error(toml).trim_start_matches("config.toml, line 2: ").to_owned();
    assert_eq!(
        line("[watch]\ninterval = 5"),
        "[watch] interval must be a text such as \"1s\", not the number 5"
    );
    assert_eq!(line("[perfex]\nroot = true"), "[perfex] root must be a text in quotes, not true");
    assert_eq!(
        line("[database]\nconnections = \"many\""),
        "[database] connections must be a whole number such as 8, not the text \"many\"",
    );
    assert_eq!(
        line("[outbox]\nattempts = 1.5"),
        "[outbox] attempts must be a whole number such as 12, not a fraction"
    );
    assert_eq!(
        line("[demo]\nread_only = \"yes\""),
        "[demo] read_only must be true or false, not the text \"yes\""
    );
    assert_eq!(line("[mail]\nhost = [\"a\"]"), "[mail] host must be a text in quotes, not a list");
    assert_eq!(line("[mail]\npassword = 4711"), "[mail] password must be a text in quotes, not a number");
}

#[test]
fn a_bad_value_is_answered_with_what_would_be_right() {
    let line = |toml: &str| file_error(toml).trim_start_matches("config.toml, line 2: ").to_owned();
    assert_eq!(
        line("[watch]\ninterval = \"soon\""),
        "[watch] interval = \"soon\" is not a length of time; write a number and a unit, such as \"10s\" or \"15m\"",
    );
    assert_eq!(
        line("[watch]\ninterval = \"10ms\""),
        "[watch] interval = \"10ms\" must lie between 100ms and 1m"
    );
    assert_eq!(
        line("[shop]\nreversal_grace = \"2y\""),
        "[shop] reversal_grace = \"2y\" must lie between 0s and 365d"
    );
    assert_eq!(line("[watch]\nmode = \"push\""), "[watch] mode = \"push\" must be \"auto\" or \"poll\"");
    assert_eq!(
        line("[watch]\nmode = \"binlog\""),
        "[watch] mode = \"binlog\" arrives in a later version; use \"auto\"",
    );
    assert_eq!(
        line("[mail]\ntransport = \"smpt\""),
        "[mail] transport = \"smpt\" must be \"perfex\", \"smtp\", \"sendmail\" or \"file\"",
    );
    assert_eq!(
        line("[http]\nlisten = \"8787\""),
        "[http] listen = \"8787\" is not an IP address with a port, such as \"127.0.0.1:8787\"",
    );
    assert_eq!(
        line("[http]\nmanagement = \"0.0.0.0:8788\""),
        "[http] management = \"0.0.0.0:8788\" must be a loopback address, such as \"127.0.0.1:8788\"",
    );
    assert_eq!(line("[mail]\nport = 70000"), "[mail] port = 70000 must lie between 1 and 65535");
    assert_eq!(
        line("[mail]\nfrom_address = \"shop\""),
        "[mail] from_address = \"shop\" is not a mail address, such as \"shop@example.com\"",
    );
    assert_eq!(
        line("[perfex]\nroot = \"www\""),
        "[perfex] root = \"www\" must be an absolute path, from / on"
    );
    assert_eq!(
        line("[perfex]\ntable_prefix = \"tbl`\""),
        "[perfex] table_prefix = \"tbl`\" must be at most 20 letters, digits and underscores",
    );
    assert_eq!(
        line("[perfex]\nbase_url = \"crm.example.com\""),
        "[perfex] base_url = \"crm.example.com\" is not a web address, such as \"https://crm.example.com/\"",
    );
    assert_eq!(
        line("[state]\ndirectory = \"\""),
        "[state] directory must not be empty; the usual one is \"/var/lib/perfex-bridge\"",
    );
}

#[test]
fn a_bad_secret_is_not_repeated() {
    assert_eq!(
        file_error("[perfex]\nencryption_key = \"geheim\""),
        "config.toml, line 2: [perfex] encryption_key must have exactly 32 characters, not 6; copy APP_ENC_KEY from \
         app-config.php",
    );
    for wrong in ["geheim", "mysql://u:geheim@h:x/db", "mysql://u:geheim@h", "http://u:geheim@h/db"] {
        assert_eq!(
            file_error(&format!("[database]\nurl = \"{wrong}\"")),
            "config.toml, line 2: [database] url is not a database address; write \
             mysql://user:password@host:3306/database and %40 %3A %2F %23 for @ : / # in the password",
        );
    }
    for broken in [
        "\"geheim\nhost = 1",
        "geheim",
        "\"ge\\heim geheim\"",
        "'geheim",
        "\"geheim\" geheim",
        "{ geheim",
        "[geheim",
    ] {
        let error = file_error(&format!("[mail]\npassword = {broken}"));
        assert!(
            !error.contains("geheim") && error.starts_with("config.toml, line 2: this is not TOML ("),
            "{error}"
        );
    }
}

#[test]
fn values_that_do_not_fit_together_are_refused() {
    let line = |toml: &str| file_error(toml).trim_start_matches("config.toml, line 2: ").to_owned();
    assert_eq!(
        line("[mail]\ntransport = \"file\""),
        "[mail] transport = \"file\" needs [mail] directory; set it to the folder for the .eml files",
    );
    assert_eq!(
        line("[mail]\ntransport = \"smtp\""),
        "[mail] transport = \"smtp\" needs [mail] host; set it to the mail server's name",
    );
    assert_eq!(
        line("[mail]\nusername = \"u\""),
        "[mail] username = \"u\" needs [mail] password; set both or neither"
    );
    assert_eq!(
        line("[mail]\npassword = \"p\""),
        "[mail] password needs [mail] username; set both or neither"
    );
    assert_eq!(
        line("[mail]\nsend_timeout = \"100s\""),
        "[mail] send_timeout = \"100s\" and connect_timeout = \"20s\" must together stay under \
         [outbox] lease = \"2m\", after which another worker takes the mail over; lower one of them",
    );
    assert_eq!(
        line("[licensing]\nserver = \"https://licenses.example.com\""),
        "[licensing] server = \"https://licenses.example.com\" needs [licensing] api_key; set it to the key that the \
         license server gave you",
    );
    assert_eq!(
        line("[licensing]\nserver = \"http://licenses.example.com\""),
        "[licensing] server = \"http://licenses.example.com\" must be \"builtin\" or an https address, such as \
         \"https://licenses.example.com\"",
    );
    assert_eq!(
        line("[licensing]\npublic_url = \"licenses.example.com\""),
        "[licensing] public_url = \"licenses.example.com\" is not a web address, such as \
         \"https://licenses.example.com/\"",
    );
}

#[test]
fn a_perfex_or_all_that_replaces_it_is_needed() {
    assert_eq!(
        place("", &[]).error(),
        "config.toml: no Perfex is named; set [perfex] root to the folder that holds its index.php, or set all of \
         [database] url, [perfex] base_url and [perfex] encryption_key",
    );
    assert_eq!(
        place("[database]\nurl = \"mysql://u:p@localhost/crm\"", &[]).error(),
        "config.toml: without [perfex] root, [perfex] base_url and [perfex] encryption_key must be set as well; set \
         that or root",
    );
    let config = place(
        "[perfex]\nbase_url = \"https://example.com/crm\"\nencryption_key = \"0123456789abcdef0123456789abcdef\"\n\
         [database]\nurl = \"mysql://u:p@localhost/crm?socket=/run/mysqld/mysqld.sock\"",
        &[],
    )
    .load();
    assert_eq!(config.perfex.base_url.unwrap().as_str(), "https://example.com/crm/");
}

#[test]
fn a_file_that_was_named_has_to_be_there_and_be_readable_text() {
    let mut place = place("", &COMPLETE);
    let folder = place.folder.path().to_owned();
    place.sources.file = Some(folder.join("other.toml"));
    assert_eq!(
        place.error(),
        "other.toml: there is no such file; write it after config.example.toml, or name another with --config",
    );
    fs::create_dir(folder.join("folder")).unwrap();
    place.sources.file = Some(folder.join("folder"));
    assert_eq!(
        place.error(),
        "folder: this cannot be read (is a directory); let the user that runs perfex-bridge read it",
    );
    fs::write(folder.join("latin1"), b"# \xe4").unwrap();
    place.sources.file = Some(folder.join("latin1"));
    assert_eq!(place.error(), "latin1: this is not UTF-8 text; save it as UTF-8");
}

#[test]
fn a_file_that_is_not_toml_is_told_by_line() {
    assert_eq!(
        file_error("[watch]\nmode = auto"),
        "config.toml, line 2: this is not TOML (string values must be quoted, expected literal string); write \
         sections as [name], keys as name = value and texts in quotes",
    );
    assert_eq!(
        file_error("[watch]\nmode = \"auto\"\nmode = \"poll\""),
        "config.toml, line 3: this is not TOML (duplicate key); write sections as [name], keys as name = value and \
         texts in quotes",
    );
}

#[test]
fn a_variable_or_credential_that_sets_nothing_is_refused() {
    let variable = |name, value| place("", &[COMPLETE[0], (name, value)]).error();
    assert_eq!(
        variable("PERFEX_BRIDGE_WATCH_INTERVALL", "1s"),
        "environment variable PERFEX_BRIDGE_WATCH_INTERVALL: [watch] has no key \"intervall\"; did you mean \
         \"interval\"?",
    );
    assert_eq!(
        variable("PERFEX_BRIDGE_DEBUG", "1"),
        "environment variable PERFEX_BRIDGE_DEBUG: there is no section [debug]; the sections are database, demo, \
         http, licensing, log, mail, outbox, perfex, schedule, shop, state and watch",
    );
    assert_eq!(
        variable("PERFEX_BRIDGE_DATABASE_CONNECTIONS", "many"),
        "environment variable PERFEX_BRIDGE_DATABASE_CONNECTIONS: [database] connections must be a whole number such \
         as 8, not the text \"many\"",
    );
    let credential = |name, content| place("", &COMPLETE).credential(name, content).error();
    assert_eq!(
        credential("mail.pasword", b"p"),
        "credential credentials/mail.pasword: [mail] has no key \"pasword\"; did you mean \"password\"?",
    );
    assert_eq!(
        credential("db-password", b"p"),
        "credentials/db-password: a credential is named after its key, such as mail.password; rename it in \
         LoadCredential=",
    );
    assert_eq!(
        credential("database.url", b"\xff"),
        "credentials/database.url: this is not UTF-8 text; save it as UTF-8"
    );
}
