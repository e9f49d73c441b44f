//! Packages of the shop whose tax is gone in the CRM.

use crate::app::App;
use crate::shop::followed_tax;

use super::Finding;

const CHECK: &str = "taxes";

/// A line only where there is something to mend; what the database has to say stands in its own lines.
pub(super) async fn finding(app: &App) -> Option<Finding> {
    let mut session = app.database.session().await.ok()?;
    let lost = followed_tax::lost(&mut session).await.ok()?;
    let named: Vec<String> = lost.iter().map(|(sku, tax)| format!("{sku} ({tax})")).collect();
    (!named.is_empty()).then(|| {
        Finding::warn(
            CHECK,
            format!("the CRM does not have the tax of these packages any more: {}", named.join(", ")),
            "choose another tax for each under Shop > Products, or add it again under Setup > Finance > Taxes: until \
             then orders are charged as before",
        )
    })
}
