//! The seller's colour, and what can be read on it and beside it.
//!
//! In: any colour that staff chose. Out: shades of it with the contrast that WCAG 2.2 AA asks for (4.5 to 1) on every ground
//! of the shop's style sheet, light and dark; so no choice makes a page that somebody cannot read.

use std::fmt;
use std::str::FromStr;

/// The contrast of text with its ground (WCAG 2.2, 1.4.3).
const READABLE: f64 = 4.5;
/// The darkest ground of the light pages, and the lightest of the dark ones: `--raised` in the style sheet.
const LIGHT_GROUND: Colour = Colour(0xf1, 0xf5, 0xf9);
const DARK_GROUND: Colour = Colour(0x1c, 0x27, 0x40);
const WHITE: Colour = Colour(0xff, 0xff, 0xff);
const BLACK: Colour = Colour(0, 0, 0);

/// A colour: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(u8, u8, u8);

/// Not a colour as `#1d4ed8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a colour is written as # and six hexadecimal digits, such as #1d4ed8")]
pub struct ColourError;

impl Default for Colour {
    fn default() -> Self {
        Self(0x1d, 0x4e, 0xd8)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

impl FromStr for Colour {
    type Err = ColourError;

    fn from_str(text: &str) -> Result<Self, ColourError> {
        let mut parts = [0; 3];
        hex::decode_to_slice(text.strip_prefix('#').ok_or(ColourError)?, &mut parts)
            .map_err(|_| ColourError)?;
        let [red, green, blue] = parts;
        Ok(Self(red, green, blue))
    }
}

impl Colour {
    /// Rules for a style sheet: the colour for buttons, for their text, and for links in light and dark pages.
    #[must_use]
    pub fn rules(self) -> String {
        format!(
            ":root {{ --accent: {self}; --on-accent: {}; --link: {}; }}\n\
             @media (prefers-color-scheme: dark) {{ :root {{ --link: {}; }} }}\n",
            self.text(),
            self.towards(BLACK, LIGHT_GROUND),
            self.towards(WHITE, DARK_GROUND),
        )
    }

    /// The nearest shade of this colour that can be read on the light pages.
    #[must_use]
    pub fn readable(self) -> Self {
        self.towards(BLACK, LIGHT_GROUND)
    }

    /// What can be read on this colour.
    fn text(self) -> Self {
        if self.contrast(WHITE) >= READABLE { WHITE } else { BLACK }
    }

    /// The first shade on the way to `end` that can be read on `ground`.
    fn towards(self, end: Self, ground: Self) -> Self {
        let shades = (0..=20).map(|step| self.mixed(end, step));
        shades.into_iter().find(|shade| shade.contrast(ground) >= READABLE).unwrap_or(end)
    }

    /// `step` twentieths of `other` in this colour.
    fn mixed(self, other: Self, step: u32) -> Self {
        let mix = |own: u8, other: u8| {
            u8::try_from((u32::from(own) * (20 - step) + u32::from(other) * step) / 20).unwrap_or(u8::MAX)
        };
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }

    /// WCAG 2.2: from 1 (the same) to 21 (black and white).
    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_gives_pages_that_can_be_read() {
        for red in (0..=255).step_by(51) {
            for green in (0..=255).step_by(51) {
                for blue in (0..=255).step_by(51) {
                    let colour = Colour(red, green, blue);
                    assert!(colour.contrast(colour.text()) >= READABLE, "{colour}");
                    assert!(colour.readable().contrast(LIGHT_GROUND) >= READABLE, "{colour}");
                    assert!(colour.readable().contrast(WHITE) >= READABLE, "{colour}");
                    assert!(colour.towards(WHITE, DARK_GROUND).contrast(DARK_GROUND) >= READABLE, "{colour}");
                }
            }
        }
    }

    #[test]
    fn contrast_is_what_the_standard_says() {
        assert!((BLACK.contrast(WHITE) - 21.0).abs() < 0.001);
        assert!((Colour(0x77, 0x77, 0x77).contrast(WHITE) - 4.478).abs() < 0.001);
    }

    #[test]
    fn only_six_digits_are_a_colour() {
        assert_eq!("#1D4ed8".parse(), Ok(Colour::default()));
        for wrong in ["", "#", "1d4ed8", "#1d4ed", "#1d4ed8f", "#1d4ez8", "red", "#é4ed8"] {
            assert_eq!(wrong.parse::<Colour>(), Err(ColourError), "{wrong}");
        }
    }
}
