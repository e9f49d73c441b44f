//! Cuts the host out of a URL or a bare host.
//!
//! Written out, and not left to a URL library, because PHP must come to the same answer: no percent-decoding, no
//! backslash that counts as a slash, no line break that is silently dropped. What a browser would mend is refused.

use super::{DomainError, LONGEST_TEXT};

/// The host in `text`, as it is written there; an IPv6 address without its brackets.
pub(super) fn cut_out(text: &str) -> Result<&str, DomainError> {
    if text.len() > LONGEST_TEXT {
        return Err(DomainError::TooLong);
    }
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    if text.is_empty() {
        return Err(DomainError::Empty);
    }
    if text.chars().any(is_invisible) {
        return Err(DomainError::Spaces);
    }
    // `http://good.example\@evil.example`: browsers and libraries disagree about who that is.
    if text.contains('\\') {
        return Err(DomainError::Name);
    }
    let authority = before_any(without_scheme(text)?, ['/', '?', '#']);
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_user, rest)| rest);
    let host = without_port(host_and_port)?;
    if host.is_empty() { Err(DomainError::Empty) } else { Ok(host) }
}

/// White space anywhere, control characters, and the characters without width that come with pasted text.
fn is_invisible(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn without_scheme(text: &str) -> Result<&str, DomainError> {
    if let Some(rest) = text.strip_prefix("//") {
        return Ok(rest);
    }
    match text.split_once("://") {
        // The marks of a path, a query or a fragment come first: `example.com/?to=http://other.example`.
        Some((before, _)) if before.contains(['/', '?', '#']) => Ok(text),
        Some((scheme, rest)) if ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) => {
            Ok(rest)
        }
        Some(_) => Err(DomainError::Scheme),
        None => Ok(text),
    }
}

fn without_port(text: &str) -> Result<&str, DomainError> {
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        let (inside, after) = rest.split_once(']').ok_or(DomainError::Name)?;
        // Brackets are for IPv6 alone; without a colon inside it would pass for a name.
        if !inside.contains(':') {
            return Err(DomainError::Name);
        }
        match after.strip_prefix(':') {
            Some(port) => (inside, port),
            None if after.is_empty() => (inside, ""),
            None => return Err(DomainError::Name),
        }
    } else if text.matches(':').count() > 1 {
        // An IPv6 address as people write it when it is not in a URL.
        (text, "")
    } else {
        text.split_once(':').unwrap_or((text, ""))
    };
    let is_port = port.len() <= 5
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && port.parse::<u32>().unwrap_or(0) <= 65_535;
    if is_port { Ok(host) } else { Err(DomainError::Port) }
}

fn before_any(text: &str, marks: [char; 3]) -> &str {
    text.split_once(marks).map_or(text, |(before, _)| before)
}
