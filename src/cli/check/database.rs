//! The database: reachable, new enough, with the rights that are needed, and with our tables.

use chrono::NaiveDateTime;

use crate::app::App;
use crate::db::{self, Database, DbError, Server, Session};
use crate::perfex::schema::Schema;

use super::Finding;

/// The line that others point at when the database is away.
pub(super) const NAME: &str = "database";
const CLOCK: &str = "SELECT UTC_TIMESTAMP() AS `now`";
/// Seconds that two clocks may be apart before someone should look.
const DRIFT: i64 = 5;
/// Seconds from which leases and dates go wrong.
const TOO_FAR: i64 = 60;

/// Statements that need the rights of daily work in the CRM's tables and touch no row, as in `least_privilege.sql`. The
/// table of the sessions, whose name is a setting, has a finding of its own.
const RIGHTS: [(&str, &str); 30] = [
    ("read the version", "SELECT `version` FROM `{p}migrations` WHERE 1 = 0"),
    ("read payments", "SELECT `id` FROM `{p}invoicepaymentrecords` WHERE 1 = 0"),
    ("read credit notes", "SELECT `reference_no` FROM `{p}creditnotes` WHERE 1 = 0"),
    (
        "ring the bell of staff",
        "INSERT INTO `{p}notifications` (`description`) SELECT `description` FROM `{p}notifications` WHERE 1 = 0",
    ),
    ("read credits", "SELECT `id` FROM `{p}credits` WHERE 1 = 0"),
    ("read currencies", "SELECT `id` FROM `{p}currencies` WHERE 1 = 0"),
    ("read taxes", "SELECT `id` FROM `{p}taxes` WHERE 1 = 0"),
    ("read countries", "SELECT `country_id` FROM `{p}countries` WHERE 1 = 0"),
    ("read payment modes", "SELECT `id` FROM `{p}payment_modes` WHERE 1 = 0"),
    ("create clients", "INSERT INTO `{p}clients` (`company`) SELECT `company` FROM `{p}clients` WHERE 1 = 0"),
    (
        "create contacts",
        "INSERT INTO `{p}contacts` (`userid`) SELECT `userid` FROM `{p}contacts` WHERE 1 = 0",
    ),
    (
        "ask the CRM to mail an invoice",
        "INSERT INTO `{p}scheduled_emails` (`rel_id`) SELECT `rel_id` FROM `{p}scheduled_emails` WHERE 1 = 0",
    ),
    ("take such a mail back", "DELETE FROM `{p}scheduled_emails` WHERE 1 = 0"),
    ("read what staff may", "SELECT `feature` FROM `{p}staff_permissions` WHERE 1 = 0"),
    (
        "read who is staff",
        "SELECT `staffid`, `firstname`, `lastname`, `active`, `admin`, `default_language` FROM `{p}staff` WHERE 1 = 0",
    ),
    (
        "create contact permissions",
        "INSERT INTO `{p}contact_permissions` (`userid`) SELECT `userid` FROM `{p}contact_permissions` WHERE 1 = 0",
    ),
    (
        "create invoices",
        "INSERT INTO `{p}invoices` (`clientid`) SELECT `clientid` FROM `{p}invoices` WHERE 1 = 0",
    ),
    ("number invoices", "UPDATE `{p}invoices` SET `number` = `number` WHERE 1 = 0"),
    (
        "create invoice lines",
        "INSERT INTO `{p}itemable` (`rel_id`) SELECT `rel_id` FROM `{p}itemable` WHERE 1 = 0",
    ),
    (
        "create invoice taxes",
        "INSERT INTO `{p}item_tax` (`rel_id`) SELECT `rel_id` FROM `{p}item_tax` WHERE 1 = 0",
    ),
    (
        "write the invoice's activity",
        "INSERT INTO `{p}sales_activity` (`rel_id`) SELECT `rel_id` FROM `{p}sales_activity` WHERE 1 = 0",
    ),
    (
        "write the activity log",
        "INSERT INTO `{p}activity_log` (`description`) SELECT `description` FROM `{p}activity_log` WHERE 1 = 0",
    ),
    ("raise the invoice number", "UPDATE `{p}options` SET `value` = `value` WHERE 1 = 0"),
    (
        "keep the modules' licenses",
        "INSERT INTO `{p}options` (`name`) SELECT `name` FROM `{p}options` WHERE 1 = 0",
    ),
    ("remove the modules' licenses", "DELETE FROM `{p}options` WHERE 1 = 0"),
    ("switch our module on", "UPDATE `{p}modules` SET `active` = `active` WHERE 1 = 0"),
    (
        "write our module's row",
        "INSERT INTO `{p}modules` (`module_name`) SELECT `module_name` FROM `{p}modules` WHERE 1 = 0",
    ),
    ("remove our module's row", "DELETE FROM `{p}modules` WHERE 1 = 0"),
    ("remove mail templates", "DELETE FROM `{p}emailtemplates` WHERE 1 = 0"),
    (
        "write mail templates",
        "INSERT INTO `{p}emailtemplates` (`slug`) SELECT `slug` FROM `{p}emailtemplates` WHERE 1 = 0",
    ),
];

