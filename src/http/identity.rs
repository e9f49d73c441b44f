//! Finds out who is asking, anew for each request.
//!
//! In: a whole request. Out: an [`Asker`]. A request through the companion's gateway brings PHP's own word; any other has
//! the CRM's session cookie, which makes a contact of a visitor but never staff. In both cases the people's rows have the
//! last word.
//!
//! | request | statements |
//! |---|---|
//! | without a session cookie | none |
//! | with a session in which nobody is signed in | 1 |
//! | with a contact's session | 2: the session; contact, client, permissions, impersonator and language in one |
//! | through the gateway | 1, or none for a stranger; once a minute one more for the secret |

use std::net::IpAddr;
use std::sync::Arc;

use warp::http::StatusCode;

use super::cookies;
use super::gateway::{Claim, Gateway, GatewayError, GatewayRefusal, PerfexCsrf};
use super::request::Request;
use super::visitor::{AskPhp, Refusal, Stranger, Visitor};
use crate::clock::SharedClock;
use crate::db::{Database, DbError, Session};
use crate::ids::StaffId;
use crate::metrics::Metrics;
use crate::perfex::app_config::SessionSettings;
use crate::perfex::encryption::Cipher;
use crate::perfex::portal_contact::PortalContact;
use crate::perfex::session::{ContactLogin, Login, SessionId, SessionRefusal, Sessions};
use crate::perfex::staff_member::StaffMember;

/// The cookie in which the CRM remembers a browser, after the prefix of its cookies.
const REMEMBERED: &str = "autologin";
/// The cookie with the language that a visitor of the portal chose, after the same prefix.
const LANGUAGE: &str = "contact_language";

/// Who is asking, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// Who.
    pub visitor: Visitor,
    /// The visitor's address: as PHP says it, else as the web server does.
    pub address: IpAddr,
    /// The CRM's own field for forms; a form that goes back through PHP carries it. Only through the gateway.
    pub perfex_csrf: Option<PerfexCsrf>,
    /// What a stranger chose.
    chosen_language: Option<String>,
}

impl Asker {
    /// A language folder of the CRM; `None` for a stranger who chose none, who gets the CRM's own.
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        match &self.visitor {
            Visitor::Stranger(_) => self.chosen_language.as_deref(),
            Visitor::Contact { contact, .. } => Some(&contact.language),
            Visitor::Staff(member) => Some(&member.language),
        }
    }
}

