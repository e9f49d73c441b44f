//! The paths that a web server may send straight to the daemon.
//!
//! In: what each module serves to anyone. Out: one regular expression for all of them, which nginx (PCRE) and Apache
//! (PCRE) read alike. Invariant: nothing else is taken from the CRM; other modules have pages below `/api/`, too.

/// A path, without the slash that it begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicPath {
    /// This path alone.
    Page(&'static str),
    /// This path, and the same with `.php` at its end.
    Script(&'static str),
    /// Every token of 32 hexadecimal characters below this path, which ends with a slash.
    Token(&'static str),
}

impl PublicPath {
    fn pattern(self) -> String {
        match self {
            Self::Page(path) => escaped(path),
            Self::Script(path) => format!("{}(?:\\.php)?", escaped(path)),
            Self::Token(path) => format!("{}[0-9a-f]{{32}}", escaped(path)),
        }
    }
}

/// An expression that fits each of `paths`, and nothing else, behind the address's first slash.
#[must_use]
pub fn pattern(paths: &[PublicPath]) -> String {
    paths.iter().map(|path| path.pattern()).collect::<Vec<_>>().join("|")
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
        ];
        assert_eq!(pattern(&paths), "api/keys\\.json|api/create(?:\\.php)?|api/move/[0-9a-f]{32}");
    }
}
