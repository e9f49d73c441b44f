//! The module's files: those of `templates/companion`, and those that are written for an install.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use crate::config::Config;
use crate::perfex::portal_contact::Permission;
use crate::text::{Language, Phrases, TextError};

use super::{ENTRIES, Entry, FEATURES, unavailable};

/// The version in the module's header and in its row. The CRM wants single digits, and at most eleven characters.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Stands for [`VERSION`] in the templates.
const VERSION_MARK: &str = "%VERSION%";

pub(super) const GUARD: &str = "<?php\n\ndefined('BASEPATH') or exit('No direct script access allowed');\n\n";

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../templates/companion/", $name)))),*]
    };
}

const TEMPLATES: [(&str, &str); 13] = templates![
    "perfex_bridge.php",
    "identity.php",
    "config/csrf_exclude_uris.php",
    "controllers/Portal_gateway.php",
    "controllers/Public_gateway.php",
    "controllers/Staff_gateway.php",
    "libraries/Bridge_client.php",
    "libraries/Bridge_gateway.php",
    "part.js",
    "views/perfex_bridge_customer.php",
    "views/perfex_bridge_widget.php",
    "views/portal_page.php",
    "views/staff_page.php",
];

/// The phrases that the CRM's own pages need, beside the names of the entries.
const PHRASES: [&str; 1] = ["menu"];

/// What differs from install to install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The daemon's unix socket.
    pub socket: Option<PathBuf>,
    /// The daemon's address, as PHP on the same machine reaches it.
    pub address: Option<SocketAddr>,
    /// What is shown.
    pub entries: Vec<Entry>,
}

impl Settings {
    /// What the configuration says.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self {
            socket: config.http.socket.clone(),
            address: config.http.listen.map(from_here),
            entries: ENTRIES.to_vec(),
        }
    }
}

/// How a listener that listens everywhere is reached from the same machine.
fn from_here(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, address.port())
}

/// Every file of the module, by its path within the module's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files(BTreeMap<&'static str, String>);

impl Files {
    /// The files of an install.
    pub fn of(settings: &Settings) -> Result<Self, TextError> {
        let mut files: BTreeMap<&'static str, String> =
            TEMPLATES.into_iter().map(|(name, text)| (name, text.replace(VERSION_MARK, VERSION))).collect();
        files.insert("config/bridge.php", connection(settings));
        files.insert("config/unavailable.php", unavailable::file()?);
        for (name, language) in [
            ("language/english/perfex_bridge_lang.php", Language::English),
            ("language/german/perfex_bridge_lang.php", Language::German),
        ] {
            files.insert(name, texts(language, &settings.entries)?);
        }
        Ok(Self(files))
    }

    /// The module's texts in a language.
    #[must_use]
    pub fn language(&self, language: Language) -> &str {
        let name = match language {
            Language::English => "language/english/perfex_bridge_lang.php",
            Language::German => "language/german/perfex_bridge_lang.php",
        };
        self.0.get(name).map_or("", String::as_str)
    }

    /// Each path with its text.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, text)| (*name, text.as_str()))
    }
}

