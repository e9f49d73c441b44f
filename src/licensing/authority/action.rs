//! What is asked about a license.

use crate::db::text_enum;

text_enum! {
    /// What a question about a license wants.
    Action {
        /// Bind it to the domain.
        Activate = "activate",
        /// Release it from the domain.
        Deactivate = "deactivate",
        /// Know whether it works on the domain.
        Validate = "validate",
    }
}
