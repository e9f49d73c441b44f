//! The countries to choose from, as a form lists them.
//!
//! In: the CRM's countries, whose names are English. Out: each with its name in the visitor's language, in alphabetical order.
//! Invariants: the value of each is its code, whatever it is called; one that is in no standard keeps the CRM's name.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use crate::perfex::country::Country;
use crate::text::{Language, ShopTexts, TextError, alphabetical};

/// A country to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Choice {
    value: String,
    text: String,
}

/// A list, and the countries that it was made of.
type Kept = (Arc<Vec<Country>>, Arc<Vec<Choice>>);

/// The lists of all languages, each made once for what the CRM has.
#[derive(Debug, Clone, Default)]
pub struct CountryLists(Arc<Mutex<HashMap<Language, Kept>>>);

impl CountryLists {
    /// The list of a language.
    pub(super) fn of(
        &self,
        countries: &Arc<Vec<Country>>,
        texts: &ShopTexts,
        language: Language,
    ) -> Result<Arc<Vec<Choice>>, TextError> {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, list)) = lists.get(&language)
            && Arc::ptr_eq(of, countries)
        {
            return Ok(Arc::clone(list));
        }
        let list = Arc::new(listed(countries, texts, language)?);
        lists.insert(language, (Arc::clone(countries), Arc::clone(&list)));
        Ok(list)
    }
}

fn listed(countries: &[Country], texts: &ShopTexts, language: Language) -> Result<Vec<Choice>, TextError> {
    let mut list = Vec::with_capacity(countries.len());
    for country in countries {
        let name = texts.country(language, &country.code)?;
        let text = name.unwrap_or_else(|| country.name.clone());
        list.push(Choice { value: country.code.clone(), text });
    }
    list.sort_by_cached_key(|choice| alphabetical(&choice.text));
    Ok(list)
}

#[cfg(test)]
mod tests {
    use crate::ids::CountryId;

    use super::*;

    const ENGLISH: &str = include_str!("../../../locales/en/countries.ftl");
    const GERMAN: &str = include_str!("../../../locales/de/countries.ftl");

    fn country(id: i64, code: &str, name: &str) -> Country {
        Country { id: CountryId(id), code: code.into(), name: name.into() }
    }

    fn list(countries: &[Country], language: Language) -> Vec<(String, String)> {
        let list = listed(countries, &ShopTexts::load().unwrap(), language).unwrap();
        list.into_iter().map(|choice| (choice.value, choice.text)).collect()
    }

    #[test]
    fn every_country_has_its_name_in_the_order_of_a_dictionary() {
        for (language, phrases) in [(Language::English, ENGLISH), (Language::German, GERMAN)] {
            let written: Vec<(String, String)> = phrases
                .lines()
                .filter_map(|line| line.strip_prefix("country-")?.split_once(" = "))
                .map(|(code, name)| (code.to_owned(), name.to_owned()))
                .collect();
            assert_eq!(written.len(), 250);
            let backwards: Vec<Country> =
                written.iter().rev().zip(1..).map(|((code, _), id)| country(id, code, "Perfex")).collect();
            assert_eq!(list(&backwards, language), written, "{language}");
        }
    }

    #[test]
    fn a_country_that_staff_added_keeps_its_name_and_stands_among_the_others() {
        let countries = [
            country(1, "AT", "Austria"),
            country(2, "ZX", "Öland"),
            country(3, "DE", "Germany"),
            country(4, "", ""),
        ];
        let names: Vec<String> =
            list(&countries, Language::German).into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["", "Deutschland", "Öland", "Österreich"]);
    }
}
