//! A staff member at a page: who they are, what they sent, and the means to answer them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use tera::Context;
use warp::http::Method;

use super::capability::{Capability, Feature};
use super::form::Form;
use super::page::StaffAnswer;
use crate::audit::{self, Deed};
use crate::db::{DbError, Session};
use crate::http::csrf::{FIELD, Token};
use crate::http::gateway::PerfexCsrf;
use crate::http::page_error::PageError;
use crate::http::query::Query;
use crate::perfex::activity;
use crate::perfex::formats::Formats;
use crate::perfex::staff_member::StaffMember;
use crate::sentence::Sentence;
use crate::text::{Language, StaffTexts};

/// A staff member at a page.
#[derive(Debug, Clone)]
pub struct StaffVisit {
    /// Who.
    pub member: StaffMember,
    /// Our language for them.
    pub language: Language,
    /// When they asked.
    pub now: DateTime<Utc>,
    /// How dates and money are written.
    pub formats: Formats,
    /// What follows the question mark.
    pub query: Query,
    /// What a form sent; empty when none did.
    pub form: Form,
    /// The version of the CRM's PHP, by its own word.
    pub php: Option<String>,
    pub(super) method: Method,
    pub(super) below: String,
    pub(super) depth: usize,
    pub(super) feature: Feature,
    pub(super) read_only: bool,
    pub(super) token: Token,
    pub(super) perfex_csrf: Option<PerfexCsrf>,
    pub(super) texts: StaffTexts,
}

#[derive(Serialize)]
struct Hidden<'a> {
    name: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct May {
    create: bool,
    edit: bool,
    delete: bool,
}

impl StaffVisit {
    /// Whether a form was sent, and not only a page asked for.
    #[must_use]
    pub fn sends(&self) -> bool {
        self.method != Method::GET && self.method != Method::HEAD
    }

    /// The parts of the path below the page's own, as they came; none for the page itself.
    #[must_use]
    pub fn below(&self) -> Vec<&str> {
        self.below.split('/').filter(|part| !part.is_empty()).collect()
    }

    /// Whether they may do this with the page's feature.
    #[must_use]
    pub fn may(&self, capability: Capability) -> bool {
        (capability == Capability::View || !self.read_only)
            && self.member.may(self.feature.name, capability.as_str())
    }

    /// A phrase without variables.
    #[must_use]
    pub fn say(&self, name: &str) -> String {
        self.texts.say(self.language, name)
    }

    /// A phrase with its variables.
    #[must_use]
    pub fn say_with(&self, name: &str, values: &[(&str, &str)]) -> String {
        self.perhaps(name, values).unwrap_or_default()
    }

    /// A phrase that need not be there.
    #[must_use]
    pub fn perhaps(&self, name: &str, values: &[(&str, &str)]) -> Option<String> {
        self.texts.say_with(self.language, name, values)
    }

    /// A sentence.
    #[must_use]
    pub fn tell(&self, sentence: &Sentence) -> String {
        self.texts.tell(self.language, sentence)
    }

    /// Says what is wrong with a field, by a phrase.
    pub fn refuse(&mut self, field: &str, phrase: &str, values: &[(&str, &str)]) {
        let sentence = self.say_with(phrase, values);
        self.form.refuse(field, sentence);
    }

    /// A field with at most `longest` characters; refused when it is longer.
    pub fn text(&mut self, field: &str, longest: usize) -> String {
        let text = self.form.text(field).to_owned();
        if text.chars().count() > longest {
            self.refuse(field, "staff-form-long", &[("longest", &longest.to_string())]);
        }
        text
    }

    /// A field that must not be empty.
    pub fn required(&mut self, field: &str, longest: usize) -> String {
        let text = self.text(field, longest);
        if text.is_empty() {
            self.refuse(field, "staff-form-empty", &[]);
        }
        text
    }

    /// A page from its template, with what every template may use: `root`, `hidden`, `may`, `form`, `said`.
    pub fn page(
        &self,
        template: &str,
        title: String,
        mut context: Context,
    ) -> Result<StaffAnswer, PageError> {
        context.insert("title", &title);
        context.insert("root", &self.root());
        context.insert("hidden", &self.hidden());
        context.insert("may", &self.rights());
        context.insert("form", &self.form);
        context.insert("said", &self.said());
        let html = self.texts.page(self.language, template, &context)?;
        Ok(StaffAnswer::Page { title, html, refused: self.form.is_refused() })
    }

    /// The way to a page after a form was taken: `to` lies below [`super::PATH`], and says the phrase `said-<said>`.
    #[must_use]
    pub fn done(&self, to: &str, said: &str) -> StaffAnswer {
        StaffAnswer::Done(format!("{}{to}?said={said}", self.root()))
    }

    /// The same with a number or name for `$about` in the phrase.
    #[must_use]
    pub fn done_about(&self, to: &str, said: &str, about: &(impl ToString + ?Sized)) -> StaffAnswer {
        let about = about.to_string();
        let query = Query::default().link(&[], &[("said", said), ("about", &about)]);
        StaffAnswer::Done(format!("{}{to}{query}", self.root()))
    }

    /// Writes down what they did, in the transaction of the change: on our timeline, and as a line in the CRM's own log.
    pub async fn record(&self, session: &mut Session, deed: &Deed) -> Result<(), DbError> {
        let by = (self.member.id, self.member.name.as_str());
        audit::record(session, by, self.now, deed).await?;
        let line = format!(
            "perfex-bridge: {} {} {} [Staff ID: {}]",
            deed.subject, deed.id, deed.action, self.member.id
        );
        activity::by(session, &self.member.name, &line, self.formats.zone().wall_clock(self.now)).await
    }

    /// The way from this page to the place below which all pages lie: empty, or `../` so often as it takes.
    fn root(&self) -> String {
        "../".repeat(self.depth.saturating_sub(1))
    }

    /// What every form carries: our token, and the CRM's.
    fn hidden(&self) -> Vec<Hidden<'_>> {
        let own = Hidden { name: FIELD, value: &self.token.field };
        let crm = self.perfex_csrf.iter().map(|csrf| Hidden { name: &csrf.name, value: &csrf.value });
        std::iter::once(own).chain(crm).collect()
    }

    fn rights(&self) -> May {
        May {
            create: self.may(Capability::Create),
            edit: self.may(Capability::Edit),
            delete: self.may(Capability::Delete),
        }
    }

    /// What the address says was done, as a phrase; nothing that it could make up.
    fn said(&self) -> Option<String> {
        let word = self.query.get("said")?;
        let about = self.query.get("about").unwrap_or_default();
        let plain = |text: &str| {
            text.len() <= 64 && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_'))
        };
        if !plain(word) || !plain(about) {
            return None;
        }
        self.perhaps(&format!("said-{word}"), &[("about", about)])
    }
}
