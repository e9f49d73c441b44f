//! How mails leave.

use std::path::PathBuf;
use std::time::Duration;

use lettre::Address;
use secrecy::SecretString;

use super::ConfigError;
use super::outbox::lease;
use super::setting::Setting;
use super::settings::Settings;

/// Section `[mail]`.
#[derive(Debug, Clone)]
pub struct MailConfig {
    /// The way out, with what it needs.
    pub transport: MailTransport,
    /// The sender's address; `None`: Perfex's own.
    pub from_address: Option<Address>,
    /// The sender's name; `None`: the one of the mail's template.
    pub from_name: Option<String>,
    /// A PEM file with a further certificate authority to trust.
    pub ca_file: Option<PathBuf>,
    /// The limit for connecting and signing in.
    pub connect_timeout: Duration,
    /// The limit for handing one mail over; with `connect_timeout` under the outbox's lease.
    pub send_timeout: Duration,
    /// The most mails on their way at once.
    pub concurrency: usize,
    /// The wait before a mail of unknown fate is tried once more.
    pub retry_uncertain_after: Duration,
}

/// Ways out for a mail.
#[derive(Debug, Clone)]
pub enum MailTransport {
    /// The SMTP settings of the CRM.
    Perfex,
    /// A server of the operator's choice.
    Smtp(SmtpServer),
    /// A local mail program.
    Sendmail {
        /// The program.
        program: PathBuf,
    },
    /// One `.eml` file each.
    File {
        /// The folder.
        directory: PathBuf,
    },
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct SmtpServer {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is secured.
    pub encryption: MailEncryption,
    /// Who signs in; `None`: nobody.
    pub login: Option<SmtpLogin>,
}

/// A name and a password on a mail server.
#[derive(Debug, Clone)]
pub struct SmtpLogin {
    /// The name.
    pub username: String,
    /// The password.
    pub password: SecretString,
}

/// How a connection to a mail server is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailEncryption {
    /// By command, and refused when the server cannot.
    Starttls,
    /// From the first byte.
    Tls,
    /// Not at all.
    None,
}

#[derive(Clone, Copy)]
enum Way {
    Perfex,
    Smtp,
    Sendmail,
    File,
}

impl MailConfig {
    pub(super) fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let get = |key| settings.get("mail", key);
        let lease = lease(settings)?;
        let limits = Duration::from_millis(100)..=lease;
        let connect_timeout = get("connect_timeout")?.duration(limits.clone())?;
        let send_timeout = get("send_timeout")?.duration(limits)?;
        if connect_timeout + send_timeout >= lease {
            return Err(get("send_timeout")?.refuse(format!(
                "and connect_timeout = \"{}\" must together stay under [outbox] lease = \"{}\", after which another \
                 worker takes the mail over; lower one of them",
                humantime::format_duration(connect_timeout),
                humantime::format_duration(lease),
            )));
        }
        Ok(Self {
            transport: transport(settings)?,
            from_address: from_address(get("from_address")?)?,
            from_name: get("from_name")?.text()?.map(str::to_owned),
            ca_file: get("ca_file")?.path()?,
            connect_timeout,
            send_timeout,
            concurrency: get("concurrency")?.number(1..=64)?,
            retry_uncertain_after: get("retry_uncertain_after")?
                .duration(Duration::from_secs(1)..=Duration::from_hours(7 * 24))?,
        })
    }
}

fn from_address(setting: &Setting) -> Result<Option<Address>, ConfigError> {
    let parsed = setting.text()?.map(|text| {
        text.parse().map_err(|_| setting.refuse("is not a mail address, such as \"shop@example.com\""))
    });
    parsed.transpose()
}

/// The chosen way. All keys of the other ways are read as well: a typo there should not wait until someone switches.
fn transport(settings: &Settings) -> Result<MailTransport, ConfigError> {
    let get = |key| settings.get("mail", key);
    let chosen = get("transport")?;
    let ways =
        [("perfex", Way::Perfex), ("smtp", Way::Smtp), ("sendmail", Way::Sendmail), ("file", Way::File)];
    let way = chosen.choice(&ways)?;
    let directory = get("directory")?.path()?;
    let program = get("sendmail")?.required_path("the usual one is \"/usr/sbin/sendmail\"")?;
    let host = get("host")?.text()?;
    let port = get("port")?.number(1..=u16::MAX)?;
    let encryption = get("encryption")?.choice(&[
        ("starttls", MailEncryption::Starttls),
        ("tls", MailEncryption::Tls),
        ("none", MailEncryption::None),
    ])?;
    let login = login(get("username")?, get("password")?)?;
    match way {
        Way::Perfex => Ok(MailTransport::Perfex),
        Way::Sendmail => Ok(MailTransport::Sendmail { program }),
        Way::File => match directory {
            Some(directory) => Ok(MailTransport::File { directory }),
            None => Err(chosen.refuse("needs [mail] directory; set it to the folder for the .eml files")),
        },
        Way::Smtp => match host {
            Some(host) => {
                Ok(MailTransport::Smtp(SmtpServer { host: host.to_owned(), port, encryption, login }))
            }
            None => Err(chosen.refuse("needs [mail] host; set it to the mail server's name")),
        },
    }
}

fn login(username: &Setting, password: &Setting) -> Result<Option<SmtpLogin>, ConfigError> {
    match (username.text()?, password.secret()?) {
        (Some(name), Some(password)) => Ok(Some(SmtpLogin { username: name.to_owned(), password })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(username.refuse("needs [mail] password; set both or neither")),
        (None, Some(_)) => Err(password.refuse("needs [mail] username; set both or neither")),
    }
}
