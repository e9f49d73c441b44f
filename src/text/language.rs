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

    /// The code of HTML's `lang` attribute.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }
}
