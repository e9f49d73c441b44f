//! Carries mails of the outbox: the text from the CRM, the values from the message, the way out from the settings.
//!
//! Text, frame, signature, sender and copies are read at the moment of sending, so that staff can mend a template and
//! send a waiting mail again. Nothing of the CRM is cached between mails.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;
use url::Url;

use crate::config::{MailConfig, MailEncryption, MailTransport};
use crate::db::{Database, DbError};
use crate::outbox::{Courier, Handover, Message, Outcome};
use crate::perfex::encryption::Cipher;
use crate::perfex::mail_options::MailOptions;
use crate::perfex::mail_template::{self, MailTemplate};
use crate::text::{Language, MailTexts};
use futures_util::future::BoxFuture;

use super::compose::compose;
use super::{
    Composed, CrmOptions, Escape, Fields, Letter, MailSettings, Mailbox, MergeError, Security, SettingsError,
    SmtpSettings, Transport, TransportSettings, Value, merge, transport,
};

/// The courier for messages of kind `mail`.
pub struct Postman {
    database: Database,
    cipher: Arc<Cipher>,
    base_url: Url,
    config: MailConfig,
    texts: MailTexts,
}

impl fmt::Debug for Postman {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postman").field("transport", &self.config.transport).finish_non_exhaustive()
    }
}

/// The values that a mail's fields stand for, as they lie in the outbox: encrypted JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Payload(pub BTreeMap<String, String>);

/// A payload that cannot be read back.
#[derive(Debug, thiserror::Error)]
#[error("the values of this mail cannot be decrypted: was APP_ENC_KEY changed?")]
pub struct PayloadError;

impl Payload {
    /// Encrypts the values under the CRM's key.
    #[must_use]
    pub fn seal(&self, cipher: &Cipher, iv: [u8; 16]) -> String {
        // A map of texts always has a JSON form.
        cipher.encrypt(serde_json::json!(self.0).to_string().as_bytes(), iv)
    }

    /// Reads the values back.
    pub fn open(sealed: &str, cipher: &Cipher) -> Result<Self, PayloadError> {
        let plain = cipher.decrypt(sealed).map_err(|_| PayloadError)?;
        serde_json::from_slice(&plain).map(Self).map_err(|_| PayloadError)
    }
}

