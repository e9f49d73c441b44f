//! The list of orders as a file for a spreadsheet.
//!
//! A cell that a spreadsheet would take for a formula begins with an apostrophe: customers write into these cells.

use csv::Writer;

use super::search::Line;
use crate::http::PageError;
use crate::perfex::formats::Formats;

/// As many rows as go into one file; the page says how to get the others.
pub(super) const MOST: usize = 20_000;

const HEAD: [&str; 11] = [
    "order",
    "placed",
    "state",
    "charge",
    "fulfilment",
    "email",
    "firstname",
    "lastname",
    "total",
    "currency",
    "invoice",
];

/// Writes the file; it begins with a mark by which spreadsheets know UTF-8.
pub(super) fn write(lines: &[Line], formats: &Formats) -> Result<Vec<u8>, PageError> {
    let mut writer = Writer::from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(HEAD).map_err(PageError::engine)?;
    for line in lines {
        let placed = formats.zone().wall_clock(line.placed_at).format("%Y-%m-%d %H:%M:%S").to_string();
        let invoice = line.invoice.map(|invoice| invoice.to_string()).unwrap_or_default();
        let row = [
            line.id.to_string(),
            placed,
            line.state.to_string(),
            line.charge.to_string(),
            line.fulfilment.to_string(),
            harmless(&line.email),
            harmless(&line.firstname),
            harmless(&line.lastname),
            line.total.to_string(),
            harmless(&line.currency),
            invoice,
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
