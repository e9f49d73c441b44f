//! The job that writes the mails of running trials: reminders, and the one at the end.
//!
//! Each run looks at every running trial once. What is due is written in a transaction that locks the trial first, so a
//! trial that is bought at the same moment gets no mail. A reminder's day is kept in the trial's row and only grows: a day that was missed is sent late, unless a
//! later one is due by then.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, Utc};
use futures_util::future::BoxFuture;

use crate::config::ReminderDays;
use crate::db::{DbError, Fields, Record, Session, retry};
use crate::ids::{OrderId, OrderItemId};
use crate::licensing::{self, Standing};
use crate::outbox::Outbox;
use crate::perfex::customer::Contact;
use crate::perfex::mail_template;
use crate::perfex::options::{LocalZone, Options};
use crate::schedule::Job;
use crate::text::Language;

use super::super::ShopError;
use super::super::fulfil::Workshop;
use super::super::license_mail::LicenseMail;
use super::super::order::Order;
use super::reminder_days;

/// Trials that are read at once.
const PAGE: u32 = 500;

const COLUMNS: &str = "SELECT t.`id` AS `id`, t.`reminded` AS `reminded`, l.`issued_at` AS `issued_at`, \
     l.`expires_at` AS `expires_at`, l.`license_right` AS `license_right`, \
     t.`order_item_id` AS `item`, i.`order_id` AS `order_id` FROM `{p}pm_trials` t \
     INNER JOIN `{p}pm_order_items` i ON i.`id` = t.`order_item_id` \
     INNER JOIN `{p}pm_licenses` l ON l.`order_item_id` = t.`order_item_id` AND l.`unit_no` = 1 \
     WHERE t.`state` = 'running' AND ";
const LOCK: &str = "SELECT `id` FROM `{p}pm_trials` WHERE `id` = ? AND `state` = 'running' FOR UPDATE";
const REMIND: &str = "UPDATE `{p}pm_trials` SET `reminded` = ? WHERE `id` = ? AND `reminded` < ?";
const END: &str = "UPDATE `{p}pm_trials` SET `state` = 'ended' WHERE `id` = ? AND `state` = 'running'";

/// A running trial with its license.
#[derive(Debug, Clone)]
struct Trial {
    id: i64,
    reminded: u32,
    issued_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    right: Standing,
    item: OrderItemId,
    order: OrderId,
}

impl Record for Trial {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            id: row.take("id")?,
            reminded: row.take("reminded")?,
            issued_at: row.take::<NaiveDateTime>("issued_at")?.and_utc(),
            expires_at: row.take::<Option<NaiveDateTime>>("expires_at")?.map(|at| at.and_utc()),
            right: row.take("license_right")?,
            item: row.take("item")?,
            order: row.take("order_id")?,
        })
    }
}

/// What is to be done about a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Nothing,
    /// The reminder of this day.
    Reminder(u32),
    /// It is over; its holder is told unless it was taken away.
    End {
        told: bool,
    },
}

impl Trial {
    /// What is due at `now`. Days are those of the calendar in `zone`: who begins at noon has day 7 from the seventh
    /// midnight on.
    fn due(&self, days: &ReminderDays, now: DateTime<Utc>, zone: LocalZone) -> Due {
        if self.right == Standing::Revoked {
            return Due::End { told: false };
        }
        if self.expires_at.is_some_and(|end| end <= now) {
            return Due::End { told: self.right == Standing::Trial };
        }
        if self.right != Standing::Trial {
            return Due::Nothing;
        }
        let day = zone.wall_clock(now).date() - zone.wall_clock(self.issued_at).date();
        let today = u32::try_from(day.num_days()).unwrap_or_default();
        match days.due(today) {
            Some(day) if day > self.reminded => Due::Reminder(day),
            _ => Due::Nothing,
        }
    }
}

/// The job.
pub struct TrialMails {
    workshop: Workshop,
    configured: ReminderDays,
    mails: Arc<Outbox>,
}

impl fmt::Debug for TrialMails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TrialMails")
    }
}

/// What a run did.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    running: u32,
    reminders: u32,
    ended: u32,
}

impl TrialMails {
    /// The job for a shop; `configured` counts unless staff have chosen other days.
    #[must_use]
    pub fn new(workshop: Workshop, configured: ReminderDays, mails: Arc<Outbox>) -> Self {
        Self { workshop, configured, mails }
    }

    async fn look(&self) -> Result<Tally, ShopError> {
        let mut session = self.workshop.database.session().await?;
        let days = reminder_days::read(&mut session, &self.configured).await?;
        let zone = LocalZone::of(&Options::read(&mut session, &[LocalZone::OPTION]).await?);
        let mut tally = Tally::default();
        let mut after = 0;
        loop {
            let sql = format!("{COLUMNS} t.`id` > ? ORDER BY t.`id` LIMIT ?");
            let page: Vec<Trial> = session.rows(&sql, (after, PAGE)).await?;
            let Some(last) = page.last() else { return Ok(tally) };
            after = last.id;
            for trial in page {
                tally.running += 1;
                if trial.due(&days, self.workshop.clock.now(), zone) == Due::Nothing {
                    continue;
                }
                match retry(async || self.write(trial.id, &days, zone).await).await? {
                    Due::Nothing => {}
                    Due::Reminder(_) => tally.reminders += 1,
                    Due::End { .. } => tally.ended += 1,
                }
            }
            self.mails.nudge();
        }
    }

