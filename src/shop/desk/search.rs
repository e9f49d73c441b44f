//! Which orders the list shows: by axis, product, date and what somebody typed, however many orders there are.
//!
//! In: an address. Out: rows, newest first. The orders of a million are never counted nor sorted: each choice of the
//! three axes is a place in the index `pm_orders_axes`, read from its end and put together here by number; what was typed
//! is looked up by indexes first and becomes a handful of numbers.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Utc};
use mysql_async::Value;

use crate::db::{DbError, Fields, Record, Session, placeholders};
use crate::http::Query;
use crate::http::staff::Place;
use crate::ids::{InvoiceId, OrderId, ProductId};
use crate::money::Amount;
use crate::perfex::formats::Formats;
use crate::perfex::invoice;
use crate::shop::charge::Charge;
use crate::shop::order::{Fulfilment, OrderState};

const LINE: &str = "SELECT o.`id` AS `id`, o.`placed_at` AS `placed_at`, o.`firstname` AS `firstname`, \
     o.`lastname` AS `lastname`, o.`email` AS `email`, o.`currency` AS `currency`, o.`total` AS `total`, \
     o.`state` AS `state`, o.`charge` AS `charge`, o.`fulfilment` AS `fulfilment`, o.`invoice_id` AS `invoice_id` \
     FROM `{p}pm_orders` o WHERE 1 = 1";
const AXES: &str = " AND o.`state` = ? AND o.`charge` = ? AND o.`fulfilment` = ?";
const FROM: &str = " AND o.`placed_at` >= ?";
const TO: &str = " AND o.`placed_at` < ?";
/// One by one: most orders have the product when so many have it that they are not listed first.
const PRODUCT: &str = " AND (SELECT COUNT(*) FROM `{p}pm_order_items` i WHERE i.`product_id` = ? AND i.`order_id` = o.`id`) > 0";
const OF_PRODUCT: &str = "SELECT DISTINCT `order_id` AS `id` FROM `{p}pm_order_items` WHERE `product_id` = ? \
     ORDER BY `order_id` DESC LIMIT ?";
/// Numbers and moments of orders go the same way, but for neighbours: a day's orders lie between two numbers.
const FIRST_SINCE: &str = "SELECT MIN(n.`id`) AS `id` FROM (SELECT `id` FROM `{p}pm_orders` FORCE INDEX (`pm_orders_figures`) \
     WHERE `placed_at` >= ? ORDER BY `placed_at` LIMIT 100) n";
const LAST_BEFORE: &str = "SELECT MAX(n.`id`) AS `id` FROM (SELECT `id` FROM `{p}pm_orders` FORCE INDEX (`pm_orders_figures`) \
     WHERE `placed_at` < ? ORDER BY `placed_at` DESC LIMIT 100) n";
/// As many as one look into an index may find: whoever gets more types more, and is told so.
const MOST: u32 = 500;
const BY_NUMBER: &str = "SELECT `id` FROM `{p}pm_orders` WHERE `id` = ?";
const BY_EMAIL: &str = "SELECT `id` FROM `{p}pm_orders` WHERE `email` LIKE ? ORDER BY `id` DESC LIMIT ?";
const BY_LASTNAME: &str =
    "SELECT `id` FROM `{p}pm_orders` WHERE `lastname` LIKE ? ORDER BY `id` DESC LIMIT ?";
const BY_FIRSTNAME: &str =
    "SELECT `id` FROM `{p}pm_orders` WHERE `firstname` LIKE ? ORDER BY `id` DESC LIMIT ?";
const BY_NAMES: &str = "SELECT `id` FROM `{p}pm_orders` WHERE `lastname` LIKE ? AND `firstname` LIKE ? \
     ORDER BY `id` DESC LIMIT ?";
const BY_KEY: &str = "SELECT i.`order_id` AS `id` FROM `{p}pm_license_prefixes` x \
     INNER JOIN `{p}pm_licenses` l ON l.`id` = x.`license_id` \
     INNER JOIN `{p}pm_order_items` i ON i.`id` = l.`order_item_id` WHERE x.`prefix` = ? LIMIT ?";
