//! What staff may do, in the CRM's own terms.

use crate::db::text_enum;

text_enum! {
    /// A capability, as the CRM names it in its permissions.
    Capability {
        /// To look.
        View = "view",
        /// To make something new.
        Create = "create",
        /// To change what is there.
        Edit = "edit",
        /// To take something away.
        Delete = "delete",
    }
}

/// What capabilities are of: one line in the CRM's permissions of a staff member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feature {
    /// Its name in the CRM's tables.
    pub name: &'static str,
    /// What staff call it; the same in every language.
    pub label: &'static str,
}
