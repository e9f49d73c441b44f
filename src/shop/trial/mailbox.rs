//! Mail addresses in one spelling: those that reach the same mailbox are the same.
//!
//! Only what is known of a provider is used. A tag behind a plus sign, or dots, belong to somebody else's address where
//! nobody promises otherwise.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::perfex::encryption::Cipher;

/// What a provider ignores within the part before the `@`.
#[derive(Clone, Copy)]
struct Provider {
    /// The names of its domains; the first stands for all, when the same mailbox answers at each.
    domains: &'static [&'static str],
    /// Whether a mailbox of one domain is that of the others, too.
    same_everywhere: bool,
    /// Whether dots are ignored.
    dots: bool,
}

/// Providers that deliver `name+tag@` to `name@`, as their own help pages say.
const PROVIDERS: [Provider; 6] = [
    Provider { domains: &["gmail.com", "googlemail.com"], same_everywhere: true, dots: true },
    Provider { domains: &["proton.me", "protonmail.com", "pm.me"], same_everywhere: true, dots: true },
    Provider {
        domains: &[
            "outlook.com",
            "hotmail.com",
            "live.com",
            "msn.com",
            "outlook.de",
            "hotmail.de",
            "live.de",
        ],
        same_everywhere: false,
        dots: false,
    },
    Provider { domains: &["icloud.com", "me.com", "mac.com"], same_everywhere: true, dots: false },
    Provider { domains: &["fastmail.com", "fastmail.fm"], same_everywhere: false, dots: false },
    Provider { domains: &["mailbox.org", "posteo.de", "posteo.net"], same_everywhere: false, dots: false },
];

/// A mailbox under a secret of this install: tells whether two addresses are one, and nothing else.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Mailbox([u8; 32]);

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mailbox")
    }
}

impl Mailbox {
    /// The mailbox that `email` reaches.
    pub fn of(email: &str, cipher: &Cipher) -> Self {
        // HMAC takes keys of any length; the error branch cannot be reached with 32 bytes.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&cipher.derive("trial mailbox")) else {
            return Self([0; 32]);
        };
        mac.update(spelled(email).as_bytes());
        Self(mac.finalize().into_bytes().into())
    }
}

impl From<Mailbox> for mysql_async::Value {
    fn from(mailbox: Mailbox) -> Self {
        mysql_async::Value::Bytes(mailbox.0.to_vec())
    }
}

/// The one spelling of an address.
fn spelled(email: &str) -> String {
    let email = email.trim().to_lowercase();
    let Some((local, domain)) = email.rsplit_once('@') else { return email };
    // A name in its own letters and in A-labels is one domain.
    let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_owned());
    let domain = domain.trim_end_matches('.');
    let Some(provider) = PROVIDERS.iter().find(|provider| provider.domains.contains(&domain)) else {
        return format!("{local}@{domain}");
    };
    let name = local.split('+').next().unwrap_or(local);
    let name = if provider.dots { name.replace('.', "") } else { name.to_owned() };
    let first = provider.domains.first().copied().filter(|_| provider.same_everywhere);
    format!("{name}@{}", first.unwrap_or(domain))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_and_spaces_never_tell_addresses_apart() {
        assert_eq!(spelled(" Eva@Buyer.Example "), "eva@buyer.example");
        assert_eq!(spelled("eva@bücher.example"), spelled("eva@xn--bcher-kva.example"));
        assert_eq!(spelled("eva@buyer.example."), "eva@buyer.example");
    }

    #[test]
    fn tags_and_dots_are_dropped_where_the_provider_drops_them_and_nowhere_else() {
        for (written, reached) in [
            ("e.v.a+shop@gmail.com", "eva@gmail.com"),
            ("E.V.A@GoogleMail.com", "eva@gmail.com"),
            ("eva.m+x@outlook.com", "eva.m@outlook.com"),
            ("eva+x@hotmail.com", "eva@hotmail.com"),
            ("eva+x@me.com", "eva@icloud.com"),
            ("e.va@pm.me", "eva@proton.me"),
            ("eva+tag@buyer.example", "eva+tag@buyer.example"),
            ("e.va@buyer.example", "e.va@buyer.example"),
            ("eva+x@gmail.com.example", "eva+x@gmail.com.example"),
        ] {
            assert_eq!(spelled(written), reached, "{written}");
        }
    }

    #[test]
    fn two_mailboxes_of_one_provider_stay_two() {
        assert_ne!(spelled("eva@outlook.com"), spelled("eva@hotmail.com"));
        assert_ne!(spelled("eva@gmail.com"), spelled("eve@gmail.com"));
    }

    proptest! {
        #[test]
        fn a_spelling_is_its_own_spelling(local in "[a-zA-Z0-9.+_-]{1,20}", domain in "(gmail\\.com|me\\.com|a\\.example|live\\.de)") {
            let once = spelled(&format!("{local}@{domain}"));
            prop_assert_eq!(spelled(&once), once);
        }
    }
}
