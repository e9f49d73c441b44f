//! A list that is too long for page numbers: newest first, from a row on, so that each page costs the same.
//!
//! In: a query with `before` or `after`. Out: a [`Place`] for the page's SQL, and then the rows and their pager.

use super::listing::Pager;
use super::visit::StaffVisit;
use crate::http::query::Query;

/// From where to read, by the rows' own numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The newest, descending.
    Newest,
    /// What is older than this, descending.
    Before(i64),
    /// What is newer than this, ascending.
    After(i64),
}

/// A part of a long list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keyset {
    place: Place,
    size: usize,
}

impl Keyset {
    /// What the address asks for, in parts of `size` rows.
    #[must_use]
    pub fn of(query: &Query, size: u8) -> Self {
        let place = match (query.parsed("before"), query.parsed("after")) {
            (Some(before), _) => Place::Before(before),
            (None, Some(after)) => Place::After(after),
            (None, None) => Place::Newest,
        };
        Self { place, size: size.into() }
    }

    /// From where to read.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// How many rows to read: one more than is shown, which tells whether there are more.
    #[must_use]
    pub fn limit(&self) -> u32 {
        u32::try_from(self.size + 1).unwrap_or(u32::MAX)
    }

    /// Like [`Keyset::cut`] for a list that only leads on to what is older, or back to the newest.
    #[must_use]
    pub fn older<T>(
        &self,
        visit: &StaffVisit,
        mut rows: Vec<T>,
        number: impl Fn(&T) -> i64,
    ) -> (Vec<T>, Option<Pager>) {
        let more = rows.len() > self.size;
        rows.truncate(self.size);
        let link = |more: &[(&str, &str)]| visit.query.link(&["before", "after", "said", "about"], more);
        let last = rows.last().filter(|_| more).map(|row| number(row).to_string());
        let next = last.map(|at| link(&[("before", &at)]));
        let previous = matches!(self.place, Place::Before(_)).then(|| link(&[]));
        let pager =
            (previous.is_some() || next.is_some()).then(|| Pager { shown: String::new(), previous, next });
        (rows, pager)
    }

    /// The rows to show, newest first, of those that were read in the place's order; `number` is a row's own.
    #[must_use]
    pub fn cut<T>(
        &self,
        visit: &StaffVisit,
        mut rows: Vec<T>,
        number: impl Fn(&T) -> i64,
    ) -> (Vec<T>, Option<Pager>) {
        let more = rows.len() > self.size;
        rows.truncate(self.size);
        let (newer, older) = match self.place {
            Place::Newest => (false, more),
            Place::Before(_) => (true, more),
            Place::After(_) => {
                rows.reverse();
                (more, true)
            }
        };
        let to = |name: &str, row: Option<&T>| {
            row.map(|row| {
                let at = number(row).to_string();
                visit.query.link(&["before", "after", "said", "about"], &[(name, &at)])
            })
        };
        // From a place with nothing before it, the way back is the beginning.
        let start = || Some(visit.query.link(&["before", "after", "said", "about"], &[]));
        let previous = if newer { to("after", rows.first()).or_else(start) } else { None };
        let next = if older { to("before", rows.last()) } else { None };
        let pager =
            (previous.is_some() || next.is_some()).then(|| Pager { shown: String::new(), previous, next });
        (rows, pager)
    }
}
