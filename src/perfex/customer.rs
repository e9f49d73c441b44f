//! Clients and contacts: found by mail address, or created as Perfex's own forms do (`database.md` 5).

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use crate::db::{DbError, Fields, Record, Session, placeholders};
use crate::ids::{ClientId, ContactId, CountryId};

use super::activity;
use super::options::Options;
use super::php_value::PhpValue;
use super::plain_text::{PlainText, TextError};

/// Rules for the columns that a customer's text goes into.
pub const COMPANY: PlainText = PlainText { field: "the company", limit: 191, required: false };
/// The contact's first name.
pub const FIRSTNAME: PlainText = PlainText { field: "the first name", limit: 191, required: true };
/// The contact's last name.
pub const LASTNAME: PlainText = PlainText { field: "the last name", limit: 191, required: true };
/// The longest mail address that Perfex stores.
const EMAIL_LIMIT: usize = 100;

/// A text that is no mail address, or one that the CRM cannot store.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "`{0}` is not a mail address that the CRM can store (name@example.org, at most {EMAIL_LIMIT} characters)"
)]
pub struct EmailError(String);

/// Takes a mail address without the spaces around it. Characters beyond the basic plane do not fit the tables of
/// Perfex 3.0.
pub fn checked_email(text: &str) -> Result<&str, EmailError> {
    let email = text.trim();
    let storable = email.len() <= EMAIL_LIMIT && email.chars().all(|c| c <= '\u{FFFF}');
    if storable && email.parse::<lettre::Address>().is_ok() {
        Ok(email)
    } else {
        Err(EmailError(email.to_owned()))
    }
}

const FIND: &str = "SELECT c.`id` AS `contact_id`, c.`userid` AS `client_id`, c.`email` AS `email` \
     FROM `{p}contacts` c INNER JOIN `{p}clients` k ON k.`userid` = c.`userid` \
     WHERE c.`email` = ? ORDER BY c.`active` DESC, c.`id` LIMIT 100";
const PRINTED: &str = "SELECT k.`company` AS `company`, c.`firstname` AS `firstname`, c.`lastname` AS `lastname` \
     FROM `{p}contacts` c INNER JOIN `{p}clients` k ON k.`userid` = c.`userid` WHERE c.`id` = ?";
const CLIENTS: &str = "SELECT c.`id` AS `contact_id`, c.`userid` AS `client_id` FROM `{p}contacts` c \
     INNER JOIN `{p}clients` k ON k.`userid` = c.`userid` WHERE c.`id` IN ";
const IS_THERE: &str = "SELECT 1 AS `there` FROM `{p}contacts` WHERE `id` = ?";
const LANGUAGE: &str = "SELECT `default_language` FROM `{p}clients` WHERE `userid` = ?";
const INSERT_CLIENT: &str = "INSERT INTO `{p}clients` (`company`, `vat`, `phonenumber`, `country`, `city`, `zip`, \
     `state`, `address`, `website`, `datecreated`, `active`, `billing_street`, `billing_city`, `billing_state`, \
     `billing_zip`, `billing_country`, `shipping_country`, `default_language`, `default_currency`, \
     `show_primary_contact`, `registration_confirmed`, `addedfrom`) \
     VALUES (?, ?, '', ?, '', '', '', '', '', ?, 1, '', '', '', '', ?, 0, ?, 0, 0, 1, 0)";
const INSERT_CONTACT: &str = "INSERT INTO `{p}contacts` (`userid`, `is_primary`, `firstname`, `lastname`, `email`, \
     `phonenumber`, `title`, `datecreated`, `email_verified_at`, `active`, `invoice_emails`, `estimate_emails`, \
     `credit_note_emails`, `contract_emails`, `task_emails`, `project_emails`, `ticket_emails`) \
     VALUES (?, 1, ?, ?, ?, '', '', ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)";
/// With a pair of values for each permission behind it.
const INSERT_PERMISSIONS: &str = "INSERT INTO `{p}contact_permissions` (`permission_id`, `userid`) VALUES ";

/// A person of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contact {
    /// The person.
    pub contact: ContactId,
    /// The customer.
    pub client: ClientId,
}

struct Candidate {
    found: Contact,
    email: String,
}

impl Record for Candidate {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let found = Contact { contact: row.take("contact_id")?, client: row.take("client_id")? };
        Ok(Self { found, email: row.take("email")? })
    }
}

impl Contact {
    /// The contact with this address; an active one first, then the oldest, as no key keeps addresses unique. An inactive
    /// one is still this customer: only the log-in is switched off.
    ///
    /// The column's collation takes `josé@` for `jose@`; another mailbox is another person, so it is compared again.
    pub async fn with_email(session: &mut Session, email: &str) -> Result<Option<Self>, DbError> {
        let candidates: Vec<Candidate> = session.rows(FIND, (email,)).await?;
        let same = candidates
            .into_iter()
            .find(|candidate| candidate.email.trim().to_lowercase() == email.to_lowercase());
        Ok(same.map(|candidate| candidate.found))
    }

    /// Whether documents of this customer are headed as this form is: by the same company, or without one by the same
    /// person. Case, blanks and punctuation do not count.
    pub async fn is_printed_as(self, session: &mut Session, form: &NewCustomer) -> Result<bool, DbError> {
        let Some(own) = session.first::<Printed>(PRINTED, (self.contact,)).await? else { return Ok(false) };
        let person = |first: &str, last: &str| plain(&format!("{first}{last}"));
        Ok(if plain(&own.company).is_empty() {
            plain(&form.company).is_empty()
                && person(&own.firstname, &own.lastname) == person(&form.firstname, &form.lastname)
        } else {
            plain(&own.company) == plain(&form.company)
        })
    }