/// `config/bridge.php`: where the daemon is, and what is shown.
fn connection(settings: &Settings) -> String {
    let mut php = format!(
        "{GUARD}// Written by `perfex-bridge install` from the daemon's configuration.\nreturn [\n    'ways' => [\n"
    );
    if let Some(socket) = &settings.socket {
        let socket = quoted(&socket.to_string_lossy());
        let line = format!("        ['http://localhost', {socket}],\n");
        php.push_str(&line);
    }
    if let Some(address) = settings.address {
        let line = format!("        ['http://{address}', null],\n");
        php.push_str(&line);
    }
    php.push_str("    ],\n    'features' => [\n");
    for (feature, capabilities) in FEATURES {
        let names: Vec<String> = capabilities.iter().map(|capability| quoted(capability.as_str())).collect();
        let line = format!(
            "        {} => ['label' => {}, 'capabilities' => [{}]],\n",
            quoted(feature.name),
            quoted(feature.label),
            names.join(", ")
        );
        php.push_str(&line);
    }
    php.push_str("    ],\n    'entries' => [\n");
    for entry in &settings.entries {
        let line = format!(
            "        ['place' => {}, 'name' => {}, 'path' => {}, 'icon' => {}, 'position' => {}, 'feature' => {}, 'needs' => {}],\n",
            quoted(entry.spot.word()),
            quoted(entry.name),
            quoted(entry.path),
            quoted(entry.icon),
            entry.position,
            quoted(entry.feature.name),
            quoted(entry.needs.map_or("", Permission::word))
        );
        php.push_str(&line);
    }
    php.push_str("    ],\n];\n");
    php
}

/// A language file; every key stands in each of them, as the CRM falls back to English by file and not by key.
fn texts(language: Language, entries: &[Entry]) -> Result<String, TextError> {
    let phrases = Phrases::load(language)?;
    let mut php = GUARD.to_owned();
    let names: BTreeSet<&str> = PHRASES.into_iter().chain(entries.iter().map(|entry| entry.name)).collect();
    for name in names {
        let key = format!("perfex_bridge_{}", name.replace('-', "_"));
        let text = phrases.say(&format!("companion-{name}"), &[])?;
        let line = format!("$lang[{}] = {};\n", quoted(&key), quoted(&text));
        php.push_str(&line);
    }
    Ok(php)
}

/// A PHP text in single quotes, in which only the backslash and the quote itself mean something.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Files {
        let address = Some("127.0.0.1:8787".parse().unwrap());
        let settings =
            Settings { socket: Some("/run/it's\\here.sock".into()), address, entries: ENTRIES.to_vec() };
        Files::of(&settings).unwrap()
    }

    #[test]
    fn what_an_install_says_is_quoted() {
        let files = files();
        let php = files.0["config/bridge.php"].as_str();
        assert!(php.contains(r"['http://localhost', '/run/it\'s\\here.sock'],"), "{php}");
        assert!(php.contains("['http://127.0.0.1:8787', null],"), "{php}");
        assert!(
            php.contains("['place' => 'staff_menu', 'name' => 'licenses', 'path' => 'licenses',"),
            "{php}"
        );
    }

    #[test]
    fn every_text_that_the_pages_name_is_there() {
        let files = files();
        let english = files.0["language/english/perfex_bridge_lang.php"].as_str();
        let known = |key: &str| english.contains(&format!("$lang['{key}'] = "));
        for (name, text) in files.iter().filter(|(name, _)| !name.starts_with("language/")) {
            for part in text.split("_l('perfex_bridge_").skip(1) {
                let key = format!("perfex_bridge_{}", part.split('\'').next().unwrap());
                assert!(key == "perfex_bridge_" || known(&key), "{name}: {key}");
            }
        }
        for entry in ENTRIES {
            assert!(known(&format!("perfex_bridge_{}", entry.name)), "{entry:?}");
        }
    }

    #[test]
    fn the_version_is_one_that_the_crm_understands() {
        assert!(VERSION.len() <= 11, "{VERSION}");
        assert!(VERSION.split('.').all(|part| part.len() == 1 && part.parse::<u8>().is_ok()), "{VERSION}");
        assert!(files().0["perfex_bridge.php"].contains(&format!("\nVersion: {VERSION}\n")));
    }

    #[test]
    fn a_listener_on_all_addresses_is_asked_at_the_loopback_one() {
        for (listens, asked) in
            [("0.0.0.0:1", "127.0.0.1:1"), ("[::]:1", "[::1]:1"), ("10.1.2.3:1", "10.1.2.3:1")]
        {
            assert_eq!(from_here(listens.parse().unwrap()).to_string(), asked);
        }
    }
}
