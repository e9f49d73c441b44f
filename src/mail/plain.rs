//! The plain text of an HTML mail.
//!
//! In: a whole HTML document or a fragment. Out: lines of at most 72 columns; a link becomes its text with a number,
//! and its address stands whole on a line of its own below, so that a mail program can still follow it.

use html2text::config;

/// Columns of a line; what mail programs quote without breaking it.
const WIDTH: usize = 72;

/// The text that a reader without HTML sees.
///
/// Tables are layout in mails, so cells follow each other without borders.
pub fn from_html(html: &str) -> Result<String, html2text::Error> {
    let text = config::plain_no_decorate()
        .link_footnotes(true)
        .no_link_wrapping()
        .no_table_borders()
        .raw_mode(true)
        .allow_width_overflow()
        .string_from_read(html.as_bytes(), WIDTH)?;
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    Ok(lines.join("\n").trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_keeps_its_whole_address() {
        let url = format!("https://crm.example/licenses/{}", "a".repeat(90));
        let text =
            from_html(&format!("<p>Hello,</p><p><a href=\"{url}\">your license</a> is here.</p>")).unwrap();
        assert!(text.starts_with("Hello,\n\n"), "{text}");
        assert!(text.lines().any(|line| line.ends_with(&url)), "{text}");
    }

    #[test]
    fn layout_tables_leave_no_borders() {
        let text = from_html("<table><tr><td>Key</td><td>ABCD-EFGH</td></tr></table>").unwrap();
        assert!(text.contains("ABCD-EFGH") && !text.contains('─') && !text.contains('|'), "{text}");
    }
}
