//! The theme of the client portal: whether it gives modules the places that they need.
//!
//! A module puts scripts into the portal's pages at `app_customers_head` and `app_customers_footer`; both come only where the
//! theme calls the function of that name (`runtime.md` 8.1). The CRM's own theme does, somebody's own may not. In: the CRM's
//! root and the name of the theme. Out: the places that no file of the theme has, each with the file in which it belongs.

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::php_source::{Token, tokens};

/// The option that names the theme.
pub const OPTION: &str = "clients_default_theme";
/// How deep folders of a theme are looked into.
const DEEPEST: usize = 4;
/// So many files a theme has at most.
const MOST: usize = 1_000;
/// The largest file that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// Where modules print something of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Before `</head>`.
    Head,
    /// Before `</body>`.
    Footer,
}

/// A place that a theme does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// Which one.
    pub place: Place,
    /// The theme's file that it belongs into.
    pub file: PathBuf,
}

/// A theme, by its folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalTheme(PathBuf);

/// Why nothing is known of a theme.
#[derive(Debug, thiserror::Error)]
#[error("the files of the client portal's theme, {}, cannot be read: {source}", folder.display())]
pub struct ThemeError {
    folder: PathBuf,
    source: io::Error,
}

impl PortalTheme {
    /// The theme `name` of the CRM at `root`; `None` where that is no name of a folder.
    #[must_use]
    pub fn in_crm(root: &Path, name: &str) -> Option<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let is_name = !name.is_empty() && name.chars().all(plain);
        is_name.then(|| Self(root.join("application/views/themes").join(name)))
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// The places that it lacks. Comments do not count.
    pub fn lacks(&self) -> Result<Vec<Lack>, ThemeError> {
        let failed = |source| ThemeError { folder: self.0.clone(), source };
        let mut files = Vec::new();
        list(&self.0, 0, &mut files).map_err(failed)?;
        let mut missing: Vec<Lack> =
            Place::ALL.map(|place| Lack { place, file: self.0.join(place.usual_file()) }).into();
        for file in files {
            let text = fs::read(&file).map_err(failed)?;
            let tokens = tokens(&text);
            missing.retain(|lack| !tokens.iter().any(|token| lack.place.is_called_by(token)));
            for lack in &mut missing {
                if holds(&text, lack.place.ends_with()) {
                    lack.file.clone_from(&file);
                }
            }
        }
        Ok(missing)
    }
}

impl Place {
    const ALL: [Self; 2] = [Self::Head, Self::Footer];

    /// The function that makes the place, and the hook that it calls.
    fn function(self) -> &'static str {
        match self {
            Self::Head => "app_customers_head",
            Self::Footer => "app_customers_footer",
        }
    }

    /// The tag before which it stands.
    fn ends_with(self) -> &'static str {
        match self {
            Self::Head => "</head>",
            Self::Footer => "</body>",
        }
    }

    fn usual_file(self) -> &'static str {
        match self {
            Self::Head => "head.php",
            Self::Footer => "index.php",
        }
    }

    /// A call of the function, or of the hook by its name.
    fn is_called_by(self, token: &Token) -> bool {
        token.is(self.function()) || matches!(token, Token::Text(text) if text == self.function().as_bytes())
    }
}

/// As an operator reads it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}()", self.function())
    }
}

impl Lack {
    /// What puts the place there.
    #[must_use]
    pub fn mend(&self) -> String {
        format!("put `<?php {}; ?>` before {} in {}", self.place, self.place.ends_with(), self.file.display())
    }
}

/// Every PHP file below a folder, in an order that does not change.
fn list(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut paths = entries.collect::<io::Result<Vec<PathBuf>>>()?;
    paths.sort();
    for path in paths {
        let metadata = fs::metadata(&path)?;
        if metadata.is_dir() && depth < DEEPEST {
            list(&path, depth.saturating_add(1), files)?;
        } else if metadata.len() <= LARGEST
            && path.extension() == Some(OsStr::new("php"))
            && files.len() < MOST
        {
            files.push(path);
        }
    }
    Ok(())
}

/// Whether a text holds a tag, in whatever case.
fn holds(text: &[u8], tag: &str) -> bool {
    text.windows(tag.len()).any(|part| part.eq_ignore_ascii_case(tag.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "<html><head>\n<?php app_customers_head(); ?>\n</head>";

    /// A theme of these files, and what it lacks.
    fn lacks(files: &[(&str, &str)]) -> Vec<(String, String)> {
        let root = tempfile::tempdir().unwrap();
        let theme = PortalTheme::in_crm(root.path(), "acme").unwrap();
        for (name, text) in files {
            let path = theme.folder().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let named = |lack: &Lack| {
            let file = lack.file.strip_prefix(theme.folder()).unwrap().display().to_string();
            (lack.place.to_string(), file)
        };
        theme.lacks().unwrap().iter().map(named).collect()
    }

    #[test]
    fn a_place_counts_wherever_the_theme_calls_it_but_not_in_a_comment() {
        assert_eq!(
            lacks(&[("head.php", WHOLE), ("index.php", "<?php\nAPP_customers_footer ( );\n?></body>")]),
            []
        );
        assert_eq!(
            lacks(&[
                ("parts/a/top.php", WHOLE),
                ("b.php", "<?php hooks()->do_action('app_customers_footer');")
            ]),
            []
        );
        let head = ("app_customers_head()".to_owned(), "top.php".to_owned());
        let footer = ("app_customers_footer()".to_owned(), "index.php".to_owned());
        let none = [
            (
                "index.php",
                "<?php // app_customers_footer();\n/* app_customers_head(); */ # app_customers_head();\n?></BODY>",
            ),
            ("top.php", "app_customers_head(); <!-- app_customers_head() --></head>"),
            ("notes.txt", "<?php app_customers_head(); app_customers_footer();"),
        ];
        assert_eq!(lacks(&none), [head, footer.clone()]);
        assert_eq!(lacks(&[("head.php", WHOLE)]), [footer]);
    }

    #[test]
    fn a_name_leads_nowhere_else() {
        for name in ["", "..", "a/b", "/etc", "a.b", "ä"] {
            assert_eq!(PortalTheme::in_crm(Path::new("/crm"), name), None, "{name}");
        }
        let theme = PortalTheme::in_crm(Path::new("/nowhere"), "perfex").unwrap();
        let said = theme.lacks().unwrap_err().to_string();
        assert!(said.starts_with("the files of the client portal's theme, /nowhere/application/views/themes/perfex, cannot be read: "));
    }
}
