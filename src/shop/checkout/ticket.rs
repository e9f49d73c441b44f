//! The ticket that stands in a form: when the form was made, what it offered, and the token that makes it one order.
//!
//! In: a field of a form. Out: a [`Ticket`] that we signed, or why not. Invariants: nobody else can make one; it ends after
//! a day; two forms for the same packages in one browser carry the same token, until one of them has become an order: then
//! the browser gets a new mark. So a double click, the back button and a second tab lead to the same order, and somebody
//! who orders the same thing again later gets another.

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::perfex::encryption::Cipher;

use super::cart::Cart;

/// How long a form is taken, in hours.
const VALID: i64 = 24;
/// How far the clocks of two daemons may be apart, in seconds.
const APART: i64 = 60;

/// What a form carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// When the form was made, to the second.
    pub made_at: DateTime<Utc>,
    /// What the order will be known by: 32 hexadecimal characters.
    pub token: String,
    /// The mark of the offer that the form showed.
    pub offer: String,
    /// How many leading zero bits the form's proof of work needs; 0 when none is asked for.
    pub work: u32,
}

/// Why a ticket is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketError {
    /// Not ours.
    Forged,
    /// Too old.
    Expired,
}

/// Signs tickets and reads them again.
#[derive(Clone)]
pub struct Tickets {
    key: [u8; 32],
}

impl std::fmt::Debug for Tickets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tickets")
    }
}

impl Tickets {
    /// Tickets of this CRM: every daemon beside it reads them.
    #[must_use]
    pub fn new(cipher: &Cipher) -> Self {
        Self { key: cipher.derive("checkout form") }
    }

    /// The token of a form for `cart` in the browser that has this mark.
    #[must_use]
    pub fn token(&self, browser: &str, cart: &Cart) -> String {
        let tag = self.mac(&format!("token\n{browser}\n{}", cart.skus().join("\n"))).finalize().into_bytes();
        hex::encode(tag).chars().take(32).collect()
    }

    /// A ticket as it stands in a form.
    #[must_use]
    pub fn write(&self, ticket: &Ticket) -> String {
        let body =
            format!("{}.{}.{}.{}", ticket.made_at.timestamp(), ticket.token, ticket.offer, ticket.work);
        let tag = hex::encode(self.mac(&format!("ticket\n{body}")).finalize().into_bytes());
        format!("{body}.{tag}")
    }

    /// Reads what a form carried.
    pub fn read(&self, text: &str, now: DateTime<Utc>) -> Result<Ticket, TicketError> {
        let (body, tag) = text.rsplit_once('.').ok_or(TicketError::Forged)?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(tag, &mut bytes).map_err(|_| TicketError::Forged)?;
        self.mac(&format!("ticket\n{body}")).verify_slice(&bytes).map_err(|_| TicketError::Forged)?;
        let mut parts = body.split('.');
        let mut part = || parts.next().ok_or(TicketError::Forged);
        let made_at = part()?.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        let (made_at, token, offer) =
            (made_at.ok_or(TicketError::Forged)?, part()?.to_owned(), part()?.to_owned());
        let work = part()?.parse().map_err(|_| TicketError::Forged)?;
        let age = now - made_at;
        if age > TimeDelta::hours(VALID) || age < -TimeDelta::seconds(APART) {
            return Err(TicketError::Expired);
        }
        Ok(Ticket { made_at, token, offer, work })
    }

    fn mac(&self, text: &str) -> Hmac<Sha256> {
        let mut block = [0; 64];
        for (target, byte) in block.iter_mut().zip(self.key) {
            *target = byte;
        }
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(text.as_bytes());
        mac
    }
}

/// Whether `proof` was worked for: the SHA-256 of ticket and proof begins with enough zero bits.
#[must_use]
pub fn is_worked_for(ticket: &str, proof: &str, bits: u32) -> bool {
    if proof.len() > 20 {
        return false;
    }
    let digest = Sha256::digest(format!("{ticket}:{proof}").as_bytes());
    let mut zeros = 0;
    for byte in digest {
        zeros += byte.leading_zeros();
        if byte != 0 {
            break;
        }
    }
    zeros >= bits
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    fn tickets() -> Tickets {
        Tickets::new(&Cipher::new(&SecretString::from("0123456789abcdef0123456789abcdef".to_owned())))
    }

    #[test]
    fn only_our_own_tickets_of_today_are_taken() {
        let now: DateTime<Utc> = "2026-03-09T10:00:00Z".parse().unwrap();
        let ticket = Ticket { made_at: now, token: "a".repeat(32), offer: "b".repeat(16), work: 4 };
        let text = tickets().write(&ticket);
        assert_eq!(tickets().read(&text, now), Ok(ticket.clone()));
        let later = |hours| now + TimeDelta::hours(hours);
        assert_eq!(tickets().read(&text, later(24)), Ok(ticket));
        assert_eq!(tickets().read(&text, later(25)), Err(TicketError::Expired));
        assert_eq!(tickets().read(&text, later(-1)), Err(TicketError::Expired));
        for (place, sign) in text.char_indices() {
            let mut other = text.clone();
            other.replace_range(place..=place, if sign == '1' { "2" } else { "1" });
            assert_eq!(tickets().read(&other, now), Err(TicketError::Forged), "{other}");
        }
        for nonsense in ["", ".", "....", "x.y.z.0.00", &text[..text.len() - 1]] {
            assert_eq!(tickets().read(nonsense, now), Err(TicketError::Forged), "{nonsense}");
        }
    }

    #[test]
    fn a_proof_is_as_much_work_as_was_asked_for() {
        let worked =
            (0..100_000).map(|n: u32| n.to_string()).find(|proof| is_worked_for("t", proof, 12)).unwrap();
        assert!(is_worked_for("t", &worked, 12) && is_worked_for("t", &worked, 0));
        assert!(!is_worked_for("u", &worked, 12), "a proof is good for its own ticket");
        assert!(!is_worked_for("t", &"1".repeat(21), 0));
    }
}
