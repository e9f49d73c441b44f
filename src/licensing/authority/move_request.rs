//! A new site asks for a license that another domain has: its holder gets a link by mail.
//!
//! Whoever asks learns nothing: whether there was a mail is between this server and the holder. One transaction writes
//! the open request and the mail; a further request replaces the link that was open.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use crate::db::{DbError, Fields, Record, Session, retry};
use crate::entropy;
use crate::mail::Payload;
use crate::outbox::{self, NewMessage};
use crate::perfex::options::{LocalZone, Options};
use crate::sentence::Sentence;
use crate::text::write_moment;

use super::super::domain::for_people;
use super::super::{Holder, LICENSE_TIMELINE};
use super::case::Case;
use super::move_link::MoveToken;
use super::{Authority, Question, moves, trial_domain};

/// How long a link works.
pub const VALID_FOR: TimeDelta = TimeDelta::hours(24);
/// Mails about one license within [`COUNTED_FOR`].
const MOST_MAILS: i64 = 3;
/// The time in which mails are counted.
const COUNTED_FOR: TimeDelta = TimeDelta::hours(24);
/// The mail's template.
const TEMPLATE: &str = "license_move";

const COUNTED: &str =
    "SELECT `mails`, `counted_from` FROM `{p}pm_license_move_requests` WHERE `license_id` = ?";
const OPEN: &str = "INSERT INTO `{p}pm_license_move_requests` (`license_id`, `token_hash`, `from_domain`, \
     `to_domain`, `expires_at`, `mails`, `counted_from`) VALUES (?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE \
     `used_at` = NULL, \
     `token_hash` = VALUES(`token_hash`), `from_domain` = VALUES(`from_domain`), `to_domain` = VALUES(`to_domain`), \
     `expires_at` = VALUES(`expires_at`), `mails` = VALUES(`mails`), `counted_from` = VALUES(`counted_from`)";
const PRODUCT: &str = "SELECT p.`name` FROM `{p}pm_licenses` l \
     INNER JOIN `{p}pm_products` p ON p.`id` = l.`product_id` WHERE l.`id` = ?";

/// Mails since a moment.
struct Counted {
    mails: i64,
    from: DateTime<Utc>,
}

impl Record for Counted {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { mails: row.take("mails")?, from: row.take::<NaiveDateTime>("counted_from")?.and_utc() })
    }
}

impl Counted {
    /// The count with one mail more at `now`; `None` when that would be too many.
    fn with_one_more(found: Option<Self>, now: DateTime<Utc>) -> Option<Self> {
        match found.filter(|counted| now - counted.from < COUNTED_FOR) {
            None => Some(Self { mails: 1, from: now }),
            Some(counted) if counted.mails < MOST_MAILS => Some(Self { mails: counted.mails + 1, ..counted }),
            Some(_) => None,
        }
    }
}

impl Authority {
    /// Asks the holder of a license, by mail, to move it to the domain of the question.
    ///
    /// `false` when there is nothing to be asked, nobody to ask, or too much was asked already; that is not for the
    /// one who asks to know.
    pub async fn request_move(&self, question: &Question) -> Result<bool, DbError> {
        if self.read_only {
            return Ok(false);
        }
        retry(async || self.request_move_once(question).await).await
    }

    async fn request_move_once(&self, question: &Question) -> Result<bool, DbError> {
        let now = self.clock.now();
        let mut session = self.database.begin().await?;
        let Some(case) = Case::find(&mut session, &question.key).await? else { return Ok(false) };
        let to = question.domain.as_str();
        let Some(from) = case.production.as_deref().filter(|from| *from != to) else { return Ok(false) };
        if !case.standing(&question.product, now).allows()
            || !trial_domain::admits(&mut session, case.id, &question.domain).await?
        {
            return Ok(false);
        }
        let Some(holder) = Holder::of(&mut session, case.id).await? else { return Ok(false) };
        moves::lock(&mut session, case.id).await?;
        let counted: Option<Counted> = session.first(COUNTED, (case.id,)).await?;
        let Some(counted) = Counted::with_one_more(counted, now) else { return Ok(false) };

        let token = MoveToken::draw(&*self.entropy);
        let until = now + VALID_FOR;
        let row: Vec<mysql_async::Value> = vec![
            case.id.into(),
            token.hash().to_vec().into(),
            from.into(),
            to.into(),
            until.naive_utc().into(),
            counted.mails.into(),
            counted.from.naive_utc().into(),
        ];
        session.run(OPEN, row).await?;
        self.write_to_holder(&mut session, &case, &holder, (from, to), &token, now).await?;
        let detail = Sentence::of("why-move-requested").with("from", from).with("to", to);
        LICENSE_TIMELINE.add(&mut session, case.id, now, "move_requested", detail).await?;
        session.commit().await?;
        Ok(true)
    }

    async fn write_to_holder(
        &self,
        session: &mut Session,
        case: &Case,
        holder: &Holder,
        (from, to): (&str, &str),
        token: &MoveToken,
        now: DateTime<Utc>,
    ) -> Result<(), DbError> {
        let options = Options::read(session, &["active_language", "dateformat", LocalZone::OPTION]).await?;
        let product =
            session.first::<(String,)>(PRODUCT, (case.id,)).await?.map_or_else(String::new, |row| row.0);
        let (zone, until) = (LocalZone::of(&options), now + VALID_FOR);
        let until =
            write_moment(zone.wall_clock(until), &zone.abbreviation(until), options.get("dateformat"));
        // A greeting must not end in nothing.
        let name = if holder.name.is_empty() { &holder.email } else { &holder.name };
        let values = BTreeMap::from(
            [
                ("holder_name", name.clone()),
                ("product_name", product),
                ("license_number", case.id.to_string()),
                ("old_domain", for_people(from)),
                ("new_domain", for_people(to)),
                ("move_link", token.link(&self.public_url)),
                ("move_valid_until", until),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        let message = NewMessage {
            kind: "mail",
            dedupe_key: format!("{TEMPLATE}:{}", hex::encode(token.hash())),
            template: TEMPLATE,
            recipient: holder.email.clone(),
            recipient_name: holder.name.clone(),
            language: holder.language.as_deref().unwrap_or_else(|| options.get("active_language")).to_owned(),
            message_id: format!("{}@{}", entropy::hex::<16>(&*self.entropy), self.mail_domain),
            payload: Payload(values).seal(&self.cipher, entropy::bytes(&*self.entropy)),
        };
        outbox::enqueue(session, &message, now).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_mails_in_a_day_and_the_count_begins_anew_when_it_is_over() {
        let start: DateTime<Utc> = "2026-03-09T10:00:00Z".parse().unwrap();
        let mut counted = None;
        for hours in [0, 1, 23] {
            let now = start + TimeDelta::hours(hours);
            counted = Some(Counted::with_one_more(counted, now).unwrap());
        }
        let again = Counted { mails: 3, from: counted.as_ref().unwrap().from };
        assert!(Counted::with_one_more(counted, start + TimeDelta::minutes(23 * 60 + 59)).is_none());
        assert_eq!(Counted::with_one_more(Some(again), start + COUNTED_FOR).unwrap().mails, 1);
    }
}
