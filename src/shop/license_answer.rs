//! What a license server must have answered before its license is written down and mailed.

use chrono::{DateTime, Datelike as _, Utc};
use serde_json::Value;

use crate::licensing::{KeyError, LicenseKey};

use super::license_request::Wanted;

/// A license that fits its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LicenseAnswer {
    pub key: LicenseKey,
    pub expires_at: Option<DateTime<Utc>>,
}

/// Why an answer is not used; never repeats what came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum AnswerError {
    #[error("without `license_key`: is licensing.server a license server?")]
    NoKey,
    #[error("with a key that is none: {0}")]
    Key(KeyError),
    #[error("with a key of another product: does the product have the same slug there?")]
    Product,
    #[error("to another request: its `reference` is not the one that was sent")]
    Reference,
    #[error("with an `expires_at` that is neither null nor a time such as 2027-03-09T10:00:00Z")]
    End,
}

impl LicenseAnswer {
    /// Reads the answer to `wanted`.
    pub fn read(answer: &Value, wanted: &Wanted) -> Result<Self, AnswerError> {
        if answer.get("reference").and_then(Value::as_str) != Some(wanted.reference.as_str()) {
            return Err(if answer.get("license_key").is_some() {
                AnswerError::Reference
            } else {
                AnswerError::NoKey
            });
        }
        let key = answer.get("license_key").and_then(Value::as_str).ok_or(AnswerError::NoKey)?;
        let key = LicenseKey::parse(key).map_err(AnswerError::Key)?;
        if !key.is_for(&wanted.product) {
            return Err(AnswerError::Product);
        }
        let expires_at = match answer.get("expires_at") {
            Some(Value::Null) => None,
            Some(Value::String(end)) => {
                let end: Option<DateTime<Utc>> = end.parse().ok();
                // What a column of the database can hold.
                let end = end.filter(|end| (1970..=9999).contains(&end.year()));
                Some(end.ok_or(AnswerError::End)?)
            }
            _ => return Err(AnswerError::End),
        };
        Ok(Self { key, expires_at })
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;
    use serde_json::json;

    use super::*;
    use crate::entropy::SeededEntropy;
    use crate::licensing::KeyMint;
    use crate::perfex::encryption::Cipher;

    fn key(product: &str) -> String {
        let cipher = Cipher::new(&SecretString::from("0123456789abcdef0123456789abcdef"));
        KeyMint::new(&cipher).strike(product, &SeededEntropy::new(1)).to_string()
    }

    fn read(answer: &Value) -> Result<LicenseAnswer, AnswerError> {
        let wanted = Wanted {
            product: "booking".into(),
            package: "pro".into(),
            email: "eva@buyer.example".into(),
            name: "Eva".into(),
            language: "german".into(),
            term: None,
            trial_key: None,
            reference: "r1".into(),
        };
        LicenseAnswer::read(answer, &wanted)
    }

    #[test]
    fn an_answer_counts_when_key_reference_product_and_end_fit() {
        let read = |end: Value| {
            read(&json!({"license_key": key("booking"), "expires_at": end, "reference": "r1"})).unwrap()
        };
        assert_eq!(read(Value::Null).expires_at, None);
        let end = read(json!("2027-03-09T11:00:00+01:00")).expires_at.unwrap();
        assert_eq!(end.to_rfc3339(), "2027-03-09T10:00:00+00:00");
        assert_eq!(read(Value::Null).key.to_string(), key("booking"));
    }

    #[test]
    fn an_answer_that_does_not_fit_is_told_by_what_is_wrong() {
        let (good, other) = (key("booking"), key("backup"));
        for (answer, error) in [
            (json!({}), AnswerError::NoKey),
            (json!([1, 2]), AnswerError::NoKey),
            (json!({"reference": "r1"}), AnswerError::NoKey),
            (json!({"license_key": good, "expires_at": null}), AnswerError::Reference),
            (json!({"license_key": good, "expires_at": null, "reference": "r2"}), AnswerError::Reference),
            (
                json!({"license_key": "abc", "expires_at": null, "reference": "r1"}),
                AnswerError::Key(KeyError::Shape),
            ),
            (json!({"license_key": other, "expires_at": null, "reference": "r1"}), AnswerError::Product),
            (json!({"license_key": good, "reference": "r1"}), AnswerError::End),
            (json!({"license_key": good, "expires_at": "soon", "reference": "r1"}), AnswerError::End),
            (
                json!({"license_key": good, "expires_at": "+99999-01-01T00:00:00Z", "reference": "r1"}),
                AnswerError::End,
            ),
            (json!({"license_key": good, "expires_at": 7, "reference": "r1"}), AnswerError::End),
        ] {
            assert_eq!(read(&answer), Err(error), "{answer}");
        }
    }
}
