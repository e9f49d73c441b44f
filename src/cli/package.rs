//! `package`: what has a price.

use clap::Subcommand;

use crate::app::App;
use crate::licensing::Term;
use crate::money::Amount;
use crate::shop::{self, CatalogueState, Kind, NewPackage, PackageChange};

use super::CliError;
use super::output::{Format, or_dash, print_one, print_rows};

/// Subcommands of `package`.
#[derive(Debug, Subcommand)]
pub enum Package {
    /// List all packages.
    List,
    /// Add a package to a product.
    Add {
        /// The product's slug.
        #[arg(long)]
        product: String,
        /// Its own short name: lower-case letters, digits, dots, dashes, underscores.
        #[arg(long)]
        sku: String,
        /// Its name; the product's when it is left out.
        #[arg(long)]
        name: Option<String>,
        /// paid (by invoice), free (at once), trial (at once, for a limited time).
        #[arg(long)]
        kind: Kind,
        /// The price of one without tax, such as 49.00.
        #[arg(long, default_value = "0", allow_negative_numbers = true)]
        price: Amount,
        /// A currency of the CRM, such as EUR.
        #[arg(long)]
        currency: String,
        /// A tax of the CRM as NAME|RATE, such as "VAT|19.00".
        #[arg(long)]
        tax: Option<String>,
        /// How long a license lasts: 30d, 12m, 1y; without end when it is left out (trial: 30d).
        #[arg(long)]
        term: Option<Term>,
    },
    /// Change a package; what was sold keeps its old price.
    Change {
        /// The package's SKU.
        sku: String,
        /// A new name.
        #[arg(long)]
        name: Option<String>,
        /// A new price.
        #[arg(long, allow_negative_numbers = true)]
        price: Option<Amount>,
        /// Put it on sale again.
        #[arg(long)]
        activate: bool,
    },
    /// Take a package off sale.
    Retire {
        /// The package's SKU.
        sku: String,
    },
}

impl Package {
    pub(super) async fn run(self, app: &App, format: Format) -> Result<(), CliError> {
        let mut session = app.database.session().await?;
        let sku = match self {
            Self::List => {
                let packages = shop::Package::list(&mut session).await?;
                let header = ["product", "sku", "name", "kind", "price", "tax", "term", "state"];
                let empty = "no packages yet; `package add --product ... --sku ... --kind paid` adds one";
                print_rows(format, &packages, &header, empty, |package| {
                    vec![
                        package.product.clone(),
                        package.sku.clone(),
                        package.name.clone(),
                        package.kind.to_string(),
                        format!("{} {}", package.price, package.currency),
                        or_dash(package.tax.as_ref()),
                        or_dash(package.term.as_ref()),
                        package.state.to_string(),
                    ]
                })?;
                return Ok(());
            }
            Self::Add { product, sku, name, kind, price, currency, tax, term } => {
                let new = NewPackage { product, sku: sku.clone(), name, kind, price, currency, tax, term };
                shop::Package::add(&mut session, &new, app.clock.now()).await?;
                sku
            }
            Self::Change { sku, name, price, activate } => {
                let state = activate.then_some(CatalogueState::Active);
                if name.is_none() && price.is_none() && state.is_none() {
                    return Err(CliError::Usage(
                        "nothing to change: give --name, --price or --activate".into(),
                    ));
                }
                shop::Package::change(&mut session, &sku, &PackageChange { name, price, state }).await?;
                sku
            }
            Self::Retire { sku } => {
                let change = PackageChange { state: Some(CatalogueState::Retired), ..Default::default() };
                shop::Package::change(&mut session, &sku, &change).await?;
                sku
            }
        };
        let package = shop::Package::named(&mut session, &sku).await?;
        print_one(format, &package, |package| {
            format!(
                "package `{}` of `{}`: {}, {} {}, {}",
                package.sku, package.product, package.kind, package.price, package.currency, package.state
            )
        })?;
        Ok(())
    }
}
