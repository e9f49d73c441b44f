//! What staff see and do of the shop, within the CRM.
//!
//! | file | what it holds |
//! |---|---|
//! | `dashboard_page` | orders, revenue and licenses over time, and how many trials are bought |
//! | `orders_page` | the list of orders, its export, and everything about one order |
//! | `search` | which orders the list shows, however many there are |
//! | `order_view`, `order_deeds` | one order: what stands there, and what can be done about it |
//! | `effects` | what would happen to its licenses if money went back |
//! | `new_order` | an order that staff place, paid or as a gift |
//! | `chart` | bars, drawn here |

mod chart;
mod dashboard_page;
mod effects;
mod export;
mod new_order;
mod order_deeds;
mod order_view;
mod orders_page;
mod search;

pub use dashboard_page::DashboardPage;
pub use orders_page::OrdersPage;

use crate::http::PageError;
use crate::licensing::LicensingError;
use crate::perfex::numbering::NumberingError;

use super::ShopError;
use super::charge::Charge;
use super::order::{Fulfilment, OrderState};

/// What deeds on these pages are done to.
const SUBJECT: &str = "order";

/// A word of an axis with its colour, for a label.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
struct Tag {
    text: String,
    colour: &'static str,
}

/// The CRM's colours for the three axes.
fn colours(state: OrderState, charge: Charge, fulfilment: Fulfilment) -> [&'static str; 3] {
    let state = match state {
        OrderState::Placed => "default",
        OrderState::Cancelled => "danger",
        OrderState::Expired => "warning",
    };
    let charge = match charge {
        Charge::None => "default",
        Charge::Partial => "warning",
        Charge::Full => "success",
        Charge::Over => "info",
        Charge::Reversed => "danger",
    };
    let fulfilment = match fulfilment {
        Fulfilment::Open => "default",
        Fulfilment::Fulfilled => "success",
        Fulfilment::Revoked => "danger",
    };
    [state, charge, fulfilment]
}

impl From<ShopError> for PageError {
    fn from(error: ShopError) -> Self {
        match error {
            ShopError::Database(error)
            | ShopError::Licensing(LicensingError::Database(error))
            | ShopError::Numbering(NumberingError::Database(error)) => error.into(),
            other => Self::engine(other),
        }
    }
}
