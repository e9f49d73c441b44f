//! Rules: on which days of a trial its holder is reminded, and how long a license outlives its payment.

use tera::Context;

use crate::audit::Deed;
use crate::config::ReminderDays;
use crate::db::Session;
use crate::http::PageError;
use crate::http::staff::{StaffAnswer, StaffVisit};
use crate::shop::saved_rules::{self, LONGEST_GRACE};
use crate::shop::trial::reminder_days;

use super::{SUBJECT, SettingsPage};

impl SettingsPage {
    pub(super) async fn show_rules(
        &self,
        session: &mut Session,
        visit: &mut StaffVisit,
        context: &mut Context,
    ) -> Result<(), PageError> {
        let days = reminder_days::read(session, &self.shop.trial_reminder_days).await?;
        visit.form.fill("reminder_days", &days);
        let grace = self.grace(session).await?;
        visit.form.fill("grace", &grace);
        context.insert("grace_is_set", &self.shop.grace_is_set);
        Ok(())
    }

    pub(super) async fn save_rules(&self, mut visit: StaffVisit) -> Result<StaffAnswer, PageError> {
        let days = visit.form.text("reminder_days").parse::<ReminderDays>();
        if days.is_err() {
            let [most, last] = [ReminderDays::MOST.to_string(), ReminderDays::LAST.to_string()];
            visit.refuse("reminder_days", "staff-settings-days-wrong", &[("most", &most), ("last", &last)]);
        }
        let grace = visit.form.text("grace").parse::<u64>().ok().filter(|days| *days <= LONGEST_GRACE);
        if grace.is_none() && !self.shop.grace_is_set {
            visit.refuse("grace", "staff-settings-grace-wrong", &[("longest", &LONGEST_GRACE.to_string())]);
        }
        let (Ok(days), false) = (days, visit.form.is_refused()) else { return self.page(visit, None).await };
        let mut session = self.alone().await?;
        let before = reminder_days::read(&mut session, &self.shop.trial_reminder_days).await?;
        let mut deed =
            Deed::new(SUBJECT, "rules", "changed").changed("reminder_days", Some(before), Some(days.clone()));
        reminder_days::save(&mut session, &days).await?;
        // The daemon is put together anew when the grace is saved: only for another one.
        let known = self.grace(&mut session).await?;
        if let Some(grace) = grace.filter(|grace| !self.shop.grace_is_set && *grace != known) {
            deed = deed.changed("grace", Some(known), Some(grace));
            saved_rules::save_grace(&mut session, grace).await?;
        }
        self.finish(&visit, session, deed).await
    }

    /// The grace in days: what the configuration says, else what is saved, else the default.
    async fn grace(&self, session: &mut Session) -> Result<u64, PageError> {
        let saved = saved_rules::grace(session).await?.filter(|_| !self.shop.grace_is_set);
        Ok(saved_rules::days(saved.unwrap_or(self.shop.reversal_grace)))
    }
}
