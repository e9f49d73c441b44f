//! Bars over time as SVG, drawn here: no script, and the same numbers stand in a table beside them.

use std::fmt::Write as _;

/// The drawing's own units.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 160.0;
/// Room below the bars, for the line that they stand on.
const FOOT: f64 = 2.0;

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bar {
    /// What it stands for: a day or a month.
    pub label: String,
    /// Its height, in whatever unit.
    pub value: f64,
    /// The same in words.
    pub text: String,
}

/// Draws bars; `title` says what they show. All texts are escaped.
pub(super) fn bars(id: &str, title: &str, bars: &[Bar]) -> String {
    let most = bars.iter().map(|bar| bar.value).fold(0.0_f64, f64::max);
    let count: u32 = bars.len().try_into().unwrap_or(u32::MAX).max(1);
    let step = WIDTH / f64::from(count);
    let mut svg = format!(
        "<svg class=\"bridge-chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{id}\" \
         preserveAspectRatio=\"none\"><title id=\"{id}\">{}</title>",
        escaped(title)
    );
    let floor = HEIGHT - FOOT;
    let mut left = 0.0;
    for bar in bars {
        let tall = if most > 0.0 { bar.value / most * floor } else { 0.0 };
        // Writing into a text cannot fail.
        write!(
            svg,
            "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\"><title>{}: {}</title></rect>",
            left + step * 0.1,
            floor - tall,
            step * 0.8,
            tall,
            escaped(&bar.label),
            escaped(&bar.text)
        )
        .unwrap_or_default();
        left += step;
    }
    write!(svg, "<line x1=\"0\" x2=\"{WIDTH}\" y1=\"{floor}\" y2=\"{floor}\"></line></svg>")
        .unwrap_or_default();
    svg
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(label: &str, value: f64) -> Bar {
        Bar { label: label.into(), value, text: value.to_string() }
    }

    #[test]
    fn the_tallest_bar_has_the_largest_value_and_every_bar_says_its_own() {
        let svg =
            bars("c", "Orders & <more>", &[bar("1 March", 1.0), bar("2 March", 4.0), bar("3 March", 0.0)]);
        assert!(svg.contains("<title id=\"c\">Orders &amp; &lt;more&gt;</title>"), "{svg}");
        let heights: Vec<&str> =
            svg.split(" height=\"").skip(1).map(|part| part.split_once('"').unwrap().0).collect();
        assert_eq!(heights, ["39.50", "158.00", "0.00"]);
        assert!(svg.contains("<title>2 March: 4</title>"), "{svg}");
    }

    #[test]
    fn nothing_at_all_is_drawn_flat() {
        let svg = bars("c", "Orders", &[bar("1", 0.0)]);
        assert!(svg.contains("height=\"0.00\"") && !svg.contains("NaN"), "{svg}");
        assert!(!bars("c", "Orders", &[]).contains("NaN"));
    }
}
