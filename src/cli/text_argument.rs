//! A text on the command line: as it stands there, or from a file (`@path`), or from standard input (`@-`).

use std::convert::Infallible;
use std::io::Read as _;
use std::str::FromStr;

use super::CliError;

/// The largest file that is read: far more than any text may have.
const LARGEST: u64 = 1024 * 1024;

/// A text that is not read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextArgument(String);

impl FromStr for TextArgument {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl TextArgument {
    /// The text itself.
    pub fn read(self) -> Result<String, CliError> {
        let Some(path) = self.0.strip_prefix('@') else { return Ok(self.0) };
        let mut text = String::new();
        let read = if path == "-" {
            std::io::stdin().lock().take(LARGEST).read_to_string(&mut text)
        } else {
            std::fs::File::open(path).and_then(|file| file.take(LARGEST).read_to_string(&mut text))
        };
        read.map_err(|error| CliError::Failed(format!("{path}: {error}")))?;
        Ok(text)
    }
}
