//! A staff member: what the rows say about them at this moment.
//!
//! In: whom the gateway names. Out: the staff member with capabilities and language, or nothing when staff switched them
//! off. One query. Roles need no look: Perfex copies a role's permissions to its people.

use std::collections::BTreeSet;

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::StaffId;

use super::portal_contact::spoken;

const READ: &str = "SELECT s.`firstname`, s.`lastname`, s.`admin`, s.`default_language`, p.`feature`, p.`capability`, \
     (SELECT o.`value` FROM `{p}options` o WHERE o.`name` = 'active_language' ORDER BY o.`autoload` DESC, o.`id` DESC \
      LIMIT 1) AS `active_language`, \
     (SELECT o.`value` FROM `{p}options` o WHERE o.`name` = 'disable_language' ORDER BY o.`autoload` DESC, o.`id` DESC \
      LIMIT 1) AS `disable_language` \
     FROM `{p}staff` s LEFT JOIN `{p}staff_permissions` p ON p.`staff_id` = s.`staffid` \
     WHERE s.`staffid` = ? AND s.`active` = 1";

/// What a staff member may do, as pairs of feature and capability.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities(BTreeSet<(String, String)>);

/// An active staff member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffMember {
    /// Who.
    pub id: StaffId,
    /// First and last name.
    pub name: String,
    /// Administrators may everything.
    pub admin: bool,
    /// What anyone else may.
    pub capabilities: Capabilities,
    /// A language folder of the CRM: their own, else the CRM's.
    pub language: String,
}

struct Row {
    firstname: String,
    lastname: String,
    admin: i64,
    feature: Option<String>,
    capability: Option<String>,
    own_language: Option<String>,
    active_language: Option<String>,
    disable_language: Option<String>,
}

impl Record for Row {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            firstname: row.take("firstname")?,
            lastname: row.take("lastname")?,
            admin: row.take("admin")?,
            feature: row.take("feature")?,
            capability: row.take("capability")?,
            own_language: row.take("default_language")?,
            active_language: row.take("active_language")?,
            disable_language: row.take("disable_language")?,
        })
    }
}

impl StaffMember {
    /// Reads an active staff member.
    pub async fn read(session: &mut Session, id: StaffId) -> Result<Option<Self>, DbError> {
        let mut rows: Vec<Row> = session.rows(READ, (id,)).await?;
        let pairs = rows.iter_mut().filter_map(|row| row.feature.take().zip(row.capability.take()));
        let capabilities = Capabilities(pairs.collect());
        Ok(rows.into_iter().next().map(|row| Self {
            id,
            name: format!("{} {}", row.firstname, row.lastname).trim().to_owned(),
            admin: row.admin == 1,
            capabilities,
            language: spoken(row.own_language, row.active_language, row.disable_language.as_deref()),
        }))
    }

    /// Whether this member may do `capability` with `feature`, such as `edit` with `perfex_bridge`.
    #[must_use]
    pub fn may(&self, feature: &str, capability: &str) -> bool {
        self.admin || self.capabilities.0.contains(&(feature.to_owned(), capability.to_owned()))
    }
}
