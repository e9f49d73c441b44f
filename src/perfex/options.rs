//! The CRM's settings (table `options`): text by name.
//!
//! Names are not unique there. Perfex lets the last autoloaded row win and the first of the others; a missing option
//! reads as empty (`database.md` 6.1). Nothing is cached: staff see the effect of a change at once.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone as _, Utc};
use chrono_tz::Tz;

use crate::db::{DbError, Fields, Record, Session, placeholders};

const READ: &str = "SELECT `name`, `value`, `autoload` FROM `{p}options` WHERE `name` IN ";

/// Which settings hold anything, without reading what may be a long text.
const WRITTEN: &str = "SELECT DISTINCT `name` FROM `{p}options` WHERE `value` <> '' AND `name` IN ";

/// Ours are there once.
const FIND: &str = "SELECT `id` FROM `{p}options` WHERE `name` = ? ORDER BY `id` LIMIT 1 FOR UPDATE";
const CHANGE: &str = "UPDATE `{p}options` SET `value` = ? WHERE `id` = ?";
const ADD: &str = "INSERT INTO `{p}options` (`name`, `value`, `autoload`) VALUES (?, ?, ?)";
const REMOVE: &str = "DELETE FROM `{p}options` WHERE `name` = ?";

/// A set of settings that were read together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options(BTreeMap<String, String>);

struct OptionRow {
    name: String,
    value: String,
    autoload: bool,
}

impl Record for OptionRow {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { name: row.take("name")?, value: row.take("value")?, autoload: row.take("autoload")? })
    }
}

impl Options {
    /// Reads the settings called `names`.
    pub async fn read(session: &mut Session, names: &[&str]) -> Result<Self, DbError> {
        let sql = format!("{READ}({}) ORDER BY `id`", placeholders(names.len()));
        let rows: Vec<OptionRow> = session.rows(&sql, names.to_vec()).await?;
        let mut values = BTreeMap::new();
        for row in rows {
            if row.autoload || !values.contains_key(&row.name) {
                values.insert(row.name, row.value);
            }
        }
        Ok(Self(values))
    }

    /// Those of the settings called `names` that are not empty.
    pub async fn written(session: &mut Session, names: &[&str]) -> Result<Vec<String>, DbError> {
        let sql = format!("{WRITTEN}({})", placeholders(names.len()));
        let rows: Vec<(String,)> = session.rows(&sql, names.to_vec()).await?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// Sets one of our own settings, in the caller's transaction. Names are not unique there: the caller sees to it that
    /// no two processes add the same one. The CRM does not read it for every page.
    pub async fn put(session: &mut Session, name: &str, value: &str) -> Result<(), DbError> {
        Self::write(session, name, value, false).await
    }

    /// The same for a setting that PHP needs in every request to us: the CRM reads it along with its own (`database.md` 6.1),
    /// which saves a question each time.
    pub async fn put_autoloaded(session: &mut Session, name: &str, value: &str) -> Result<(), DbError> {
        Self::write(session, name, value, true).await
    }

    async fn write(session: &mut Session, name: &str, value: &str, autoload: bool) -> Result<(), DbError> {
        match session.first::<(i64,)>(FIND, (name,)).await? {
            Some((id,)) => session.run(CHANGE, (value, id)).await?,
            None => session.run(ADD, (name, value, autoload)).await?,
        };
        Ok(())
    }

    /// Removes one of our own settings.
    pub async fn remove(session: &mut Session, name: &str) -> Result<(), DbError> {
        session.run(REMOVE, (name,)).await?;
        Ok(())
    }

    /// The value of `name`; empty when it was never set.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// The zone in which Perfex writes dates (option `default_timezone`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalZone(Tz);

impl LocalZone {
    /// The zone's name, for [`Options::read`].
    pub const OPTION: &str = "default_timezone";

    /// Reads the zone; an empty or unknown name means UTC, as PHP without a setting does.
    #[must_use]
    pub fn of(options: &Options) -> Self {
        Self(options.get(Self::OPTION).parse().unwrap_or(Tz::UTC))
    }

    /// The zone itself.
    #[must_use]
    pub fn zone(self) -> Tz {
        self.0
    }

    /// Whether a zone of this name exists.
    #[must_use]
    pub fn is_known(name: &str) -> bool {
        name.parse::<Tz>().is_ok()
    }

    /// When a day of that zone begins: the first moment of it that there is.
    #[must_use]
    pub fn day_began(self, day: NaiveDate) -> DateTime<Utc> {
        let midnight = day.and_time(chrono::NaiveTime::MIN);
        // Where clocks skip midnight, the day begins with the hour after it.
        let begins = [0, 1, 2, 3].into_iter().find_map(|hours| {
            let at = midnight.checked_add_signed(chrono::TimeDelta::hours(hours))?;
            self.0.from_local_datetime(&at).earliest()
        });
        begins.map_or_else(|| midnight.and_utc(), |at| at.with_timezone(&Utc))
    }

    /// What the zone is called at that time: `CET`, `CEST`, or `+03` where it has no letters.
    #[must_use]
    pub fn abbreviation(self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.0).format("%Z").to_string()
    }

    /// The wall clock in that zone, to the second: what goes into a Perfex column.
    #[must_use]
    pub fn wall_clock(self, at: DateTime<Utc>) -> NaiveDateTime {
        let local = at.with_timezone(&self.0).naive_local();
        chrono::SubsecRound::trunc_subsecs(local, 0)
    }
}
