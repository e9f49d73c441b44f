//! Who makes the licenses that the shop sells.

/// This install, or another machine's license server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Issuer {
    /// This install: a license is there in the moment of the payment.
    Builtin,
    /// Another machine: each license is requested, and comes when that machine answers.
    Remote {
        /// Its host, for people.
        server: String,
    },
}

impl Issuer {
    /// Its name, for people.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Builtin => "this install",
            Self::Remote { server } => server,
        }
    }
}
