//! `config/unavailable.php`: what PHP answers by itself while the daemon does not.
//!
//! In: our phrases. Out: a list in PHP, of each language's answer, by the name that the CRM has for the language and by the code
//! that browsers have for it. It is written by `install` and not put together by PHP: the page has to be there when nothing
//! else of ours is. PHP puts the company's name in where [`COMPANY_MARK`] stands.

use crate::http::fragment_title;
use crate::text::{Language, Pages, Phrases, TextError};

use super::files::{GUARD, quoted};

/// Stands for the company's name.
const COMPANY_MARK: &str = "%COMPANY%";
/// When to ask again, in seconds.
const RETRY_AFTER: &str = "30";
const TITLE: &str = "companion-unavailable";
const TEXT: &str = "companion-unavailable-text";

/// The file.
pub(super) fn file() -> Result<String, TextError> {
    let pages = Pages::load()?;
    let (mut answers, mut names) = (String::new(), Vec::new());
    for language in Language::ALL {
        answers.push_str(&answer(&pages, *language)?);
        names.extend(
            [language.as_str(), language.code()].map(|name| format!("{} => ${language}", quoted(name))),
        );
    }
    let names = names.join(", ");
    Ok(format!(
        "{GUARD}// Written by `perfex-bridge install` from the daemon's texts.\n{answers}return [{names}];\n"
    ))
}

/// A language's answer: a whole page for visitors, and a part of a page where the CRM's layout is around it.
fn answer(pages: &Pages, language: Language) -> Result<String, TextError> {
    let phrases = Phrases::load(language)?;
    let (title, text) = (phrases.say(TITLE, &[])?, phrases.say(TEXT, &[])?);
    let style = pages.style_source();
    let policy = format!("default-src 'none'; style-src {style}; frame-ancestors 'none'; base-uri 'none'");
    let headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("content-security-policy", &policy),
        ("x-content-type-options", "nosniff"),
        ("retry-after", RETRY_AFTER),
        ("bridge-fragment", &fragment_title(&title)),
    ];
    let headers = headers.map(|(name, value)| format!("[{}, {}]", quoted(name), quoted(value))).join(", ");
    let part = format!(
        "<div class=\"alert alert-warning\" role=\"status\"><strong>{title}</strong><br>{text}</div>\n"
    );
    let page = pages.notice(language, COMPANY_MARK, TITLE, &[TEXT], &[])?;
    let (part, page) = (quoted(&part), quoted(&page));
    Ok(format!("${language} = ['headers' => [{headers}], 'part' => {part}, 'page' => {page}];\n"))
}