    /// Whether the CRM still has this person, whichever customer they belong to by now.
    pub async fn is_there(session: &mut Session, person: ContactId) -> Result<bool, DbError> {
        Ok(session.first::<(i64,)>(IS_THERE, (person,)).await?.is_some())
    }

    /// The customers that these people belong to; whoever is gone is left out.
    pub async fn clients_of(
        session: &mut Session,
        people: &[ContactId],
    ) -> Result<BTreeMap<ContactId, ClientId>, DbError> {
        if people.is_empty() {
            return Ok(BTreeMap::new());
        }
        let sql = format!("{CLIENTS}({})", placeholders(people.len()));
        let rows: Vec<Belongs> = session.rows(&sql, people.to_vec()).await?;
        Ok(rows.into_iter().map(|row| (row.contact, row.client)).collect())
    }

    /// The language that staff or the customer chose for this customer, if any.
    pub async fn language(self, session: &mut Session) -> Result<Option<String>, DbError> {
        let row = session.first::<(Option<String>,)>(LANGUAGE, (self.client,)).await?;
        Ok(row.and_then(|row| row.0).filter(|language| !language.is_empty()))
    }
}

struct Belongs {
    contact: ContactId,
    client: ClientId,
}

impl Record for Belongs {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { contact: row.take("contact_id")?, client: row.take("client_id")? })
    }
}

struct Printed {
    company: String,
    firstname: String,
    lastname: String,
}

impl Record for Printed {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let company: Option<String> = row.take("company")?;
        Ok(Self {
            company: company.unwrap_or_default(),
            firstname: row.take("firstname")?,
            lastname: row.take("lastname")?,
        })
    }
}

/// Letters and digits alone, in lower case.
fn plain(text: &str) -> String {
    text.to_lowercase().chars().filter(|sign| sign.is_alphanumeric()).collect()
}

/// A customer that does not exist yet; all texts are clean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCustomer {
    /// Empty for a person: Perfex shows the contact's name then.
    pub company: String,
    /// First name.
    pub firstname: String,
    /// Last name.
    pub lastname: String,
    /// Mail address, as [`checked_email`] takes it.
    pub email: String,
    /// A language folder of Perfex; `None` follows the CRM's own.
    pub language: Option<String>,
    /// The country; `None` is the one that the CRM presets.
    pub country: Option<CountryId>,
    /// The VAT id; empty when there is none.
    pub vat: String,
}

impl NewCustomer {
    /// Cleans what a customer typed.
    pub fn clean(
        company: &str,
        firstname: &str,
        lastname: &str,
        email: &str,
        language: Option<String>,
        wide: bool,
    ) -> Result<Self, TextError> {
        Ok(Self {
            company: COMPANY.clean(company, wide)?,
            firstname: FIRSTNAME.clean(firstname, wide)?,
            lastname: LASTNAME.clean(lastname, wide)?,
            email: email.to_owned(),
            language,
            country: None,
            vat: String::new(),
        })
    }

    /// The settings that creation follows.
    pub const OPTIONS: [&str; 2] = ["default_contact_permissions", "customer_default_country"];

    /// Creates client, primary contact and the contact's permissions.
    ///
    /// `at` is local wall time. The caller holds a lock that keeps two creations of one address apart.
    pub async fn create(
        &self,
        session: &mut Session,
        options: &Options,
        at: NaiveDateTime,
    ) -> Result<Contact, DbError> {
        let preset = || options.get("customer_default_country").parse().unwrap_or(0);
        let country = self.country.map_or_else(preset, |country| country.0);
        let row = (self.company.as_str(), self.vat.as_str(), country, at, country, self.language.as_deref());
        let client = ClientId(session.run(INSERT_CLIENT, row).await?.id);
        let permissions = permissions(options);
        // The mail switches follow the permissions: `database.md` 5.2.
        let may = |permission: i64| i64::from(permissions.contains(&permission));
        let row: Vec<mysql_async::Value> = vec![
            client.into(),
            self.firstname.as_str().into(),
            self.lastname.as_str().into(),
            self.email.as_str().into(),
            at.into(),
            at.into(),
            may(1).into(),
            may(2).into(),
            may(1).into(),
            may(3).into(),
            may(6).into(),
            may(6).into(),
            may(5).into(),
        ];
        let contact = ContactId(session.run(INSERT_CONTACT, row).await?.id);
        if !permissions.is_empty() {
            let sql = format!("{INSERT_PERMISSIONS}{}", vec!["(?, ?)"; permissions.len()].join(", "));
            let row: Vec<mysql_async::Value> =
                permissions.into_iter().flat_map(|permission| [permission.into(), contact.into()]).collect();
            session.run(&sql, row).await?;
        }
        activity::general(session, &format!("Customer created by perfex-bridge [ID: {client}]"), at).await?;
        Ok(Contact { contact, client })
    }
}

fn permissions(options: &Options) -> Vec<i64> {
    PhpValue::parse(options.get("default_contact_permissions").as_bytes())
        .map(|value| value.texts().iter().filter_map(|text| text.parse().ok()).collect())
        .unwrap_or_default()
}
