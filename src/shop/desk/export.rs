//! The list of orders as a file for a spreadsheet, as the reader's spreadsheet expects it: an English one takes commas between
//! cells and a point in amounts, a German one semicolons and a comma, and words.
//!
//! A cell that a spreadsheet would take for a formula begins with an apostrophe: customers write into these cells.

use std::collections::BTreeMap;

use csv::WriterBuilder;

use super::search::Line;
use crate::http::PageError;
use crate::http::staff::StaffVisit;
use crate::ids::InvoiceId;
use crate::perfex::invoice_number::InvoiceName;
use crate::text::Language;

/// As many rows as go into one file; the page says how to get the others.
pub(super) const MOST: usize = 20_000;

/// The columns, each with the phrase above it in other languages than English.
const HEAD: [(&str, &str); 11] = [
    ("order", "orders-number"),
    ("placed", "orders-placed"),
    ("state", "orders-state"),
    ("charge", "orders-charge"),
    ("fulfilment", "orders-fulfilment"),
    ("email", "audit-field-email"),
    ("firstname", "order-firstname"),
    ("lastname", "order-lastname"),
    ("total", "orders-total"),
    ("currency", "staff-package-currency"),
    ("invoice", "order-open-invoice"),
];

/// The invoices of the orders; those that were deleted have no name.
pub(super) type Invoices = BTreeMap<InvoiceId, InvoiceName>;

/// Writes the file; it begins with a mark by which spreadsheets know UTF-8.
pub(super) fn write(visit: &StaffVisit, lines: &[Line], invoices: &Invoices) -> Result<Vec<u8>, PageError> {
    let english = visit.language == Language::English;
    let (delimiter, point) = if english { (b',', ".") } else { (b';', ",") };
    let word =
        |word: String, phrase: &str| if english { word } else { visit.say(&format!("{phrase}{word}")) };
    let mut writer = WriterBuilder::new().delimiter(delimiter).from_writer("\u{feff}".as_bytes().to_vec());
    let head = HEAD.map(|(name, phrase)| if english { name.to_owned() } else { visit.say(phrase) });
    writer.write_record(head).map_err(PageError::engine)?;
    for line in lines {
        let placed = visit.formats.zone().wall_clock(line.placed_at).format("%Y-%m-%d %H:%M:%S").to_string();
        let invoice = line.invoice.and_then(|id| invoices.get(&id)).map(|name| harmless(&name.number));
        let row = [
            line.id.to_string(),
            placed,
            word(line.state.to_string(), "order-state-"),
            word(line.charge.to_string(), "order-charge-"),
            word(line.fulfilment.to_string(), "order-fulfilment-"),
            harmless(&line.email),
            harmless(&line.firstname),
            harmless(&line.lastname),
            line.total.to_string().replace('.', point),
            harmless(&line.currency),
            invoice.unwrap_or_default(),
        ];
        writer.write_record(row).map_err(PageError::engine)?;
    }
    writer.into_inner().map_err(|error| PageError::engine(error.into_error()))
}

/// A text that no spreadsheet computes.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for formula in ["=HYPERLINK(1)", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        assert_eq!(harmless("Müller; \"Söhne\""), "Müller; \"Söhne\"");
    }
}
