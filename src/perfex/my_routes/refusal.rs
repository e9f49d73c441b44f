//! Why the file is left alone, and what its owner should know when it is not.

use std::fmt;

/// Why our block cannot be put into the file, or taken out. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No `<?php`.
    #[error("it is not PHP: it has no `<?php`; empty it, or restore it from a backup")]
    NotPhp,
    /// `<?`, `<?=`, `<?xml`.
    #[error(
        "line {line} has `<?` without `php`, which means something else from server to server; write `<?php`"
    )]
    ShortTag {
        /// Where.
        line: usize,
    },
    /// A string, heredoc or comment without an end.
    #[error("the string or comment that begins in line {line} has no end; mend it by hand")]
    OpenEnded {
        /// Where.
        line: usize,
    },
    /// Brackets that do not match.
    #[error("the bracket `{bracket}` in line {line} has no counterpart; mend it by hand")]
    Brackets {
        /// Which.
        bracket: char,
        /// Where.
        line: usize,
    },
    /// The last statement has no end.
    #[error("its last statement, in line {line}, has no `;`; mend it by hand")]
    Unfinished {
        /// Where.
        line: usize,
    },
    /// `__halt_compiler`.
    #[error("`__halt_compiler` in line {line} ends the PHP in it; remove that line")]
    Halt {
        /// Where.
        line: usize,
    },
    /// `namespace {..}`.
    #[error("the `namespace` with braces in line {line} allows no statement outside; remove the braces")]
    Namespace {
        /// Where.
        line: usize,
    },
    /// Nothing behind this line is ever run.
    #[error("`{word}` in line {line} ends it before the place of our routes; remove that line")]
    Ends {
        /// The statement.
        word: String,
        /// Where.
        line: usize,
    },
    /// A begin marker without its end.
    #[error(
        "`// BEGIN perfex-bridge` in line {line} has no `// END perfex-bridge`; remove our lines by hand, then run `perfex-bridge routes write`"
    )]
    NoEnd {
        /// Where.
        line: usize,
    },
    /// An end marker without its begin.
    #[error(
        "`// END perfex-bridge` in line {line} has no `// BEGIN perfex-bridge`; remove our lines by hand, then run `perfex-bridge routes write`"
    )]
    NoBegin {
        /// Where.
        line: usize,
    },
    /// A marker shares its line with something else.
    #[error("our marker in line {line} does not stand alone in its line; give it a line of its own")]
    Shared {
        /// Where.
        line: usize,
    },
    /// Someone else has this route.
    #[error(
        "`{pattern}` has a route already, in line {line}; remove that one, or the module that it belongs to"
    )]
    Taken {
        /// Their pattern.
        pattern: String,
        /// Where.
        line: usize,
    },
    /// All routes are thrown away.
    #[error(
        "line {line} replaces all routes of the CRM (`$route = ..`); let it add to them (`$route['..'] = ..`)"
    )]
    Reassigned {
        /// Where.
        line: usize,
    },
}

/// What the file's owner should know although our block could be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// Something is sent to the browser before the CRM's own headers.
    Prints,
    /// Our block was not as it should be.
    Replaced {
        /// Where it begins.
        line: usize,
    },
    /// Our block stood there several times.
    Several {
        /// How often.
        count: usize,
    },
    /// The file may end before our block.
    MayEnd {
        /// The statement.
        word: String,
        /// Where.
        line: usize,
    },
    /// Our block stands within braces.
    Within {
        /// Where they open.
        line: usize,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prints => f.write_str(
                "it has bytes before `<?php` (a byte order mark, a blank line), which every page of the CRM sends; \
                 remove them",
            ),
            Self::Replaced { line } => {
                write!(f, "our block in line {line} was not as we write it and is replaced")
            }
            Self::Several { count } => write!(f, "our block was in it {count} times; the first place is kept"),
            Self::MayEnd { word, line } => {
                write!(f, "`{word}` in line {line} may end it before our routes are reached")
            }
            Self::Within { line } => write!(
                f,
                "our block stands within the braces that open in line {line}: the routes exist only where these are run"
            ),
        }
    }
}
