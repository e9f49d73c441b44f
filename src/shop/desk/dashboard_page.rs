//! The shop at a glance: orders, revenue and licenses over time, and how many trials are bought.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, Utc};
use futures_util::future::BoxFuture;
use serde::Serialize;
use tera::Context;

use super::chart::{Bar, bars};
use crate::db::Database;
use crate::http::PageError;
use crate::http::staff::{Feature, StaffAnswer, StaffPage, StaffVisit};
use crate::money::Amount;
use crate::perfex::options::LocalZone;
use crate::shop::{FEATURE, figures};

/// The page.
#[derive(Debug, Clone)]
pub struct DashboardPage {
    /// The shop's database.
    pub database: Database,
}

/// How far back the page looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Span {
    /// Thirty days, a bar each.
    Days,
    /// Twelve months, a bar each.
    Months,
}

/// A chart with the same numbers as rows.
#[derive(Serialize)]
struct Chart {
    title: String,
    total: String,
    svg: String,
    first: String,
    last: String,
    most: String,
    rows: Vec<(String, String)>,
}

#[derive(Serialize)]
struct Tab {
    text: String,
    href: &'static str,
    active: bool,
}

impl StaffPage for DashboardPage {
    fn at(&self) -> &'static str {
        "shop"
    }

    fn feature(&self) -> Feature {
        FEATURE
    }

    fn answer(&self, visit: StaffVisit) -> BoxFuture<'_, Result<StaffAnswer, PageError>> {
        Box::pin(async move {
            if visit.sends() || !visit.below().is_empty() {
                return Ok(StaffAnswer::Unknown);
            }
            self.page(&visit).await
        })
    }
}

impl DashboardPage {
    async fn page(&self, visit: &StaffVisit) -> Result<StaffAnswer, PageError> {
        let span = if visit.query.get("span") == Some("months") { Span::Months } else { Span::Days };
        let zone = visit.formats.zone();
        let steps = span.steps(zone.wall_clock(visit.now).date());
        let mut session = self.database.session().await?;
        let (mut orders, mut licenses) = (Vec::new(), Vec::new());
        let mut paid: BTreeMap<String, BTreeMap<NaiveDate, Amount>> = BTreeMap::new();
        for step in &steps {
            let bounds = span.bounds(zone, *step, *step);
            let sales = figures::sales(&mut session, &bounds).await?;
            orders.push(sales.orders);
            for (currency, sum) in sales.paid {
                paid.entry(currency).or_default().insert(*step, sum);
            }
            licenses.push(figures::licenses(&mut session, &bounds).await?);
        }
        let (trials, bought) = match (steps.first(), steps.last()) {
            (Some(first), Some(last)) => {
                figures::trials(&mut session, &span.bounds(zone, *first, *last)).await?
            }
            _ => (0, 0),
        };
        drop(session);
        let counted = |name: &str, counts: &[u64]| {
            let bars: Vec<(NaiveDate, f64, String)> = std::iter::zip(&steps, counts)
                .map(|(step, count)| {
                    (*step, f64::from(u32::try_from(*count).unwrap_or(u32::MAX)), count.to_string())
                })
                .collect();
            let total: u64 = counts.iter().sum();
            chart(visit, span, name, visit.say(&format!("shop-chart-{name}")), total.to_string(), &bars)
        };
        let mut charts = vec![counted("orders", &orders)];
        for (number, (currency, sums)) in paid.iter().enumerate() {
            let total: Amount = sums.values().copied().sum();
            let bars: Vec<(NaiveDate, f64, String)> = steps
                .iter()
                .map(|step| {
                    let sum = sums.get(step).copied().unwrap_or_default();
                    (*step, sum.to_string().parse().unwrap_or_default(), visit.formats.amount(sum, currency))
                })
                .collect();
            let title = visit.say_with("shop-chart-revenue", &[("currency", currency)]);
            let total = visit.formats.amount(total, currency);
            charts.push(chart(visit, span, &format!("revenue-{number}"), title, total, &bars));
        }
        charts.push(counted("licenses", &licenses));
        let tabs = [("shop-span-days", "?", Span::Days), ("shop-span-months", "?span=months", Span::Months)]
            .map(|(phrase, href, one)| Tab { text: visit.say(phrase), href, active: one == span });
        let mut context = Context::new();
        context.insert("charts", &charts);
        context.insert("tabs", &tabs);
        context.insert("trials", &trials);
        context.insert("bought", &bought);
        context.insert("conversion", &bought.saturating_mul(100).checked_div(trials));
        visit.page("shop.html", visit.say("shop-dashboard"), context)
    }
}

impl Span {
    /// The first day of each bar, oldest first.
    fn steps(self, today: NaiveDate) -> Vec<NaiveDate> {
        match self {
            Self::Days => (0..30).rev().filter_map(|back| today.checked_sub_days(Days::new(back))).collect(),
            Self::Months => {
                let month = today.with_day(1).unwrap_or(today);
                (0..12).rev().filter_map(|back| month.checked_sub_months(Months::new(back))).collect()
            }
        }
    }

    /// From where a bar begins until another one, or the same, ends.
    fn bounds(self, zone: LocalZone, first: NaiveDate, last: NaiveDate) -> Range<DateTime<Utc>> {
        let after = match self {
            Self::Days => last.succ_opt(),
            Self::Months => last.checked_add_months(Months::new(1)),
        };
        zone.day_began(first)..zone.day_began(after.unwrap_or(last))
    }

    fn label(self, visit: &StaffVisit, step: NaiveDate) -> String {
        match self {
            Self::Days => visit.formats.date(step),
            Self::Months => step.format("%m/%Y").to_string(),
        }
    }
}

fn chart(
    visit: &StaffVisit,
    span: Span,
    id: &str,
    title: String,
    total: String,
    values: &[(NaiveDate, f64, String)],
) -> Chart {
    let drawn: Vec<Bar> = values
        .iter()
        .map(|(step, value, text)| Bar { label: span.label(visit, *step), value: *value, text: text.clone() })
        .collect();
    let svg = bars(&format!("chart-{id}"), &title, &drawn);
    let label = |bar: Option<&Bar>| bar.map(|bar| bar.label.clone()).unwrap_or_default();
    let (first, last) = (label(drawn.first()), label(drawn.last()));
    let tallest = drawn.iter().max_by(|one, other| one.value.total_cmp(&other.value));
    let most = tallest.map(|bar| bar.text.clone()).unwrap_or_default();
    let rows = drawn.into_iter().rev().map(|bar| (bar.label, bar.text)).collect();
    Chart { title, total, svg, first, last, most, rows }
}
