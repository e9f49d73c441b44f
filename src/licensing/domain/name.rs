//! Host names in one spelling: lower-case A-labels.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use super::DomainError;

/// The longest name and the longest label of the domain name system (RFC 1035, 2.3.4).
const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;

/// The name in lower-case A-labels (UTS 46, non-transitional), without one trailing dot.
pub(super) fn to_ascii(host: &str) -> Result<String, DomainError> {
    let mut name = if host.is_ascii() && !host.to_ascii_lowercase().contains("xn--") {
        host.to_ascii_lowercase()
    } else {
        // The strictest hyphens, because that is what PHP's ICU has.
        let mapped =
            Uts46::new().to_ascii(host.as_bytes(), AsciiDenyList::URL, Hyphens::Check, DnsLength::Ignore);
        mapped.map_err(|_| DomainError::Name)?.into_owned()
    };
    if name.ends_with('.') {
        name.pop();
    }
    if name.is_empty() {
        return Err(DomainError::Empty);
    }
    if name.len() > LONGEST_NAME || name.split('.').any(|label| label.len() > LONGEST_LABEL) {
        return Err(DomainError::TooLong);
    }
    if name.split('.').all(is_label) { Ok(name) } else { Err(DomainError::Name) }
}

/// The name in its own letters; `None` when it is no proper A-label name.
pub(super) fn to_unicode(name: &str) -> Option<String> {
    let (letters, checked) = Uts46::new().to_unicode(name.as_bytes(), AsciiDenyList::URL, Hyphens::Check);
    checked.is_ok().then(|| letters.into_owned())
}

/// Letters, digits and hyphens; underscores too, which are no hostname but are in use for staging copies.
fn is_label(label: &str) -> bool {
    let known = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    !label.is_empty() && label.bytes().all(known) && !label.starts_with('-') && !label.ends_with('-')
}
