//! The paths that are ours among the CRM's addresses, and those of them that a web server may send straight to the daemon.
//!
//! In: what each module serves. Out: one regular expression for the latter, which nginx (PCRE) and Apache (PCRE) read alike.
//! Invariants: nothing else is taken from the CRM, as other modules have pages below `/api/`, too; a page of the client
//! portal always passes through PHP, which alone has the portal's theme.

/// A path, without the slash that it begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicPath {
    /// This path alone.
    Page(&'static str),
    /// This path, and the same with `.php` at its end.
    Script(&'static str),
    /// Every token of 32 hexadecimal characters below this path, which ends with a slash.
    Token(&'static str),
    /// This path and everything below it.
    Tree(&'static str),
    /// This path and what is below it, for contacts who are signed in, in the theme of the client portal.
    Portal(&'static str),
}

impl PublicPath {
    fn pattern(self) -> Option<String> {
        match self {
            Self::Page(path) => Some(escaped(path)),
            Self::Script(path) => Some(format!("{}(?:\\.php)?", escaped(path))),
            Self::Token(path) => Some(format!("{}[0-9a-f]{{32}}", escaped(path))),
            Self::Tree(path) => Some(format!("{}(?:/.*)?", escaped(path))),
            Self::Portal(_) => None,
        }
    }
}

/// An expression that fits each of `paths` that needs no PHP, and nothing else, behind the address's first slash.
#[must_use]
pub fn pattern(paths: &[PublicPath]) -> String {
    paths.iter().filter_map(|path| path.pattern()).collect::<Vec<_>>().join("|")
}

/// Paths are made of letters, digits, slashes, dashes and underscores, which mean themselves, and dots.
fn escaped(path: &str) -> String {
    path.replace('.', "\\.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_is_taken_and_nothing_beside_it() {
        let paths = [
            PublicPath::Page("api/keys.json"),
            PublicPath::Script("api/create"),
            PublicPath::Token("api/move/"),
            PublicPath::Tree("shop"),
            PublicPath::Portal("clients/licenses"),
        ];
        assert_eq!(
            pattern(&paths),
            "api/keys\\.json|api/create(?:\\.php)?|api/move/[0-9a-f]{32}|shop(?:/.*)?"
        );
    }
}
