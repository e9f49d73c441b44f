//! The license panel of each module, for staff in the CRM.
//!
//! What stands there comes from [`Panel`] alone. Its forms activate, check and release the license of one module.

use futures_util::future::BoxFuture;
use serde::Serialize;
use tera::Context;

use crate::audit;
use crate::http::PageError;
use crate::http::staff::{AuditLine, Feature, StaffAnswer, StaffPage, StaffVisit};

use super::KeyError;
use super::client::{ClientError, Module, Panel, State};
use super::license_desk::{Heard, LicenseDesk, SUBJECT, Wish};

/// How many deeds are shown.
const DEEDS: u32 = 20;

/// The page.
#[derive(Debug, Clone)]
pub struct PanelPage {
    /// Asks the license server.
    pub desk: LicenseDesk,
    /// What staff need capabilities of.
    pub feature: Feature,
}

#[derive(Serialize)]
struct Shown {
    module: &'static str,
    title: &'static str,
    state: &'static str,
    colour: &'static str,
    reason: String,
    trouble: Option<String>,
    key: bool,
    facts: Vec<Fact>,
}

#[derive(Serialize)]
struct Fact {
    name: String,
    value: String,
}

impl StaffPage for PanelPage {
    fn at(&self) -> &'static str {
        "licenses"
    }

    fn feature(&self) -> Feature {
        self.feature
    }

    fn answer(&self, visit: StaffVisit) -> BoxFuture<'_, Result<StaffAnswer, PageError>> {
        Box::pin(async move {
            match (visit.sends(), visit.below().as_slice()) {
                (false, []) => self.page(&visit).await,
                (true, [wish @ ("activate" | "check" | "release")]) => {
                    let wish = (*wish).to_owned();
                    self.act(visit, &wish).await
                }
                _ => Ok(StaffAnswer::Unknown),
            }
        })
    }
}

impl PanelPage {
    async fn act(&self, mut visit: StaffVisit, wish: &str) -> Result<StaffAnswer, PageError> {
        let Ok(module) = visit.form.text("module").parse::<Module>() else {
            return Ok(StaffAnswer::Stale);
        };
        let field = format!("key-{}", module.name());
        let wish = match wish {
            "activate" => Wish::Activate(visit.form.text(&field).to_owned()),
            "check" => Wish::Check,
            _ => Wish::Release,
        };
        let deed = wish.deed();
        match self.desk.ask(&visit, module, wish).await {
            Ok(Heard::Done) => Ok(visit.done("licenses", &format!("license-{deed}"))),
            Ok(Heard::NothingYet) => Ok(visit.done("licenses", "license-asking")),
            Err(ClientError::Database(error)) => Err(error.into()),
            Err(error) => {
                let sentence = refusal(&visit, &error);
                visit.form.refuse(&field, sentence);
                self.page(&visit).await
            }
        }
    }

    async fn page(&self, visit: &StaffVisit) -> Result<StaffAnswer, PageError> {
        let panels = self.desk.licenses.panels().await?;
        let mut session = self.desk.database.session().await?;
        let mut deeds = Vec::new();
        for panel in &panels {
            deeds.extend(audit::of(&mut session, SUBJECT, panel.module.name(), DEEDS).await?);
        }
        deeds.sort_by_key(|deed| std::cmp::Reverse(deed.id));
        deeds.truncate(DEEDS.try_into().unwrap_or(usize::MAX));
        let shown: Vec<Shown> = panels.iter().map(|panel| shown(visit, panel)).collect();
        let mut context = Context::new();
        context.insert("panels", &shown);
        context.insert("audit", &AuditLine::of(visit, &deeds));
        visit.page("licenses.html", visit.say("staff-licenses"), context)
    }
}

fn shown(visit: &StaffVisit, panel: &Panel) -> Shown {
    let domain = panel.domain.as_ref().map(|domain| domain.as_str().to_owned());
    let fact = |name, value: Option<String>| {
        value.map(|value| Fact { name: visit.say(&format!("staff-license-{name}")), value })
    };
    let moment = |at| visit.formats.moment(at);
    let facts = [
        fact("domain", domain.clone()),
        fact("valid-until", panel.valid_until.map(moment)),
        fact("last-check", panel.last_check.map(moment)),
        fact("next-check", panel.next_check.filter(|_| panel.key.is_some()).map(moment)),
        fact("grace-ends", panel.grace_ends.map(moment)),
    ];
    let name = format!("license-reason-{}", panel.code);
    let spoken = visit.perhaps(&name, &[("domain", domain.as_deref().unwrap_or_default())]);
    Shown {
        module: panel.module.name(),
        title: panel.module.title(),
        state: panel.state.as_str(),
        colour: match panel.state {
            State::Valid => "success",
            State::Grace => "warning",
            State::Missing | State::Locked => "danger",
        },
        // Rare ones, such as a damaged answer, are told in the words of the command line.
        reason: spoken.unwrap_or_else(|| panel.reason.clone()),
        trouble: panel.trouble.clone(),
        key: panel.key.is_some(),
        facts: facts.into_iter().flatten().collect(),
    }
}

/// Why a key or a question was refused, in the staff member's language where we have the words.
#[must_use]
pub fn refusal(visit: &StaffVisit, error: &ClientError) -> String {
    let code = match error {
        ClientError::Key(KeyError::Shape) => "key_shape",
        ClientError::Key(KeyError::Typo) => "key_typo",
        ClientError::No { code, .. } => code,
        ClientError::Missing(_) => "missing",
        ClientError::Unreadable(_) => "unreadable_key",
        ClientError::Vendor(_) => "unreachable",
        ClientError::Domain(_) => "address",
        ClientError::Lease(_) | ClientError::Refusal(_) | ClientError::Vouch(_) => "answer",
        ClientError::Database(_) => return error.to_string(),
    };
    let detail = error.to_string();
    visit.perhaps(&format!("license-reason-{code}"), &[("detail", &detail)]).unwrap_or(detail)
}
