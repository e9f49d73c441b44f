//! Domains: what a license is bound to, and one spelling for each.
//!
//! In: what an administrator typed or a CRM's base URL says. Out: the host alone, in the spelling under which it is
//! stored, signed and compared. Invariants: reading a [`Domain`]'s own text gives the same `Domain`; two domains are
//! compared whole, never by parts; what anyone can claim (a public suffix, a name that every machine may have, a bare
//! address) is never a production domain. The same rules in PHP are `examples/php/LicenseVerifier.php`; both are held
//! to `tests/vectors/domains.json`.
//!
//! The public suffix list is the one compiled into this program. Its second half (`github.io`: names under which
//! strangers have pages) counts like the first (`co.uk`).

mod address;
mod host;
mod name;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// The longest text that is looked at, in bytes: as long as the longest URL that browsers and servers agree on.
const LONGEST_TEXT: usize = 2048;

/// The name that stands for "this machine".
const LOCALHOST: &str = "localhost";

/// Top-level names that are reserved and never sold (RFC 2606, RFC 6761, RFC 6762). `.dev` is not one of them.
const RESERVED: [&str; 5] = [LOCALHOST, "test", "local", "example", "invalid"];

/// What a domain is for; each license has room for one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Purpose {
    /// The site that customers see: slot 0.
    Production,
    /// A copy to try things on: slot 1. Also an address or a development name.
    Staging,
}

impl Purpose {
    /// The number under which it is stored and signed.
    #[must_use]
    pub fn slot(self) -> u8 {
        match self {
            Self::Production => 0,
            Self::Staging => 1,
        }
    }
}

impl From<Purpose> for u8 {
    fn from(purpose: Purpose) -> Self {
        purpose.slot()
    }
}

impl TryFrom<u8> for Purpose {
    type Error = String;
    fn try_from(slot: u8) -> Result<Self, Self::Error> {
        match slot {
            0 => Ok(Self::Production),
            1 => Ok(Self::Staging),
            other => Err(format!("there is no slot {other}: 0 is the production domain, 1 the staging name")),
        }
    }
}

/// A normalised host: lower case, A-labels, no port, no trailing dot; an IPv6 address in brackets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Domain(String);

/// Why a text is not a domain that a license can be bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DomainError {
    /// There is no host in it.
    #[error("no domain is given: write the address of your CRM, such as https://crm.example.com")]
    Empty,
    /// The text, the host or one of its labels is longer than names can be.
    #[error("this is too long for a domain: write the host alone, such as crm.example.com")]
    TooLong,
    /// Blanks, line breaks or other invisible characters inside.
    #[error("there is a space or an invisible character inside the domain: remove it")]
    Spaces,
    /// Another scheme than http and https.
    #[error("the address must begin with https:// or http://, or be the host alone")]
    Scheme,
    /// What follows the colon is not a port.
    #[error("the port after the domain must be a number from 0 to 65535; leave it out, it does not count")]
    Port,
    /// Characters or labels that no host name has.
    #[error("this is not a host name: letters, digits and single dots between them, such as crm.example.com")]
    Name,
    /// The name ends in a number but is not an address in its usual form.
    #[error(
        "this looks like an IP address but is not written as one: four numbers from 0 to 255, such as 192.0.2.7"
    )]
    Number,
    /// An address where only a name will do.
    #[error(
        "an IP address cannot be the production domain, because it is not yours alone: use a domain name"
    )]
    Address,
    /// A reserved name where only a real one will do.
    #[error(
        "a development name such as localhost or shop.test cannot be the production domain: use a real domain"
    )]
    Development,
    /// One label only.
    #[error("a name without a dot is not a domain of your own: write all of it, such as crm.example.com")]
    SingleLabel,
    /// A name under which strangers have theirs.
    #[error("this is a suffix under which many people have their domains, not a domain of your own")]
    PublicSuffix,
    /// A stored or signed domain is not in the spelling that this program writes.
    #[error("the domain is not in its normal spelling")]
    NotNormal,
}

impl DomainError {
    /// The word for programs; also in `tests/vectors/domains.json`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::Spaces => "spaces",
            Self::Scheme => "scheme",
            Self::Port => "port",
            Self::Name => "name",
            Self::Number => "number",
            Self::Address => "address",
            Self::Development => "development",
            Self::SingleLabel => "single_label",
            Self::PublicSuffix => "public_suffix",
            Self::NotNormal => "not_normal",
        }
    }
}

