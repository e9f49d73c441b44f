//! Which messages an outbox carries: messages of one kind must not wait for the receiver of another.

/// Some kinds of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Those of this kind.
    Only(&'static str),
    /// All but those of this kind, also those that nobody knows.
    AllBut(&'static str),
}

const CLAIM_ONLY: &str = "UPDATE `{p}bridge_outbox` SET `lease_token` = ?, `due_at` = ?, `attempts` = `attempts` + 1 \
     WHERE `due_at` <= ? AND `kind` = ? ORDER BY `due_at`, `id` LIMIT ?";
const CLAIM_ALL_BUT: &str = "UPDATE `{p}bridge_outbox` SET `lease_token` = ?, `due_at` = ?, `attempts` = `attempts` + 1 \
     WHERE `due_at` <= ? AND `kind` <> ? ORDER BY `due_at`, `id` LIMIT ?";

impl Lane {
    /// The statement that claims messages of this lane, and the kind that goes into it.
    pub(super) fn claim(self) -> (&'static str, &'static str) {
        match self {
            Self::Only(kind) => (CLAIM_ONLY, kind),
            Self::AllBut(kind) => (CLAIM_ALL_BUT, kind),
        }
    }
}
