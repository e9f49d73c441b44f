//! What a command prints: a table for people, JSON for scripts.

use std::io::{self, Write as _};

use comfy_table::Table;
use comfy_table::presets::NOTHING;
use serde::Serialize;

/// For whom to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// People.
    Table,
    /// Scripts.
    Json,
}

impl Format {
    /// JSON when `--json` was given.
    #[must_use]
    pub fn of(json: bool) -> Self {
        if json { Self::Json } else { Self::Table }
    }
}

/// Prints rows; `empty` is what people read when there are none.
pub fn print_rows<T: Serialize>(
    format: Format,
    rows: &[T],
    header: &[&str],
    empty: &str,
    cells: impl Fn(&T) -> Vec<String>,
) -> io::Result<()> {
    match format {
        Format::Json => print_json(&rows),
        Format::Table if rows.is_empty() => say(empty),
        Format::Table => {
            let mut table = Table::new();
            table.load_style(NOTHING).set_header(header.iter().map(|title| title.to_uppercase()));
            for row in rows {
                table.add_row(cells(row));
            }
            say(&table.trim_fmt())
        }
    }
}

/// Prints one value as JSON, or what `text` makes of it.
pub fn print_one<T: Serialize>(format: Format, value: &T, text: impl Fn(&T) -> String) -> io::Result<()> {
    match format {
        Format::Json => print_json(value),
        Format::Table => say(&text(value)),
    }
}

/// Prints a line.
pub fn say(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}

fn print_json<T: Serialize>(value: &T) -> io::Result<()> {
    let text = serde_json::to_string(value).map_err(io::Error::other)?;
    say(&text)
}

/// A value or a dash.
pub fn or_dash<T: ToString>(value: Option<&T>) -> String {
    value.map_or_else(|| "-".to_owned(), ToString::to_string)
}

/// A moment, for people.
pub fn moment(at: chrono::DateTime<chrono::Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}
