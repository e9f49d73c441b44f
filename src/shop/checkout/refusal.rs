//! Why a field of a form is not taken: a phrase, to be said in the visitor's language.

use std::fmt::Display;

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The field's name.
    pub field: &'static str,
    /// The phrase.
    pub phrase: &'static str,
    /// What the phrase fills in.
    pub values: Vec<(&'static str, String)>,
}

impl Refusal {
    /// A refusal of a field.
    #[must_use]
    pub fn new(field: &'static str, phrase: &'static str) -> Self {
        Self { field, phrase, values: Vec::new() }
    }

    /// The phrase with the field's label. Boxes, packages and the order as a whole have none: their sentences say what they
    /// are about.
    #[must_use]
    pub fn label(&self) -> Option<&'static str> {
        match self.field {
            "firstname" => Some("checkout-firstname"),
            "lastname" => Some("checkout-lastname"),
            "email" => Some("checkout-email"),
            "domain" => Some("checkout-domain"),
            "company" => Some("checkout-company"),
            "country" => Some("checkout-country"),
            "vat_id" => Some("checkout-vat"),
            "quantity" => Some("checkout-quantity-label"),
            _ => None,
        }
    }

    /// The same with a value for its phrase.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.values.push((name, value.to_string()));
        self
    }
}
