//! A type for each kind of id, so that an invoice is never mistaken for an order.
//!
//! Perfex's ids are signed 32-bit columns, own ids are signed 64-bit columns; both are carried as `i64`.

use std::fmt;

use mysql_async::prelude::FromValue;
use mysql_async::{FromValueError, Value};
use serde::{Deserialize, Serialize};

/// A text that is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a number, such as 7")]
pub struct IdError(String);

macro_rules! id {
    ($($(#[$doc:meta])+ $name:ident;)+) => {$(
        $(#[$doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self).map_err(|_| IdError(text.to_owned()))
            }
        }

        impl From<$name> for Value {
            fn from(id: $name) -> Self {
                Value::Int(id.0)
            }
        }

        impl TryFrom<Value> for $name {
            type Error = FromValueError;
            fn try_from(value: Value) -> Result<Self, Self::Error> {
                i64::from_value_opt(value).map(Self)
            }
        }

        impl FromValue for $name {
            type Intermediate = Self;
        }
    )+};
}

id! {
    /// A customer of the CRM (`clients.userid`).
    ClientId;
    /// A person of a customer (`contacts.id`).
    ContactId;
    /// A staff member of the CRM (`staff.staffid`).
    StaffId;
    /// An invoice of the CRM.
    InvoiceId;
    /// A recorded payment of the CRM.
    PaymentId;
    /// An applied credit of the CRM: part of a credit note that was set against an invoice.
    CreditId;
    /// A currency of the CRM.
    CurrencyId;
    /// A tax of the CRM.
    TaxId;
    /// A country of the CRM.
    CountryId;
    /// A product of the shop.
    ProductId;
    /// A package of a product: what has a price.
    PackageId;
    /// An order.
    OrderId;
    /// A line of an order.
    OrderItemId;
    /// An issued license.
    LicenseId;
    /// A message that waits to leave, or has left.
    MessageId;
    /// Something that a staff member did.
    DeedId;
}
