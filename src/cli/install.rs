//! `install` and `uninstall`: what the bridge puts into the CRM, and takes out again.

use clap::Args;
use serde::Serialize;

use crate::app::{App, CompanionError, OwnVendorError, Placed, ThemeWord};
use crate::companion::live::Live;
use crate::companion::module::VERSION;
use crate::db::{self, Session};
use crate::http::gateway::Secrets;
use crate::licensing::client;
use crate::perfex::mail_template::{self, NewTemplate};
use crate::shop::saved_rules;

use super::CliError;
use super::output::{Format, print_one};
use super::routes::{proved, without_module};
use super::transaction::transaction;
use super::web_group::WebGroup;

/// Arguments of `install`.
#[derive(Debug, Args)]
pub struct Install {
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
    /// Also add the daemon's user to the web server's group, so that it may keep our lines in `my_routes.php`.
    #[arg(long)]
    add_to_web_group: bool,
}

/// Arguments of `uninstall`.
#[derive(Debug, Args)]
pub struct Uninstall {
    /// Also drop our tables, with every order and license in them.
    #[arg(long)]
    purge: bool,
}

#[derive(Debug, Serialize)]
struct Installed {
    dry_run: bool,
    migrations: Vec<&'static str>,
    mail_templates: Vec<String>,
    licenses: Vec<String>,
    /// What was done with our module in the CRM; `None` where it could not be.
    module: Option<&'static str>,
    /// Whether the routes were written, are in place or are left out; `None` where the CRM's folder is not known.
    routes: Option<&'static str>,
    /// By which way requests to the CRM's address reach the daemon: `proxy` or `gateway`; `None` where they do not, or
    /// nobody asked.
    live: Option<&'static str>,
    #[serde(skip)]
    told: Option<String>,
    /// What adds the daemon's user to the web server's group, where it is not in it.
    web_group: Option<String>,
    /// Whether the CRM's companion and the daemon got a secret to share.
    gateway_secret: bool,
    /// What was left out, and why.
    skipped: Vec<String>,
    /// What could not be done, and why; the rest was.
    troubles: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Uninstalled {
    mail_templates: u64,
    /// Whether the routes were removed; `None` where the CRM's folder is not known.
    routes: Option<&'static str>,
    /// Whether our module was removed from the CRM; `None` where it could not be looked for.
    module: Option<&'static str>,
    tables_dropped: bool,
    /// What could not be taken out, and why; the rest was.
    troubles: Vec<String>,
}

impl Install {
    pub(super) fn changes_something(&self) -> bool {
        !self.dry_run
    }

    pub(super) async fn run(self, app: &App, format: Format) -> Result<(), CliError> {
        app.schema().await?;
        let migrations = if self.dry_run {
            db::pending(&app.database).await?
        } else {
            db::migrate(&app.database, app.clock.now()).await?
        };
        let mail_templates = self.mail_templates(app).await?;
        let (licenses, mut troubles) = self.licenses(app).await?;
        let gateway_secret = self.gateway_secret(app).await?;
        let placed = app.install_companion(self.dry_run).await;
        let failed = placed.is_err();
        let (mut module, mut skipped) = (None, Vec::new());
        match placed {
            Ok(Some(placed)) => module = Some(word(placed)),
            Ok(None) => {
                skipped.push("the CRM has no pages of ours: its folder is not known; set perfex.root".into());
            }
            Err(CompanionError::Database(error)) => return Err(error.into()),
            Err(CompanionError::Module(error)) => troubles.push(format!("no module: {error}")),
        }
        match app.portal_theme().await {
            Ok(Some(ThemeWord { detail, mend: Some(mend) })) => skipped.push(format!("{detail}; {mend}")),
            Ok(_) => {}
            Err(error) => skipped.push(format!("the client portal's theme was not looked at: {error}")),
        }
        if !failed
            && !self.dry_run
            && let Err(error) = app.sync_languages().await
        {
            troubles.push(format!("no copies of the texts among the CRM's languages: {error}"));
        }
        // After the module: routes to controllers that are not there would take the addresses down.
        let (routes, live) =
            if failed { (Some("left out"), None) } else { self.routes(app, &mut troubles).await };
        let told = live.as_ref().map(|live| live.sentence(&app.base_url));
        let web_group = app.config.perfex.root.as_deref().and_then(WebGroup::lacking);
        let web_group = self.web_group(web_group, &mut troubles);
        let installed = Installed {
            dry_run: self.dry_run,
            migrations: migrations.iter().map(|migration| migration.name).collect(),
            mail_templates,
            licenses,
            module,
            skipped,
            routes,
            web_group,
            live: live.as_ref().and_then(Live::way),
            told: told.map(|(said, mend)| mend.map_or(said.clone(), |mend| format!("{said}; {mend}"))),
            gateway_secret,
            troubles,
        };
        print_one(format, &installed, Installed::describe)?;
        if failed { Err(CliError::Reported) } else { Ok(()) }
    }

