//! Letters to an SMTP server, one connection each.
//!
//! In: a composed letter. Out: what the server's answers mean, see `outcome.rs`.
//!
//! The dialogue is taken step by step, because the caller has to know when the point of no return is reached: connect,
//! TLS, log-in, sender and recipients belong to `prepare` and end by `connect_timeout`; DATA and the content belong
//! to the handover and end by `send_timeout`. The library's own timeout ends with the TCP connect and is not relied on.
//!
//! The first recipient decides. A blind copy that the server refuses is left out and named in the response: a
//! customer's license does not wait for an archive.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, Tls, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout, timeout_at};

use super::compose::Composed;
use super::outcome::{Failure, Phase};
use super::settings::SettingsError;
use super::transport::Transport;
use crate::outbox::{Handover, Outcome};
use futures_util::future::BoxFuture;

/// How long a server may take to say goodbye; nobody waits for it.
const FAREWELL: Duration = Duration::from_secs(2);

/// How the line is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Not at all: a relay on the same machine.
    None,
    /// Plain at first, then STARTTLS; without it nothing is sent.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// Where the server is and how to log in.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Name or address of the server; its certificate must be for it.
    pub host: String,
    /// Port of the server.
    pub port: u16,
    /// How the line is protected.
    pub security: Security,
    /// User and password; no log-in without.
    pub credentials: Option<(String, SecretString)>,
    /// Certificates (PEM) that are trusted besides the system's.
    pub extra_ca: Option<Vec<u8>>,
    /// For everything up to the recipients.
    pub connect_timeout: Duration,
    /// For the content and the server's answer to it.
    pub send_timeout: Duration,
    /// The name this machine gives itself; its host name when absent.
    pub hello: Option<String>,
}

/// Sends letters to an SMTP server.
#[derive(Debug, Clone)]
pub struct Smtp {
    settings: SmtpSettings,
    tls: Tls,
    hello: ClientId,
}

/// A connection that waits for DATA.
struct Ready {
    connection: AsyncSmtpConnection,
    left_out: Vec<String>,
}

impl Smtp {
    /// Checks the settings and loads the trusted certificates; connects to nothing.
    pub fn new(settings: SmtpSettings) -> Result<Self, SettingsError> {
        let tls = match settings.security {
            Security::None => Tls::None,
            Security::StartTls => Tls::Required(tls_parameters(&settings)?),
            Security::Tls => Tls::Wrapper(tls_parameters(&settings)?),
        };
        let hello = settings.hello.clone().map_or_else(ClientId::default, ClientId::Domain);
        Ok(Self { settings, tls, hello })
    }

    async fn prepared(&self, letter: &Composed) -> Result<Ready, Outcome> {
        let deadline = Instant::now() + self.settings.connect_timeout;
        let mut connection = self.connect(deadline).await?;
        match self.introduce(&mut connection, letter, deadline).await {
            Ok(left_out) => Ok(Ready { connection, left_out }),
            Err(outcome) => {
                part_with(connection);
                Err(outcome)
            }
        }
    }

