//! A visitor at a page of the shop.
//!
//! The language is, in this order: the one that a link asks for (`?lang=de`), the one chosen before, the signed-in
//! contact's, the browser's, the CRM's.

use std::sync::Arc;

use url::form_urlencoded;
use warp::http::HeaderValue;

use crate::http::{Asker, Visitor};
use crate::text::Language;

use super::showcase::Snapshot;

/// The part of an address that asks for a language.
pub(super) const LANGUAGE_PARAMETER: &str = "lang";
/// The cookie with the language that a visitor chose. Its name lets it through the companion's gateway.
pub(super) const LANGUAGE_COOKIE: &str = "perfex_bridge_language";
/// How long the choice is kept: a year, in seconds.
const REMEMBERED: u32 = 365 * 24 * 60 * 60;

/// The longest part of an address that its links to other languages repeat, in bytes.
const LONGEST_KEPT: usize = 300;

/// A visitor at a page.
#[derive(Debug, Clone)]
pub struct ShopVisit {
    /// The page's language.
    pub language: Language,
    /// Who asks; `None` where nobody needed to know, or nobody could tell.
    pub asker: Option<Asker>,
    /// What the shop shows.
    pub snapshot: Arc<Snapshot>,
    /// The page's path as it was asked for, with its slash.
    pub(super) path: String,
    /// What follows the path's question mark, without a language.
    pub(super) query: Vec<(String, String)>,
    /// The language that the address asks for.
    pub(super) asked: Option<Language>,
    /// The language that the cookie holds.
    pub(super) remembered: Option<Language>,
}

impl ShopVisit {
    /// The first value of a part of the address.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// It is this visitor: a contact's own language counts more than the browser's. What the gateway says of a stranger is the
    /// CRM's own language, which comes last.
    pub(super) fn meet(&mut self, asker: Asker) {
        let told = matches!(asker.visitor, Visitor::Contact { .. }) || asker.perfex_csrf.is_none();
        if let Some(folder) = asker.language().filter(|_| told) {
            self.language = Language::for_folder(folder);
        }
        self.asker = Some(asker);
    }

    /// This page's address in another language, to be put behind its path.
    pub(super) fn query_in(&self, language: Language) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let short = self.query.iter().filter(|(name, value)| name.len() + value.len() <= LONGEST_KEPT);
        query.extend_pairs(short).append_pair(LANGUAGE_PARAMETER, language.code());
        format!("?{}", query.finish())
    }

    /// The cookie that keeps a language that was just chosen.
    pub(super) fn cookie(&self, secure: bool) -> Option<HeaderValue> {
        let chosen = self.asked.filter(|asked| self.remembered != Some(*asked))?;
        let rest = if secure { "; Secure" } else { "" };
        let cookie = format!(
            "{LANGUAGE_COOKIE}={}; Path=/; Max-Age={REMEMBERED}; HttpOnly; SameSite=Lax{rest}",
            chosen.code()
        );
        HeaderValue::try_from(cookie).ok()
    }
}

/// The parts of an address behind its question mark; the language apart.
pub(super) fn read_query(query: Option<&str>) -> (Vec<(String, String)>, Option<Language>) {
    let mut asked = None;
    let mut rest = Vec::new();
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        if name == LANGUAGE_PARAMETER {
            asked = asked.or(Language::of_code(&value));
        } else {
            rest.push((name.into_owned(), value.into_owned()));
        }
    }
    (rest, asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_may_ask_for_a_language_and_the_rest_stays() {
        let (rest, asked) = read_query(Some("q=a%26b&lang=xx&lang=de&page=2"));
        assert_eq!(asked, Some(Language::German));
        assert_eq!(rest, [("q".to_owned(), "a&b".to_owned()), ("page".to_owned(), "2".to_owned())]);
        assert_eq!(read_query(None), (Vec::new(), None));
    }
}
