//! Trials: once a customer and a product, reminded of, and bought.

mod bought;
mod claims;
mod reminders;
