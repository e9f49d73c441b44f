//! VAT ids of businesses in the European Union: written one way, and checked as far as that is possible without asking.
//!
//! In: what a buyer typed, and their country. Out: the id as the VIES system writes it (`ATU13585627`). What is checked is
//! the member state's format, and its check digits where the state has published how they are made. Whether the id is
//! in use now only VIES knows; that question would wait on another machine, so it is left to the seller's bookkeeping.

mod rules;
#[cfg(test)]
mod tests;

use std::fmt;

use self::rules::Rule;

/// The longest text that is looked at; ids of the Union have at most 14 characters.
const LONGEST: usize = 20;

/// A checked VAT id of a member state, or a tax number of a country outside of the Union, which nobody checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VatId(String);

/// Why a text is no VAT id of a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VatIdError {
    /// Its form is wrong; this is how the country's look.
    Form(&'static str),
    /// Its form is right and its check digits are not: a typing error.
    CheckDigits,
    /// It begins with the letters of another member state.
    OtherCountry,
    /// Longer than any, or with signs that none has.
    Unreadable,
}

impl VatId {
    /// Reads what a buyer from `country` (ISO 3166) typed; `None` when that is nothing.
    pub fn parse(text: &str, country: &str) -> Result<Option<Self>, VatIdError> {
        let text: String = text
            .chars()
            .filter(|sign| !sign.is_whitespace() && !matches!(sign, '.' | '-' | '/' | '\u{2013}' | '\u{a0}'))
            .map(|sign| sign.to_ascii_uppercase())
            .collect();
        if text.is_empty() {
            return Ok(None);
        }
        if text.len() > LONGEST
            || !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+*".contains(&byte))
        {
            return Err(VatIdError::Unreadable);
        }
        let Some(rule) = Rule::of(country) else { return Ok(Some(Self(text))) };
        // Half of the buyers leave out the country's letters, because their own authorities do.
        let rest = match text.strip_prefix(rule.prefix) {
            Some(rest) => rest,
            None if Rule::begins(&text) => return Err(VatIdError::OtherCountry),
            None => text.as_str(),
        };
        rule.check(rest)?;
        Ok(Some(Self(format!("{}{rest}", rule.prefix))))
    }

    /// As VIES writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a country (ISO 3166) is a member state. Northern Ireland counts as one for goods only, and software is none.
#[must_use]
pub fn is_member_state(country: &str) -> bool {
    Rule::of(country).is_some()
}
