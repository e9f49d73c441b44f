//! What waits to leave and what has left: mails and license requests, one by one.
//!
//! In: `outbox`, `outbox/7`, and forms that send a message again, give it up, or correct its address. A message that is
//! handed over right now takes no form.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::Serialize;
use tera::Context;

use crate::audit::{self, Deed};
use crate::companion::FEATURE;
use crate::db::{Database, DbError, Session};
use crate::http::PageError;
use crate::http::staff::{
    AuditLine, Column, Feature, Keyset, Pager, Place, StaffAnswer, StaffPage, StaffVisit, Table,
};
use crate::ids::MessageId;
use crate::mail::{Letter, Postman};
use crate::outbox::{self, Excerpt, Message, Outbox, OutboxError, State};
use crate::perfex::customer::checked_email;
use crate::text::Language;

/// What deeds on this page are done to.
pub const SUBJECT: &str = "message";
/// The kind of message that has an address to be corrected.
const MAIL: &str = "mail";
/// Messages a page.
const SIZE: u8 = 25;
/// Deeds that are shown.
const DEEDS: u32 = 20;
const COLUMNS: &[Column] = &[
    Column::plain("outbox-number"),
    Column::plain("outbox-what").class("hidden-xs"),
    Column::plain("outbox-to"),
    Column::plain("outbox-state"),
    Column::plain("outbox-attempts").class("hidden-xs"),
    Column::plain("outbox-written").class("hidden-xs"),
];

/// The page.
pub struct OutboxPage {
    /// The database of the outbox.
    pub database: Database,
    /// Knows what a mail would say.
    pub postman: Arc<Postman>,
    /// Who delivers, to be told that there is something to do.
    pub outboxes: Vec<Arc<Outbox>>,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    what: String,
    to: String,
    name: String,
    state: String,
    colour: &'static str,
    attempts: u32,
    written: String,
    error: Option<String>,
}

#[derive(Serialize)]
struct Fact {
    name: String,
    value: String,
}

#[derive(Serialize)]
struct Choice {
    value: &'static str,
    text: String,
}

/// The CRM's colour for a state.
pub(super) fn colour(state: State) -> &'static str {
    match state {
        State::Ready | State::Sending => "info",
        State::Sent => "success",
        State::Retry | State::Uncertain => "warning",
        State::Dead => "danger",
    }
}

impl StaffPage for OutboxPage {
    fn at(&self) -> &'static str {
        "outbox"
    }

    fn feature(&self) -> Feature {
        FEATURE
    }

    fn answer(&self, visit: StaffVisit) -> BoxFuture<'_, Result<StaffAnswer, PageError>> {
        Box::pin(async move {
            let below = visit.below().iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
            let parts: Vec<&str> = below.iter().map(String::as_str).collect();
            let Some((id, deed)) = parts.split_first() else {
                return if visit.sends() { Ok(StaffAnswer::Unknown) } else { self.list(&visit).await };
            };
            let Ok(id) = id.parse::<MessageId>() else { return Ok(StaffAnswer::Unknown) };
            let mut session = self.database.begin().await?;
            let message = match outbox::show(&mut session, id).await {
                Ok(message) => message,
                Err(error) => return missing(error),
            };
            match (visit.sends(), deed) {
                (false, []) => self.detail(&visit, session, &message).await,
                (true, ["resend"]) => self.resend(visit, session, message, None).await,
                (true, ["address"]) => self.readdress(visit, session, message).await,
                (true, ["drop"]) => self.give_up(visit, session, message).await,
                _ => Ok(StaffAnswer::Unknown),
            }
        })
    }
}

impl OutboxPage {
    async fn list(&self, visit: &StaffVisit) -> Result<StaffAnswer, PageError> {
        let state = visit.query.parsed::<State>("state");
        let to = visit.query.get("q").unwrap_or_default();
        let keyset = Keyset::of(&visit.query, SIZE);
        let (before, after) = match keyset.place() {
            Place::Newest => (None, None),
            Place::Before(id) => (Some(MessageId(id)), None),
            Place::After(id) => (None, Some(MessageId(id))),
        };
        let mut session = self.database.session().await?;
        let wanted = Excerpt { state, to, before, after, limit: keyset.limit() };
        let messages = outbox::excerpt(&mut session, wanted).await?;
        let (messages, pager): (Vec<Message>, Option<Pager>) =
            keyset.cut(visit, messages, |message| message.id.0);
        let rows: Vec<Row> = messages.iter().map(|message| row(visit, message)).collect();
        let states: Vec<Choice> = State::ALL
            .iter()
            .map(|state| Choice { value: state.as_str(), text: visit.say(&format!("outbox-state-{state}")) })
            .collect();
        let mut context = Context::new();
        context.insert("rows", &rows);
        context.insert("table", &Table::fixed(visit, COLUMNS, pager));
        context.insert("states", &states);
        context.insert("state", state.map_or("", State::as_str));
        context.insert("q", to);
        visit.page("outbox.html", visit.say("outbox-title"), context)
    }

