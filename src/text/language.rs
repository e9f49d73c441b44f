//! The languages that we have texts in.

use crate::db::text_enum;

text_enum! {
    /// A language, named as the CRM names its language folders.
    Language {
        /// English, the fallback for every other language.
        English = "english",
        /// German.
        German = "german",
    }
}

impl Language {
    /// Our language for a visitor or customer of the CRM.
    #[must_use]
    pub fn for_folder(folder: &str) -> Self {
        folder.parse().unwrap_or(Self::English)
    }

    /// Whether a text can be the name of a language folder of the CRM: lower-case letters and underscores.
    #[must_use]
    pub fn is_folder(text: &str) -> bool {
        (1..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    }

    /// The best of ours for the header `Accept-Language`: the first one named there that we have.
    #[must_use]
    pub fn accepted(header: Option<&str>) -> Self {
        Self::asked_for(header).unwrap_or(Self::English)
    }

    /// The first language named in the header `Accept-Language` that we have.
    #[must_use]
    pub fn asked_for(header: Option<&str>) -> Option<Self> {
        let mut codes = header
            .unwrap_or_default()
            .split(',')
            .map(|part| part.split([';', '-']).next().unwrap_or_default().trim().to_ascii_lowercase());
        codes.find_map(|code| Self::of_code(&code))
    }

    /// The language of this code of HTML's `lang` attribute.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|language| language.code() == code)
    }

    /// What a language of the CRM calls itself, which is known by its folder; one that we have no texts in keeps that name.
    #[must_use]
    pub fn name_of(folder: &str) -> &str {
        folder.parse::<Self>().map_or(folder, |language| language.own_name())
    }

    /// What the language calls itself.
    #[must_use]
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// The code of HTML's `lang` attribute.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_the_first_of_its_languages_that_we_have() {
        for (header, language) in [
            (None, Language::English),
            (Some(""), Language::English),
            (Some("de"), Language::German),
            (Some("de-AT,de;q=0.9,en;q=0.8"), Language::German),
            (Some("fr-FR, DE;q=0.7, en;q=0.3"), Language::German),
            (Some("en-US,en;q=0.9,de;q=0.8"), Language::English),
            (Some("fr,*;q=0.1"), Language::English),
            (Some(";;,-,deutsch"), Language::English),
        ] {
            assert_eq!(Language::accepted(header), language, "{header:?}");
        }
    }
}