/// "Column has no default" says that the statement was allowed, "no such table" that `tables` has more to say.
const HARMLESS: [u16; 2] = [1364, 1146];
/// The right to a table, a column, or the database is missing.
const DENIED: [u16; 3] = [1142, 1143, 1044];

pub(super) async fn findings(app: &App) -> Vec<Finding> {
    let mut session = match app.database.session().await {
        Ok(session) => session,
        Err(error) => return vec![unreachable(&error)],
    };
    let name = app.database.name().await.unwrap_or_default();
    let mut findings = vec![Finding::ok(NAME, format!("connected to `{name}`"))];
    findings.push(server(&mut session).await);
    let (perfex, schema) = perfex(app, &mut session).await;
    findings.push(perfex);
    if let Some(schema) = schema {
        findings.push(engines(&schema));
        findings.push(rights(&mut session).await);
        findings.push(tables(&app.database).await);
    }
    findings.push(clock(app, &mut session).await);
    findings
}

fn unreachable(error: &DbError) -> Finding {
    let mend = match error.code() {
        Some(1045) => {
            "check user and password: APP_DB_USERNAME and APP_DB_PASSWORD in app-config.php, or database.url"
        }
        Some(1049) => "check the database's name: APP_DB_NAME in app-config.php, or database.url",
        Some(1044) => "let this user into the database: `perfex-bridge grants` prints the statements",
        _ => "start the database server, and check host, port and socket in app-config.php or database.url",
    };
    Finding::fail(NAME, error.to_string(), mend)
}

async fn server(session: &mut Session) -> Finding {
    match Server::probe(session).await {
        Err(error) => Finding::fail("server", error.to_string(), "see the server's log"),
        Ok(server) if !server.is_supported() => {
            Finding::fail("server", server.to_string(), "update to MySQL 5.7 or MariaDB 10.3, or newer")
        }
        Ok(server) if server.refuses_read_committed() => Finding::fail(
            "server",
            format!("{server} with binlog_format = STATEMENT, which refuses READ COMMITTED transactions"),
            "set binlog_format = MIXED or ROW",
        ),
        Ok(server) => Finding::ok("server", server.to_string()),
    }
}

async fn perfex(app: &App, session: &mut Session) -> (Finding, Option<Schema>) {
    let prefix = app.database.prefix().as_str();
    match Schema::probe(session, prefix).await {
        Ok(schema) => {
            let detail = format!("version {}, table prefix `{prefix}`", schema.version_text());
            (Finding::ok("perfex", detail), Some(schema))
        }
        Err(error) => (
            Finding::fail("perfex", error.to_string(), "mend what the sentence says, then check again"),
            None,
        ),
    }
}

