//! The CRM itself: its files, its PHP, its time zone.

use std::process::Stdio;
use std::time::Duration;

use crate::app::App;
use crate::perfex::app_config::{self, Source};
use crate::perfex::options::{LocalZone, Options};
use crate::perfex::php_check;
use crate::perfex::session::Sessions;

use super::{Finding, routes};

/// How long PHP may take to say its version.
const PHP_LIMIT: Duration = Duration::from_secs(5);
/// The oldest PHP that the modules run on.
const PHP: (u32, u32) = (8, 0);

pub(super) async fn findings(app: &App) -> Vec<Finding> {
    vec![
        app_config(app),
        sessions(app).await,
        upgrade(app).await,
        routes::finding(app).await,
        php(app).await,
        time_zone(app).await,
    ]
}

fn app_config(app: &App) -> Finding {
    match &app.source {
        None => Finding::ok("app-config", "not read: everything stands in our configuration"),
        Some(Source::Evaluated) => Finding::ok("app-config", "read through PHP"),
        Some(Source::Parsed { why }) => Finding::warn(
            "app-config",
            format!("read without PHP ({why}): values from included files and the environment are not seen"),
            "install php-cli, or set the values in our configuration",
        ),
    }
}

/// Looks for a session that nobody has, as a page does for a visitor.
async fn sessions(app: &App) -> Finding {
    let sessions = Sessions::new(&app.sessions, app.database.prefix().as_str());
    let table = match sessions.table() {
        Ok(table) => table,
        Err(obstacle) => {
            return Finding::warn(
                "sessions",
                obstacle.to_string(),
                "let the pages of the portal go through the gateway; in proxy mode every visitor is a stranger",
            );
        }
    };
    let looked = async {
        let mut session = app.database.session().await?;
        sessions.try_out(&mut session).await
    };
    match looked.await {
        Ok(()) => Finding::ok("sessions", format!("can be read from `{table}`")),
        Err(error) => Finding::fail(
            "sessions",
            error.to_string(),
            "`perfex-bridge grants` prints the statements for an administrator",
        ),
    }
}

async fn upgrade(app: &App) -> Finding {
    let Some(code) = app.code_version() else {
        return Finding::ok("upgrade", "not compared: the CRM's code is not readable from here");
    };
    match app.schema().await {
        Ok(schema) if schema.version == code => {
            Finding::ok("upgrade", "code and database have the same version")
        }
        Ok(schema) => Finding::fail(
            "upgrade",
            format!("the CRM's code expects database version {code}, the database is at {}", schema.version),
            "finish the upgrade: open the CRM's admin area and follow its upgrade page",
        ),
        Err(error) => Finding::fail("upgrade", error.to_string(), "see `perfex` above"),
    }
}

async fn php(app: &App) -> Finding {
    let Some(php) = app.config.perfex.php.clone().or_else(app_config::find_php) else {
        return Finding::warn("php", "no PHP command line on this machine", "install php-cli");
    };
    let asked = tokio::process::Command::new(&php)
        .arg("-n")
        .args(php_check::HARDENED)
        .args(["-r", "echo PHP_VERSION;"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let answer = match tokio::time::timeout(PHP_LIMIT, asked).await {
        Ok(Ok(output)) => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        Ok(Err(error)) => {
            return Finding::fail("php", format!("{}: {error}", php.display()), "check perfex.php");
        }
        Err(_) => {
            return Finding::fail("php", format!("{} does not answer", php.display()), "check perfex.php");
        }
    };
    let mut numbers = answer.split('.').map(|part| part.parse().unwrap_or(0));
    let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if version >= PHP {
        Finding::ok("php", format!("PHP {answer}"))
    } else {
        Finding::fail("php", format!("PHP {answer}"), "update to PHP 8.0 or newer")
    }
}

async fn time_zone(app: &App) -> Finding {
    let read = async {
        let mut session = app.database.session().await?;
        Options::read(&mut session, &[LocalZone::OPTION]).await
    };
    match read.await {
        Err(error) => Finding::fail("time zone", error.to_string(), "see `database` above"),
        Ok(options) => match options.get(LocalZone::OPTION) {
            "" => Finding::warn(
                "time zone",
                "the CRM has no time zone, dates are written in UTC",
                "set it under Setup > Settings > Localization",
            ),
            name if LocalZone::is_known(name) => {
                let local = LocalZone::of(&options).wall_clock(app.clock.now());
                Finding::ok("time zone", format!("{name}, where it is {}", local.format("%Y-%m-%d %H:%M")))
            }
            name => Finding::fail(
                "time zone",
                format!("the CRM's time zone `{name}` is not known here"),
                "choose another under Setup > Settings > Localization",
            ),
        },
    }
}