    async fn detail(
        &self,
        visit: &StaffVisit,
        mut session: Session,
        message: &Message,
    ) -> Result<StaffAnswer, PageError> {
        let deeds = audit::of(&mut session, SUBJECT, &message.id, DEEDS).await?;
        session.commit().await?;
        let is_mail = message.kind == MAIL;
        let written = if is_mail { Some(self.postman.preview(message).await) } else { None };
        let (letter, unwritable) = match written {
            Some(Ok(letter)) => (Some(letter), None),
            Some(Err(why)) => (None, Some(why)),
            None => (None, None),
        };
        let mut facts = vec![
            fact(visit, "outbox-to", format!("{} <{}>", message.recipient_name, message.recipient)),
            fact(visit, "outbox-attempts", message.attempts.to_string()),
            fact(visit, "outbox-written", visit.formats.moment(message.created_at)),
        ];
        let moments = [
            ("outbox-next", message.due_at),
            ("outbox-finished", message.finished_at),
            ("outbox-uncertain", message.uncertain_at),
        ];
        facts.extend(
            moments
                .into_iter()
                .filter_map(|(name, at)| at.map(|at| fact(visit, name, visit.formats.moment(at)))),
        );
        if is_mail {
            facts.push(fact(visit, "outbox-language", Language::name_of(&message.language).to_owned()));
        }
        let mut context = Context::new();
        context.insert("message", &row(visit, message));
        context.insert("facts", &facts);
        context.insert("is_mail", &is_mail);
        context.insert("open", &(message.state != State::Sending));
        context.insert("may_drop", &!matches!(message.state, State::Sending | State::Sent | State::Dead));
        context.insert("sent", &(message.state == State::Sent));
        context.insert("preview", &letter.as_ref().map(preview));
        context.insert("unwritable", &unwritable);
        context.insert("audit", &AuditLine::of(visit, &deeds));
        let title = visit.say_with("outbox-message", &[("id", &message.id.to_string())]);
        visit.page("message.html", title, context)
    }

    /// Sends again, to a corrected address when one is given.
    async fn resend(
        &self,
        visit: StaffVisit,
        mut session: Session,
        message: Message,
        corrected: Option<String>,
    ) -> Result<StaffAnswer, PageError> {
        let id = message.id;
        if let Err(error) = outbox::retry(&mut session, id, corrected.as_deref(), visit.now).await {
            return self.refused(visit, session, message, error).await;
        }
        let action = if corrected.is_some() { "readdressed" } else { "resent" };
        let after = corrected.unwrap_or_else(|| message.recipient.clone());
        let deed = Deed::new(SUBJECT, &id, action)
            .changed("email", Some(message.recipient), Some(after))
            .changed("state", Some(message.state), Some(State::Ready));
        visit.record(&mut session, &deed).await?;
        session.commit().await?;
        self.outboxes.iter().for_each(|outbox| outbox.nudge());
        Ok(visit.done(&format!("outbox/{id}"), &format!("message-{action}")))
    }

    async fn readdress(
        &self,
        mut visit: StaffVisit,
        session: Session,
        message: Message,
    ) -> Result<StaffAnswer, PageError> {
        if message.kind != MAIL {
            return Ok(StaffAnswer::Stale);
        }
        let email = visit.form.text("email").to_owned();
        if let Ok(email) = checked_email(&email) {
            let email = email.to_owned();
            return self.resend(visit, session, message, Some(email)).await;
        }
        visit.refuse("email", "staff-form-email", &[]);
        self.detail(&visit, session, &message).await
    }

    async fn give_up(
        &self,
        visit: StaffVisit,
        mut session: Session,
        message: Message,
    ) -> Result<StaffAnswer, PageError> {
        if let Err(error) = outbox::drop_message(&mut session, message.id, visit.now).await {
            return self.refused(visit, session, message, error).await;
        }
        let deed = Deed::new(SUBJECT, &message.id, "dropped").changed(
            "state",
            Some(message.state),
            Some(State::Dead),
        );
        visit.record(&mut session, &deed).await?;
        session.commit().await?;
        Ok(visit.done(&format!("outbox/{}", message.id), "message-dropped"))
    }

    /// The message is on its way right now, or was a moment ago.
    async fn refused(
        &self,
        mut visit: StaffVisit,
        session: Session,
        message: Message,
        error: OutboxError,
    ) -> Result<StaffAnswer, PageError> {
        match error {
            OutboxError::NotFrom { .. } => {
                let sentence = visit.say("outbox-under-way");
                visit.form.refuse_whole(sentence);
                self.detail(&visit, session, &message).await
            }
            other => missing(other),
        }
    }
}

fn missing(error: OutboxError) -> Result<StaffAnswer, PageError> {
    match error {
        OutboxError::Database(error) => Err(DbError::into(error)),
        _ => Ok(StaffAnswer::Unknown),
    }
}

fn row(visit: &StaffVisit, message: &Message) -> Row {
    let phrase = format!("mail-{}-name", message.template.replace('_', "-"));
    Row {
        id: message.id.0,
        what: visit
            .perhaps(&phrase, &[])
            .or_else(|| visit.perhaps(&format!("outbox-kind-{}", message.kind.replace('_', "-")), &[]))
            .unwrap_or_else(|| message.template.clone()),
        to: message.recipient.clone(),
        name: message.recipient_name.clone(),
        state: visit.say(&format!("outbox-state-{}", message.state)),
        colour: colour(message.state),
        attempts: message.attempts,
        written: visit.formats.moment(message.created_at),
        error: message.last_error.clone(),
    }
}

fn fact(visit: &StaffVisit, name: &str, value: String) -> Fact {
    Fact { name: visit.say(name), value }
}

fn preview(letter: &Letter) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("from", format!("{} <{}>", letter.from.name, letter.from.address)),
        ("subject", letter.subject.clone()),
        ("html", letter.html.clone()),
    ])
}
