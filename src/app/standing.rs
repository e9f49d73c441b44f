//! Looks at everything that staff should know of: the database, the loops, the CRM's folder, licenses, jobs, messages.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::{Instant, timeout};

use crate::companion::module::{Standing as Files, VERSION};
use crate::companion::overview::{Level, Report, Sign, Standing};
use crate::config::{LicenseServer, MailTransport};
use crate::db::{DbError, Server};
use crate::licensing::client::State as LicenseState;
use crate::outbox::{self, State};
use crate::perfex::my_routes::Standing as Routes;
use crate::perfex::schema::Schema;
use crate::schedule;
use crate::vitals::{Phase, Vitals};

use super::App;

/// The time that all of it may take together: a page waits.
const PATIENCE: Duration = Duration::from_secs(2);
/// From when on a silent watch is worth a look, beyond its interval.
const LATE: Duration = Duration::from_secs(30);
/// From when on a message that waits is worth a look.
const WAITS: chrono::TimeDelta = chrono::TimeDelta::minutes(30);
/// From when on a job that does not run is worth a look.
const OVERDUE: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

/// What is looked at.
pub(super) struct AppStanding {
    pub app: Arc<App>,
    pub vitals: Vitals,
}

impl Standing for AppStanding {
    fn look(&self) -> BoxFuture<'_, Report> {
        Box::pin(async move {
            let mut report = Report::default();
            report.versions.push(("daemon", env!("CARGO_PKG_VERSION").to_owned()));
            report.signs.extend([self.watch(), self.loops()]);
            let database = timeout(PATIENCE, self.database(&mut report)).await;
            match database {
                Ok(Ok(())) => {}
                Ok(Err(error)) => report.signs.insert(
                    0,
                    Sign::new("database", Level::Bad, "bridge-database-bad").with("reason", &error),
                ),
                Err(_) => report.signs.insert(0, Sign::new("database", Level::Bad, "bridge-database-silent")),
            }
            let routes = timeout(PATIENCE, self.routes()).await;
            report.signs.extend(routes.unwrap_or_else(|_| Some(unread("routes", "too slow"))));
            let module = timeout(PATIENCE, self.module(&mut report)).await;
            report.signs.extend(module.unwrap_or_else(|_| Some(unread("module", "too slow"))));
            report
        })
    }
}

fn unread(name: &'static str, reason: &str) -> Sign {
    Sign::new(name, Level::Warn, "bridge-unread").with("reason", reason)
}

impl AppStanding {
    fn watch(&self) -> Sign {
        let status = self.vitals.status();
        let since = self.vitals.since_look();
        let seconds = since.map(|since| since.as_secs().to_string()).unwrap_or_default();
        match status.phase {
            Phase::Waiting(reason) => {
                Sign::new("watch", Level::Bad, "bridge-watch-waiting").with("reason", &reason)
            }
            Phase::Ready | Phase::Starting | Phase::Stopping => match since {
                None => Sign::new("watch", Level::Warn, "bridge-watch-starting"),
                Some(since) => {
                    let late = since > self.app.config.watch.interval + LATE;
                    let level = if late { Level::Warn } else { Level::Good };
                    Sign::new("watch", level, "bridge-watch-looked")
                        .with("mode", &status.watch)
                        .with("seconds", &seconds)
                }
            },
        }
    }

    fn loops(&self) -> Sign {
        let overdue = self.vitals.overdue();
        if overdue.is_empty() {
            return Sign::new("loops", Level::Good, "bridge-loops-good").with("count", &self.vitals.loops());
        }
        let told: Vec<String> = overdue.iter().map(ToString::to_string).collect();
        Sign::new("loops", Level::Bad, "bridge-loops-bad").with("reason", &told.join("; "))
    }

    async fn database(&self, report: &mut Report) -> Result<(), DbError> {
        let begun = Instant::now();
        let mut session = self.app.database.session().await?;
        let server = Server::probe(&mut session).await?;
        let took = begun.elapsed().as_millis();
        report.signs.insert(
            0,
            Sign::new("database", Level::Good, "bridge-database-good")
                .with("server", &server)
                .with("took", &took),
        );
        report.versions.push(("database", server.to_string()));
        if let Ok(version) = Schema::version_now(&mut session).await {
            report.versions.push(("perfex", version.to_string()));
        }
        report.signs.extend(self.messages(&mut session).await?);
        report.signs.extend(self.jobs(&mut session).await?);
        drop(session);
        report.signs.extend(self.licenses().await?);
        let transport = match &self.app.config.mail.transport {
            MailTransport::Perfex => "perfex",
            MailTransport::Smtp(_) => "smtp",
            MailTransport::Sendmail { .. } => "sendmail",
            MailTransport::File { .. } => "file",
        };
        report.versions.push(("mail", transport.to_owned()));
        Ok(())
    }

