//! Which way letters take, and whose name they carry.
//!
//! In: our own configuration, or the mail settings that staff have entered in the CRM. Out: a [`Transport`].

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::file::Folder;
use super::sendmail::Sendmail;
use super::smtp::{Security, Smtp, SmtpSettings};
use super::transport::Transport;

/// Where `sendmail` is on every system that has one.
pub const SENDMAIL: &str = "/usr/sbin/sendmail";

/// Everything about outgoing mail that is not in a letter.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// The address that all letters come from.
    pub sender: String,
    /// The way out.
    pub transport: TransportSettings,
}

/// A way out and what it needs to know.
#[derive(Debug, Clone)]
pub enum TransportSettings {
    /// An SMTP server.
    Smtp(SmtpSettings),
    /// The machine's own program.
    Sendmail {
        /// Its path.
        program: PathBuf,
        /// How long it may take for one letter.
        timeout: Duration,
    },
    /// A folder.
    File {
        /// Its path; made when missing.
        directory: PathBuf,
    },
}

/// The CRM's mail settings as its options have them; the password is decrypted already.
#[derive(Debug, Clone)]
pub struct CrmOptions<'a> {
    /// `smtp`, `sendmail`, `mail`, or the name of an OAuth provider.
    pub protocol: &'a str,
    /// The server, possibly with a port or `ssl://` before it.
    pub host: &'a str,
    /// The port; may be empty.
    pub port: &'a str,
    /// Empty, `ssl` or `tls`.
    pub encryption: &'a str,
    /// The log-in name; empty when it is the sender's address.
    pub username: &'a str,
    /// The sender's address.
    pub email: &'a str,
    /// The password; none or empty means no log-in.
    pub password: Option<SecretString>,
    /// For everything up to the recipients.
    pub connect_timeout: Duration,
    /// For the content.
    pub send_timeout: Duration,
}

