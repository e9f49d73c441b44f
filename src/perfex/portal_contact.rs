//! A contact who wants into the portal: what the rows say about them at this moment.
//!
//! In: whom a session or the gateway names. Out: the contact with permissions and language, or why the door stays shut.
//! One query. Perfex writes its session keys before it asks for a verified mail address, and leaves a session alone when
//! staff switch its contact off: so the rows are asked for each page.

use std::collections::BTreeSet;

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::{ClientId, ContactId, StaffId};

use super::session::ContactLogin;

/// The impersonating staff member is looked up beside; 0 is nobody.
///
/// Perfex has no index on `contact_permissions.userid`, so the server reads that small table as Perfex's own pages do.
const READ: &str = "SELECT c.`active`, c.`is_primary`, c.`email_verified_at` IS NOT NULL AS `verified`, \
     k.`active` AS `client_active`, k.`default_language`, s.`staffid`, p.`permission_id`, \
     (SELECT o.`value` FROM `{p}options` o WHERE o.`name` = 'active_language' ORDER BY o.`autoload` DESC, o.`id` DESC \
      LIMIT 1) AS `active_language`, \
     (SELECT o.`value` FROM `{p}options` o WHERE o.`name` = 'disable_language' ORDER BY o.`autoload` DESC, o.`id` DESC \
      LIMIT 1) AS `disable_language` \
     FROM `{p}contacts` c \
     LEFT JOIN `{p}clients` k ON k.`userid` = c.`userid` \
     LEFT JOIN `{p}staff` s ON s.`staffid` = ? AND s.`active` = 1 \
     LEFT JOIN `{p}contact_permissions` p ON p.`userid` = c.`id` \
     WHERE c.`id` = ? AND c.`userid` = ?";

/// What a contact may see in the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Invoices.
    Invoices,
    /// Estimates.
    Estimates,
    /// Contracts.
    Contracts,
    /// Proposals.
    Proposals,
    /// Support tickets.
    Support,
    /// Projects.
    Projects,
}

impl Permission {
    /// Perfex's number for it.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::Invoices => 1,
            Self::Estimates => 2,
            Self::Contracts => 3,
            Self::Proposals => 4,
            Self::Support => 5,
            Self::Projects => 6,
        }
    }
}

impl Permission {
    /// Perfex's word for it in PHP.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Invoices => "invoices",
            Self::Estimates => "estimates",
            Self::Contracts => "contracts",
            Self::Proposals => "proposals",
            Self::Support => "support",
            Self::Projects => "projects",
        }
    }
}

/// The permissions of a contact. The primary contact has no more than its rows, as in Perfex.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions(BTreeSet<i64>);

impl Permissions {
    /// Whether the contact has this one.
    #[must_use]
    pub fn has(&self, permission: Permission) -> bool {
        self.0.contains(&permission.number())
    }
}

/// A contact who may use the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalContact {
    /// The person.
    pub contact: ContactId,
    /// The customer.
    pub client: ClientId,
    /// Whether this is the customer's primary contact.
    pub primary: bool,
    /// What the contact may see.
    pub permissions: Permissions,
    /// A language folder of the CRM: the client's, else the CRM's own.
    pub language: String,
}

/// Why a contact does not get in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContactRefusal {
    /// There is no such contact, or it belongs to another customer.
    #[error("the contact does not exist, or belongs to another customer")]
    Unknown,
    /// Staff switched the contact off.
    #[error("the contact is not active")]
    Inactive,
    /// Staff switched the customer off, or it is gone.
    #[error("the customer is not active")]
    ClientInactive,
    /// The mail address was never confirmed.
    #[error("the contact's mail address is not verified")]
    Unverified,
    /// Who looks at the portal as this contact is no active staff member.
    #[error("the staff member who looks as this contact is not active")]
    Impersonator,
}

struct Row {
    active: i64,
    primary: i64,
    verified: i64,
    client_active: Option<i64>,
    client_language: Option<String>,
    staff: Option<StaffId>,
    permission: Option<i64>,
    active_language: Option<String>,
    disable_language: Option<String>,
}

impl Record for Row {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            active: row.take("active")?,
            primary: row.take("is_primary")?,
            verified: row.take("verified")?,
            client_active: row.take("client_active")?,
            client_language: row.take("default_language")?,
            staff: row.take("staffid")?,
            permission: row.take("permission_id")?,
            active_language: row.take("active_language")?,
            disable_language: row.take("disable_language")?,
        })
    }
}

impl PortalContact {
    /// Reads the contact; `impersonator` is the staff member who looks as this contact.
    pub async fn read(
        session: &mut Session,
        login: ContactLogin,
        impersonator: Option<StaffId>,
    ) -> Result<Result<Self, ContactRefusal>, DbError> {
        let rows: Vec<Row> =
            session.rows(READ, (impersonator.unwrap_or(StaffId(0)), login.contact, login.client)).await?;
        Ok(Self::judge(login, impersonator, rows))
    }

    fn judge(
        login: ContactLogin,
        impersonator: Option<StaffId>,
        rows: Vec<Row>,
    ) -> Result<Self, ContactRefusal> {
        let permissions = rows.iter().filter_map(|row| row.permission).collect();
        let row = rows.into_iter().next().ok_or(ContactRefusal::Unknown)?;
        if row.active != 1 {
            return Err(ContactRefusal::Inactive);
        }
        if row.client_active != Some(1) {
            return Err(ContactRefusal::ClientInactive);
        }
        if row.verified != 1 {
            return Err(ContactRefusal::Unverified);
        }
        if row.staff != impersonator {
            return Err(ContactRefusal::Impersonator);
        }
        let language = spoken(row.client_language, row.active_language, row.disable_language.as_deref());
        Ok(Self {
            contact: login.contact,
            client: login.client,
            primary: row.primary == 1,
            permissions: Permissions(permissions),
            language,
        })
    }
}

/// A person's own language, unless there is none or the CRM has switched own languages off.
pub(super) fn spoken(own: Option<String>, crm: Option<String>, switched_off: Option<&str>) -> String {
    let own = own.filter(|language| !language.is_empty() && switched_off != Some("1"));
    own.or(crm).filter(|language| !language.is_empty()).unwrap_or_else(|| "english".to_owned())
}
