//! A letter becomes the bytes that leave.
//!
//! In: a [`Letter`] whose fields are filled in. Out: [`Composed`], an envelope and a 7-bit safe
//! `multipart/alternative` message.
//!
//! Invariants: the bytes depend on the letter alone (no clock, no randomness); text from a customer never ends a
//! header line; blind copies stand in the envelope only. An address with an international domain is written in its
//! ASCII form, so only a non-ASCII mailbox name needs a server with SMTPUTF8.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Message, MultiPart, SinglePart};
use sha2::{Digest as _, Sha256};

/// A name and an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The name shown; may be empty.
    pub name: String,
    /// The mail address.
    pub address: String,
}

impl Mailbox {
    /// A mailbox from its parts.
    #[must_use]
    pub fn new(name: impl Into<String>, address: impl Into<String>) -> Self {
        Self { name: name.into(), address: address.into() }
    }
}

/// A mail before it is encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Stable identity, `something@domain` without angle brackets; a repeat carries the same one.
    pub message_id: String,
    /// The moment the mail was decided on, not the one it is sent at.
    pub date: DateTime<Utc>,
    /// Who sends.
    pub from: Mailbox,
    /// Who shall read it.
    pub to: Mailbox,
    /// Who gets a blind copy.
    pub bcc: Vec<String>,
    /// The subject, plain text.
    pub subject: String,
    /// The message as HTML.
    pub html: String,
    /// The message as text; made from the HTML when absent.
    pub text: Option<String>,
}

/// A mail ready to leave.
#[derive(Debug, Clone, PartialEq)]
pub struct Composed {
    /// The identity it carries, without angle brackets.
    pub message_id: String,
    /// Sender and recipients; the first recipient is the reader, all others are blind copies.
    pub envelope: Envelope,
    /// The message with CRLF line ends.
    pub bytes: Vec<u8>,
}

/// Why a letter cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// Not an address.
    #[error("`{0}` is not a mail address")]
    Address(String),
    /// Not a message id.
    #[error("`{0}` is not a message id; it is written like 1b4e28ba@example.org")]
    MessageId(String),
    /// HTML that cannot be turned into text, or headers that do not fit together.
    #[error("the mail cannot be composed: {0}")]
    Unwritable(String),
}

/// Writes the letter.
pub fn compose(letter: &Letter) -> Result<Composed, ComposeError> {
    let message_id = checked_id(&letter.message_id)?;
    let from = mailbox(&letter.from)?;
    let to = mailbox(&letter.to)?;
    let mut recipients = vec![to.email.clone()];
    for copy in &letter.bcc {
        let copy = address(copy)?;
        // The same server is asked once per mailbox; a copy to the reader would be a second mail.
        if !recipients.contains(&copy) {
            recipients.push(copy);
        }
    }
    let envelope = Envelope::new(Some(from.email.clone()), recipients).map_err(unwritable)?;
    let text = match &letter.text {
        Some(text) => text.clone(),
        None => super::plain::from_html(&letter.html).map_err(unwritable)?,
    };
    let parts = MultiPart::alternative()
        .boundary(boundary(message_id))
        .singlepart(part(ContentType::TEXT_PLAIN, text))
        .singlepart(part(ContentType::TEXT_HTML, letter.html.clone()));
    let message = Message::builder()
        .message_id(Some(format!("<{message_id}>")))
        .date(SystemTime::from(letter.date))
        .from(from)
        .to(to)
        .subject(one_line(&letter.subject))
        // Asks out-of-office programs not to answer a machine (RFC 3834).
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .envelope(envelope.clone())
        .multipart(parts)
        .map_err(unwritable)?;
    Ok(Composed { message_id: message_id.to_owned(), envelope, bytes: message.formatted() })
}

/// Reads a list of addresses as staff type it, separated by commas or semicolons; empty places are skipped.
pub fn addresses(list: &str) -> Result<Vec<String>, ComposeError> {
    list.split([',', ';'])
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .map(|entry| address(entry).map(|address| address.to_string()))
        .collect()
}

/// Reads one address; the domain comes back in its ASCII form.
fn address(text: &str) -> Result<Address, ComposeError> {
    let trimmed = text.trim();
    let wrong = || ComposeError::Address(one_line(trimmed));
    if trimmed.contains(char::is_control) {
        return Err(wrong());
    }
    let parsed: Address = trimmed.parse().map_err(|_| wrong())?;
    if parsed.domain().is_ascii() {
        return Ok(parsed);
    }
    match url::Host::parse(parsed.domain()) {
        Ok(url::Host::Domain(domain)) => Address::new(parsed.user(), domain).map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}

fn mailbox(mailbox: &Mailbox) -> Result<lettre::message::Mailbox, ComposeError> {
    let name = Some(one_line(&mailbox.name)).filter(|name| !name.is_empty());
    Ok(lettre::message::Mailbox::new(name, address(&mailbox.address)?))
}

/// Joins lines: a run of control characters becomes one space.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | ' ') {
            if !line.ends_with(' ') {
                line.push(' ');
            }
        } else {
            line.push(character);
        }
    }
    line.trim().to_owned()
}

fn checked_id(id: &str) -> Result<&str, ComposeError> {
    let written_out = id.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>'));
    match id.split_once('@') {
        Some((left, right)) if written_out && !left.is_empty() && !right.is_empty() => Ok(id),
        _ => Err(ComposeError::MessageId(one_line(id))),
    }
}

