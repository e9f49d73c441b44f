//! Texts that staff write in Markdown, as HTML.
//!
//! In: Markdown (`CommonMark` with tables and strike-through). Out: HTML made of the elements that Markdown has and nothing else:
//! HTML in the text is shown as it was typed, links lead to pages and mailboxes only, and pictures come from the seller's own
//! address only. Headings begin at the third level, below those of the page, and none is left out between two of them.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use url::Url;

/// Writes Markdown as HTML; `home` is the seller's own address.
#[must_use]
pub fn write_markdown(text: &str, home: &Url) -> String {
    let mut options = Options::empty();
    options.insert(Options::ENABLE_TABLES);
    options.insert(Options::ENABLE_STRIKETHROUGH);
    let mut html = String::with_capacity(text.len() * 2);
    let mut pictures = Vec::new();
    let mut headings: Vec<HeadingLevel> = Vec::new();
    let events = Parser::new_ext(text, options).filter_map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
        Event::Start(Tag::Heading { level, .. }) => {
            headings.retain(|outer| *outer < level);
            headings.push(level);
            let (id, classes, attrs) = (None, Vec::new(), Vec::new());
            Some(Event::Start(Tag::Heading { level: below_the_page(headings.len()), id, classes, attrs }))
        }
        Event::End(TagEnd::Heading(_)) => Some(Event::End(TagEnd::Heading(below_the_page(headings.len())))),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = if leads_somewhere(&dest_url) { dest_url } else { CowStr::Borrowed("#") };
            Some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        // The words for a picture from elsewhere stay.
        Event::Start(Tag::Image { ref dest_url, .. }) => {
            let own = is_own_picture(dest_url, home);
            pictures.push(own);
            own.then_some(event)
        }
        Event::End(TagEnd::Image) => pictures.pop().unwrap_or_default().then_some(event),
        other => Some(other),
    });
    html::push_html(&mut html, events);
    // What may be wider than its place scrolls by itself, and can be scrolled with the keyboard.
    html.replace("<table>", "<div class=\"wide-table\" tabindex=\"0\"><table>")
        .replace("</table>", "</table></div>")
        .replace("<pre>", "<pre tabindex=\"0\">")
}

/// The first words of a Markdown text without its signs, at most `limit` characters; a text that is cut ends with dots.
#[must_use]
pub fn plain_words(text: &str, limit: usize) -> String {
    let mut plain = String::new();
    for event in Parser::new(text) {
        match event {
            Event::Text(words) | Event::Code(words) => plain.push_str(&words),
            Event::SoftBreak | Event::HardBreak => plain.push(' '),
            Event::End(end) if !is_within_words(end) => plain.push(' '),
            _ => {}
        }
        if plain.len() > limit * 8 {
            break;
        }
    }
    let mut words = String::new();
    for word in plain.split_whitespace() {
        if words.chars().count() + word.chars().count() + 2 > limit {
            words.push('\u{2026}');
            break;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

/// Whether a picture lies at the seller's own address: nobody else learns who looks at the page.
#[must_use]
pub fn is_own_picture(address: &str, home: &Url) -> bool {
    let clean = !address.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    let resolved = home.join(address).is_ok_and(|resolved| resolved.origin() == home.origin());
    clean && resolved && (address.starts_with('/') || Url::parse(address).is_ok())
}

fn is_within_words(end: TagEnd) -> bool {
    matches!(end, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

fn leads_somewhere(address: &str) -> bool {
    match Url::parse(address) {
        Ok(address) => matches!(address.scheme(), "https" | "http" | "mailto"),
        Err(url::ParseError::RelativeUrlWithoutBase) => !address.starts_with("//"),
        Err(_) => false,
    }
}

/// The level of a heading within so many others, itself counted.
fn below_the_page(depth: usize) -> HeadingLevel {
    match depth {
        0 | 1 => HeadingLevel::H3,
        2 => HeadingLevel::H4,
        3 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        write_markdown(text, &Url::parse("https://crm.example/desk/").unwrap())
    }

    #[test]
    fn what_people_write_is_shown_as_they_mean_it() {
        let html = written(
            "# Backup\n\nSaves *every* **night**, see [the manual](/manual \"Manual\") or \
             <mailto:help@crm.example>.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n![Screen](/uploads/a.png)\n\n\
             ```php\n<?php echo 1;\n```",
        );
        insta::assert_snapshot!(html);
    }

    #[test]
    fn nothing_in_a_text_is_code_for_the_browser() {
        for text in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](data:text/html,<script>alert(1)</script>)",
            "[x](vbscript:x)",
            "[x](\"onmouseover=alert(1)//)",
            "![x](https://evil.example/pixel.png)",
            "![x](//evil.example/pixel.png)",
            "![x](data:image/svg+xml,<svg onload=alert(1)>)",
            "![x](/a.png \"\\\" onload=alert(1)\")",
            "<javascript:alert(1)>",
            "<!-- --><svg/onload=alert(1)>",
            "# x {#id onclick=alert(1)}",
            "[x]: javascript:alert(1)\n\n[x]",
        ] {
            let html = written(text);
            let tags: Vec<&str> = html.split('<').skip(1).filter_map(|tag| tag.split('>').next()).collect();
            for tag in tags {
                let outside: String = tag.split('"').step_by(2).collect();
                assert!(!outside.contains("on") || outside.starts_with('/'), "{text}: {html}");
                assert!(!tag.contains("script:") && !tag.contains("evil"), "{text}: {html}");
                assert!(!tag.starts_with("script") && !tag.starts_with("svg"), "{text}: {html}");
            }
        }
    }

    #[test]
    fn headings_leave_no_level_out() {
        let html = written("#### a\n\n###### b\n\n# c\n\n### d\n\n## e\n");
        let levels: Vec<&str> = html.matches("<h3>").chain(html.matches("<h4>")).collect();
        assert_eq!(levels.len(), 5, "{html}");
        assert!(html.starts_with("<h3>a</h3>\n<h4>b</h4>\n<h3>c</h3>\n<h4>d</h4>\n<h4>e</h4>"), "{html}");
    }

    #[test]
    fn a_summary_has_whole_words_and_no_signs() {
        assert_eq!(
            plain_words("# Backup\n\nSaves *every* night,\nsee [here](/x).", 155),
            "Backup Saves every night, see here."
        );
        assert_eq!(plain_words("one two three", 9), "one two\u{2026}");
        assert_eq!(plain_words("", 9), "");
    }

    #[test]
    fn pictures_come_from_the_sellers_own_address() {
        let home = Url::parse("https://crm.example/desk/").unwrap();
        for own in ["/a.png", "/desk/uploads/x%20y.png", "https://crm.example/media/a.webp"] {
            assert!(is_own_picture(own, &home), "{own}");
        }
        for other in [
            "",
            "a.png",
            "//evil.example/a.png",
            "https://evil.example/a.png",
            "data:,x",
            "/a b.png",
            "/\\evil.example/a",
        ] {
            assert!(!is_own_picture(other, &home), "{other}");
        }
        assert!(written("see ![the screen](https://evil.example/a.png)").contains("see the screen"));
    }
}
