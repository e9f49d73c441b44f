//! Creates an invoice exactly as Perfex's own form does (`database.md` 3.2-3.6), in the caller's transaction.

use chrono::{Days, NaiveDateTime};

use crate::db::{DbError, Fields, Record, Session};
use crate::entropy::{self, Entropy};
use crate::ids::{ClientId, CountryId, CurrencyId, InvoiceId};
use crate::money::Amount;

use super::invoice::Fingerprint;
use super::numbering::{Numbering, NumberingError};
use super::options::Options;
use super::schema::Schema;
use super::tax::Tax;
use super::{activity, payment_modes};

const BILLING: &str = "SELECT `billing_street`, `billing_city`, `billing_state`, `billing_zip`, `billing_country` \
     FROM `{p}clients` WHERE `userid` = ?";
const INSERT: &str = "INSERT INTO `{p}invoices` (`sent`, `clientid`, `number`, `prefix`, `number_format`, \
     `datecreated`, `date`, `duedate`, `currency`, `subtotal`, `total_tax`, `total`, `adjustment`, `addedfrom`, \
     `hash`, `status`, `clientnote`, `adminnote`, `cancel_overdue_reminders`, `allowed_payment_modes`, \
     `discount_percent`, `discount_total`, `discount_type`, `recurring`, `custom_recurring`, `cycles`, \
     `total_cycles`, `terms`, `sale_agent`, `billing_street`, `billing_city`, `billing_state`, `billing_zip`, \
     `billing_country`, `include_shipping`, `show_shipping_on_invoice`, `show_quantity_as`, `project_id`, \
     `subscription_id`) \
     VALUES (0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, 1, ?, '', 0, ?, 0, 0, '', 0, 0, 0, 0, ?, 0, ?, ?, ?, ?, ?, \
     0, 1, 1, 0, 0)";
const SET_NUMBER: &str = "UPDATE `{p}invoices` SET `number` = ? WHERE `id` = ?";
const SET_FORMATTED: &str = "UPDATE `{p}invoices` SET `number` = ?, `formatted_number` = ? WHERE `id` = ?";
const INSERT_LINE: &str = "INSERT INTO `{p}itemable` (`rel_id`, `rel_type`, `description`, `long_description`, \
     `qty`, `rate`, `unit`, `item_order`) VALUES (?, 'invoice', ?, '', ?, ?, '', ?)";
const INSERT_TAX: &str = "INSERT INTO `{p}item_tax` (`itemid`, `rel_id`, `rel_type`, `taxrate`, `taxname`) \
     VALUES (?, ?, 'invoice', ?, ?)";

/// One line of a new invoice; prices are without tax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What is sold.
    pub description: String,
    /// How many.
    pub quantity: u32,
    /// The price of one.
    pub rate: Amount,
    /// The tax on it, if any.
    pub tax: Option<Tax>,
}

/// An invoice to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvoice {
    /// Who pays.
    pub client: ClientId,
    /// The currency of all amounts.
    pub currency: CurrencyId,
    /// What is sold.
    pub lines: Vec<Line>,
    /// What the customer reads on it besides the CRM's preset note, as HTML; empty for nothing.
    pub note: String,
    /// The country of the billing address when that is not the customer's own address in the CRM.
    pub billed_to: Option<CountryId>,
}

/// What became of it. Its number is still to be drawn, by [`CreatedInvoice::number`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedInvoice {
    /// Its id.
    pub id: InvoiceId,
    /// Whose it is.
    pub client: ClientId,
    /// Its random mark, part of its public address.
    pub hash: String,
    /// Subtotal and tax, rounded to two places.
    pub total: Amount,
}

struct Billing([Option<String>; 4], Option<i64>);

impl Record for Billing {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self(
            [
                row.take("billing_street")?,
                row.take("billing_city")?,
                row.take("billing_state")?,
                row.take("billing_zip")?,
            ],
            row.take("billing_country")?,
        ))
    }
}

/// Subtotal and total tax by Perfex's rules: lines are rounded, taxes are not until they are summed (`database.md` 3.4).
#[must_use]
pub fn totals(lines: &[Line]) -> (Amount, Amount) {
    let subtotal = lines.iter().map(|line| (line.rate * line.quantity).rounded()).sum();
    let tax: Amount = lines
        .iter()
        .filter_map(|line| line.tax.as_ref().map(|tax| (line.rate * line.quantity).percent(tax.rate)))
        .sum();
    (subtotal, tax)
}

impl NewInvoice {
    /// The settings that creation follows, besides those of [`Numbering`].
    pub const OPTIONS: [&str; 3] =
        ["invoice_due_after", "predefined_clientnote_invoice", "predefined_terms_invoice"];

