//! A list with columns that sort and pages by number, as its address says it: `?sort=name&order=desc&page=2`.
//!
//! In: a query and the columns. Out: what to read (sort, limit, offset), and then head and pager of the table. An
//! address can choose among the columns only; how each of them sorts is written out in the page's SQL.

use serde::Serialize;

use super::visit::StaffVisit;
use crate::http::query::Query;

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    name: Option<&'static str>,
    phrase: &'static str,
    class: &'static str,
}

impl Column {
    /// A column with this phrase above it.
    #[must_use]
    pub const fn plain(phrase: &'static str) -> Self {
        Self { name: None, phrase, class: "" }
    }

    /// A column that sorts under this name.
    #[must_use]
    pub const fn sorted(name: &'static str, phrase: &'static str) -> Self {
        Self { name: Some(name), phrase, class: "" }
    }

    /// The same with a class of the CRM, such as `text-right` or `hidden-xs`.
    #[must_use]
    pub const fn class(self, class: &'static str) -> Self {
        Self { class, ..self }
    }
}

/// Which part of a list is asked for, in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing {
    columns: &'static [Column],
    sort: Option<&'static str>,
    descending: bool,
    page: u32,
    size: u32,
}

/// The head of a table, and the way through its pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    heads: Vec<Head>,
    pager: Option<Pager>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Head {
    text: String,
    class: &'static str,
    href: Option<String>,
    order: &'static str,
}

/// The way through the pages of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pager {
    /// Which rows are shown, in words.
    pub shown: String,
    /// The link to the page before.
    pub previous: Option<String>,
    /// The link to the page after.
    pub next: Option<String>,
}

impl Listing {
    /// What the address asks for: pages of `size` rows, sorted by the first column that sorts unless it says otherwise.
    #[must_use]
    pub fn of(query: &Query, columns: &'static [Column], size: u32) -> Self {
        let asked = query.get("sort");
        let mut names = columns.iter().filter_map(|column| column.name);
        let first = names.clone().next();
        let sort = names.find(|name| asked == Some(name)).or(first);
        let descending = query.get("order") == Some("desc");
        let page = query.parsed::<u32>("page").unwrap_or(1).clamp(1, 100_000);
        Self { columns, sort, descending, page, size }
    }

    /// The column to sort by; empty when none sorts.
    #[must_use]
    pub fn sort(&self) -> &'static str {
        self.sort.unwrap_or_default()
    }

    /// Whether the largest comes first.
    #[must_use]
    pub fn descending(&self) -> bool {
        self.descending
    }

    /// How many rows to read.
    #[must_use]
    pub fn limit(&self) -> u32 {
        self.size
    }

    /// How many rows to leave out before.
    #[must_use]
    pub fn offset(&self) -> u32 {
        (self.page - 1).saturating_mul(self.size)
    }

    /// Head and pager of a list that has `total` rows in all.
    #[must_use]
    pub fn table(&self, visit: &StaffVisit, total: u64) -> Table {
        let first = u64::from(self.offset()) + 1;
        let last = (first + u64::from(self.size) - 1).min(total);
        let to = |page: u32| visit.query.link(&["said", "about"], &[("page", &page.to_string())]);
        let previous = (self.page > 1).then(|| to(self.page - 1));
        let next = (last < total).then(|| to(self.page + 1));
        let [first, last, total] = [first.min(last), last, total].map(|number| number.to_string());
        let values = [("first", first.as_str()), ("last", last.as_str()), ("total", total.as_str())];
        let shown = visit.say_with("staff-list-shown", &values);
        let pager = (previous.is_some() || next.is_some()).then_some(Pager { shown, previous, next });
        Table { heads: self.heads(visit), pager }
    }

    fn heads(&self, visit: &StaffVisit) -> Vec<Head> {
        let head = |column: &Column| {
            let sorts = column.name.is_some() && column.name == self.sort;
            let order = match (sorts, self.descending) {
                (false, _) => "none",
                (true, false) => "ascending",
                (true, true) => "descending",
            };
            let turned = if sorts && !self.descending { "desc" } else { "asc" };
            let href = column.name.map(|name| {
                visit.query.link(&["page", "said", "about"], &[("sort", name), ("order", turned)])
            });
            Head { text: visit.say(column.phrase), class: column.class, href, order }
        };
        self.columns.iter().map(head).collect()
    }
}

impl Table {
    /// The head of a table whose rows stand in an order of their own.
    #[must_use]
    pub fn fixed(visit: &StaffVisit, columns: &[Column], pager: Option<Pager>) -> Self {
        let head = |column: &Column| Head {
            text: visit.say(column.phrase),
            class: column.class,
            href: None,
            order: "none",
        };
        Self { heads: columns.iter().map(head).collect(), pager }
    }
}
