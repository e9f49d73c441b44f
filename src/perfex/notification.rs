//! The bell in the CRM's admin area (table `notifications`).
//!
//! A text there is printed as HTML as it is, so it is escaped here; it is no language key, which is safe whatever it holds
//! (`database.md` 8.1). Nobody gets it by mail.

use chrono::NaiveDateTime;

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::StaffId;

use super::portal_contact::spoken;

/// Active administrators, and active staff who may look at our pages.
const RECIPIENTS: &str = "SELECT s.`staffid` AS `id`, s.`default_language` AS `default_language`, \
     (SELECT o.`value` FROM `{p}options` o WHERE o.`name` = 'active_language' ORDER BY o.`autoload` DESC, o.`id` DESC \
      LIMIT 1) AS `active_language`, \
     (SELECT o.`value` FROM `{p}options` o WHERE o.`name` = 'disable_language' ORDER BY o.`autoload` DESC, o.`id` DESC \
      LIMIT 1) AS `disable_language` FROM `{p}staff` s WHERE s.`active` = 1 AND (s.`admin` = 1 OR EXISTS (SELECT 1 \
      FROM `{p}staff_permissions` p WHERE p.`staff_id` = s.`staffid` AND p.`feature` = ? AND p.`capability` = 'view')) \
     ORDER BY s.`staffid`";
const INSERT: &str = "INSERT INTO `{p}notifications` (`isread`, `isread_inline`, `date`, `description`, `fromuserid`, \
     `fromclientid`, `from_fullname`, `touserid`, `fromcompany`, `link`) VALUES (0, 0, ?, ?, 0, 0, '', ?, 1, ?)";

/// Somebody who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Who.
    pub id: StaffId,
    /// A language folder of the CRM.
    pub language: String,
}

impl Record for Recipient {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let disabled: Option<String> = row.take("disable_language")?;
        Ok(Self {
            id: row.take("id")?,
            language: spoken(
                row.take("default_language")?,
                row.take("active_language")?,
                disabled.as_deref(),
            ),
        })
    }
}

impl Recipient {
    /// Everybody who may look at what belongs to `feature`, among the CRM's permissions.
    pub async fn all(session: &mut Session, feature: &str) -> Result<Vec<Self>, DbError> {
        session.rows(RECIPIENTS, (feature,)).await
    }

    /// Rings their bell, in the caller's transaction. `at` is local wall time; `link` leads on from the admin area's
    /// address.
    pub async fn tell(
        &self,
        session: &mut Session,
        text: &str,
        link: &str,
        at: NaiveDateTime,
    ) -> Result<(), DbError> {
        session.run(INSERT, (at, escaped(text), self.id, link)).await?;
        Ok(())
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#039;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_a_tag_is_text() {
        assert_eq!(
            escaped("<b>\"Müller\" & Co's</b>"),
            "&lt;b&gt;&quot;Müller&quot; &amp; Co&#039;s&lt;/b&gt;"
        );
    }
}