const BY_INVOICE: &str = "SELECT `id` FROM `{p}pm_orders` WHERE `invoice_id` IN ";
/// In how many places a name is taken apart.
const MOST_WORDS: usize = 4;
/// How much of a key is kept to find it by.
const PREFIX: usize = 8;

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub id: OrderId,
    pub placed_at: DateTime<Utc>,
    pub firstname: String,
    pub lastname: String,
    pub email: String,
    pub currency: String,
    pub total: Amount,
    pub state: OrderState,
    pub charge: Charge,
    pub fulfilment: Fulfilment,
    pub invoice: Option<InvoiceId>,
}

impl Record for Line {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            id: row.take("id")?,
            placed_at: row.take::<NaiveDateTime>("placed_at")?.and_utc(),
            firstname: row.take("firstname")?,
            lastname: row.take("lastname")?,
            email: row.take("email")?,
            currency: row.take("currency")?,
            total: row.take("total")?,
            state: row.take("state")?,
            charge: row.take("charge")?,
            fulfilment: row.take("fulfilment")?,
            invoice: row.take("invoice_id")?,
        })
    }
}

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Search {
    pub state: Option<OrderState>,
    pub charge: Option<Charge>,
    pub fulfilment: Option<Fulfilment>,
    pub product: Option<ProductId>,
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
    /// What was typed: a mail address, a name, a number of order or invoice, or the beginning of a key.
    pub typed: String,
}

/// A part of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lines {
    /// The orders.
    pub lines: Vec<Line>,
    /// Whether what was typed fits more orders than [`MOST`]: then older ones are missing, also from other parts.
    pub cut: bool,
}

/// What the indexes leave of a search.
struct Found {
    /// Only these; `None`: all.
    orders: Option<Vec<OrderId>>,
    /// The product that is still to be looked at.
    product: Option<ProductId>,
    /// Whether there are more than were listed.
    cut: bool,
}

impl Search {
    /// Reads an address; what cannot be read there counts as not asked for.
    pub fn read(query: &Query) -> Self {
        Self {
            state: query.parsed("state"),
            charge: query.parsed("charge"),
            fulfilment: query.parsed("fulfilment"),
            product: query.parsed("product"),
            from: query.parsed("from"),
            to: query.parsed("to"),
            typed: query.get("q").unwrap_or_default().chars().take(100).collect(),
        }
    }

    /// Reads a part of the list, in the place's order.
    pub async fn lines(
        &self,
        session: &mut Session,
        formats: &Formats,
        place: Place,
        limit: u32,
    ) -> Result<Lines, DbError> {
        let found = self.found(session).await?;
        let none = Lines { lines: Vec::new(), cut: found.cut };
        if found.orders.as_ref().is_some_and(Vec::is_empty) {
            return Ok(none);
        }
        let Some(numbers) = self.numbers(session, formats).await? else { return Ok(none) };
        let descending = !matches!(place, Place::After(_));
        let order = if descending { "DESC" } else { "ASC" };
        let mut branches = Vec::new();
        let mut values: Vec<Value> = Vec::new();
        for axes in self.axes() {
            let mut branch = LINE.to_owned();
            if let Some((state, charge, fulfilment)) = axes {
                branch.push_str(AXES);
                values.extend([state.into(), charge.into(), fulfilment.into()]);
            }
            self.narrow(&mut branch, &mut values, formats, &found);
            if let Some((first, last)) = numbers {
                branch.push_str(" AND o.`id` >= ? AND o.`id` <= ?");
                values.extend([Value::from(first), Value::from(last)]);
            }
            match place {
                Place::Newest => {}
                Place::Before(id) => {
                    branch.push_str(" AND o.`id` < ?");
                    values.push(id.into());
                }
                Place::After(id) => {
                    branch.push_str(" AND o.`id` > ?");
                    values.push(id.into());
                }
            }
            branches.push(format!("({branch} ORDER BY o.`id` {order} LIMIT ?)"));
            values.push(limit.into());
        }
        values.push(limit.into());
        let sql = format!("{} ORDER BY `id` {order} LIMIT ?", branches.join(" UNION ALL "));
        Ok(Lines { lines: session.rows(&sql, values).await?, cut: found.cut })
    }

