//! What became of a letter.
//!
//! In: the phase of the SMTP dialogue and what went wrong in it. Out: an [`Outcome`].
//!
//! The rule: as long as the content has not begun to leave, a failure is certain, and trying again is safe. A refusal
//! for good (5xx) of the recipient or the content ends the letter; every other refusal concerns the sender, the log-in
//! or the server's mood, which staff or time mend. Once the content has begun to leave, only an answer decides; silence
//! and a cut line leave it uncertain whether the mail was taken.

use lettre::transport::smtp::Error;

use crate::outbox::Outcome;

/// Reasons are cut to this many characters; they stand in a database column and in a table on a page.
const LONGEST: usize = 300;

impl Outcome {
    /// Taken by the other side.
    pub(super) fn sent(response: impl AsRef<str>) -> Self {
        Self::Sent { response: short(response.as_ref()) }
    }

    /// Not sent, but may be later.
    pub(super) fn retry(reason: impl AsRef<str>) -> Self {
        Self::Retry { reason: short(reason.as_ref()) }
    }

    /// Never to be sent.
    pub(super) fn dead(reason: impl AsRef<str>) -> Self {
        Self::Dead { reason: short(reason.as_ref()) }
    }

    /// Perhaps sent.
    pub(super) fn uncertain(reason: impl AsRef<str>) -> Self {
        Self::Uncertain { reason: short(reason.as_ref()) }
    }

    /// The server's words or the reason.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Self::Sent { response } => response,
            Self::Retry { reason } | Self::Dead { reason } | Self::Uncertain { reason } => reason,
        }
    }

    /// Blanks `secret` out of the words, should a server have repeated it.
    #[must_use]
    pub(super) fn without(mut self, secret: &str) -> Self {
        let (Self::Sent { response: words }
        | Self::Retry { reason: words }
        | Self::Dead { reason: words }
        | Self::Uncertain { reason: words }) = &mut self;
        if !secret.is_empty() && words.contains(secret) {
            *words = words.replace(secret, "***");
        }
        self
    }
}

/// Where in the SMTP dialogue something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Finding the server, TCP, implicit TLS.
    Connect,
    /// The server's greeting and its answer to ours.
    Greeting,
    /// STARTTLS.
    Encrypt,
    /// AUTH.
    LogIn,
    /// MAIL FROM.
    Sender,
    /// RCPT TO.
    Recipient,
    /// DATA, up to the server's "go ahead".
    Data,
    /// The content, its final dot and the answer to it.
    Content,
}

impl Phase {
    const fn words(self) -> &'static str {
        match self {
            Self::Connect => "connecting",
            Self::Greeting => "greeting the server",
            Self::Encrypt => "starting TLS",
            Self::LogIn => "logging in",
            Self::Sender => "naming the sender",
            Self::Recipient => "naming the recipient",
            Self::Data => "announcing the content",
            Self::Content => "handing over the content",
        }
    }
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The server answered, and said no.
    Reply {
        /// The three digits.
        code: u16,
        /// Its words.
        text: String,
    },
    /// No answer before the deadline.
    Silence,
    /// The line broke, could not be encrypted, or the answer was no SMTP.
    Broken(String),
}

impl Failure {
    /// What this failure in `phase` means for the letter.
    pub(super) fn outcome(&self, phase: Phase) -> Outcome {
        let doing = phase.words();
        match self {
            Self::Reply { code, text } => {
                let reason = format!("{doing}: {code} {text}");
                match code {
                    // Log in first, or with something else: settings, whichever phase noticed.
                    400..=499 | 530 | 534 | 535 | 538 => Outcome::retry(reason),
                    500..=599 if matches!(phase, Phase::Recipient | Phase::Data | Phase::Content) => {
                        Outcome::dead(reason)
                    }
                    _ if phase == Phase::Content => Outcome::uncertain(reason),
                    _ => Outcome::retry(reason),
                }
            }
            Self::Silence if phase == Phase::Content => {
                Outcome::uncertain(format!("{doing}: no answer before the deadline"))
            }
            Self::Silence => Outcome::retry(format!("{doing}: no answer before the deadline")),
            Self::Broken(text) if phase == Phase::Content => Outcome::uncertain(format!("{doing}: {text}")),
            Self::Broken(text) => Outcome::retry(format!("{doing}: {text}")),
        }
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let cause = std::error::Error::source(error).map(ToString::to_string);
        match (error.status(), cause) {
            (Some(code), text) => Self::Reply { code: code.into(), text: text.unwrap_or_default() },
            (None, Some(text)) if error.is_response() && text == "incomplete response" => {
                Self::Broken("the server closed the connection".to_owned())
            }
            (None, Some(text)) => Self::Broken(text),
            (None, None) => Self::Broken(error.to_string()),
        }
    }
}

/// One line, not too long, without control characters.
fn short(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    let line = words.join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHASES: [Phase; 8] = [
        Phase::Connect,
        Phase::Greeting,
        Phase::Encrypt,
        Phase::LogIn,
        Phase::Sender,
        Phase::Recipient,
        Phase::Data,
        Phase::Content,
    ];

    fn reply(code: u16, phase: Phase) -> Outcome {
        Failure::Reply { code, text: "words".into() }.outcome(phase)
    }

    #[test]
    fn a_passing_refusal_is_tried_again_in_every_phase() {
        for phase in PHASES {
            for code in [421, 450, 451, 454, 530, 535] {
                assert!(matches!(reply(code, phase), Outcome::Retry { .. }), "{code} {phase:?}");
            }
        }
    }

    #[test]
    fn a_refusal_for_good_ends_the_letter_once_the_reader_is_named() {
        for phase in PHASES {
            let dead = matches!(phase, Phase::Recipient | Phase::Data | Phase::Content);
            assert_eq!(matches!(reply(550, phase), Outcome::Dead { .. }), dead, "{phase:?}");
            assert_eq!(matches!(reply(550, phase), Outcome::Retry { .. }), !dead, "{phase:?}");
        }
    }

    #[test]
    fn silence_and_a_cut_line_are_uncertain_only_after_the_content_began() {
        for phase in PHASES {
            for failure in [Failure::Silence, Failure::Broken("reset".into())] {
                let uncertain = matches!(failure.outcome(phase), Outcome::Uncertain { .. });
                assert_eq!(uncertain, phase == Phase::Content, "{phase:?}");
            }
        }
    }

    #[test]
    fn a_reason_is_one_short_line_with_the_servers_words() {
        let failure = Failure::Reply { code: 550, text: format!("5.1.1 no\r\nsuch {}", "x".repeat(900)) };
        let outcome = failure.outcome(Phase::Recipient);
        assert!(outcome.words().starts_with("naming the recipient: 550 5.1.1 no such xxx"));
        assert_eq!(outcome.words().chars().count(), LONGEST + 1);
    }

    #[test]
    fn a_repeated_secret_is_blanked_out() {
        let outcome = Outcome::retry("535 bad password hunter2").without("hunter2").without("");
        assert_eq!(outcome.words(), "535 bad password ***");
    }
}
