//! License keys: what people type.
//!
//! `<32 hex random>-<4 hex product tag>-<4 hex checksum>-<16 hex keyed tag>`, lower case (DESIGN 6.5). The product tag
//! is the start of the SHA-256 of the product's slug. The keyed tag is an HMAC over random part and product tag under a
//! secret of this install, so that nobody else makes keys of its form. Answers ask the database alone and never the tag:
//! the secret changes with the CRM's key, and keys that were sold before must go on working; an unknown key takes the same
//! way as a known one. The checksum covers all the rest, so a typo is told from a wrong key, also by software that does not
//! know the secret.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::entropy::{self, Entropy};
use crate::perfex::encryption::Cipher;

/// A well-formed key. `Debug` hides it; printing it is deliberate.
#[derive(Clone, PartialEq, Eq)]
pub struct LicenseKey(String);

/// Why a text is not a license key.
#[derive(Debug, Clone, Copy, thiserror::Error, PartialEq, Eq)]
pub enum KeyError {
    /// Not four groups of hexadecimal characters of the right lengths.
    #[error(
        "a license key looks like a1b2c3d4e5f6...-xxxx-xxxx-xxxxxxxxxxxxxxxx: 32, 4, 4 and 16 characters 0-9 a-f"
    )]
    Shape,
    /// The checksum does not fit: a typing error.
    #[error("the license key has a typing error: compare it with the mail, or copy and paste it")]
    Typo,
}

impl LicenseKey {
    /// Reads a key as people paste it: any case, spaces and line breaks anywhere.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text: String = text
            .chars()
            .filter(|character| {
                !character.is_whitespace() && *character != '\u{200b}' && *character != '\u{feff}'
            })
            .map(|character| match character {
                '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
                other => other.to_ascii_lowercase(),
            })
            .collect();
        let key = Self(text);
        let [random, product, checksum, tag] = key.groups();
        let hexadecimal = |group: &str, length: usize| {
            group.len() == length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        if !(hexadecimal(random, 32)
            && hexadecimal(product, 4)
            && hexadecimal(checksum, 4)
            && hexadecimal(tag, 16))
        {
            return Err(KeyError::Shape);
        }
        if checksum == checksum_of(random, product, tag) { Ok(key) } else { Err(KeyError::Typo) }
    }

    /// Random part, product tag, checksum, and all that follows; what is missing is empty.
    fn groups(&self) -> [&str; 4] {
        let mut groups = self.0.splitn(4, '-');
        std::array::from_fn(|_| groups.next().unwrap_or_default())
    }

    /// Whether the key says that it is for the product called `slug`; a short tag, so a no is certain and a yes is not.
    #[must_use]
    pub fn is_for(&self, slug: &str) -> bool {
        let [_, product, _, _] = self.groups();
        product == product_tag(slug)
    }

    /// The SHA-256 under which the key is found.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Display for LicenseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for LicenseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [_, _, checksum, _] = self.groups();
        write!(f, "LicenseKey(...{checksum})")
    }
}

/// Makes the keys of this install.
#[derive(Clone)]
pub struct KeyMint {
    secret: [u8; 32],
}

impl fmt::Debug for KeyMint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyMint")
    }
}

impl KeyMint {
    /// A mint whose secret comes from the CRM's key, so that every daemon beside this CRM has the same.
    #[must_use]
    pub fn new(cipher: &Cipher) -> Self {
        Self { secret: cipher.derive("license key tag") }
    }

    /// Makes a new key for the product called `slug`.
    #[must_use]
    pub fn strike(&self, slug: &str, entropy: &dyn Entropy) -> LicenseKey {
        let random = entropy::hex::<16>(entropy);
        let product = product_tag(slug);
        let tag = self.tag_of(&random, &product);
        let checksum = checksum_of(&random, &product, &tag);
        LicenseKey(format!("{random}-{product}-{checksum}-{tag}"))
    }

    fn tag_of(&self, random: &str, product: &str) -> String {
        // HMAC takes keys of any length; the error branch cannot be reached with 32 bytes.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) else { return String::new() };
        mac.update(random.as_bytes());
        mac.update(b"-");
        mac.update(product.as_bytes());
        leading_hex(&mac.finalize().into_bytes(), 16)
    }
}

fn product_tag(slug: &str) -> String {
    leading_hex(&Sha256::digest(slug.as_bytes()), 4)
}

fn checksum_of(random: &str, product: &str, tag: &str) -> String {
    leading_hex(&Sha256::digest(format!("{random}-{product}-{tag}").as_bytes()), 4)
}

fn leading_hex(bytes: &[u8], characters: usize) -> String {
    hex::encode(bytes.get(..characters / 2).unwrap_or(bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::SecretString;

    use super::*;
    use crate::entropy::SeededEntropy;

    fn mint() -> KeyMint {
        KeyMint::new(&Cipher::new(&SecretString::from("0123456789abcdef0123456789abcdef")))
    }

    #[test]
    fn a_key_has_the_shape_that_buyers_know() {
        let key = mint().strike("booking", &SeededEntropy::new(1));
        let lengths: Vec<usize> = key.to_string().split('-').map(str::len).collect();
        assert_eq!(lengths, [32, 4, 4, 16]);
    }

    #[test]
    fn a_key_names_its_product() {
        let key = mint().strike("booking", &SeededEntropy::new(4));
        assert!(key.is_for("booking") && !key.is_for("backup"));
    }

    #[test]
    fn a_pasted_key_is_read_whatever_the_mail_program_did_to_it() {
        let key = mint().strike("booking", &SeededEntropy::new(2));
        let pasted = format!(" \u{feff}{}\r\n", key.to_string().to_uppercase().replace('-', "\u{2013}"));
        assert_eq!(LicenseKey::parse(&pasted), Ok(key));
    }

    #[test]
    fn another_install_makes_another_key_of_the_same_random_part() {
        let other = KeyMint::new(&Cipher::new(&SecretString::from("ffffffffffffffffffffffffffffffff")));
        let keys = [mint(), other].map(|mint| mint.strike("booking", &SeededEntropy::new(3)));
        let [[random, _, _, tag], [same, _, _, differs]] = keys.each_ref().map(LicenseKey::groups);
        assert!(random == same && tag != differs);
    }

    proptest! {
        #[test]
        fn every_typing_error_of_one_character_is_told(seed: u64, at in 0_usize..59, to in 0_u32..16) {
            let key = mint().strike("shop", &SeededEntropy::new(seed));
            let mut text: Vec<char> = key.to_string().chars().collect();
            let typed = char::from_digit(to, 16).unwrap();
            prop_assume!(text[at] != '-' && text[at] != typed);
            text[at] = typed;
            let text: String = text.into_iter().collect();
            // Two bytes of checksum let one error in 65,536 pass; that is then a key that nobody has.
            match LicenseKey::parse(&text) {
                Err(error) => prop_assert_eq!(error, KeyError::Typo),
                Ok(passed) => prop_assert_ne!(passed, key),
            }
        }

        #[test]
        fn no_text_makes_the_parser_panic(text: String) {
            let _result = LicenseKey::parse(&text);
        }

        #[test]
        fn a_key_is_read_back_as_it_was_printed(seed: u64) {
            let key = mint().strike("shop", &SeededEntropy::new(seed));
            prop_assert_eq!(LicenseKey::parse(&key.to_string()), Ok(key));
        }
    }
}
