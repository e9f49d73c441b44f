//! Writes licenses as `licensing::issue` would, many at a time.

use anyhow::Context as _;
use mysql_async::Value;
use perfex_bridge::app::App;
use perfex_bridge::db::{Session, placeholders};
use perfex_bridge::entropy;
use perfex_bridge::ids::ProductId;

use super::site::{self, PRODUCT};

const FIND: &str = "SELECT `id` FROM `{p}pm_products` WHERE `slug` = ?";
const COUNT: &str = "SELECT COUNT(*) AS `licenses` FROM `{p}pm_licenses` WHERE `product_id` = ?";
const LICENSES: &str = "INSERT INTO `{p}pm_licenses` (`id`, `unit_no`, `product_id`, `key_hash`, `key_encrypted`, \
     `issued_as`, `license_right`, `issued_at`) VALUES ";
const BINDINGS: &str =
    "INSERT INTO `{p}pm_license_bindings` (`license_id`, `slot`, `domain`, `bound_at`) VALUES ";
/// Above the ids of licenses that came otherwise.
const FIRST: u64 = 1_000_000_000;
/// Rows in a statement, and statements in a transaction.
const ROWS: u64 = 500;
const STATEMENTS: u64 = 20;

/// Writes licenses until the product has so many.
pub async fn fill(app: &App, to: u64) -> anyhow::Result<()> {
    let mut session = app.database.session().await?;
    let product = session.first::<(ProductId,)>(FIND, (PRODUCT,)).await?;
    let product = product.with_context(|| format!("there is no product `{PRODUCT}`"))?.0;
    let mut done = session.first::<(u64,)>(COUNT, (product,)).await?.map_or(0, |row| row.0);
    drop(session);
    while done < to {
        let mut session = app.database.begin().await?;
        for _ in 0..STATEMENTS {
            let next = to.min(done + ROWS);
            if done < next {
                write(app, &mut session, product, done..next).await?;
                done = next;
            }
        }
        session.commit().await?;
    }
    Ok(())
}

async fn write(
    app: &App,
    session: &mut Session,
    product: ProductId,
    numbers: std::ops::Range<u64>,
) -> anyhow::Result<()> {
    let now = app.clock.now().naive_utc();
    let (mut licenses, mut bindings): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    for number in numbers.clone() {
        let (id, key) = (FIRST + number, site::key(&app.workshop.mint, number));
        let sealed = app.cipher.encrypt(key.to_string().as_bytes(), entropy::bytes(&*app.entropy));
        licenses.extend([
            id.into(),
            1.into(),
            product.into(),
            key.hash().to_vec().into(),
            sealed.into(),
            "active".into(),
            "active".into(),
            now.into(),
        ]);
        bindings.extend([id.into(), 0.into(), site::domain(number).into(), now.into()]);
    }
    let rows = usize::try_from(numbers.end - numbers.start)?;
    session.run(&insert(LICENSES, rows, 8), licenses).await?;
    session.run(&insert(BINDINGS, rows, 4), bindings).await?;
    Ok(())
}

fn insert(into: &str, rows: usize, columns: usize) -> String {
    let row = format!("({})", placeholders(columns));
    format!("{into}{}", vec![row; rows].join(", "))
}
