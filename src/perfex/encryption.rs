//! Secrets as Perfex keeps them in its database.
//!
//! In: the text of `APP_ENC_KEY` and a column value such as the option `smtp_password`. Out: the secret, or a reason why
//! it cannot be read; and the other way round, so that Perfex can read what the bridge wrote.
//!
//! The format is that of CodeIgniter 3: AES-128-CBC with PKCS#7 padding under a key from HKDF-SHA512, then base64 of IV
//! and ciphertext, preceded by 128 hexadecimal digits of HMAC-SHA512 over that base64 text. Two invariants: nothing is
//! decrypted before its MAC was found right, compared in constant time; and `APP_ENC_KEY` is used as the text it is,
//! never hex-decoded.
//!
//! [`Cipher::derive`] draws further keys for the bridge's own tags from the same master key, so that an operator has one
//! secret to keep.

use std::fmt;

use aes::Aes128;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretBox, SecretString};
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq as _;

/// Length of the MAC at the start of a stored secret, in hexadecimal digits.
const MAC_DIGITS: usize = 128;

/// Length of an initialisation vector and of an AES block.
const BLOCK: usize = 16;

/// Reads and writes the CRM's encrypted columns under one master key.
pub struct Cipher {
    master: SecretString,
    encryption: SecretBox<[u8; 16]>,
    authentication: SecretBox<[u8; 64]>,
}

impl Cipher {
    /// A cipher under the text of `APP_ENC_KEY`.
    #[must_use]
    pub fn new(key: &SecretString) -> Self {
        let master = key.expose_secret().as_bytes();
        // CodeIgniter asks HKDF for as many bytes as the key text has; OpenSSL then takes the first 16 for AES-128.
        // HKDF's first bytes do not depend on how many are asked for.
        Self {
            master: key.clone(),
            encryption: SecretBox::new(Box::new(expand_sha512(master, b"encryption"))),
            authentication: SecretBox::new(Box::new(expand_sha512(master, b"authentication"))),
        }
    }

    /// The text to store for `plain`. `iv` must be drawn anew for each call.
    #[must_use]
    pub fn encrypt(&self, plain: &[u8], iv: [u8; BLOCK]) -> String {
        let encryptor = cbc::Encryptor::<Aes128>::new(&(*self.encryption.expose_secret()).into(), &iv.into());
        let mut body = iv.to_vec();
        body.extend(encryptor.encrypt_padded_vec::<Pkcs7>(plain));
        let body = STANDARD.encode(body);
        let mac = hex::encode(self.mac(&body));
        mac + &body
    }

    /// The secret behind a stored text, once its MAC has been found right.
    pub fn decrypt(&self, stored: &str) -> Result<Vec<u8>, DecryptError> {
        if stored.len() <= MAC_DIGITS {
            return Err(DecryptError::TooShort { length: stored.len() });
        }
        // A MAC is ASCII: a text that cannot be split behind it has none of ours.
        let (mac, body) = stored.split_at_checked(MAC_DIGITS).ok_or(DecryptError::ForeignKey)?;
        let expected = hex::encode(self.mac(body));
        if !bool::from(expected.as_bytes().ct_eq(mac.as_bytes())) {
            return Err(DecryptError::ForeignKey);
        }
        let body = STANDARD.decode(body).map_err(|_| DecryptError::Malformed)?;
        let (iv, sealed) = body.split_first_chunk::<BLOCK>().ok_or(DecryptError::Malformed)?;
        cbc::Decryptor::<Aes128>::new(&(*self.encryption.expose_secret()).into(), &(*iv).into())
            .decrypt_padded_vec::<Pkcs7>(sealed)
            .map_err(|_| DecryptError::Malformed)
    }

    /// A key for one purpose of the bridge's own, drawn from the master key with HKDF-SHA256.
    ///
    /// Each purpose has its own `label`, and a label is never reused or renamed: two purposes that shared a key could
    /// have their tags passed off as each other's, and a renamed label makes every tag written before unreadable.
    #[must_use]
    pub fn derive(&self, label: &str) -> [u8; 32] {
        let mut drawn = [0; 32];
        let filled = Hkdf::<Sha256>::new(None, self.master.expose_secret().as_bytes())
            .expand_multi_info(&[b"perfex-bridge ", label.as_bytes()], &mut drawn);
        debug_assert!(filled.is_ok(), "32 bytes are within the reach of HKDF-SHA256");
        drawn
    }