/// Why nobody can say who is asking; the request gets no page.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The gateway's word does not count.
    #[error(transparent)]
    Gateway(#[from] GatewayRefusal),
    /// The database does not answer.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl IdentityError {
    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Gateway(_) => StatusCode::FORBIDDEN,
            Self::Database(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl From<GatewayError> for IdentityError {
    fn from(error: GatewayError) -> Self {
        match error {
            GatewayError::Refused(refusal) => Self::Gateway(refusal),
            GatewayError::Database(error) => Self::Database(error),
        }
    }
}

/// Knows visitors.
#[derive(Debug)]
pub struct Identity {
    database: Database,
    clock: SharedClock,
    metrics: Metrics,
    sessions: Sessions,
    session_cookie: String,
    remembered_cookie: String,
    language_cookie: String,
    gateway: Gateway,
}

impl Identity {
    /// Knows the visitors of a CRM that keeps its sessions like this.
    #[must_use]
    pub fn new(
        database: Database,
        cipher: Arc<Cipher>,
        settings: &SessionSettings,
        clock: SharedClock,
        metrics: Metrics,
    ) -> Self {
        let prefixed = |name| format!("{}{name}", settings.cookie_prefix);
        Self {
            sessions: Sessions::new(settings, database.prefix().as_str()),
            session_cookie: settings.cookie_name.clone(),
            remembered_cookie: prefixed(REMEMBERED),
            language_cookie: prefixed(LANGUAGE),
            gateway: Gateway::new(database.clone(), cipher, Arc::clone(&clock), metrics.clone()),
            database,
            clock,
            metrics,
        }
    }

    /// Who is asking.
    pub async fn asker(&self, request: &Request<Vec<u8>>) -> Result<Asker, IdentityError> {
        let asker = match self.gateway.claim(request).await? {
            Some(claim) => self.by_claim(claim).await?,
            None => self.by_cookie(request).await?,
        };
        let refused = match &asker.visitor {
            Visitor::Stranger(Stranger::Refused(refusal)) => Some(refusal.reason()),
            Visitor::Stranger(Stranger::AskPhp(AskPhp::Session(_))) => Some("session_unreadable"),
            _ => None,
        };
        if let Some(reason) = refused {
            self.metrics.visitor_refused(reason);
        }
        Ok(asker)
    }

    async fn by_claim(&self, claim: Claim) -> Result<Asker, DbError> {
        let chosen_language = claim.language.filter(|language| is_language(language));
        let visitor = match (claim.contact.zip(claim.client), claim.staff) {
            (None, None) => Visitor::Stranger(Stranger::Nobody),
            (Some((contact, client)), staff) => {
                let login = ContactLogin { contact, client };
                let mut session = self.database.session().await?;
                contact_or_stranger(&mut session, login, staff, chosen_language.as_deref()).await?
            }
            (None, Some(staff)) => {
                let mut session = self.database.session().await?;
                match StaffMember::read(&mut session, staff).await? {
                    Some(member) => Visitor::Staff(member),
                    None => Visitor::Stranger(Stranger::Refused(Refusal::StaffInactive)),
                }
            }
        };
        Ok(Asker { visitor, address: claim.address, perfex_csrf: claim.csrf, chosen_language })
    }

    async fn by_cookie(&self, request: &Request<Vec<u8>>) -> Result<Asker, DbError> {
        let language = cookies::first(&request.headers, &self.language_cookie);
        let chosen_language = language.filter(|language| is_language(language)).map(str::to_owned);
        let visitor = match self.login(request).await? {
            Ok(Some((login, staff, mut session))) => {
                contact_or_stranger(&mut session, login, staff, chosen_language.as_deref()).await?
            }
            Ok(None) => self.remembered(request).unwrap_or(Visitor::Stranger(Stranger::Nobody)),
            Err(Refusal::Session(SessionRefusal::Unreadable(why))) => {
                Visitor::Stranger(Stranger::AskPhp(AskPhp::Session(why)))
            }
            Err(Refusal::StaffByCookie) => Visitor::Stranger(Stranger::Refused(Refusal::StaffByCookie)),
            Err(refusal) => self.remembered(request).unwrap_or(Visitor::Stranger(Stranger::Refused(refusal))),
        };
        Ok(Asker { visitor, address: request.visitor, perfex_csrf: None, chosen_language })
    }

    /// The contact that the session cookie names, with the impersonator and the connection that found it.
    async fn login(
        &self,
        request: &Request<Vec<u8>>,
    ) -> Result<Result<Option<(ContactLogin, Option<StaffId>, Session)>, Refusal>, DbError> {
        let Some(cookie) = cookies::first(&request.headers, &self.session_cookie) else {
            return Ok(Ok(None));
        };
        // PHP escapes one character of its ids.
        let id = match SessionId::parse(&cookie.replace("%2C", ",").replace("%2c", ",")) {
            Ok(id) => id,
            Err(wrong) => return Ok(Err(wrong.into())),
        };
        if let Err(obstacle) = self.sessions.table() {
            return Ok(Err(SessionRefusal::from(obstacle.clone()).into()));
        }
        let mut session = self.database.session().await?;
        let login = self.sessions.login(&mut session, &id, request.visitor, self.clock.now()).await?;
        Ok(match login {
            Ok(Login::Nobody) => Ok(None),
            Ok(Login::Contact(contact)) => Ok(Some((contact, None, session))),
            Ok(Login::Impersonation { staff, contact }) => Ok(Some((contact, Some(staff), session))),
            Ok(Login::Staff(_)) => Err(Refusal::StaffByCookie),
            Err(refusal) => Err(refusal.into()),
        })
    }

    /// What the remember-me cookie holds is for PHP alone: reading it has been a hole in the CRM before.
    fn remembered(&self, request: &Request<Vec<u8>>) -> Option<Visitor> {
        cookies::first(&request.headers, &self.remembered_cookie)
            .filter(|value| !value.is_empty())
            .map(|_| Visitor::Stranger(Stranger::AskPhp(AskPhp::Remembered)))
    }
}

async fn contact_or_stranger(
    session: &mut Session,
    login: ContactLogin,
    impersonated_by: Option<StaffId>,
    chosen_language: Option<&str>,
) -> Result<Visitor, DbError> {
    Ok(match PortalContact::read(session, login, impersonated_by).await? {
        Ok(mut contact) => {
            if let Some(language) = chosen_language {
                language.clone_into(&mut contact.language);
            }
            Visitor::Contact { contact, impersonated_by }
        }
        Err(refusal) => Visitor::Stranger(Stranger::Refused(refusal.into())),
    })
}

/// The name of a language folder, and nothing that could be a path.
fn is_language(name: &str) -> bool {
    (1..=40).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