fn engines(schema: &Schema) -> Finding {
    if schema.without_transactions.is_empty() {
        return Finding::ok("engine", "all tables that are used are InnoDB");
    }
    Finding::fail(
        "engine",
        format!("without transactions: {}", schema.tables_without_transactions()),
        "open admin/misc/convert_tables_to_innodb_engine in the CRM as administrator",
    )
}

async fn rights(session: &mut Session) -> Finding {
    let own = db::TABLES.into_iter().flat_map(|table| {
        let column = a_column(table);
        let what = format!("write our table {table}");
        [
            (what.clone(), format!("INSERT INTO `{{p}}{table}` SELECT * FROM `{{p}}{table}` WHERE 1 = 0")),
            (what.clone(), format!("UPDATE `{{p}}{table}` SET `{column}` = `{column}` WHERE 1 = 0")),
            (what, format!("DELETE FROM `{{p}}{table}` WHERE 1 = 0")),
        ]
    });
    let crm = RIGHTS.into_iter().map(|(what, sql)| (what.to_owned(), sql.to_owned()));
    let mut missing: Vec<String> = Vec::new();
    for (what, sql) in crm.chain(own) {
        match session.run(&sql, ()).await {
            Ok(_) => {}
            Err(error) if error.code().is_some_and(|code| HARMLESS.contains(&code)) => {}
            Err(error) if error.code().is_some_and(|code| DENIED.contains(&code)) => missing.push(what),
            Err(error) => {
                return Finding::fail("rights", format!("cannot {what}: {error}"), "see the sentence");
            }
        }
    }
    missing.dedup();
    if missing.is_empty() {
        return Finding::ok("rights", "sufficient in the CRM's tables and in ours");
    }
    Finding::fail(
        "rights",
        format!("may not {}", missing.join(", ")),
        "`perfex-bridge grants` prints the statements for an administrator",
    )
}

/// A column of one of our tables.
fn a_column(table: &str) -> &'static str {
    match table {
        "bridge_locks" => "name",
        "bridge_schedule" => "job",
        "pm_unpaid_units" => "unit_no",
        "bridge_seen" => "row_id",
        "bridge_migrations" | "pm_wordings" => "version",
        "pm_license_bindings"
        | "pm_license_prefixes"
        | "pm_license_checks"
        | "pm_license_holders"
        | "pm_license_move_requests" => "license_id",
        "pm_api_key_products" | "pm_product_pages" | "pm_product_texts" => "product_id",
        "pm_package_pages" | "pm_package_taxes" | "pm_package_texts" => "package_id",
        "pm_order_item_sites" => "order_item_id",
        "pm_license_requests" => "reference",
        "pm_checkouts" | "pm_invoice_mails" => "order_id",
        _ => "id",
    }
}

async fn tables(database: &Database) -> Finding {
    match db::pending(database).await {
        Ok(todo) if todo.is_empty() => Finding::ok("tables", "our tables are up to date"),
        Ok(todo) => {
            let names: Vec<&str> = todo.iter().map(|migration| migration.name).collect();
            Finding::warn("tables", format!("missing: {}", names.join(", ")), "run `perfex-bridge install`")
        }
        Err(error) => Finding::fail("tables", error.to_string(), "see the sentence"),
    }
}

async fn clock(app: &App, session: &mut Session) -> Finding {
    let theirs = match session.first::<(NaiveDateTime,)>(CLOCK, ()).await {
        Ok(Some((now,))) => now,
        Ok(None) => {
            return Finding::warn("clock", "the server does not say the time", "see the server's log");
        }
        Err(error) => return Finding::fail("clock", error.to_string(), "see the server's log"),
    };
    let apart = (app.clock.now().naive_utc() - theirs).num_seconds().abs();
    let detail = format!("this machine and the database server are {apart} s apart");
    let mend = "let both machines take their time by NTP";
    if apart <= DRIFT {
        Finding::ok("clock", detail)
    } else if apart <= TOO_FAR {
        Finding::warn("clock", detail, mend)
    } else {
        Finding::fail("clock", detail, mend)
    }
}