    /// Routes go live only where the controllers are that they lead to.
    async fn routes(&self, app: &App, troubles: &mut Vec<String>) -> (Option<&'static str>, Option<Live>) {
        let done = match app.routes() {
            Ok(None) => return (None, None),
            // The module would be there by then.
            Ok(Some(routes)) if self.dry_run => routes.try_write().await.map(|done| (done, None)),
            Ok(Some(routes)) if !routes.controllers_are_there() => {
                troubles.push(format!("no routes: {}", without_module()));
                return (Some("left out"), None);
            }
            Ok(Some(routes)) => proved(app, &routes).await.map(|proved| (proved.done, Some(proved.live))),
            Err(error) => Err(error),
        };
        match done {
            Ok((done, live)) => {
                troubles.extend(done.notes);
                (Some(if done.changed { "written" } else { "in place" }), live)
            }
            Err(error) => {
                troubles.push(format!("no routes: {error}"));
                (Some("failed"), None)
            }
        }
    }

    /// Where this install is its own vendor, its modules get licenses; one that cannot have any leaves the others alone.
    async fn licenses(&self, app: &App) -> Result<(Vec<String>, Vec<String>), CliError> {
        let (mut licensed, mut troubles) = (Vec::new(), Vec::new());
        for module in app.modules_without_license().await.map_err(|error| failed(&error))? {
            match if self.dry_run { Ok(()) } else { app.license_own_module(module).await } {
                Ok(()) => licensed.push(module.to_string()),
                Err(error) => troubles.push(format!("no license for {module}: {error}")),
            }
        }
        Ok((licensed, troubles))
    }

    /// What was done about the web server's group, or can be.
    fn web_group(&self, lacking: Option<WebGroup>, troubles: &mut Vec<String>) -> Option<String> {
        let lacking = lacking?;
        let command = lacking.command();
        if !self.add_to_web_group || self.dry_run {
            return Some(format!(
                "so that the daemon may keep our lines in my_routes.php: {command} && systemctl restart perfex-bridge \
                 (`install --add-to-web-group` does the first)"
            ));
        }
        match lacking.join() {
            Ok(()) => Some(format!("done: {command}; now: systemctl restart perfex-bridge")),
            Err(sentence) => {
                troubles.push(sentence);
                None
            }
        }
    }

    async fn gateway_secret(&self, app: &App) -> Result<bool, CliError> {
        if self.dry_run {
            let mut session = app.database.session().await?;
            return Ok(Secrets::read(&mut session, &app.cipher).await?.is_none());
        }
        Ok(Secrets::ensure(&app.database, &app.cipher, &*app.entropy).await?)
    }

    /// Rows that staff have edited stay as they are.
    async fn mail_templates(&self, app: &App) -> Result<Vec<String>, CliError> {
        transaction(app, async |session| self.write_mail_templates(app, session).await).await
    }

