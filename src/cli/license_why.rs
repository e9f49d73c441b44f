//! `license why`: what happened to a license, who asked about it, and what looks odd.

use crate::app::App;
use crate::db::Session;
use crate::licensing::authority::Check;
use crate::licensing::{LICENSE_TIMELINE, License};
use crate::timeline::Event;

use super::CliError;
use super::output::{Format, moment, print_rows, say};
use super::story::in_english;

/// So many checks are shown, the latest.
const CHECKS: u32 = 20;
/// A site asks from one network, while it moves from two; more in a day is worth a look.
const NETWORKS: u64 = 3;

/// A license's timeline and its latest checks, each in the order of time.
pub(super) struct Why {
    events: Vec<Event<String>>,
    checks: Vec<Check>,
    odd: Option<Event<String>>,
}

impl Why {
    /// Reads what is known about a license.
    pub async fn read(app: &App, session: &mut Session, license: &License) -> Result<Self, CliError> {
        let (now, id) = (app.clock.now(), license.id);
        let networks = Check::networks(session, id, now).await?;
        let odd = (networks > NETWORKS).then(|| Event {
            at: now,
            event: "networks".to_owned(),
            detail: format!(
                "asked about from {networks} networks within 24 hours: is it on more than one site?"
            ),
        });
        let mut checks = Check::latest(session, id, app.first_day_of_checks(), now, CHECKS).await?;
        checks.reverse();
        let mut events = in_english(LICENSE_TIMELINE.read(session, id).await?)?;
        if let Some(end) = license.expires_at.filter(|end| *end <= now) {
            // Nothing is written when time passes: the end itself says it.
            let detail = "its term is over; `license renew` lets it last longer".to_owned();
            events.push(Event { at: end, event: "expired".to_owned(), detail });
            events.sort_by_key(|event| event.at);
        }
        Ok(Self { events, checks, odd })
    }

    /// Prints it: two tables for people, one list for scripts.
    pub fn print(self, format: Format) -> Result<(), CliError> {
        let Self { mut events, checks, odd } = self;
        if format == Format::Json {
            events.extend(checks.iter().map(as_event));
            events.sort_by_key(|event| event.at);
            events.extend(odd.clone());
        }
        print_rows(format, &events, &["when", "what", "why"], "nothing has happened yet", |event| {
            vec![moment(event.at), event.event.clone(), event.detail.clone()]
        })?;
        if format == Format::Json {
            return Ok(());
        }
        if !checks.is_empty() {
            say("")?;
            let header = ["last asked", "what", "domain", "from", "answer", "times that day"];
            print_rows(format, &checks, &header, "", |check| {
                vec![
                    moment(check.last_at),
                    check.action.clone(),
                    check.domain.clone(),
                    check.network.clone(),
                    check.code.clone(),
                    check.count.to_string(),
                ]
            })?;
        }
        if let Some(odd) = odd {
            say(&format!("\n{}", odd.detail))?;
        }
        Ok(())
    }
}

fn as_event(check: &Check) -> Event<String> {
    let Check { action, code, network, domain, count, first_at, last_at } = check;
    let times =
        if *count == 1 { "once".to_owned() } else { format!("{count} times since {}", moment(*first_at)) };
    Event {
        at: *last_at,
        event: "checked".to_owned(),
        detail: format!("{action} on {domain} from {network}: {code}, {times}"),
    }
}