/// A line that cannot stand in either part: quoted-printable never contains `=_`.
fn boundary(message_id: &str) -> String {
    let digest = hex::encode(Sha256::digest(message_id.as_bytes()));
    format!("=_{}", digest.get(..32).unwrap_or_default())
}

fn part(kind: ContentType, body: String) -> SinglePart {
    SinglePart::builder().header(kind).header(ContentTransferEncoding::QuotedPrintable).body(body)
}

fn unwritable(error: impl std::fmt::Display) -> ComposeError {
    ComposeError::Unwritable(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone as _;
    use proptest::prelude::*;

    fn letter() -> Letter {
        Letter {
            message_id: "0f5c9a52b1d84c9e@crm.example".into(),
            date: Utc.with_ymd_and_hms(2026, 11, 3, 9, 30, 0).unwrap(),
            from: Mailbox::new("Müller & Söhne | CRM", "crm@example.org"),
            to: Mailbox::new("Zoë Kunde", "zoe@example.com"),
            bcc: vec!["archive@example.org".into()],
            subject: "Ihr Lizenzschlüssel für Größe XL".into(),
            html: "<html><body><p>Hallo Zoë,</p><p>Ihr Schlüssel: <b>ABCD-EFGH</b></p>\n\
                   <p><a href=\"https://crm.example/licenses\">Ihre Lizenzen</a></p></body></html>"
                .into(),
            text: None,
        }
    }

    fn written(letter: &Letter) -> String {
        String::from_utf8(compose(letter).unwrap().bytes).unwrap()
    }

    #[test]
    fn a_letter_is_written_as_ever() {
        insta::assert_snapshot!(written(&letter()).replace("\r\n", "\n"));
    }

    #[test]
    fn the_same_letter_gives_the_same_bytes() {
        assert_eq!(compose(&letter()), compose(&letter()));
    }

    #[test]
    fn a_reader_sees_what_was_meant() {
        let bytes = compose(&letter()).unwrap().bytes;
        let read = mail_parser::MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(read.subject(), Some("Ihr Lizenzschlüssel für Größe XL"));
        assert_eq!(read.message_id(), Some("0f5c9a52b1d84c9e@crm.example"));
        assert_eq!(read.from().unwrap().first().unwrap().name(), Some("Müller & Söhne | CRM"));
        assert!(read.body_text(0).unwrap().contains("Ihr Schlüssel: ABCD-EFGH"));
        assert!(read.body_html(0).unwrap().contains("<b>ABCD-EFGH</b>"));
    }

    #[test]
    fn blind_copies_stand_in_the_envelope_only() {
        let composed = compose(&letter()).unwrap();
        let to: Vec<String> = composed.envelope.to().iter().map(ToString::to_string).collect();
        assert_eq!(to, ["zoe@example.com", "archive@example.org"]);
        assert!(!String::from_utf8(composed.bytes).unwrap().contains("archive"));
    }

    #[test]
    fn a_copy_to_the_reader_is_no_second_mail() {
        let letter = Letter { bcc: vec!["zoe@example.com".into()], ..letter() };
        assert_eq!(compose(&letter).unwrap().envelope.to().len(), 1);
    }

    #[test]
    fn an_international_domain_is_written_in_ascii() {
        let letter = Letter { to: Mailbox::new("", "info@müller.example"), ..letter() };
        let composed = compose(&letter).unwrap();
        assert_eq!(composed.envelope.to()[0].to_string(), "info@xn--mller-kva.example");
        assert!(composed.bytes.is_ascii());
    }

    #[test]
    fn a_wrong_address_is_named() {
        for wrong in ["zoe", "", "zoe@", "a@b\r\nBcc: c@d.example", "Zoë <zoe@example.com>"] {
            let letter = Letter { to: Mailbox::new("Zoë", wrong), ..letter() };
            let error = compose(&letter).unwrap_err();
            assert_eq!(error, ComposeError::Address(one_line(wrong)));
            assert!(!error.to_string().contains('\n'));
        }
    }

    #[test]
    fn a_list_of_addresses_is_read_as_staff_type_it() {
        assert_eq!(addresses(" a@example.org, ,b@example.org;").unwrap(), ["a@example.org", "b@example.org"]);
        assert_eq!(addresses("a@example.org,b"), Err(ComposeError::Address("b".into())));
    }

    #[test]
    fn a_message_id_is_one_word_with_a_domain() {
        for wrong in ["", "x", "@y", "x@", "<x@y>", "x y@z", "x@y\r\nTo: z"] {
            let letter = Letter { message_id: wrong.into(), ..letter() };
            assert!(matches!(compose(&letter), Err(ComposeError::MessageId(_))), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn customer_text_never_breaks_a_header(subject in any::<String>(), name in any::<String>()) {
            let letter = Letter { subject, to: Mailbox::new(name, "zoe@example.com"), ..letter() };
            let written = written(&letter);
            let (headers, _) = written.split_once("\r\n\r\n").unwrap();
            let names: Vec<&str> = headers
                .split("\r\n")
                .filter(|line| !line.starts_with([' ', '\t']))
                .filter_map(|line| line.split_once(':').map(|(name, _)| name))
                .collect();
            prop_assert_eq!(
                names,
                ["Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type"]
            );
            prop_assert!(headers.split("\r\n").all(|line| !line.contains(['\r', '\n'])));
        }

        #[test]
        fn any_body_is_seven_bit_and_short_lined(html in any::<String>()) {
            let letter = Letter { html, text: Some("ä".repeat(200)), ..letter() };
            let bytes = compose(&letter).unwrap().bytes;
            prop_assert!(bytes.is_ascii());
            prop_assert!(bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 998));
        }
    }
}
