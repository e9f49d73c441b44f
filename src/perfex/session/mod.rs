//! The CRM's sessions: who is signed in with this cookie, as PHP last wrote it down.
//!
//! In: the cookie's value, the visitor's address, the time. Out: a [`Login`], or a [`SessionRefusal`] that says why the
//! cookie counts for nobody. Invariants:
//!
//! - the row is read anew each time: PHP keeps the id when somebody signs in, so an id says nothing about who it was;
//! - one query, by primary key; nothing is ever written, because PHP writes the whole row when its request ends;
//! - ids are compared byte for byte: the table's collation takes `A` for `a`;
//! - a session that was not used for as long as the CRM says it lives is over, although Perfex leaves that to a clean-up
//!   which many servers never run.

mod id;
mod login;
mod values;

use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::db::{DbError, Fields, Record, Session};
use crate::perfex::app_config::SessionSettings;

pub use id::{IdError, SessionId};
pub use login::{ContactLogin, Login};
pub use values::{Unreadable, Values};

/// The longest session that is read, in bytes: far beyond the 64 KiB of Perfex's own column.
pub const LONGEST: usize = 2 * 1024 * 1024;

/// How long a session lives where the CRM says "until the browser closes": as long as by default.
const UNTIL_THE_BROWSER_CLOSES: Duration = Duration::from_hours(8);

/// `{sessions}` is the table, whose name is the CRM's own setting.
const FIND: &str = "SELECT `id`, `ip_address`, `timestamp`, \
     CASE WHEN LENGTH(`data`) <= ? THEN `data` END AS `data` FROM `{sessions}` WHERE `id` = ?";

/// Reads the CRM's sessions.
#[derive(Debug, Clone)]
pub struct Sessions {
    table: Result<String, Unreadable>,
    lifetime: Duration,
    match_ip: bool,
}

/// Why a session cookie counts for nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionRefusal {
    /// No session has such an id.
    #[error("there is no such session; it ended, or was never there")]
    Unknown,
    /// Not used for too long.
    #[error("the session was not used for longer than the CRM keeps sessions")]
    Expired,
    /// Bound to another address.
    #[error("the session belongs to another address, and APP_SESSION_MATCH_IP binds it there")]
    OtherAddress,
    /// It may be somebody's, but only PHP can tell.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

struct Row {
    id: String,
    address: String,
    used_at: i64,
    data: Option<Vec<u8>>,
}

impl Record for Row {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            id: row.take("id")?,
            address: row.take("ip_address")?,
            used_at: row.take("timestamp")?,
            data: row.take("data")?,
        })
    }
}

impl Sessions {
    /// Sessions as the CRM keeps them; `prefix` is that of its tables.
    #[must_use]
    pub fn new(settings: &SessionSettings, prefix: &str) -> Self {
        let lifetime = match settings.expiration {
            Duration::ZERO => UNTIL_THE_BROWSER_CLOSES,
            given => given,
        };
        Self { table: table(settings, prefix), lifetime, match_ip: settings.match_ip }
    }

    /// The table's whole name, or why no session can be read at all, as when the CRM keeps them in files.
    pub fn table(&self) -> Result<&str, &Unreadable> {
        self.table.as_deref()
    }

    /// Looks for a session that cannot exist, to find out whether sessions can be read.
    pub async fn try_out(&self, session: &mut Session) -> Result<(), DbError> {
        if let Ok(table) = &self.table {
            session.first::<Row>(&FIND.replace("{sessions}", table), (0_u64, "")).await?;
        }
        Ok(())
    }

    /// Who is signed in; one query.
    pub async fn login(
        &self,
        session: &mut Session,
        id: &SessionId,
        visitor: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<Result<Login, SessionRefusal>, DbError> {
        let find = match self.table() {
            Ok(table) => FIND.replace("{sessions}", table),
            Err(obstacle) => return Ok(Err(obstacle.clone().into())),
        };
        let longest = u64::try_from(LONGEST).unwrap_or(u64::MAX);
        let row: Option<Row> = session.first(&find, (longest, id.as_str())).await?;
        Ok(row.ok_or(SessionRefusal::Unknown).and_then(|row| self.judge(&row, id, visitor, now)))
    }

    fn judge(
        &self,
        row: &Row,
        id: &SessionId,
        visitor: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<Login, SessionRefusal> {
        if row.id.as_bytes() != id.as_str().as_bytes() {
            return Err(SessionRefusal::Unknown);
        }
        let unused = u64::try_from(now.timestamp().saturating_sub(row.used_at)).unwrap_or(0);
        if unused > self.lifetime.as_secs() {
            return Err(SessionRefusal::Expired);
        }
        if self.match_ip && !same_address(&row.address, visitor) {
            return Err(SessionRefusal::OtherAddress);
        }
        let data = row.data.as_deref().ok_or(Unreadable::TooLong)?;
        Ok(Login::of(data)?)
    }
}

fn same_address(stored: &str, visitor: IpAddr) -> bool {
    stored.parse::<IpAddr>().is_ok_and(|stored| stored.to_canonical() == visitor.to_canonical())
}

/// The table's name: CodeIgniter puts the prefix before it unless it begins with it.
fn table(settings: &SessionSettings, prefix: &str) -> Result<String, Unreadable> {
    if settings.driver != "database" {
        return Err(Unreadable::Driver(settings.driver.clone()));
    }
    let name = settings.save_path.as_deref().unwrap_or("sessions");
    let name = if name.starts_with(prefix) { name.to_owned() } else { format!("{prefix}{name}") };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if (1..=64).contains(&name.len()) && name.bytes().all(plain) {
        Ok(name)
    } else {
        Err(Unreadable::Table(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(driver: &str, save_path: Option<&str>, prefix: &str) -> Result<String, Unreadable> {
        let settings = SessionSettings {
            driver: driver.to_owned(),
            save_path: save_path.map(str::to_owned),
            ..SessionSettings::default()
        };
        table(&settings, prefix)
    }

    #[test]
    fn the_table_gets_the_prefix_unless_it_has_it() {
        assert_eq!(named("database", Some("sessions"), "tbl").unwrap(), "tblsessions");
        assert_eq!(named("database", Some("tblsessions"), "tbl").unwrap(), "tblsessions");
        assert_eq!(named("database", None, "x_").unwrap(), "x_sessions");
        assert_eq!(named("database", Some("ci_sessions"), "").unwrap(), "ci_sessions");
    }

    #[test]
    fn sessions_that_are_no_plain_table_say_what_they_are() {
        let said = named("files", None, "tbl").unwrap_err().to_string();
        assert!(said.contains("`files`") && said.contains("SESS_DRIVER"), "{said}");
        let said = named("database", Some("s` WHERE 1 --"), "tbl").unwrap_err().to_string();
        assert!(said.contains("SESS_SAVE_PATH"), "{said}");
    }
}
