//! Links that the seller puts above and below the shop's pages.
//!
//! Written as lines for people: `English text | German text | address`, or `text | address` for both languages.

use serde::Serialize;

use crate::sentence::Sentence;
use crate::text::Language;

/// The most links in one place: more would not fit a telephone.
pub const MOST_LINKS: usize = 8;
/// The longest text, in characters.
const LONGEST_TEXT: usize = 60;
/// The longest address, in bytes.
const LONGEST_ADDRESS: usize = 500;

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    english: String,
    german: String,
    address: String,
}

/// A link in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownLink {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub address: String,
}

/// Why lines are no links.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Not enough parts, or too many.
    #[error("line {0}: write the text, a vertical bar and the address")]
    Shape(usize),
    /// Too long.
    #[error("line {0}: a text has up to {LONGEST_TEXT} characters, an address up to {LONGEST_ADDRESS}")]
    Long(usize),
    /// An address that is none.
    #[error("line {0}: an address begins with https://, http://, mailto: or a slash")]
    Address(usize),
    /// Too many.
    #[error("more than {MOST_LINKS} links")]
    Many,
}

impl LinkError {
    /// The same for whoever reads it on a page.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Shape(line) => Sentence::of("refusal-link-shape").with("line", line),
            Self::Long(line) => Sentence::of("refusal-link-long")
                .with("line", line)
                .with("text", LONGEST_TEXT)
                .with("address", LONGEST_ADDRESS),
            Self::Address(line) => Sentence::of("refusal-link-address").with("line", line),
            Self::Many => Sentence::of("refusal-links-many").with("most", MOST_LINKS),
        }
    }
}

impl Link {
    /// Reads lines; empty ones count for nothing.
    pub fn parse_lines(text: &str) -> Result<Vec<Self>, LinkError> {
        let written = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let links = written
            .map(|(number, line)| Self::parse(number + 1, line))
            .collect::<Result<Vec<_>, LinkError>>()?;
        if links.len() > MOST_LINKS { Err(LinkError::Many) } else { Ok(links) }
    }

    fn parse(number: usize, line: &str) -> Result<Self, LinkError> {
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        let (english, german, address) = match parts.as_slice() {
            [text, address] => (*text, *text, *address),
            [english, german, address] => (*english, *german, *address),
            _ => return Err(LinkError::Shape(number)),
        };
        if english.is_empty() || german.is_empty() {
            return Err(LinkError::Shape(number));
        }
        let long = |text: &str| text.chars().count() > LONGEST_TEXT;
        if long(english) || long(german) || address.len() > LONGEST_ADDRESS {
            return Err(LinkError::Long(number));
        }
        let known = ["https://", "http://", "mailto:"].iter().any(|start| address.starts_with(start));
        // Two slashes lead to another host without saying so.
        let own = address.starts_with('/') && !address.starts_with("//");
        if !(known || own) || address.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
            return Err(LinkError::Address(number));
        }
        Ok(Self { english: english.to_owned(), german: german.to_owned(), address: address.to_owned() })
    }

    /// The link for a visitor who speaks `language`.
    #[must_use]
    pub fn shown(&self, language: Language) -> ShownLink {
        let text = match language {
            Language::English => &self.english,
            Language::German => &self.german,
        };
        ShownLink { text: text.clone(), address: self.address.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_links_and_a_mistake_names_its_line() {
        let links =
            Link::parse_lines("Imprint | Impressum | /imprint\n\nBlog|https://blog.example/?a=b\n").unwrap();
        let shown: Vec<_> = links.iter().map(|link| link.shown(Language::German)).collect();
        assert_eq!((shown[0].text.as_str(), shown[0].address.as_str()), ("Impressum", "/imprint"));
        assert_eq!(
            (shown[1].text.as_str(), shown[1].address.as_str()),
            ("Blog", "https://blog.example/?a=b")
        );
        for (wrong, error) in [
            ("Blog", LinkError::Shape(1)),
            ("\n| /x", LinkError::Shape(2)),
            ("a | b | c | /x", LinkError::Shape(1)),
            ("Blog | javascript:alert(1)", LinkError::Address(1)),
            ("Blog | //evil.example", LinkError::Address(1)),
            ("Blog | /a b", LinkError::Address(1)),
            ("Blog | data:text/html,x", LinkError::Address(1)),
        ] {
            assert_eq!(Link::parse_lines(wrong), Err(error), "{wrong}");
        }
        assert_eq!(Link::parse_lines(&"a | /a\n".repeat(9)), Err(LinkError::Many));
        assert_eq!(Link::parse_lines(&format!("{} | /a", "x".repeat(61))), Err(LinkError::Long(1)));
    }
}