/// Why there is no way out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The CRM has no sender's address.
    #[error("Perfex has no sender address; enter it under Setup > Settings > Email")]
    NoSender,
    /// The sender's address is none.
    #[error(
        "`{0}` is not a mail address to send from; mend it under Setup > Settings > Email, or set mail.from_address"
    )]
    Sender(String),
    /// The CRM has no server.
    #[error("Perfex has no SMTP host; enter it under Setup > Settings > Email, or set mail.transport")]
    NoHost,
    /// A port that is none.
    #[error("`{0}` is not an SMTP port; it is a number from 1 to 65535")]
    Port(String),
    /// An encryption that nobody knows.
    #[error("`{0}` is not an SMTP encryption that is known; Perfex has ssl, tls and none")]
    Encryption(String),
    /// The CRM sends in a way that only the CRM can.
    #[error(
        "Perfex sends through {0} OAuth, whose log-in only Perfex can renew; \
         set mail.transport = \"smtp\" and an SMTP server, or mail.transport = \"sendmail\""
    )]
    OAuth(&'static str),
    /// The CRM sends in a way that nobody knows.
    #[error("Perfex sends by `{0}`, which is not known here; set mail.transport to smtp, sendmail or file")]
    Protocol(String),
    /// Certificates that cannot be used.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

/// Builds the way out. Connects to nothing.
pub fn transport(settings: &MailSettings) -> Result<Arc<dyn Transport>, SettingsError> {
    Ok(match &settings.transport {
        TransportSettings::Smtp(smtp) => Arc::new(Smtp::new(smtp.clone())?),
        TransportSettings::Sendmail { program, timeout } => {
            Arc::new(Sendmail::new(program.clone(), *timeout))
        }
        TransportSettings::File { directory } => Arc::new(Folder::new(directory.clone())),
    })
}

impl MailSettings {
    /// Sends as the CRM does.
    pub fn from_crm(options: &CrmOptions<'_>) -> Result<Self, SettingsError> {
        let sender = options.email.trim();
        if sender.is_empty() {
            return Err(SettingsError::NoSender);
        }
        let transport = match options.protocol.trim().to_ascii_lowercase().as_str() {
            "smtp" => TransportSettings::Smtp(smtp_from_crm(options, sender)?),
            "mail" | "sendmail" => {
                TransportSettings::Sendmail { program: SENDMAIL.into(), timeout: options.send_timeout }
            }
            "microsoft" => return Err(SettingsError::OAuth("Microsoft")),
            "google" => return Err(SettingsError::OAuth("Google")),
            _ => return Err(SettingsError::Protocol(options.protocol.to_owned())),
        };
        Ok(Self { sender: sender.to_owned(), transport })
    }
}

fn smtp_from_crm(options: &CrmOptions<'_>, sender: &str) -> Result<SmtpSettings, SettingsError> {
    // The host may say all three things at once, and may be a list of which the CRM takes the first that answers.
    let host = options.host.split(';').next().unwrap_or_default().trim();
    let (scheme, host) = host.split_once("://").unwrap_or(("", host));
    let (host, own_port) = match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') => (name, port),
        _ => (host, ""),
    };
    if host.is_empty() {
        return Err(SettingsError::NoHost);
    }
    let encryption = Some(scheme).filter(|scheme| !scheme.is_empty()).unwrap_or(options.encryption);
    let security = match encryption.trim().to_ascii_lowercase().as_str() {
        "" => Security::None,
        "ssl" => Security::Tls,
        "tls" => Security::StartTls,
        _ => return Err(SettingsError::Encryption(encryption.to_owned())),
    };
    let port = [own_port, options.port.trim()].into_iter().find(|port| !port.is_empty());
    let port = match (port, security) {
        (Some(port), _) => {
            port.parse().ok().filter(|port| *port > 0).ok_or_else(|| SettingsError::Port(port.to_owned()))?
        }
        (None, Security::None) => 25,
        (None, Security::StartTls) => 587,
        (None, Security::Tls) => 465,
    };
    let user = Some(options.username.trim()).filter(|user| !user.is_empty()).unwrap_or(sender);
    let password = options.password.clone().filter(|password| !password.expose_secret().is_empty());
    Ok(SmtpSettings {
        host: host.to_owned(),
        port,
        security,
        credentials: password.map(|password| (user.to_owned(), password)),
        extra_ca: None,
        connect_timeout: options.connect_timeout,
        send_timeout: options.send_timeout,
        hello: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> CrmOptions<'static> {
        CrmOptions {
            protocol: "smtp",
            host: "mail.example.org",
            port: "2525",
            encryption: "tls",
            username: "",
            email: "crm@example.org",
            password: Some("hunter2".to_owned().into()),
            connect_timeout: Duration::from_secs(10),
            send_timeout: Duration::from_mins(1),
        }
    }

    fn smtp(options: &CrmOptions<'_>) -> Result<SmtpSettings, SettingsError> {
        match MailSettings::from_crm(options)?.transport {
            TransportSettings::Smtp(smtp) => Ok(smtp),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_senders_address_logs_in_when_no_user_is_named() {
        let found = smtp(&options()).unwrap();
        assert_eq!((found.port, found.security), (2525, Security::StartTls));
        assert_eq!(found.credentials.unwrap().0, "crm@example.org");
        let found = smtp(&CrmOptions { username: "crm", ..options() }).unwrap();
        assert_eq!(found.credentials.unwrap().0, "crm");
    }

    #[test]
    fn without_a_password_nobody_logs_in() {
        for password in [None, Some(String::new().into())] {
            let found = smtp(&CrmOptions { password, username: "crm", ..options() }).unwrap();
            assert!(found.credentials.is_none());
        }
    }

    #[test]
    fn an_empty_port_is_the_usual_one() {
        for (encryption, port) in [("", 25), ("tls", 587), ("ssl", 465)] {
            assert_eq!(smtp(&CrmOptions { encryption, port: "", ..options() }).unwrap().port, port);
        }
        for port in ["0", "x", "65536", "-1"] {
            let error = smtp(&CrmOptions { port, ..options() }).unwrap_err();
            assert_eq!(error, SettingsError::Port(port.into()));
        }
    }

    #[test]
    fn a_host_may_bring_its_port_and_its_encryption() {
        let host = "ssl://mail.example.org:4465;other.example.org";
        let found = smtp(&CrmOptions { host, ..options() }).unwrap();
        assert_eq!((found.host.as_str(), found.port), ("mail.example.org", 4465));
        assert_eq!(found.security, Security::Tls);
    }

    #[test]
    fn what_only_the_crm_can_do_is_said_plainly() {
        let error = smtp(&CrmOptions { protocol: "microsoft", ..options() }).unwrap_err();
        assert!(error.to_string().starts_with("Perfex sends through Microsoft OAuth"), "{error}");
        let error = smtp(&CrmOptions { protocol: "pigeon", ..options() }).unwrap_err();
        assert_eq!(error, SettingsError::Protocol("pigeon".into()));
        assert_eq!(smtp(&CrmOptions { email: " ", ..options() }).unwrap_err(), SettingsError::NoSender);
        assert_eq!(smtp(&CrmOptions { host: "", ..options() }).unwrap_err(), SettingsError::NoHost);
    }

    #[test]
    fn the_local_program_sends_when_php_mail_does() {
        let settings = MailSettings::from_crm(&CrmOptions { protocol: "mail", ..options() }).unwrap();
        assert!(matches!(settings.transport, TransportSettings::Sendmail { .. }));
    }

    #[test]
    fn no_debug_output_shows_the_password() {
        let settings = MailSettings::from_crm(&options()).unwrap();
        assert!(!format!("{settings:?}").contains("hunter2"));
        assert!(!format!("{:?}", options()).contains("hunter2"));
    }

    #[test]
    fn a_ca_file_without_a_certificate_is_refused() {
        let found = SmtpSettings { extra_ca: Some(b"nothing".to_vec()), ..smtp(&options()).unwrap() };
        assert!(matches!(Smtp::new(found), Err(SettingsError::Tls(_))));
    }
}