    fn mac(&self, body: &str) -> [u8; 64] {
        let key = self.authentication.expose_secret();
        // The key is as long as an HMAC key may be without being hashed first, so `new_from_slice` cannot refuse it.
        let mut block = [0; 128];
        for (target, byte) in block.iter_mut().zip(key) {
            *target = *byte;
        }
        let mut mac = Hmac::<Sha512>::new(&block.into());
        mac.update(body.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cipher(..)")
    }
}

fn expand_sha512<const N: usize>(master: &[u8], info: &[u8]) -> [u8; N] {
    let mut drawn = [0; N];
    let filled = Hkdf::<Sha512>::new(None, master).expand(info, &mut drawn);
    debug_assert!(filled.is_ok(), "{N} bytes are within the reach of HKDF-SHA512");
    drawn
}

/// Why a stored secret could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecryptError {
    /// Not even long enough for a MAC and something behind it.
    #[error(
        "this is not an encrypted value of the CRM: it has {length} characters, at least 129 are needed; \
         save the setting again in the CRM"
    )]
    TooShort {
        /// Length of what was found.
        length: usize,
    },
    /// The MAC does not fit: another key, or a changed text.
    #[error(
        "the encrypted value was changed, or written under another APP_ENC_KEY; compare APP_ENC_KEY in \
         app-config.php with the one of the install that saved it, or save the setting again in the CRM"
    )]
    ForeignKey,
    /// The MAC fits, but what it covers is not base64 of whole, padded AES blocks.
    #[error("the encrypted value is genuine but malformed; save the setting again in the CRM")]
    Malformed,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";
    /// Sealed by PHP 8.2 with OpenSSL: IV 00..0f, `secret-smtp-pass`.
    const BY_PHP: &str = "4952537116604fae3f752f63e253fa4bc47ebd1e4d608b9f53d261d9325f897d9ddb4df17b100c7650ad8d3a8e2a2\
                          166f9f7cbda1aa18db4da351a3103351ef5AAECAwQFBgcICQoLDA0OD9cPNK5ckIyKlTKRBxq/YrYH0PG4T2lHUlPG54\
                          xSk7EO";
    /// A second one: IV 16 times `I`, `secret`.
    const BY_PHP_SHORT: &str = "c0298d7cfd517ccf2d814bb19c9ef4385643c1221e8de665c942d385d9ade9a651fd3f4c085be02a913a38\
                                1f143301a44a02acd20085c808510ba64d6cdf0adeSUlJSUlJSUlJSUlJSUlJSVsMOcxHPZkYwlXYkMPR41Q=";

    /// PHP's `hash_hkdf("sha256", KEY, 32, "perfex-bridge test label")`.
    const DERIVED: &str = "720692642266db9e364d6cf28edd79fe48ad425ffab2028a67443f9233c5d679";

    fn cipher() -> Cipher {
        Cipher::new(&SecretString::from(KEY))
    }

    fn counting_iv() -> [u8; BLOCK] {
        std::array::from_fn(|index| u8::try_from(index).unwrap())
    }

    #[test]
    fn what_php_sealed_is_read_and_sealed_alike() {
        let cipher = cipher();
        assert_eq!(cipher.decrypt(BY_PHP).unwrap(), b"secret-smtp-pass");
        assert_eq!(cipher.encrypt(b"secret-smtp-pass", counting_iv()), BY_PHP);
        assert_eq!(cipher.decrypt(BY_PHP_SHORT).unwrap(), b"secret");
        assert_eq!(cipher.encrypt(b"secret", [b'I'; BLOCK]), BY_PHP_SHORT);
    }

    #[test]
    fn each_changed_character_is_refused() {
        let cipher = cipher();
        for (index, was) in BY_PHP.char_indices() {
            let mut changed = BY_PHP.to_owned();
            let other = if was == '0' { "1" } else { "0" };
            changed.replace_range(index..=index, other);
            assert_eq!(cipher.decrypt(&changed), Err(DecryptError::ForeignKey), "at {index}");
        }
    }

    #[test]
    fn another_key_is_refused() {
        let other = Cipher::new(&SecretString::from("f123456789abcdef0123456789abcdef"));
        assert_eq!(other.decrypt(BY_PHP), Err(DecryptError::ForeignKey));
    }

    #[test]
    fn what_is_too_short_is_refused_with_its_length() {
        let cipher = cipher();
        assert_eq!(cipher.decrypt(""), Err(DecryptError::TooShort { length: 0 }));
        assert_eq!(cipher.decrypt(&BY_PHP[..128]), Err(DecryptError::TooShort { length: 128 }));
        // The 128th byte lies inside a character: not ours, and no reason to panic.
        assert_eq!(cipher.decrypt(&format!("{}ü", "a".repeat(127))), Err(DecryptError::ForeignKey));
    }

    #[test]
    fn a_genuine_mac_over_nonsense_is_malformed() {
        let cipher = cipher();
        for body in ["not base64!", "AAECAwQ=", "AAECAwQFBgcICQoLDA0ODw==", "AAECAwQFBgcICQoLDA0OD9cPNA=="] {
            let stored = hex::encode(cipher.mac(body)) + body;
            assert_eq!(cipher.decrypt(&stored), Err(DecryptError::Malformed), "{body}");
        }
    }

    #[test]
    fn each_label_has_its_own_key_and_keeps_it() {
        let cipher = cipher();
        assert_eq!(cipher.derive("license tag"), cipher.derive("license tag"));
        assert_ne!(cipher.derive("license tag"), cipher.derive("order token"));
        assert_eq!(hex::encode(cipher.derive("test label")), DERIVED);
    }

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", cipher()), "Cipher(..)");
    }

    proptest! {
        #[test]
        fn what_was_sealed_is_read_again(plain: Vec<u8>, iv: [u8; BLOCK]) {
            let cipher = cipher();
            prop_assert_eq!(cipher.decrypt(&cipher.encrypt(&plain, iv)).unwrap(), plain);
        }

        #[test]
        fn any_text_is_refused_without_panic(text: String) {
            prop_assert!(cipher().decrypt(&text).is_err());
        }
    }
}