    async fn messages(&self, session: &mut crate::db::Session) -> Result<Vec<Sign>, DbError> {
        let piles = outbox::overview(session).await?;
        let dead: u64 = piles.iter().filter(|pile| pile.state == State::Dead).map(|pile| pile.messages).sum();
        let waiting = || piles.iter().filter(|pile| !matches!(pile.state, State::Dead | State::Sent));
        let count: u64 = waiting().map(|pile| pile.messages).sum();
        let stuck = waiting().any(|pile| self.app.clock.now() - pile.oldest > WAITS);
        let level = if dead > 0 || stuck { Level::Warn } else { Level::Good };
        let phrase = if dead > 0 { "bridge-messages-failed" } else { "bridge-messages-waiting" };
        Ok(vec![Sign::new("messages", level, phrase).with("count", &count).with("failed", &dead)])
    }

    async fn jobs(&self, session: &mut crate::db::Session) -> Result<Vec<Sign>, DbError> {
        let now = self.app.clock.now();
        let jobs = schedule::list(session).await?;
        if jobs.is_empty() {
            return Ok(Vec::new());
        }
        let failing = jobs.iter().find(|job| job.failures > 0);
        let late = jobs.iter().find(|job| job.overdue(now).is_some_and(|by| by > OVERDUE));
        Ok(vec![match (failing, late) {
            (Some(job), _) => Sign::new("jobs", Level::Warn, "bridge-jobs-failing")
                .with("job", &job.job)
                .with("reason", job.last_error.as_deref().unwrap_or_default()),
            (None, Some(job)) => Sign::new("jobs", Level::Warn, "bridge-jobs-late").with("job", &job.job),
            (None, None) => Sign::new("jobs", Level::Good, "bridge-jobs-good").with("count", &jobs.len()),
        }])
    }

    async fn licenses(&self) -> Result<Vec<Sign>, DbError> {
        let panels = self.app.licenses.panels().await?;
        let unread = matches!(self.app.config.licensing.server, LicenseServer::Unread { .. });
        let unread = unread.then(|| Sign::new("license", Level::Bad, "bridge-license-server-unread"));
        let sign = |panel: &crate::licensing::client::Panel| {
            let (level, phrase) = match panel.state {
                LicenseState::Valid => (Level::Good, "bridge-license-valid"),
                LicenseState::Grace => (Level::Warn, "bridge-license-grace"),
                LicenseState::Missing => (Level::Warn, "bridge-license-missing"),
                LicenseState::Locked => (Level::Bad, "bridge-license-locked"),
            };
            Sign::new("license", level, phrase).with("module", panel.module.title())
        };
        Ok(unread.into_iter().chain(panels.iter().map(sign)).collect())
    }

    async fn routes(&self) -> Option<Sign> {
        let routes = match self.app.routes() {
            Ok(Some(routes)) => routes,
            Ok(None) => return None,
            Err(error) => return Some(unread("routes", &error.to_string())),
        };
        Some(match routes.standing().await {
            Ok(done) if done.before == Routes::Present => {
                Sign::new("routes", Level::Good, "bridge-routes-good")
            }
            Ok(_) => Sign::new("routes", Level::Warn, "bridge-routes-drift"),
            Err(error) => unread("routes", &error.to_string()),
        })
    }

    async fn module(&self, report: &mut Report) -> Option<Sign> {
        let companion = match self.app.companion() {
            Ok(Some(companion)) => companion,
            Ok(None) => return None,
            Err(error) => return Some(unread("module", &error.to_string())),
        };
        if let Some(version) = companion.folder.version() {
            report.versions.push(("module", version));
        }
        let standing = companion.on_disk(crate::companion::module::Folder::standing).await;
        Some(match standing {
            Ok(Files::Current) => {
                Sign::new("module", Level::Good, "bridge-module-good").with("version", VERSION)
            }
            Ok(Files::Missing) => Sign::new("module", Level::Warn, "bridge-module-missing"),
            Ok(Files::Other { .. }) => Sign::new("module", Level::Warn, "bridge-module-other"),
            Err(error) => unread("module", &error.to_string()),
        })
    }
}