    /// The orders that what was typed and the product leave, and whether the product is still to be looked at.
    async fn found(&self, session: &mut Session) -> Result<Found, DbError> {
        let (typed, cut) = if self.typed.is_empty() {
            (None, false)
        } else {
            let (typed, cut) = self.typed_orders(session).await?;
            (Some(typed), cut)
        };
        let listed: Option<Vec<OrderId>> = match self.product {
            Some(product) => {
                let rows = session.rows::<(OrderId,)>(OF_PRODUCT, (product, MOST + 1)).await?;
                let all = rows.len() <= usize::try_from(MOST).unwrap_or(usize::MAX);
                all.then(|| rows.into_iter().map(|row| row.0).collect())
            }
            None => None,
        };
        let product = self.product.filter(|_| listed.is_none());
        let orders = match (typed, listed) {
            (Some(typed), Some(listed)) => Some(typed.into_iter().filter(|id| listed.contains(id)).collect()),
            (typed, listed) => typed.or(listed),
        };
        Ok(Found { orders, product, cut })
    }

    /// Between which numbers the orders of the asked days lie; `None` when there are none, and nothing in it when no day
    /// is asked for.
    async fn numbers(
        &self,
        session: &mut Session,
        formats: &Formats,
    ) -> Result<Option<Option<(i64, i64)>>, DbError> {
        let (from, until) = self.days(formats);
        if from.is_none() && until.is_none() {
            return Ok(Some(None));
        }
        let mut bounds = (0, i64::MAX);
        if let Some(from) = from {
            let first: Option<(Option<i64>,)> = session.first(FIRST_SINCE, (from,)).await?;
            let Some(first) = first.and_then(|row| row.0) else { return Ok(None) };
            bounds.0 = first;
        }
        if let Some(until) = until {
            let last: Option<(Option<i64>,)> = session.first(LAST_BEFORE, (until,)).await?;
            let Some(last) = last.and_then(|row| row.0) else { return Ok(None) };
            bounds.1 = last;
        }
        Ok(Some(Some(bounds)))
    }

    /// When the first day begins, and when the last one has ended.
    fn days(&self, formats: &Formats) -> (Option<NaiveDateTime>, Option<NaiveDateTime>) {
        let began = |day| formats.zone().day_began(day).naive_utc();
        let after = self.to.and_then(|to| to.checked_add_days(Days::new(1)));
        (self.from.map(began), after.map(began))
    }

    /// Each combination of the axes that is asked for; one without any when none is.
    fn axes(&self) -> Vec<Option<(OrderState, Charge, Fulfilment)>> {
        if self.state.is_none() && self.charge.is_none() && self.fulfilment.is_none() {
            return vec![None];
        }
        let mut all = Vec::new();
        for state in OrderState::ALL.iter().filter(|state| self.state.is_none_or(|one| one == **state)) {
            for charge in Charge::ALL.iter().filter(|charge| self.charge.is_none_or(|one| one == **charge)) {
                let asked = |one: &&Fulfilment| self.fulfilment.is_none_or(|asked| asked == **one);
                all.extend(
                    Fulfilment::ALL
                        .iter()
                        .filter(asked)
                        .map(|fulfilment| Some((*state, *charge, *fulfilment))),
                );
            }
        }
        all
    }

    fn narrow(&self, branch: &mut String, values: &mut Vec<Value>, formats: &Formats, found: &Found) {
        let (from, until) = self.days(formats);
        if let Some(from) = from {
            branch.push_str(FROM);
            values.push(from.into());
        }
        if let Some(until) = until {
            branch.push_str(TO);
            values.push(until.into());
        }
        if let Some(product) = found.product {
            branch.push_str(PRODUCT);
            values.push(product.into());
        }
        if let Some(orders) = &found.orders {
            branch.push_str(" AND o.`id` IN (");
            branch.push_str(&placeholders(orders.len()));
            branch.push(')');
            values.extend(orders.iter().map(|id| Value::from(*id)));
        }
    }