impl Domain {
    /// Reads a URL or a bare host.
    ///
    /// A leading `www.` is dropped if what remains is registrable and would not lose another one: the domain of
    /// `www.www.example.com` is that very name, so that a client and a server that both normalise agree.
    pub fn parse(text: &str, purpose: Purpose) -> Result<Self, DomainError> {
        let host = host::cut_out(text)?;
        if let Some(address) = address::read(host)? {
            return match purpose {
                Purpose::Production => Err(DomainError::Address),
                Purpose::Staging => Ok(Self(address::write(address))),
            };
        }
        let name = name::to_ascii(host)?;
        // Mapping may have made digits of what only looked like them: a full-width 127.0.0.1.
        if address::read(&name)?.is_some() {
            return Err(DomainError::Number);
        }
        let domain = Self(name);
        match purpose {
            Purpose::Production if domain.is_development() => return Err(DomainError::Development),
            Purpose::Staging if domain.0 == LOCALHOST => return Ok(domain),
            _ => {}
        }
        if !domain.0.contains('.') {
            return Err(DomainError::SingleLabel);
        }
        if psl::domain_str(&domain.0).is_none() {
            return Err(DomainError::PublicSuffix);
        }
        Ok(domain.without_www())
    }

    /// Reads what a site calls itself: a name for production, a development name or an address for staging.
    pub fn of_site(text: &str) -> Result<Self, DomainError> {
        match Self::parse(text, Purpose::Production) {
            Err(DomainError::Address | DomainError::Development) => Self::parse(text, Purpose::Staging),
            other => other,
        }
    }

    /// The same for a site that a license may be bound to already: a name that was bound stays bound when it becomes a
    /// public suffix later.
    pub fn of_bound_site(text: &str) -> Result<Self, DomainError> {
        match Self::of_site(text) {
            Err(DomainError::PublicSuffix) => name::to_ascii(host::cut_out(text)?).map(Self),
            other => other,
        }
    }

    /// Reads back what [`as_str`](Self::as_str) gave; asks no list, as [`of_bound_site`](Self::of_bound_site).
    pub fn stored(text: &str) -> Result<Self, DomainError> {
        let normal = match address::read(text)? {
            Some(address) => address::write(address),
            None => name::to_ascii(text)?,
        };
        if normal == text { Ok(Self(normal)) } else { Err(DomainError::NotNormal) }
    }

    /// The domain as it is stored, signed and compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is one of the reserved development names, a loopback address or a private one (RFC 1918).
    ///
    /// Whole labels only: `shop.developers.io` and `local.company.com` are ordinary names.
    #[must_use]
    pub fn is_development(&self) -> bool {
        match address::read(&self.0) {
            Ok(Some(IpAddr::V4(address))) => address.is_loopback() || address.is_private(),
            Ok(Some(IpAddr::V6(address))) => address.is_loopback(),
            Ok(None) | Err(_) => match self.0.rsplit_once('.') {
                Some((_, last)) => RESERVED.contains(&last),
                None => self.0 == LOCALHOST,
            },
        }
    }

    /// Whether it is an address and no name.
    #[must_use]
    pub fn is_address(&self) -> bool {
        matches!(address::read(&self.0), Ok(Some(_)))
    }

    /// The part that somebody registered: `example.co.uk` of `shop.example.co.uk`; none for addresses and `localhost`.
    #[must_use]
    pub fn registrable(&self) -> Option<&str> {
        match address::read(&self.0) {
            Ok(None) => psl::domain_str(&self.0),
            Ok(Some(_)) | Err(_) => None,
        }
    }

    fn without_www(self) -> Self {
        let strippable = |name: &str| {
            name.strip_prefix("www.").filter(|rest| psl::domain_str(rest).is_some()).map(str::to_owned)
        };
        match strippable(&self.0) {
            Some(rest) if strippable(&rest).is_none() => Self(rest),
            _ => self,
        }
    }
}

/// How people read a stored domain: in its own letters, with the A-labels behind them, because letters can be mistaken
/// for others.
pub(super) fn for_people(stored: &str) -> String {
    match name::to_unicode(stored) {
        Some(letters) if letters != stored => format!("{letters} ({stored})"),
        _ => stored.to_owned(),
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<Domain> for String {
    fn from(domain: Domain) -> Self {
        domain.0
    }
}

impl TryFrom<String> for Domain {
    type Error = DomainError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::stored(&text)
    }
}
