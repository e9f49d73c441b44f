//! Mail texts as staff edit them under Setup > Email Templates (table `emailtemplates`).
//!
//! No key keeps a slug's language unique, so the first row counts. Perfex adds rows with an empty message for further
//! languages by itself; an empty message means "use another language" (`database.md` 7.1).

use crate::db::{DbError, Fields, Record, Session};

/// The group of all our templates.
pub const TYPE: &str = "perfex_bridge";
/// The language of the master row.
pub const ENGLISH: &str = "english";

const FIND: &str = "SELECT `language`, `subject`, `message`, `fromname`, `active` FROM `{p}emailtemplates` \
     WHERE `slug` = ? AND `language` IN (?, ?, ?) ORDER BY `emailtemplateid`";
const SWITCHED_OFF: &str =
    "SELECT `emailtemplateid` FROM `{p}emailtemplates` WHERE `slug` = ? AND `active` = 0 LIMIT 1";
const EXISTS: &str =
    "SELECT `emailtemplateid` FROM `{p}emailtemplates` WHERE `slug` = ? AND `language` = ? LIMIT 1";
const INSERT: &str = "INSERT INTO `{p}emailtemplates` (`type`, `slug`, `language`, `name`, `subject`, `message`, \
     `fromname`, `fromemail`, `plaintext`, `active`, `order`) VALUES (?, ?, ?, ?, ?, ?, ?, NULL, 0, 1, 0)";
const LISTED: &str = "SELECT `emailtemplateid`, `slug`, `language`, `subject`, `message`, `active` \
     FROM `{p}emailtemplates` WHERE `type` = ? ORDER BY `slug`, `emailtemplateid`";
const DELETE: &str = "DELETE FROM `{p}emailtemplates` WHERE `type` = ?";

/// The CRM's slug of one of our templates; the prefix keeps it apart from every other module's.
#[must_use]
pub fn slug(template: &str) -> String {
    format!("perfex-bridge-{}", template.replace('_', "-"))
}

/// A text as staff left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailTemplate {
    /// Its language folder.
    pub language: String,
    /// Subject with merge fields.
    pub subject: String,
    /// HTML with merge fields.
    pub message: String,
    /// The sender's name with merge fields.
    pub from_name: String,
    /// Whether staff left it switched on.
    pub active: bool,
}

impl Record for MailTemplate {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            language: row.take::<Option<String>>("language")?.unwrap_or_default(),
            subject: row.take("subject")?,
            message: row.take("message")?,
            from_name: row.take("fromname")?,
            active: row.take("active")?,
        })
    }
}

impl MailTemplate {
    /// The text to send in `language`: that language's row, else the CRM's own language's, else English; rows with an
    /// empty message do not count. `None` when the CRM knows no such slug.
    pub async fn find(
        session: &mut Session,
        slug: &str,
        language: &str,
        crm_language: &str,
    ) -> Result<Option<Self>, DbError> {
        let rows: Vec<Self> = session.rows(FIND, (slug, language, crm_language, ENGLISH)).await?;
        let filled = |wanted: &str| {
            rows.iter().find(|row| row.language == wanted && !row.message.trim().is_empty()).cloned()
        };
        Ok([language, crm_language, ENGLISH].into_iter().find_map(filled))
    }
}

/// Whether staff have switched this mail off; the CRM does so in all languages at once.
pub async fn is_switched_off(session: &mut Session, slug: &str) -> Result<bool, DbError> {
    Ok(session.first::<(i64,)>(SWITCHED_OFF, (slug,)).await?.is_some())
}

/// A template row to be created.
#[derive(Debug, Clone, Copy)]
pub struct NewTemplate<'a> {
    /// Its slug, the same in all languages.
    pub slug: &'a str,
    /// Its language folder.
    pub language: &'a str,
    /// What staff see in the list.
    pub name: &'a str,
    /// Subject with merge fields.
    pub subject: &'a str,
    /// HTML with merge fields.
    pub message: &'a str,
    /// The sender's name with merge fields.
    pub from_name: &'a str,
}

impl NewTemplate<'_> {
    /// Inserts the row unless there is one for this slug and language; returns the id of a new row.
    pub async fn ensure(&self, session: &mut Session) -> Result<Option<i64>, DbError> {
        if self.exists(session).await? {
            return Ok(None);
        }
        let row = (TYPE, self.slug, self.language, self.name, self.subject, self.message, self.from_name);
        Ok(Some(session.run(INSERT, row).await?.id))
    }
}

impl NewTemplate<'_> {
    /// Whether there is a row for this slug and language.
    pub async fn exists(&self, session: &mut Session) -> Result<bool, DbError> {
        Ok(session.first::<(i64,)>(EXISTS, (self.slug, self.language)).await?.is_some())
    }
}

/// One of our rows, as it stands in the CRM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its number, by which the CRM's editor is opened.
    pub id: i64,
    /// Its slug.
    pub slug: String,
    /// Its language folder.
    pub language: String,
    /// The subject as staff left it.
    pub subject: String,
    /// The message as staff left it; empty means "use another language".
    pub message: String,
    /// Whether it is switched on.
    pub active: bool,
}

impl Record for Listed {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            id: row.take("emailtemplateid")?,
            slug: row.take("slug")?,
            language: row.take::<Option<String>>("language")?.unwrap_or_default(),
            subject: row.take("subject")?,
            message: row.take("message")?,
            active: row.take("active")?,
        })
    }
}

/// All our rows, the first of a slug's language first.
pub async fn listed(session: &mut Session) -> Result<Vec<Listed>, DbError> {
    session.rows(LISTED, (TYPE,)).await
}

/// Takes all our templates out of the CRM; returns how many rows.
pub async fn remove_all(session: &mut Session) -> Result<u64, DbError> {
    Ok(session.run(DELETE, (TYPE,)).await?.rows)
}
