//! What staff see of the bridge itself: how it does, its versions, its mails, and who changed what.
//!
//! [`OverviewPage`] and [`WidgetPage`] show the same [`Report`], which the program's own room makes; [`OutboxPage`] shows
//! what waits to leave and what has left.

mod outbox_page;
mod overview_page;
mod report;
mod widget_page;

pub use outbox_page::OutboxPage;
pub use overview_page::OverviewPage;
pub use report::{Level, Report, Sign, Standing};
pub use widget_page::WidgetPage;
