//! Checkout: a form becomes one order.
//!
//! In: what anybody sends to `/shop/checkout`. Out: an order with its invoice, or the form again with a sentence for each
//! field. Invariants: a form is one order however often it is sent; a refused form has written nothing; prices are computed
//! here; a known customer's data in the CRM is neither shown to nor changed by whoever types their mail address.

mod buyer;
mod cart;
mod consent;
mod countries;
mod desk;
mod gate;
mod invoice_mail;
mod offer;
mod page;
mod quote;
mod refusal;
mod store;
mod ticket;
pub mod vat_id;

pub use buyer::{Buyer, Rules};
pub use cart::{Cart, CartLine};
pub use consent::Consent;
pub use countries::CountryLists;
pub use desk::{Agreed, Desk, DeskError, Outcome, Sender, View};
pub use gate::{Gate, HONEYPOT, PROOF};
pub use invoice_mail::{InvoiceMail, look_after};
pub(super) use offer::{ShownTax, shown_taxes};
pub use page::{CheckoutPage, Placed};
pub(super) use quote::taxes;
pub use quote::{Quote, TaxCase};
pub use refusal::Refusal;
pub(super) use store::pays_here;
pub use ticket::{Ticket, TicketError, Tickets};
