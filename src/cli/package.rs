//! `package`: what has a price.

use clap::Subcommand;
use serde::Serialize;

use crate::app::App;
use crate::licensing::Term;
use crate::money::Amount;
use crate::shop::{self, CatalogueState, Kind, NewPackage, PackageChange, PackagePage, PackagePageChange};
use crate::text::Language;

use super::CliError;
use super::output::{Format, or_dash, print_one, print_rows};
use super::text_argument::TextArgument;
use super::transaction::transaction;

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
        /// For how many sites it is, 1 to 100; each site gets a license.
        #[arg(long)]
        sites: Option<u32>,
        /// The place among the product's packages: lower numbers come first, equal ones go by price.
        #[arg(long, allow_negative_numbers = true)]
        place: Option<i32>,
        /// Put it on sale again.
        #[arg(long)]
        activate: bool,
    },
    /// Write what the shop says about a package in one language; @FILE reads a file, @- standard input.
    Text {
        /// The package's SKU.
        sku: String,
        /// english or german; what one language lacks is shown in the other.
        #[arg(long)]
        language: Language,
        /// What it is, in Markdown.
        #[arg(long)]
        description: TextArgument,
    },
    /// Show all that the shop shows of a package.
    Show {
        /// The package's SKU.
        sku: String,
    },
    /// Take a package off sale.
    Retire {
        /// The package's SKU.
        sku: String,
    },
}

impl Package {
    pub(super) async fn run(self, app: &App, format: Format) -> Result<(), CliError> {
        let sku = match self {
            Self::List => {
                let packages = shop::Package::list(&mut app.database.session().await?).await?;
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
                let now = app.clock.now();
                transaction(app, async |session| {
                    Ok(shop::Package::add(session, &new, now).await.map(drop)?)
                })
                .await?;
                sku
            }
            Self::Change { sku, name, price, sites, place, activate } => {
                let state = activate.then_some(CatalogueState::Active);
                let change = PackageChange { name, price, state };
                let page = PackagePageChange { sites, place };
                if change == PackageChange::default() && page == PackagePageChange::default() {
                    return Err(CliError::Usage(
                        "nothing to change: give --name, --price, --sites, --place or --activate".into(),
                    ));
                }
                transaction(app, async |session| {
                    shop::Package::change(session, &sku, &change).await?;
                    if page != PackagePageChange::default() {
                        let package = shop::Package::named(session, &sku).await?;
                        PackagePage::change(session, package.id, page).await?;
                    }
                    Ok(())
                })
                .await?;
                sku
            }
            Self::Text { sku, language, description } => {
                let description = description.read()?;
                transaction(app, async |session| {
                    let package = shop::Package::named(session, &sku).await?;
                    Ok(PackagePage::describe(session, package.id, language, &description).await?)
                })
                .await?;
                return show(app, &sku, format).await;
            }
            Self::Show { sku } => return show(app, &sku, format).await,
            Self::Retire { sku } => {
                let change = PackageChange { state: Some(CatalogueState::Retired), ..Default::default() };
                transaction(app, async |session| Ok(shop::Package::change(session, &sku, &change).await?))
                    .await?;
                sku
            }
        };
        let package = shop::Package::named(&mut app.database.session().await?, &sku).await?;
        print_one(format, &package, |package| {
            format!(
                "package `{}` of `{}`: {}, {} {}, {}",
                package.sku, package.product, package.kind, package.price, package.currency, package.state
            )
        })?;
        Ok(())
    }
}

/// A package with its page.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    package: shop::Package,
    #[serde(flatten)]
    page: PackagePage,
}

async fn show(app: &App, sku: &str, format: Format) -> Result<(), CliError> {
    let mut session = app.database.session().await?;
    let package = shop::Package::named(&mut session, sku).await?;
    let page = PackagePage::of(&mut session, package.id).await?;
    print_one(format, &Shown { package, page }, |Shown { package, page }| {
        let mut parts = vec![format!(
            "{} ({}) of {}: {}, {} {}, {}, {}",
            package.name,
            package.sku,
            package.product_name,
            package.kind,
            package.price,
            package.currency,
            if page.sites == 1 { "1 site".to_owned() } else { format!("{} sites", page.sites) },
            package.state
        )];
        let texts = page.descriptions.iter();
        parts.extend(texts.map(|(language, text)| format!("\ndescription ({language}):\n{text}")));
        parts.join("\n")
    })?;
    Ok(())
}
