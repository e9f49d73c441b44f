//! The Perfex-shaped database as SQL text: tables, seed rows, and ids that start in their own thousand.
//!
//! `perfex/schema/*.sql` is written once, as 3.4.1. Line marks make 3.0.0 of it: `-- since 3.2.0` drops the line,
//! `-- 3.0: text` puts the older type in place, and the character set becomes three bytes wide.

/// The two ends of the supported range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// The oldest: utf8mb3, no `formatted_number`, no optional lines.
    V300,
    /// The newest: utf8mb4.
    V341,
}

const TABLES: [&str; 3] = [
    include_str!("perfex/schema/people.sql"),
    include_str!("perfex/schema/money.sql"),
    include_str!("perfex/schema/machinery.sql"),
];
const SEED: &str = include_str!("perfex/seed.sql");
const OFFSETS: &str = include_str!("perfex/offsets.sql");

/// Every statement that makes a Perfex of `version` whose tables start with `prefix`.
pub fn statements(version: Version, prefix: &str) -> Vec<String> {
    let mut all = Vec::new();
    for tables in TABLES {
        match version {
            Version::V341 => split(tables, prefix, &mut all),
            Version::V300 => split(&older(tables), prefix, &mut all),
        }
    }
    split(SEED, prefix, &mut all);
    if version == Version::V300 {
        split("UPDATE `tblmigrations` SET `version` = 300;\n", prefix, &mut all);
    }
    split(OFFSETS, prefix, &mut all);
    all
}

/// A statement ends at a semicolon that ends its line.
fn split(sql: &str, prefix: &str, into: &mut Vec<String>) {
    let own = sql.replace("`tbl", &format!("`{prefix}"));
    into.extend(own.split(";\n").map(str::trim).filter(|statement| !statement.is_empty()).map(str::to_owned));
}

/// Steps back to 3.0.0, line by line.
fn older(tables: &str) -> String {
    let lines: Vec<String> =
        tables.lines().filter(|line| !line.contains(" -- since ")).map(older_column).collect();
    (lines.join("\n") + "\n")
        .replace("utf8mb4_unicode_ci", "utf8mb3_general_ci")
        .replace("utf8mb4", "utf8mb3")
}

/// `name` type rest, -- 3.0: older   becomes   `name` older rest,
fn older_column(line: &str) -> String {
    let Some((column, older)) = line.split_once(" -- 3.0: ") else {
        return line.to_owned();
    };
    let mut words = column.trim().splitn(3, ' ');
    let (name, newer) = (words.next().unwrap(), words.next().unwrap());
    match words.next() {
        Some(rest) => format!("  {name} {older} {rest}"),
        None => format!("  {name} {older}{}", if newer.ends_with(',') { "," } else { "" }),
    }
}
