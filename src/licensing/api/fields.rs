//! What a client sent: JSON or a form, one question or several.

use std::collections::BTreeMap;

use serde_json::Value;
use warp::http::{HeaderMap, StatusCode, header};

use super::super::authority::Question;
use super::super::{Domain, DomainError, LicenseKey};
use super::problem::Problem;

/// The most questions in one call.
const MOST: usize = 20;
/// The lengths that a nonce may have.
const NONCE: std::ops::RangeInclusive<usize> = 8..=64;
/// The longest value of any other field.
const LONGEST: usize = 300;

/// Named texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// A field that must be there.
    pub fn required(&self, name: &str) -> Result<&str, Problem> {
        self.optional(name)?.ok_or_else(|| Problem::field(name, "is missing"))
    }

    /// A field that may be left out or empty.
    pub fn optional(&self, name: &str) -> Result<Option<&str>, Problem> {
        match self.0.get(name).map(|value| value.trim()) {
            None | Some("") => Ok(None),
            Some(value) if value.chars().count() > LONGEST => Err(Problem::field(name, "is too long")),
            Some(value) => Ok(Some(value)),
        }
    }
}

/// Reads a body as its content type says; `true` when it was a list.
pub fn read(headers: &HeaderMap, body: &[u8]) -> Result<(Vec<Fields>, bool), Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "application/json" => read_json(body),
        "application/x-www-form-urlencoded" | "" => {
            let fields = url::form_urlencoded::parse(body)
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect();
            Ok((vec![Fields(fields)], false))
        }
        _ => Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "send application/json or application/x-www-form-urlencoded",
        )),
    }
}

fn read_json(body: &[u8]) -> Result<(Vec<Fields>, bool), Problem> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "the body is not JSON"))?;
    match value {
        Value::Array(list) if (1..=MOST).contains(&list.len()) => {
            Ok((list.into_iter().map(object).collect::<Result<_, _>>()?, true))
        }
        Value::Array(_) => Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("a list must hold 1 to {MOST} questions"),
        )),
        single => Ok((vec![object(single)?], false)),
    }
}

fn object(value: Value) -> Result<Fields, Problem> {
    let Value::Object(members) = value else {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "send an object, or a list of objects"));
    };
    let text = |value: Value| match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    Ok(Fields(members.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect()))
}

/// A question with what the answer must repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The question; `None` when the key cannot be one of anybody's, which is answered like an unknown one.
    pub question: Option<Question>,
    /// The product.
    pub product: String,
    /// The domain.
    pub domain: Domain,
    /// The client's own random text.
    pub nonce: String,
}

impl Asked {
    /// Reads a question; `domain` reads the domain of this kind of question.
    pub fn of(
        fields: &Fields,
        domain: impl Fn(&str) -> Result<Domain, DomainError>,
    ) -> Result<Self, Problem> {
        let key = fields.required("license_key")?;
        let product = fields.required("product")?.to_owned();
        let domain = domain(fields.required("domain")?)
            .map_err(|error| Problem::field("domain", &error.to_string()))?;
        let nonce = fields.required("nonce")?.to_owned();
        let fits = NONCE.contains(&nonce.len())
            && nonce.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if !fits {
            return Err(Problem::field(
                "nonce",
                "must be 8 to 64 letters, digits, dashes and underscores, new each time",
            ));
        }
        let question = LicenseKey::parse(key).ok().map(|key| Question {
            key,
            product: product.clone(),
            domain: domain.clone(),
        });
        Ok(Self { question, product, domain, nonce })
    }
}