    /// TCP, greeting, TLS.
    async fn connect(&self, deadline: Instant) -> Result<AsyncSmtpConnection, Outcome> {
        if let Tls::Wrapper(parameters) = &self.tls {
            // The library offers no way to start TLS on a stream of ours before the greeting, so it connects itself;
            // its small packets then wait for an acknowledgement (some 40 ms a mail), which nobody notices.
            let server = (self.settings.host.as_str(), self.settings.port);
            let connecting = AsyncSmtpConnection::connect_tokio1(
                server,
                None,
                &self.hello,
                Some(parameters.clone()),
                None,
            );
            return self.step(deadline, Phase::Connect, connecting).await;
        }
        let stream = match timeout_at(deadline, self.reach(deadline)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(self.outcome(&Failure::Broken(error.to_string()), Phase::Connect)),
            Err(_) => return Err(self.outcome(&Failure::Silence, Phase::Connect)),
        };
        let greeting = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &self.hello);
        let mut connection = self.step(deadline, Phase::Greeting, greeting).await?;
        if let Tls::Required(parameters) = &self.tls {
            let encrypting = connection.starttls(parameters.clone(), &self.hello);
            self.step(deadline, Phase::Encrypt, encrypting).await?;
        }
        Ok(connection)
    }

    /// A TCP connection to the first of the server's addresses that answers.
    async fn reach(&self, deadline: Instant) -> io::Result<TcpStream> {
        let addresses: Vec<_> =
            lookup_host((self.settings.host.as_str(), self.settings.port)).await?.collect();
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for (tried, address) in addresses.iter().enumerate() {
            // One address that swallows packets (often IPv6) must not use up the time of the others.
            let others = u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
            let share = deadline.saturating_duration_since(Instant::now()) / others;
            match timeout(share, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    // Content and final dot are two writes; without this the second waits for an acknowledgement.
                    stream.set_nodelay(true)?;
                    return Ok(stream);
                }
                Ok(Err(error)) => last = error,
                Err(_) => last = io::ErrorKind::TimedOut.into(),
            }
        }
        Err(last)
    }

    /// Log-in, sender, recipients. Returns the blind copies that were refused.
    async fn introduce(
        &self,
        connection: &mut AsyncSmtpConnection,
        letter: &Composed,
        deadline: Instant,
    ) -> Result<Vec<String>, Outcome> {
        if let Some((user, password)) = &self.settings.credentials {
            let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
            let logging_in = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials);
            self.step(deadline, Phase::LogIn, logging_in).await?;
        }
        let sender = Mail::new(letter.envelope.from().cloned(), mail_parameters(connection, letter)?);
        self.step(deadline, Phase::Sender, connection.command(sender)).await?;
        let mut left_out = Vec::new();
        for (position, recipient) in letter.envelope.to().iter().enumerate() {
            let naming = connection.command(Rcpt::new(recipient.clone(), Vec::new()));
            match timeout_at(deadline, naming).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) if position > 0 && error.status().is_some() => {
                    left_out.push(format!(
                        "{recipient} ({})",
                        Failure::from(&error).outcome(Phase::Recipient).words()
                    ));
                }
                Ok(Err(error)) => return Err(self.outcome(&Failure::from(&error), Phase::Recipient)),
                Err(_) => return Err(self.outcome(&Failure::Silence, Phase::Recipient)),
            }
        }
        Ok(left_out)
    }

    async fn handed_over(&self, ready: Ready, letter: &Composed) -> Outcome {
        let Ready { mut connection, left_out } = ready;
        let deadline = Instant::now() + self.settings.send_timeout;
        match self.step(deadline, Phase::Data, connection.command(Data)).await {
            Ok(answer) if answer.has_code(354) => {}
            Ok(answer) => return self.outcome(&said(&answer), Phase::Data),
            Err(outcome) => {
                part_with(connection);
                return outcome;
            }
        }
        let answer = match self.step(deadline, Phase::Content, connection.message(&letter.bytes)).await {
            Ok(answer) => answer,
            Err(outcome) => return outcome,
        };
        part_with(connection);
        match said(&answer) {
            Failure::Reply { code: code @ 200..=299, text } if left_out.is_empty() => {
                Outcome::sent(format!("{code} {text}"))
            }
            Failure::Reply { code: code @ 200..=299, text } => {
                Outcome::sent(format!("{code} {text}; without the copy to {}", left_out.join(", ")))
            }
            unexpected => self.outcome(&unexpected, Phase::Content),
        }
    }

    /// One step of the dialogue, with our own deadline.
    async fn step<T>(
        &self,
        deadline: Instant,
        phase: Phase,
        step: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Outcome> {
        match timeout_at(deadline, step).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(self.outcome(&Failure::from(&error), phase)),
            Err(_) => Err(self.outcome(&Failure::Silence, phase)),
        }
    }

    fn outcome(&self, failure: &Failure, phase: Phase) -> Outcome {
        let outcome = match failure {
            Failure::Broken(text) if phase == Phase::Connect => {
                let server = format!("{}:{}", self.settings.host, self.settings.port);
                Failure::Broken(format!("{server}: {text}")).outcome(phase)
            }
            _ => failure.outcome(phase),
        };
        let Some((user, password)) = &self.settings.credentials else {
            return outcome;
        };
        // Some servers repeat what they did not understand.
        let password = password.expose_secret();
        outcome
            .without(password)
            .without(&BASE64_STANDARD.encode(password))
            .without(&BASE64_STANDARD.encode(format!("\0{user}\0{password}")))
    }
}

impl Transport for Smtp {
    fn prepare(self: Arc<Self>, letter: Arc<Composed>) -> BoxFuture<'static, Result<Handover, Outcome>> {
        Box::pin(async move {
            let ready = self.prepared(&letter).await?;
            Ok(Handover::new(async move { self.handed_over(ready, &letter).await }))
        })
    }
}

/// Asks for what the letter needs; a server without it will not have it tomorrow either.
fn mail_parameters(
    connection: &AsyncSmtpConnection,
    letter: &Composed,
) -> Result<Vec<MailParameter>, Outcome> {
    let server = connection.server_info();
    let mut parameters = Vec::new();
    let mut addresses = letter.envelope.from().into_iter().chain(letter.envelope.to());
    if addresses.any(|address| !address.to_string().is_ascii()) {
        if !server.supports_feature(Extension::SmtpUtfEight) {
            return Err(Outcome::dead("the server takes no address with letters outside ASCII (SMTPUTF8)"));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !letter.bytes.is_ascii() {
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    Ok(parameters)
}

/// What the server said, whatever it means.
fn said(answer: &Response) -> Failure {
    let words: Vec<&str> = answer.message().collect();
    Failure::Reply { code: answer.code().into(), text: words.join(" ") }
}

/// Says goodbye in the background: the answer to it changes nothing, and the caller has work to write down.
fn part_with(mut connection: AsyncSmtpConnection) {
    drop(tokio::spawn(async move { timeout(FAREWELL, connection.quit()).await.is_ok() }));
}

fn tls_parameters(settings: &SmtpSettings) -> Result<TlsParameters, SettingsError> {
    let wrong = |error: Error| SettingsError::Tls(error.to_string());
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.extra_ca {
        // The library reads a text without any certificate as an empty list.
        if !String::from_utf8_lossy(pem).contains("-----BEGIN CERTIFICATE-----") {
            return Err(SettingsError::Tls("the extra CA file holds no certificate (PEM)".to_owned()));
        }
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(wrong)?);
    }
    builder.build().map_err(wrong)
}

#[cfg(test)]
mod tests;
