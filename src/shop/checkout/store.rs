//! What an order's form said, as it is kept.

use chrono::{DateTime, Utc};

use crate::db::{DbError, Session};
use crate::ids::OrderId;
use crate::sentence::Sentence;

use super::quote::TaxCase;

const INSERT: &str = "INSERT INTO `{p}pm_checkouts` (`order_id`, `form_token`, `company`, `country`, `vat_id`, `tax_case`, \
     `terms_version`, `waiver_version`, `agreed_at`, `pay_here`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const ORDER_OF: &str = "SELECT o.`token` AS `token` FROM `{p}pm_checkouts` c \
     INNER JOIN `{p}pm_orders` o ON o.`id` = c.`order_id` WHERE c.`form_token` = ?";

const PAYS_HERE: &str = "SELECT `pay_here` FROM `{p}pm_checkouts` WHERE `order_id` = ?";

/// What a form said.
#[derive(Debug, Clone, Copy)]
pub(super) struct Checkout<'a> {
    pub order: OrderId,
    pub form: &'a str,
    pub company: &'a str,
    pub country: &'a str,
    pub vat_id: &'a str,
    pub tax_case: TaxCase,
    pub terms: &'a str,
    pub waiver: &'a str,
    pub agreed_at: DateTime<Utc>,
    pub pay_here: bool,
}

impl Checkout<'_> {
    /// Keeps it; a second order of the same form is refused as a duplicate.
    pub async fn insert(&self, session: &mut Session) -> Result<(), DbError> {
        let row: Vec<mysql_async::Value> = vec![
            self.order.into(),
            self.form.into(),
            self.company.into(),
            self.country.into(),
            self.vat_id.into(),
            self.tax_case.into(),
            self.terms.into(),
            self.waiver.into(),
            self.agreed_at.naive_utc().into(),
            self.pay_here.into(),
        ];
        session.run(INSERT, row).await?;
        Ok(())
    }

    /// The same for the timeline.
    pub fn told(&self, known: bool) -> Sentence {
        let Self { country, vat_id, tax_case, terms, waiver, .. } = self;
        let tax = match tax_case {
            TaxCase::Charged => "why-tax-charged",
            TaxCase::ReverseCharge => "why-tax-reverse-charge",
        };
        let customer = match (known, self.pay_here) {
            (false, _) => "why-customer-new",
            (true, true) => "why-customer-known",
            (true, false) => "why-customer-known-by-mail",
        };
        let vat_id = if vat_id.is_empty() { Sentence::of("why-no-vat-id") } else { Sentence::from(*vat_id) };
        Sentence::of("why-checkout")
            .with("country", country)
            .within("vat_id", vat_id)
            .within("tax", Sentence::of(tax))
            .with("terms", terms)
            .with("waiver", waiver)
            .within("customer", Sentence::of(customer))
    }
}

/// The token of the order that a form has made.
pub(super) async fn order_of(session: &mut Session, form: &str) -> Result<Option<String>, DbError> {
    Ok(session.first::<(String,)>(ORDER_OF, (form,)).await?.map(|row| row.0))
}

/// Whether the page of an order may lead to its invoice; what staff placed for somebody may.
pub(in crate::shop) async fn pays_here(session: &mut Session, order: OrderId) -> Result<bool, DbError> {
    Ok(session.first::<(bool,)>(PAYS_HERE, (order,)).await?.is_none_or(|row| row.0))
}