    /// Looks again under the trial's lock and writes what is due.
    async fn write(&self, id: i64, days: &ReminderDays, zone: LocalZone) -> Result<Due, ShopError> {
        let now = self.workshop.clock.now();
        let mut session = self.workshop.database.begin().await?;
        if session.first::<(i64,)>(LOCK, (id,)).await?.is_none() {
            return Ok(Due::Nothing);
        }
        let trial = session.first::<Trial>(&format!("{COLUMNS} t.`id` = ?"), (id,)).await?;
        let Some(trial) = trial else { return Ok(Due::Nothing) };
        let due = trial.due(days, now, zone);
        let told = match due {
            Due::Nothing => return Ok(due),
            Due::Reminder(day) => {
                session.run(REMIND, (day, id, day)).await?;
                Some(("trial_reminder", format!("trial_reminder:order_item:{}:day:{day}", trial.item)))
            }
            Due::End { told } => {
                session.run(END, (id,)).await?;
                told.then(|| ("trial_ended", format!("trial_ended:order_item:{}", trial.item)))
            }
        };
        if let Some((template, dedupe_key)) = told {
            self.tell(&mut session, &trial, template, dedupe_key, now).await?;
        }
        session.commit().await?;
        Ok(due)
    }

    async fn tell(
        &self,
        session: &mut Session,
        trial: &Trial,
        template: &'static str,
        dedupe_key: String,
        now: DateTime<Utc>,
    ) -> Result<(), ShopError> {
        let workshop = &self.workshop;
        let order = Order::find(session, trial.order).await?.ok_or(ShopError::Changed(trial.order))?;
        // Whom staff have deleted gets no more mail, and nobody gets one that staff have switched off.
        if !Contact::is_there(session, order.contact).await?
            || mail_template::is_switched_off(session, &mail_template::slug(template)).await?
        {
            return Ok(());
        }
        let items = order.items(session).await?;
        let item = items.iter().find(|item| item.id == trial.item);
        let item = item.ok_or(ShopError::Changed(trial.order))?;
        let units = licensing::units(session, &workshop.cipher, trial.order).await?;
        let keys: Vec<&str> =
            units.iter().filter(|unit| unit.number.0 == trial.item).map(|unit| unit.key.as_str()).collect();
        let left = trial.expires_at.map_or(0, |end| (end - now).num_days());
        let language = Language::for_folder(&order.language);
        let buy = workshop.shop_url.join(&item.product).unwrap_or_else(|_| workshop.shop_url.clone());
        let mail = LicenseMail {
            template,
            dedupe_key,
            order: &order,
            item,
            keys: &keys,
            end: trial.expires_at,
            more: vec![
                ("time_left", workshop.texts.days_left(language, left)?),
                ("buy_link", buy.to_string()),
            ],
        };
        mail.enqueue(session, workshop, now).await
    }
}

impl Job for TrialMails {
    fn name(&self) -> &'static str {
        "trials"
    }

    fn run(&self) -> BoxFuture<'_, Result<String, String>> {
        Box::pin(async move {
            let tally = self.look().await.map_err(|error| error.to_string())?;
            let Tally { running, reminders, ended } = tally;
            Ok(format!("{running} running trials, {reminders} reminded of, {ended} ended"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn due(right: Standing, reminded: u32, now: &str) -> Due {
        let trial = Trial {
            id: 1,
            reminded,
            issued_at: at("2026-03-09T22:30:00Z"),
            expires_at: Some(at("2026-04-08T22:30:00Z")),
            right,
            item: OrderItemId(1),
            order: OrderId(1),
        };
        trial.due(&"7, 14, 27".parse().unwrap(), at(now), LocalZone::of(&Options::default()))
    }

    #[test]
    fn the_last_day_that_is_there_is_due_once() {
        let trial = |reminded, now| due(Standing::Trial, reminded, now);
        assert_eq!(trial(0, "2026-03-15T23:59:59Z"), Due::Nothing);
        assert_eq!(trial(0, "2026-03-16T00:00:00Z"), Due::Reminder(7));
        assert_eq!(trial(7, "2026-03-22T09:00:00Z"), Due::Nothing);
        assert_eq!(trial(0, "2026-03-23T09:00:00Z"), Due::Reminder(14));
        assert_eq!(trial(27, "2026-04-08T09:00:00Z"), Due::Nothing);
        assert_eq!(trial(0, "2026-04-08T22:29:59Z"), Due::Reminder(27));
    }

    #[test]
    fn nobody_is_reminded_of_what_is_over_or_was_taken_away() {
        assert_eq!(due(Standing::Trial, 0, "2026-04-08T22:30:00Z"), Due::End { told: true });
        assert_eq!(due(Standing::Suspended, 0, "2026-03-20T09:00:00Z"), Due::Nothing);
        assert_eq!(due(Standing::Suspended, 0, "2026-04-09T09:00:00Z"), Due::End { told: false });
        assert_eq!(due(Standing::Revoked, 0, "2026-03-20T09:00:00Z"), Due::End { told: false });
    }
}
