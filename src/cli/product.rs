//! `product`: what a license is for.

use clap::Subcommand;
use serde::Serialize;

use crate::app::App;
use crate::shop::{self, ProductPage, ProductPageChange, ProductTextChange};
use crate::text::Language;

use super::CliError;
use super::output::{Format, print_one, print_rows};
use super::text_argument::TextArgument;
use super::transaction::transaction;

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
        /// The current version, such as 2.4.1; "" for none.
        #[arg(long)]
        release: Option<String>,
        /// The address of a picture at the CRM's own site, such as /media/public/shot.png; "" for none.
        #[arg(long)]
        picture: Option<String>,
        /// The place in the shop: lower numbers come first, equal ones go by name.
        #[arg(long, allow_negative_numbers = true)]
        place: Option<i32>,
        /// Put it on sale again.
        #[arg(long)]
        activate: bool,
    },
    /// Write what the shop says about a product in one language; @FILE reads a file, @- standard input.
    Text {
        /// The product's slug.
        slug: String,
        /// english or german; what one language lacks is shown in the other.
        #[arg(long)]
        language: Language,
        /// One line below the name.
        #[arg(long)]
        tagline: Option<TextArgument>,
        /// What it is, in Markdown.
        #[arg(long)]
        description: Option<TextArgument>,
        /// What it needs, in Markdown.
        #[arg(long)]
        requirements: Option<TextArgument>,
        /// What is new, in Markdown.
        #[arg(long)]
        changelog: Option<TextArgument>,
    },
    /// Show all that the shop shows of a product.
    Show {
        /// The product's slug.
        slug: String,
    },
    /// Take a product off sale; what was sold keeps working.
    Retire {
        /// The product's slug.
        slug: String,
    },
}

impl Product {
    pub(super) async fn run(self, app: &App, format: Format) -> Result<(), CliError> {
        let slug = match self {
            Self::List => {
                let products = shop::Product::list(&mut app.database.session().await?).await?;
                let empty = "no products yet; `product add --slug ... --name ...` adds one";
                print_rows(format, &products, &["slug", "name", "state"], empty, |product| {
                    vec![product.slug.clone(), product.name.clone(), product.state.to_string()]
                })?;
                return Ok(());
            }
            Self::Add { slug, name } => {
                let now = app.clock.now();
                transaction(app, async |session| {
                    Ok(shop::Product::add(session, &slug, &name, now).await.map(drop)?)
                })
                .await?;
                slug
            }
            Self::Change { slug, name, release, picture, place, activate } => {
                let state = activate.then_some(shop::CatalogueState::Active);
                let change = shop::ProductChange { name, state };
                let page = ProductPageChange { release, picture, place };
                let nothing = (shop::ProductChange::default(), ProductPageChange::default());
                if (&change, &page) == (&nothing.0, &nothing.1) {
                    return Err(CliError::Usage(
                        "nothing to change: give --name, --release, --picture, --place or --activate".into(),
                    ));
                }
                transaction(app, async |session| {
                    shop::Product::change(session, &slug, &change).await?;
                    if page != nothing.1 {
                        let product = shop::Product::named(session, &slug).await?;
                        ProductPage::change(session, product.id, &page, &app.base_url).await?;
                    }
                    Ok(())
                })
                .await?;
                slug
            }
            Self::Text { slug, language, tagline, description, requirements, changelog } => {
                let read = |text: Option<TextArgument>| text.map(TextArgument::read).transpose();
                let change = ProductTextChange {
                    tagline: read(tagline)?,
                    description: read(description)?,
                    requirements: read(requirements)?,
                    changelog: read(changelog)?,
                };
                if change == ProductTextChange::default() {
                    return Err(CliError::Usage(
                        "nothing to write: give --tagline, --description, --requirements or --changelog"
                            .into(),
                    ));
                }
                transaction(app, async |session| {
                    let product = shop::Product::named(session, &slug).await?;
                    Ok(ProductPage::change_text(session, product.id, language, &change).await?)
                })
                .await?;
                return show(app, &slug, format).await;
            }
            Self::Show { slug } => return show(app, &slug, format).await,
            Self::Retire { slug } => {
                let change =
                    shop::ProductChange { state: Some(shop::CatalogueState::Retired), ..Default::default() };
                transaction(app, async |session| Ok(shop::Product::change(session, &slug, &change).await?))
                    .await?;
                slug
            }
        };
        let product = shop::Product::named(&mut app.database.session().await?, &slug).await?;
        print_one(format, &product, |product| {
            format!("product `{}` ({}), {}", product.slug, product.name, product.state)
        })?;
        Ok(())
    }
}

/// A product with its page.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    product: shop::Product,
    #[serde(flatten)]
    page: ProductPage,
}

async fn show(app: &App, slug: &str, format: Format) -> Result<(), CliError> {
    let mut session = app.database.session().await?;
    let product = shop::Product::named(&mut session, slug).await?;
    let page = ProductPage::of(&mut session, product.id).await?;
    print_one(format, &Shown { product, page }, |Shown { product, page }| {
        let mut parts = vec![format!("{} ({}), {}", product.name, product.slug, product.state)];
        for (what, value) in [("version", &page.release), ("picture", &page.picture)] {
            if !value.is_empty() {
                parts.push(format!("{what}: {value}"));
            }
        }
        for (language, words) in &page.texts {
            let texts = [
                ("tagline", &words.tagline),
                ("description", &words.description),
                ("requirements", &words.requirements),
                ("changelog", &words.changelog),
            ];
            let written = texts.into_iter().filter(|(_, value)| !value.is_empty());
            parts.extend(written.map(|(what, value)| format!("\n{what} ({language}):\n{value}")));
        }
        parts.join("\n")
    })?;
    Ok(())
}
