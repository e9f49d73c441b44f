//! Who buys, as the form says it.
//!
//! In: the form's fields. Out: a [`Buyer`] whose texts fit the CRM, or a refusal for each field that does not. Nothing is
//! made to fit in silence here: a person can still be asked.

use crate::ids::CountryId;
use crate::licensing::{Domain, Purpose};
use crate::perfex::country::Country;
use crate::perfex::customer::{COMPANY, FIRSTNAME, LASTNAME, NewCustomer, checked_email};
use crate::perfex::plain_text::{PlainText, TextError};

use super::super::storefront::Form;
use super::refusal::Refusal;
use super::vat_id::{VatId, VatIdError};

/// Who buys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    /// Names, address and VAT id, ready for the CRM.
    pub customer: NewCustomer,
    /// The country's id in the CRM.
    pub country: CountryId,
    /// The country's code, ISO 3166.
    pub country_code: String,
    /// The VAT id, checked as far as it can be.
    pub vat_id: Option<VatId>,
    /// Where a trial is to be tried.
    pub domain: Option<Domain>,
}

/// What a form is held against.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The CRM's countries.
    pub countries: &'a [Country],
    /// Whether its tables hold every character.
    pub wide_text: bool,
    /// Whether the order is a trial, which needs a domain.
    pub trial: bool,
}

impl Buyer {
    /// Reads a form; `language` is a folder of the CRM.
    pub fn read(form: &Form, rules: Rules<'_>, language: &str) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let mut text = |field, rule| match cleaned(form, field, rule, rules.wide_text) {
            Ok(text) => text,
            Err(refusal) => {
                refusals.push(refusal);
                String::new()
            }
        };
        let firstname = text("firstname", FIRSTNAME);
        let lastname = text("lastname", LASTNAME);
        let company = text("company", COMPANY);
        let email = checked_email(form.get("email"));
        if email.is_err() {
            refusals.push(Refusal::new("email", "checkout-email-wrong"));
        }
        let email = email.unwrap_or_default().to_owned();
        let country = rules.countries.iter().find(|country| country.code == form.get("country"));
        if country.is_none() {
            refusals.push(Refusal::new("country", "checkout-country-wrong"));
        }
        let vat_id = country.map_or(Ok(None), |country| read_vat_id(form, &country.code));
        let vat_id = vat_id.unwrap_or_else(|refusal| {
            refusals.push(refusal);
            None
        });
        if vat_id.is_some()
            && company.is_empty()
            && !refusals.iter().any(|refusal| refusal.field == "company")
        {
            refusals.push(Refusal::new("company", "checkout-company-missing"));
        }
        let mut domain = None;
        if rules.trial {
            match Domain::parse(form.get("domain"), Purpose::Production) {
                Ok(found) => domain = Some(found),
                Err(_) => refusals.push(Refusal::new("domain", "checkout-domain-wrong")),
            }
        }
        let Some(country) = country.filter(|_| refusals.is_empty()) else { return Err(refusals) };
        let vat = vat_id.as_ref().map(ToString::to_string).unwrap_or_default();
        let language = Some(language.to_owned());
        let customer =
            NewCustomer { company, firstname, lastname, email, language, country: Some(country.id), vat };
        Ok(Self { customer, country: country.id, country_code: country.code.clone(), vat_id, domain })
    }
}

/// The VAT id of a form whose country is known.
pub(super) fn read_vat_id(form: &Form, country: &str) -> Result<Option<VatId>, Refusal> {
    VatId::parse(form.get("vat_id"), country).map_err(|error| match error {
        VatIdError::Form(example) => Refusal::new("vat_id", "checkout-vat-form").with("example", example),
        VatIdError::CheckDigits => Refusal::new("vat_id", "checkout-vat-digits"),
        VatIdError::OtherCountry => Refusal::new("vat_id", "checkout-vat-country"),
        VatIdError::Unreadable => Refusal::new("vat_id", "checkout-vat-unreadable"),
    })
}

fn cleaned(form: &Form, field: &'static str, rule: PlainText, wide: bool) -> Result<String, Refusal> {
    let text = form.get(field);
    if text.chars().any(|sign| matches!(sign, '<' | '>') || sign.is_control()) {
        return Err(Refusal::new(field, "checkout-markup"));
    }
    rule.clean(text, wide).map_err(|error| match error {
        TextError::TooLong { length, limit, .. } => {
            Refusal::new(field, "checkout-too-long").with("length", length).with("limit", limit)
        }
        TextError::Unstorable { character, .. } => {
            Refusal::new(field, "checkout-unstorable").with("character", character)
        }
        TextError::Empty { .. } => Refusal::new(field, "checkout-empty"),
    })
}