    fn written_note(&self, options: &Options) -> String {
        let preset = options.get("predefined_clientnote_invoice");
        match (preset.is_empty(), self.note.is_empty()) {
            (_, true) => preset.to_owned(),
            (true, false) => self.note.clone(),
            (false, false) => format!("{preset}<br /><br />{}", self.note),
        }
    }

    /// Writes invoice, lines, taxes and activity rows; the number is drawn last of all. `at` is local wall time.
    pub async fn create(
        &self,
        session: &mut Session,
        options: &Options,
        at: NaiveDateTime,
        entropy: &dyn Entropy,
    ) -> Result<CreatedInvoice, DbError> {
        let numbering = Numbering::of(options);
        let Billing([street, city, state, zip], country) = self.billing(session).await?;
        let modes = payment_modes::preselected(session).await?;
        let due_after: u64 = options.get("invoice_due_after").parse().unwrap_or(0);
        let due = (due_after > 0).then(|| at.date().checked_add_days(Days::new(due_after))).flatten();
        let (subtotal, tax) = totals(&self.lines);
        let total = (subtotal + tax).rounded();
        let hash = entropy::hex::<16>(entropy);
        let row: Vec<mysql_async::Value> = vec![
            self.client.into(),
            0.into(),
            numbering.prefix.as_str().into(),
            numbering.format.into(),
            at.into(),
            at.date().into(),
            due.into(),
            self.currency.into(),
            subtotal.into(),
            tax.into(),
            total.into(),
            hash.as_str().into(),
            self.written_note(options).into(),
            modes.into(),
            options.get("predefined_terms_invoice").into(),
            street.into(),
            city.into(),
            state.into(),
            zip.into(),
            country.unwrap_or(0).into(),
        ];
        let id = InvoiceId(session.run(INSERT, row).await?.id);
        for (position, line) in (1_i64..).zip(&self.lines) {
            self.write_line(session, id, position, line).await?;
        }
        activity::invoice_created(session, id, at).await?;
        Ok(CreatedInvoice { id, client: self.client, hash, total })
    }

    async fn billing(&self, session: &mut Session) -> Result<Billing, DbError> {
        if let Some(country) = self.billed_to {
            return Ok(Billing(std::array::from_fn(|_| Some(String::new())), Some(country.0)));
        }
        let own = session.first(BILLING, (self.client,)).await?;
        Ok(own.unwrap_or(Billing(Default::default(), None)))
    }

    async fn write_line(
        &self,
        session: &mut Session,
        invoice: InvoiceId,
        position: i64,
        line: &Line,
    ) -> Result<(), DbError> {
        let row = (invoice, line.description.as_str(), line.quantity, line.rate, position);
        let item = session.run(INSERT_LINE, row).await?.id;
        if let Some(tax) = &line.tax {
            session.run(INSERT_TAX, (item, invoice, tax.rate, tax.name.as_str())).await?;
        }
        Ok(())
    }
}

impl CreatedInvoice {
    /// What the watch will find of it until somebody pays or changes it.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::unpaid(self.client, self.total, &self.hash)
    }

    /// Draws the invoice's number, and returns it as it is printed.
    ///
    /// The counter stays locked until the transaction ends, and everybody else who writes an invoice waits for it: so this
    /// is the last thing that a transaction does.
    pub async fn number(
        &self,
        session: &mut Session,
        schema: &Schema,
        options: &Options,
        at: NaiveDateTime,
    ) -> Result<String, NumberingError> {
        let numbering = Numbering::of(options);
        let number = numbering.draw(session, schema, at.date()).await?;
        let text = numbering.write(number, at.date());
        if schema.formatted_number {
            session.run(SET_FORMATTED, (number, text.as_str(), self.id)).await?;
        } else {
            session.run(SET_NUMBER, (number, self.id)).await?;
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(rate: &str, quantity: u32, tax: &str) -> Line {
        Line {
            description: "x".into(),
            quantity,
            rate: rate.parse().unwrap(),
            tax: Some(Tax { name: "VAT".into(), rate: tax.parse().unwrap() }),
        }
    }

    #[test]
    fn taxes_are_rounded_once_for_the_whole_invoice() {
        let lines = vec![line("0.13", 1, "19"), line("0.13", 1, "19"), line("0.13", 1, "19")];
        let (subtotal, tax) = totals(&lines);
        // 3 x 0.0247 = 0.0741: three rounded lines would give 0.06.
        assert_eq!((subtotal.to_string(), tax.to_string()), ("0.39".into(), "0.07".into()));
    }
}
