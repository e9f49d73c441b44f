//! Texts that a buyer accepts, in versions.
//!
//! What somebody accepted can be read for ever: a wording is never changed, a new one is the next version of its kind and
//! language. The seller's own wordings are written in the shop's settings; until then the phrases of this program are
//! version 0.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;

use crate::db::{DbError, Fields, Record, Session, text_enum};
use crate::sentence::Sentence;
use crate::text::Language;

use super::ShopError;

text_enum! {
    /// What a text is about.
    WordingKind {
        /// The seller's terms, which every buyer accepts.
        Terms = "terms",
        /// That delivery begins at once and the right of withdrawal ends with it.
        Waiver = "waiver",
    }
}

/// The longest text, in bytes: what a browser can send in one form.
pub const LONGEST_WORDING: usize = 40_000;

const CURRENT: &str = "SELECT `kind`, `language`, `version`, `text`, `created_at` FROM `{p}pm_wordings` \
     WHERE `kind` = ? AND `language` = ? ORDER BY `version` DESC LIMIT 1";
const OF_VERSION: &str = "SELECT `kind`, `language`, `version`, `text`, `created_at` FROM `{p}pm_wordings` \
     WHERE `kind` = ? AND `language` = ? AND `version` = ?";
const INSERT: &str = "INSERT INTO `{p}pm_wordings` (`kind`, `language`, `version`, `text`, `created_at`) \
     VALUES (?, ?, ?, ?, ?)";

/// A text in one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wording {
    /// What it is about.
    pub kind: WordingKind,
    /// Its language.
    pub language: Language,
    /// 1 for the seller's first.
    pub version: u32,
    /// The text: Markdown. Empty in a version with which the seller took its own text back.
    pub text: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

impl Record for Wording {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            kind: row.take("kind")?,
            language: row.take("language")?,
            version: row.take("version")?,
            text: row.take("text")?,
            created_at: row.take::<NaiveDateTime>("created_at")?.and_utc(),
        })
    }
}

impl Wording {
    /// The text that counts now; `None` where the seller never wrote one.
    pub async fn current(
        session: &mut Session,
        kind: WordingKind,
        language: Language,
    ) -> Result<Option<Self>, DbError> {
        session.first(CURRENT, (kind, language)).await
    }

    /// The text that somebody accepted.
    pub async fn version(
        session: &mut Session,
        kind: WordingKind,
        language: Language,
        version: u32,
    ) -> Result<Option<Self>, DbError> {
        session.first(OF_VERSION, (kind, language, version)).await
    }

    /// Makes `text` the one that counts, and returns its version; the same text again is no new version.
    ///
    /// Two who write at once are told by the key of kind, language and version: one of them is refused.
    pub async fn write(
        session: &mut Session,
        kind: WordingKind,
        language: Language,
        text: &str,
        now: DateTime<Utc>,
    ) -> Result<u32, ShopError> {
        let text = text.trim().replace("\r\n", "\n");
        if text.len() > LONGEST_WORDING {
            return Err(ShopError::told(
                Sentence::of("refusal-wording-long").with("length", text.len()).with("most", LONGEST_WORDING),
                format!("the text has {} bytes; at most {LONGEST_WORDING} are taken", text.len()),
            ));
        }
        let current = Self::current(session, kind, language).await?;
        if current.as_ref().map_or("", |current| &current.text) == text {
            return Ok(current.map_or(0, |current| current.version));
        }
        let version = current.map_or(0, |current| current.version) + 1;
        match session.run(INSERT, (kind, language, version, text, now.naive_utc())).await {
            Ok(_) => Ok(version),
            Err(error) if error.is_duplicate() => Err(ShopError::told(
                Sentence::of("refusal-wording-changed"),
                "somebody else has just changed this text; look at it again".to_owned(),
            )),
            Err(error) => Err(error.into()),
        }
    }
}