    /// The orders that what was typed may mean, and whether there are more.
    async fn typed_orders(&self, session: &mut Session) -> Result<(Vec<OrderId>, bool), DbError> {
        let typed = self.typed.trim();
        let (mut found, mut cut) = (Vec::<OrderId>::new(), false);
        let most = MOST + 1;
        let mut add = |rows: Vec<(OrderId,)>| {
            cut |= u32::try_from(rows.len()).is_ok_and(|rows| rows == most);
            found.extend(rows.into_iter().map(|row| row.0));
        };
        if let Ok(number) = typed.trim_start_matches('#').parse::<i64>() {
            add(session.rows(BY_NUMBER, (number,)).await?);
        }
        if typed.contains('@') {
            add(session.rows(BY_EMAIL, (beginning(typed), most)).await?);
        } else {
            let looks: &[&str] = if typed.contains(' ') {
                &[BY_LASTNAME, BY_FIRSTNAME]
            } else {
                &[BY_EMAIL, BY_LASTNAME, BY_FIRSTNAME]
            };
            for by in looks {
                add(session.rows(by, (beginning(typed), most)).await?);
            }
            for (first, last) in names(typed) {
                add(session.rows(BY_NAMES, (beginning(last), beginning(first), most)).await?);
            }
        }
        if let Some(prefix) = key_prefix(typed) {
            add(session.rows(BY_KEY, (prefix, most)).await?);
        }
        if typed.ends_with(|c: char| c.is_ascii_digit()) {
            let invoices = invoice::numbered(session, typed).await?;
            if !invoices.is_empty() {
                let sql = format!("{BY_INVOICE}({})", placeholders(invoices.len()));
                add(session.rows(&sql, invoices).await?);
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok((found, cut))
    }
}

/// First and last names that a text of several words may mean: either may have more than one word.
fn names(text: &str) -> Vec<(&str, &str)> {
    let spaces = text.match_indices(' ').take(MOST_WORDS);
    let parts = spaces.filter_map(|(at, _)| text.split_at_checked(at));
    parts.map(|(first, last)| (first.trim(), last.trim())).filter(|(_, last)| !last.is_empty()).collect()
}

/// A pattern for what begins with a text, in which nothing else is a pattern.
fn beginning(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("{escaped}%")
}

/// What a key that begins like this is found by; `None` when it is too short, or no beginning of a key.
fn key_prefix(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let prefix = text.get(..PREFIX)?;
    let fits = prefix.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (fits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-')))
        .then(|| prefix.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_no_pattern() {
        assert_eq!(beginning("100%_\\"), "100\\%\\_\\\\%");
    }

    #[test]
    fn names_of_several_words_are_taken_apart_wherever_they_may_end() {
        assert_eq!(names("Müller"), []);
        assert_eq!(names("Eva Müller"), [("Eva", "Müller")]);
        let parts = [("Anna", "Lena van Berg"), ("Anna Lena", "van Berg"), ("Anna Lena van", "Berg")];
        assert_eq!(names("Anna Lena van Berg"), parts);
        assert_eq!(names(&"x ".repeat(50)).len(), 4);
    }

    #[test]
    fn a_key_is_found_by_its_first_eight_digits() {
        assert_eq!(key_prefix("0123ABCD").as_deref(), Some("0123abcd"));
        assert_eq!(key_prefix("0123abcdef-77").as_deref(), Some("0123abcd"));
        for no in ["0123abc", "eva@bad.example", "deadbeef!", "müllermüller"] {
            assert_eq!(key_prefix(no), None, "{no}");
        }
    }

    #[test]
    fn an_axis_that_is_not_asked_for_is_every_word_of_it() {
        let search = Search { charge: Some(Charge::Partial), ..Search::default() };
        assert_eq!(search.axes().len(), OrderState::ALL.len() * Fulfilment::ALL.len());
        assert_eq!(Search::default().axes(), [None]);
    }
}
