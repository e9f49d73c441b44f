//! Who a session says is signed in.
//!
//! Perfex writes `client_logged_in`, `client_user_id` and `contact_user_id` for a contact, `staff_logged_in` and
//! `staff_user_id` for staff, and all of them with `logged_in_as_client` when staff look at the portal as a contact. Who is
//! in the middle of two-factor sign-in has other names and is nobody yet. What a session says is no right: the people's
//! own rows have the last word.

use super::values::{Unreadable, Values};
use crate::ids::{ClientId, ContactId, StaffId};
use crate::perfex::php_value::PhpValue;

/// A contact, as a session names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContactLogin {
    /// The person.
    pub contact: ContactId,
    /// The customer.
    pub client: ClientId,
}

/// Who is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    /// Nobody.
    Nobody,
    /// A contact, in the portal; perhaps a staff member has signed in beside, in the same browser.
    Contact(ContactLogin),
    /// A staff member.
    Staff(StaffId),
    /// A staff member who looks at the portal as a contact.
    Impersonation {
        /// Who looks.
        staff: StaffId,
        /// As whom.
        contact: ContactLogin,
    },
}

/// The names that count; when one comes twice the last one does, as in PHP.
#[derive(Debug, Default)]
struct Names<'a> {
    client_logged_in: Option<&'a [u8]>,
    client_user_id: Option<&'a [u8]>,
    contact_user_id: Option<&'a [u8]>,
    staff_logged_in: Option<&'a [u8]>,
    staff_user_id: Option<&'a [u8]>,
    logged_in_as_client: Option<&'a [u8]>,
}

impl Login {
    /// Reads a session's `data`.
    pub fn of(data: &[u8]) -> Result<Self, Unreadable> {
        let mut names = Names::default();
        for value in Values::of(data) {
            let (name, value) = value?;
            let place = match name {
                b"client_logged_in" => &mut names.client_logged_in,
                b"client_user_id" => &mut names.client_user_id,
                b"contact_user_id" => &mut names.contact_user_id,
                b"staff_logged_in" => &mut names.staff_logged_in,
                b"staff_user_id" => &mut names.staff_user_id,
                b"logged_in_as_client" => &mut names.logged_in_as_client,
                _ => continue,
            };
            *place = Some(value);
        }
        names.login()
    }
}

impl Names<'_> {
    fn login(&self) -> Result<Login, Unreadable> {
        let contact = if flag("client_logged_in", self.client_logged_in)? {
            let contact = id("contact_user_id", self.contact_user_id)?.map(ContactId);
            let client = id("client_user_id", self.client_user_id)?.map(ClientId);
            contact.zip(client).map(|(contact, client)| ContactLogin { contact, client })
        } else {
            None
        };
        let staff = if flag("staff_logged_in", self.staff_logged_in)? {
            id("staff_user_id", self.staff_user_id)?.map(StaffId)
        } else {
            None
        };
        let disguised = flag("logged_in_as_client", self.logged_in_as_client)?;
        Ok(match (contact, staff, disguised) {
            (Some(contact), Some(staff), true) => Login::Impersonation { staff, contact },
            // Somebody looks as this contact, and nobody can say who.
            (Some(_), None, true) | (None, None, _) => Login::Nobody,
            (Some(contact), _, false) => Login::Contact(contact),
            (None, Some(staff), _) => Login::Staff(staff),
        })
    }
}

fn plain(name: &'static str, value: Option<&[u8]>) -> Result<PhpValue, Unreadable> {
    value.map_or(Ok(PhpValue::Null), |text| PhpValue::parse(text).map_err(|_| Unreadable::Value(name)))
}

/// Only `true` is yes: Perfex writes nothing else, and takes the name away for no.
fn flag(name: &'static str, value: Option<&[u8]>) -> Result<bool, Unreadable> {
    Ok(plain(name, value)? == PhpValue::Bool(true))
}

/// A positive number that fits the CRM's columns, as a number or, as PHP mostly has it, as text.
fn id(name: &'static str, value: Option<&[u8]>) -> Result<Option<i64>, Unreadable> {
    let number = match plain(name, value)? {
        PhpValue::Int(number) => Some(number),
        PhpValue::Text(text) if text.first() != Some(&b'0') && text.iter().all(u8::is_ascii_digit) => {
            std::str::from_utf8(&text).ok().and_then(|digits| digits.parse().ok())
        }
        _ => None,
    };
    Ok(number.filter(|number| (1..=i64::from(i32::MAX)).contains(number)))
}

#[cfg(test)]
mod tests;
