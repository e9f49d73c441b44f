//! The part of an address behind the question mark, and addresses that differ from it.

use url::form_urlencoded;

/// Names and values, decoded, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query as it came.
    #[must_use]
    pub fn read(raw: Option<&str>) -> Self {
        Self(form_urlencoded::parse(raw.unwrap_or_default().as_bytes()).into_owned().collect())
    }

    /// The first value of `name` without space around it, unless it is empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// The value of `name`, where it can be read; anything else is as if it were not there.
    #[must_use]
    pub fn parsed<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name)?.parse().ok()
    }

    /// The same without `names`, with `more`, as a link relative to the page: `?state=dead&page=2`.
    #[must_use]
    pub fn link(&self, names: &[&str], more: &[(&str, &str)]) -> String {
        let mut written = form_urlencoded::Serializer::for_suffix(String::from("?"), 1);
        for (name, value) in &self.0 {
            let replaced = names.contains(&name.as_str()) || more.iter().any(|(other, _)| other == name);
            if !replaced && !value.trim().is_empty() {
                written.append_pair(name, value);
            }
        }
        written.extend_pairs(more).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_keeps_the_rest() {
        let query = Query::read(Some("q=M%C3%BCller+%26+Co&page=3&empty=&state=dead"));
        assert_eq!(query.get("q"), Some("Müller & Co"));
        assert_eq!((query.get("empty"), query.get("none")), (None, None));
        assert_eq!(query.parsed::<u32>("page"), Some(3));
        assert_eq!(query.parsed::<u32>("state"), None);
        assert_eq!(query.link(&["page"], &[("state", "sent")]), "?q=M%C3%BCller+%26+Co&state=sent");
        assert_eq!(Query::read(None).link(&[], &[]), "?");
    }
}
