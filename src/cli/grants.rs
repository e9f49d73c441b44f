//! `grants`: the rights that the bridge needs, to be run by an administrator.

use clap::Args;

use crate::app::App;
use crate::db;
use crate::perfex::session::Sessions;

use super::CliError;
use super::output::say;

/// Rights on the CRM's tables.
const CRM: &str = include_str!("../../sql/grants/least_privilege.sql");

/// Arguments of `grants`.
#[derive(Debug, Args)]
pub struct Grants {
    /// The user to be granted, as MySQL writes it.
    #[arg(long, default_value = "'perfex_bridge'@'localhost'")]
    user: String,
}

impl Grants {
    pub(super) async fn run(self, app: &App) -> Result<(), CliError> {
        let user = checked(&self.user)?;
        let database = app.database.name().await?;
        let prefix = app.database.prefix();
        let sessions = Sessions::new(&app.sessions, prefix.as_str());
        // Sessions that lie elsewhere leave the CRM's own table where it is, and nothing in it.
        let crm = sessions.table().map_or_else(|_| CRM.to_owned(), |table| CRM.replace("{p}sessions", table));
        let crm = prefix.fill(&crm).replace("{db}", &database).replace("{user}", &user);
        let own = db::TABLES.map(|table| {
            format!(
                "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES \
                 ON `{database}`.`{prefix}{table}` TO {user};"
            )
        });
        say(&format!("{crm}\n-- Our own tables.\n{}", own.join("\n")))?;
        Ok(())
    }
}

/// Takes `'name'@'host'` and nothing that could carry SQL.
fn checked(user: &str) -> Result<String, CliError> {
    let part = |text: &str| {
        let inner = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        inner.is_some_and(|inner| {
            !inner.is_empty()
                && inner.len() <= 80
                && inner.chars().all(|c| c.is_ascii_alphanumeric() || "_-.%:".contains(c))
        })
    };
    match user.split_once('@') {
        Some((name, host)) if part(name) && part(host) => Ok(user.to_owned()),
        _ => Err(CliError::Usage(format!(
            "`{user}` is not a database user: write it as 'perfex_bridge'@'localhost', with the quotes"
        ))),
    }
}
