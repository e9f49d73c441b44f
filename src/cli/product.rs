//! `product`: what a license is for.

use clap::Subcommand;

use crate::app::App;
use crate::shop;

use super::CliError;
use super::output::{Format, print_one, print_rows};

/// Subcommands of `product`.
#[derive(Debug, Subcommand)]
pub enum Product {
    /// List all products.
    List,
    /// Add a product.
    Add {
        /// Its short name: lower-case letters, digits, dots, dashes, underscores.
        #[arg(long)]
        slug: String,
        /// Its name.
        #[arg(long)]
        name: String,
    },
    /// Change a product, or put a retired one on sale again.
    Change {
        /// The product's slug.
        slug: String,
        /// A new name.
        #[arg(long)]
        name: Option<String>,
        /// Put it on sale again.
        #[arg(long)]
        activate: bool,
    },
    /// Take a product off sale; what was sold keeps working.
    Retire {
        /// The product's slug.
        slug: String,
    },
}

impl Product {
    pub(super) async fn run(self, app: &App, format: Format) -> Result<(), CliError> {
        let mut session = app.database.session().await?;
        let slug = match self {
            Self::List => {
                let products = shop::Product::list(&mut session).await?;
                let empty = "no products yet; `product add --slug ... --name ...` adds one";
                print_rows(format, &products, &["slug", "name", "state"], empty, |product| {
                    vec![product.slug.clone(), product.name.clone(), product.state.to_string()]
                })?;
                return Ok(());
            }
            Self::Add { slug, name } => {
                shop::Product::add(&mut session, &slug, &name, app.clock.now()).await?;
                slug
            }
            Self::Change { slug, name, activate } => {
                let state = activate.then_some(shop::CatalogueState::Active);
                if name.is_none() && state.is_none() {
                    return Err(CliError::Usage("nothing to change: give --name or --activate".into()));
                }
                shop::Product::change(&mut session, &slug, &shop::ProductChange { name, state }).await?;
                slug
            }
            Self::Retire { slug } => {
                let change =
                    shop::ProductChange { state: Some(shop::CatalogueState::Retired), ..Default::default() };
                shop::Product::change(&mut session, &slug, &change).await?;
                slug
            }
        };
        let product = shop::Product::named(&mut session, &slug).await?;
        print_one(format, &product, |product| {
            format!("product `{}` ({}), {}", product.slug, product.name, product.state)
        })?;
        Ok(())
    }
}
