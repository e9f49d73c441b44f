//! Why a page could not be made.

use crate::db::{DbError, Transient};
use crate::text::TextError;

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The database said no.
    #[error(transparent)]
    Database(#[from] DbError),
    /// A compiled-in text is broken.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A module could not do its part.
    #[error("{0}")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl PageError {
    /// What a module said.
    pub fn engine(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Engine(Box::new(error))
    }
}

impl Transient for PageError {
    /// A module repeats its own transactions; those of a page are repeated with the page.
    fn is_transient(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_conflict())
    }
}
