//! One route: an address of the CRM, and the controller that answers there.

use std::fmt;

/// First segments that are the CRM's own: controllers, routes, folders of its document root, keys with a meaning.
const TAKEN: [&str; 44] = [
    "404_override",
    "admin",
    "application",
    "assets",
    "authentication",
    "backups",
    "check_emails",
    "consent",
    "contacts",
    "contract",
    "cron",
    "default_controller",
    "download",
    "estimate",
    "forgot_password",
    "forms",
    "gateways",
    "install",
    "invoice",
    "knowledge-base",
    "knowledge_base",
    "login",
    "logout",
    "media",
    "migration",
    "modules",
    "privacy-policy",
    "privacy_policy",
    "proposal",
    "register",
    "reset_password",
    "resources",
    "subscription",
    "survey",
    "system",
    "temp",
    "terms-and-conditions",
    "terms_and_conditions",
    "translate_uri_dashes",
    "uploads",
    "verification",
    "viewestimate",
    "viewinvoice",
    "viewproposal",
];

/// Second segments below `clients/` that are the CRM's own, in 3.0 and 3.4.
const TAKEN_FOR_CLIENTS: [&str; 45] = [
    "announcement",
    "announcements",
    "calendar",
    "cancel_subscription",
    "change_language",
    "change_ticket_status",
    "client_home_chart",
    "company",
    "contact_email_profile_unique",
    "contracts",
    "credit_card",
    "delete_credit_card",
    "delete_file",
    "dismiss_announcement",
    "download_all_project_files",
    "estimates",
    "export",
    "files",
    "forgot_password",
    "gdpr",
    "get_calendar_data",
    "index",
    "invoices",
    "knowledge-base",
    "knowledge_base",
    "login",
    "logout",
    "open_ticket",
    "profile",
    "project",
    "projects",
    "proposals",
    "register",
    "remove_profile_image",
    "remove_task_comment",
    "reset_password",
    "resume_subscription",
    "statement",
    "statement_pdf",
    "subscriptions",
    "success_update_card",
    "ticket",
    "tickets",
    "update_credit_card",
    "upload_files",
];

/// What stands for "and everything below".
const BELOW: &str = "/(.+)";

/// A route of ours.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    pattern: String,
    target: String,
}

/// Why something is no route of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// The address is the CRM's own, or may become it.
    #[error("the address `{0}` is the CRM's own")]
    Taken(String),
    /// The address cannot be written as a pattern.
    #[error("`{0}` is not an address: letters, digits, `_`, `-` and `.`, with single slashes between")]
    Address(String),
    /// The controller is not one.
    #[error("`{0}` is not module/controller/method in small letters")]
    Target(String),
}

impl Route {
    /// A route from exactly the address `path`, such as `clients/licenses`, to `module/controller/method`.
    pub fn exact(path: &str, target: &str) -> Result<Self, RouteError> {
        check_path(path)?;
        check_target(target)?;
        // A dot would stand for any character.
        Ok(Self { pattern: path.replace('.', "\\."), target: target.to_owned() })
    }

    /// A route from everything below `path`; the rest of the address becomes the method's arguments.
    pub fn below(path: &str, target: &str) -> Result<Self, RouteError> {
        let exact = Self::exact(path, target)?;
        Ok(Self { pattern: format!("{}{BELOW}", exact.pattern), target: format!("{target}/$1") })
    }

    /// The key in `$route`: what the CRM compares with the address, as a regular expression.
    #[must_use]
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// The value in `$route`.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Whether somebody's key takes an address of this route.
    pub(super) fn collides_with(&self, key: &str) -> bool {
        if key == self.pattern {
            return true;
        }
        let below = self.pattern.strip_suffix("(.+)");
        below.is_some_and(|below| key.starts_with(below))
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -> {}", self.pattern, self.target)
    }
}

fn check_path(path: &str) -> Result<(), RouteError> {
    let fits = |segment: &str| {
        !segment.is_empty()
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
            && !segment.starts_with('.')
    };
    if !path.split('/').all(fits) {
        return Err(RouteError::Address(path.to_owned()));
    }
    let mut segments = path.split('/');
    let taken = match (segments.next(), segments.next()) {
        (Some("clients"), Some(second)) => TAKEN_FOR_CLIENTS.contains(&second),
        (Some("clients"), None) => true,
        (Some(first), _) => TAKEN.contains(&first),
        (None, _) => false,
    };
    if taken { Err(RouteError::Taken(path.to_owned())) } else { Ok(()) }
}

fn check_target(target: &str) -> Result<(), RouteError> {
    let fits = |segment: &str| {
        segment.starts_with(|first: char| first.is_ascii_lowercase())
            && segment.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let segments: Vec<&str> = target.split('/').collect();
    if segments.len() == 3 && segments.into_iter().all(fits) {
        Ok(())
    } else {
        Err(RouteError::Target(target.to_owned()))
    }
}
