//! Who a visitor is, as pages see it.

use std::fmt;

use crate::ids::StaffId;
use crate::perfex::portal_contact::{ContactRefusal, PortalContact};
use crate::perfex::session::{IdError, SessionRefusal, Unreadable};
use crate::perfex::staff_member::StaffMember;

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visitor {
    /// Nobody that is known here.
    Stranger(Stranger),
    /// A customer's contact who may use the portal.
    Contact {
        /// Who, of which customer, with which permissions and language.
        contact: PortalContact,
        /// The staff member who looks at the portal as this contact.
        impersonated_by: Option<StaffId>,
    },
    /// A staff member; only through the gateway.
    Staff(StaffMember),
}

/// Why somebody is a stranger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stranger {
    /// Not signed in.
    Nobody,
    /// Perhaps somebody: a page that needs a contact sends the visitor through PHP, which can tell.
    AskPhp(AskPhp),
    /// Signed in once, or wrongly. Sending such a visitor to the sign-in page would lead in a circle: say why instead.
    Refused(Refusal),
}

/// What only PHP can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskPhp {
    /// The CRM remembers this browser ("remember me"), and makes a session of it at the next request to PHP.
    Remembered,
    /// The session cannot be read from outside.
    Session(Unreadable),
}

/// Why somebody who says to be signed in counts as a stranger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The session cookie is none.
    #[error(transparent)]
    Cookie(#[from] IdError),
    /// The session does not count.
    #[error(transparent)]
    Session(#[from] SessionRefusal),
    /// The contact does not get in.
    #[error(transparent)]
    Contact(#[from] ContactRefusal),
    /// A session of staff; by a cookie alone nobody is staff here.
    #[error("staff are known only through the CRM's own pages")]
    StaffByCookie,
    /// The staff member is switched off, or gone.
    #[error("the staff member is not active")]
    StaffInactive,
}

impl Refusal {
    /// The word for it in the metrics.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Cookie(IdError) => "cookie",
            Self::Session(SessionRefusal::Unknown) => "session_unknown",
            Self::Session(SessionRefusal::Expired) => "session_expired",
            Self::Session(SessionRefusal::OtherAddress) => "session_address",
            Self::Session(SessionRefusal::Unreadable(_)) => "session_unreadable",
            Self::Contact(ContactRefusal::Unknown) => "contact_unknown",
            Self::Contact(ContactRefusal::Inactive) => "contact_inactive",
            Self::Contact(ContactRefusal::ClientInactive) => "client_inactive",
            Self::Contact(ContactRefusal::Unverified) => "contact_unverified",
            Self::Contact(ContactRefusal::Impersonator) => "impersonator",
            Self::StaffByCookie => "staff_by_cookie",
            Self::StaffInactive => "staff_inactive",
        }
    }
}

/// The visitor's name for what is bound to one person: `contact 34 of 12`, `staff 7`, `stranger`.
impl fmt::Display for Visitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stranger(_) => f.write_str("stranger"),
            Self::Contact { contact, impersonated_by } => {
                write!(f, "contact {} of {}", contact.contact, contact.client)?;
                impersonated_by.map_or(Ok(()), |staff| write!(f, " by staff {staff}"))
            }
            Self::Staff(member) => write!(f, "staff {}", member.id),
        }
    }
}