/// Why a letter could not be written.
#[derive(Debug, thiserror::Error)]
enum WriteError {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Payload(#[from] PayloadError),
    #[error("template `{slug}` ({language}), {part}: {source}")]
    Merge { slug: String, language: String, part: &'static str, source: MergeError },
    #[error("the template `{0}` is switched off in the CRM (Setup > Email Templates)")]
    SwitchedOff(String),
    #[error("there is no template `{0}`")]
    NoTemplate(String),
    #[error(
        "the CRM's SMTP password cannot be decrypted: was APP_ENC_KEY changed? Enter it again in the CRM"
    )]
    Password,
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("mail.ca_file: {0}")]
    CaFile(std::io::Error),
    #[error(transparent)]
    Compose(#[from] super::ComposeError),
    #[error(transparent)]
    Text(#[from] crate::text::TextError),
}

impl WriteError {
    /// Settings and outages are mended elsewhere and then it works; a broken text or address stays broken.
    fn outcome(&self) -> Outcome {
        match self {
            Self::Database(_) | Self::Password | Self::Settings(_) | Self::CaFile(_) => {
                Outcome::retry(self.to_string())
            }
            _ => Outcome::dead(self.to_string()),
        }
    }
}

impl Postman {
    /// A postman for the CRM behind `database`.
    #[must_use]
    pub fn new(
        database: Database,
        cipher: Arc<Cipher>,
        base_url: Url,
        config: MailConfig,
        texts: MailTexts,
    ) -> Self {
        Self { database, cipher, base_url, config, texts }
    }

    /// The settings that mails leave with now, for `check`.
    pub async fn settings(&self) -> Result<MailSettings, String> {
        let options = self.options().await.map_err(|error| error.to_string())?;
        self.way_out(&options).await.map_err(|error| error.to_string())
    }

    async fn options(&self) -> Result<MailOptions, DbError> {
        let mut session = self.database.session().await?;
        MailOptions::read(&mut session, &self.cipher).await
    }

    /// What a mail would say if it left now, or why it could not be written; nothing leaves.
    pub async fn preview(&self, message: &Message) -> Result<Letter, String> {
        let letter = async {
            let options = self.options().await?;
            let sender = options.get("smtp_email").trim().to_owned();
            self.letter(message, &options, sender).await
        };
        letter.await.map_err(|error| error.to_string())
    }

    async fn write(&self, message: &Message) -> Result<(Composed, Arc<dyn Transport>), WriteError> {
        let options = self.options().await?;
        let settings = self.way_out(&options).await?;
        let letter = self.letter(message, &options, settings.sender.clone()).await?;
        Ok((compose(&letter)?, transport(&settings)?))
    }

    async fn letter(
        &self,
        message: &Message,
        options: &MailOptions,
        sender: String,
    ) -> Result<Letter, WriteError> {
        let text = self.text(message, options).await?;
        let fields = self.fields(message, options)?;
        let filled = |part: &'static str, template: &str, escape: Escape| {
            merge(template, &fields, escape).map_err(|source| WriteError::Merge {
                slug: message.template.clone(),
                language: text.language.clone(),
                part,
                source,
            })
        };
        let from_name = match &self.config.from_name {
            Some(name) => name.clone(),
            None => filled("sender's name", &text.from_name, Escape::Plain)?,
        };
        Ok(Letter {
            message_id: message.message_id.clone(),
            date: message.created_at,
            from: Mailbox::new(from_name, sender),
            to: Mailbox::new(message.recipient_name.clone(), message.recipient.clone()),
            bcc: copies(options.get("bcc_emails")),
            subject: filled("subject", &text.subject, Escape::Plain)?,
            html: self.framed(message, options, &text, &filled)?,
            text: None,
        })
    }

    /// Header, message and footer as the CRM puts them together; our own frame where the CRM has none.
    fn framed(
        &self,
        message: &Message,
        options: &MailOptions,
        text: &MailTemplate,
        filled: &impl Fn(&'static str, &str, Escape) -> Result<String, WriteError>,
    ) -> Result<String, WriteError> {
        let (header, footer) = (options.get("email_header"), options.get("email_footer"));
        let body = filled("message", &text.message, Escape::Html)?;
        if header.trim().is_empty() && footer.trim().is_empty() {
            let language = Language::for_folder(&message.language);
            return Ok(self.texts.framed(&body, options.get("companyname"), language)?);
        }
        let header = filled("the CRM's mail header", header, Escape::Html)?;
        Ok(format!("{header}{body}{}", filled("the CRM's mail footer", footer, Escape::Html)?))
    }

    async fn text(&self, message: &Message, options: &MailOptions) -> Result<MailTemplate, WriteError> {
        let slug = message.template.as_str();
        let mut session = self.database.session().await?;
        let crm_language = options.get("active_language");
        let crm_slug = mail_template::slug(slug);
        if let Some(found) =
            MailTemplate::find(&mut session, &crm_slug, &message.language, crm_language).await?
        {
            return if found.active { Ok(found) } else { Err(WriteError::SwitchedOff(slug.to_owned())) };
        }
        let language = Language::for_folder(&message.language);
        let own = self.texts.get(slug, language).ok_or_else(|| WriteError::NoTemplate(slug.to_owned()))?;
        Ok(MailTemplate {
            language: language.to_string(),
            subject: own.subject.clone(),
            message: own.message.clone(),
            from_name: own.from_name.clone(),
            active: true,
        })
    }

    /// The message's own fields and those that every mail of the CRM has (`database.md` 7.3).
    fn fields(&self, message: &Message, options: &MailOptions) -> Result<Fields, WriteError> {
        let base = self.base_url.as_str();
        let logo = |name: &str| match options.get(name) {
            "" => String::new(),
            file => format!("{base}uploads/company/{file}"),
        };
        let image = |url: &str| match url {
            "" => String::new(),
            url => {
                let mut src = Fields::new();
                src.insert("src", Value::Text(url.to_owned()));
                src.insert("crm", Value::Text(base.to_owned()));
                merge(
                    "<a href=\"{crm}\" target=\"_blank\"><img src=\"{src}\" alt=\"\"></a>",
                    &src,
                    Escape::Html,
                )
                .unwrap_or_default()
            }
        };
        let (light, dark) = (logo("company_logo"), logo("company_logo_dark"));
        let mut fields = Fields::new()
            .text("companyname", options.get("companyname"))
            .text("main_domain", options.get("main_domain"))
            .text("crm_url", base)
            .text("admin_url", format!("{base}admin"))
            .text("terms_and_conditions_url", format!("{base}terms-and-conditions"))
            .text("privacy_policy_url", format!("{base}privacy-policy"))
            .html("logo_image_with_url", image(&light))
            .html("dark_logo_image_with_url", image(&dark))
            .text("logo_url", light)
            .html("email_signature", options.get("email_signature").replace('\n', "<br />"));
        let payload = Payload::open(&message.payload, &self.cipher)?;
        fields.extend(payload.0.into_iter().map(|(name, value)| (name, Value::Text(value))));
        Ok(fields)
    }

    async fn way_out(&self, options: &MailOptions) -> Result<MailSettings, WriteError> {
        let crm = |password: Option<SecretString>| CrmOptions {
            protocol: options.get("email_protocol"),
            host: options.get("smtp_host"),
            port: options.get("smtp_port"),
            encryption: options.get("smtp_encryption"),
            username: options.get("smtp_username"),
            email: options.get("smtp_email"),
            password,
            connect_timeout: self.config.connect_timeout,
            send_timeout: self.config.send_timeout,
        };
        let sender = match &self.config.from_address {
            Some(own) => own.to_string(),
            None => options.get("smtp_email").trim().to_owned(),
        };
        let extra_ca = match &self.config.ca_file {
            Some(file) => Some(tokio::fs::read(file).await.map_err(WriteError::CaFile)?),
            None => None,
        };
        let transport = match &self.config.transport {
            MailTransport::Perfex => {
                let password = options.password().map_err(|_| WriteError::Password)?;
                let mut way = MailSettings::from_crm(&crm(password))?.transport;
                if let TransportSettings::Smtp(smtp) = &mut way {
                    smtp.extra_ca = extra_ca;
                }
                way
            }
            MailTransport::Smtp(server) => TransportSettings::Smtp(SmtpSettings {
                host: server.host.clone(),
                port: server.port,
                security: match server.encryption {
                    MailEncryption::Starttls => Security::StartTls,
                    MailEncryption::Tls => Security::Tls,
                    MailEncryption::None => Security::None,
                },
                credentials: server.login.clone().map(|login| (login.username, login.password)),
                extra_ca,
                connect_timeout: self.config.connect_timeout,
                send_timeout: self.config.send_timeout,
                hello: None,
            }),
            MailTransport::Sendmail { program } => {
                TransportSettings::Sendmail { program: program.clone(), timeout: self.config.send_timeout }
            }
            MailTransport::File { directory } => TransportSettings::File { directory: directory.clone() },
        };
        if sender.is_empty() {
            return Err(SettingsError::NoSender.into());
        }
        if sender.parse::<lettre::Address>().is_err() {
            return Err(SettingsError::Sender(sender).into());
        }
        Ok(MailSettings { sender, transport })
    }
}

impl Courier for Postman {
    fn prepare<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<Handover, Outcome>> {
        Box::pin(async move {
            let (letter, transport) = self.write(message).await.map_err(|error| error.outcome())?;
            transport.prepare(Arc::new(letter)).await
        })
    }

    fn idempotent(&self) -> bool {
        matches!(self.config.transport, MailTransport::File { .. })
    }
}

/// The CRM's blind copies; what is no address there is left out, because a license does not wait for an archive.
fn copies(list: &str) -> Vec<String> {
    let parts = list.split(',').map(str::trim).filter(|part| !part.is_empty());
    let (usable, unusable): (Vec<&str>, Vec<&str>) =
        parts.partition(|part| part.parse::<lettre::Address>().is_ok());
    if !unusable.is_empty() {
        tracing::warn!(
            count = unusable.len(),
            "the CRM's setting `bcc_emails` holds texts that are no mail address"
        );
    }
    usable.into_iter().map(str::to_owned).collect()
}