    async fn write_mail_templates(&self, app: &App, session: &mut Session) -> Result<Vec<String>, CliError> {
        let mut written = Vec::new();
        for text in app.texts.all() {
            let slug = mail_template::slug(text.slug);
            let template = NewTemplate {
                slug: &slug,
                language: text.language.as_str(),
                name: &text.name,
                subject: &text.subject,
                message: &text.message,
                from_name: &text.from_name,
            };
            if self.dry_run {
                if !template.exists(session).await? {
                    written.push(format!("{slug} ({})", text.language));
                }
            } else if let Some(id) = template.ensure(session).await? {
                // The CRM's own list shows only its own groups; the editor opens by address.
                let edit = format!("{}admin/emails/email_template/{id}", app.base_url);
                written.push(format!("{slug} ({}), edit at {edit}", text.language));
            }
        }
        Ok(written)
    }
}

impl Installed {
    fn describe(&self) -> String {
        let placed = self.module.filter(|module| *module != word(Placed::InPlace));
        let nothing = self.migrations.is_empty()
            && self.mail_templates.is_empty()
            && self.licenses.is_empty()
            && placed.is_none()
            && !self.gateway_secret
            && self.routes != Some("written");
        if nothing && self.troubles.is_empty() {
            let all = ["everything is in place".to_owned()];
            let group: Vec<String> = self.web_group.iter().cloned().collect();
            return [&all, group.as_slice(), self.skipped.as_slice()].concat().join("\n");
        }
        let verb = if self.dry_run { "would write" } else { "wrote" };
        let mut lines = Vec::new();
        for name in &self.migrations {
            lines.push(format!("{verb} tables: {name}"));
        }
        for name in &self.mail_templates {
            lines.push(format!("{verb} mail template: {name}"));
        }
        if self.gateway_secret {
            lines.push(format!("{verb} a secret for the gateway between CRM and daemon"));
        }
        if self.routes == Some("written") {
            lines.push(format!("{verb} routes"));
        }
        let verb = if self.dry_run { "would issue" } else { "issued" };
        for name in &self.licenses {
            lines.push(format!("{verb} a license for this install's own module: {name}"));
        }
        if let Some(done) = placed {
            let would = if self.dry_run { "would be " } else { "" };
            lines.push(format!("the CRM's module {VERSION}: {would}{done}"));
        }
        lines.extend(self.told.iter().cloned());
        lines.extend(self.web_group.iter().cloned());
        if !self.dry_run {
            lines.push("`perfex-bridge uninstall` takes all of this out again".to_owned());
        }
        lines.extend(self.skipped.iter().cloned());
        lines.extend(self.troubles.iter().cloned());
        lines.join("\n")
    }
}

fn word(placed: Placed) -> &'static str {
    match placed {
        Placed::Installed => "installed",
        Placed::Updated => "updated",
        Placed::InPlace => "in place",
    }
}

impl Uninstall {
    pub(super) async fn run(self, app: &App, format: Format) -> Result<(), CliError> {
        let mut troubles = Vec::new();
        // First: no route may lead to a controller that is gone.
        let routes = remove_routes(app, &mut troubles).await;
        let module = match app.remove_companion().await {
            Ok(None) => None,
            Ok(Some(removed)) => Some(if removed { "removed" } else { "none" }),
            Err(CompanionError::Database(error)) => return Err(error.into()),
            Err(CompanionError::Module(error)) => {
                troubles.push(format!("the CRM's module is switched off, but still there: {error}"));
                Some("failed")
            }
        };
        let mut session = app.database.session().await?;
        let mail_templates = mail_template::remove_all(&mut session).await?;
        Secrets::remove(&mut session).await?;
        if self.purge {
            client::remove_all(&mut session).await?;
            saved_rules::remove_all(&mut session).await?;
            db::drop_all(&app.database).await?;
        }
        let failed = !troubles.is_empty();
        let done = Uninstalled { mail_templates, routes, module, tables_dropped: self.purge, troubles };
        print_one(format, &done, |done| {
            let tables = if done.tables_dropped {
                "our tables are dropped"
            } else {
                "our tables with all orders and licenses stay; --purge drops them"
            };
            let routes = if done.routes == Some("removed") { "routes removed; " } else { "" };
            let module = if done.module == Some("removed") { "the CRM's module and " } else { "" };
            let said = format!("{routes}{module}{} mail templates removed; {tables}", done.mail_templates);
            [&[said], done.troubles.as_slice()].concat().join("\n")
        })?;
        if failed { Err(CliError::Reported) } else { Ok(()) }
    }
}

async fn remove_routes(app: &App, troubles: &mut Vec<String>) -> Option<&'static str> {
    let done = match app.routes() {
        Ok(None) => return None,
        Ok(Some(routes)) => routes.remove().await,
        Err(error) => Err(error),
    };
    match done {
        Ok(done) => Some(if done.changed { "removed" } else { "none" }),
        Err(error) => {
            troubles.push(format!("the routes are still there: {error}"));
            Some("failed")
        }
    }
}

fn failed(error: &OwnVendorError) -> CliError {
    CliError::Failed(error.to_string())
}
