//! `license apikey`: keys of programs that may create licenses.

use clap::Subcommand;
use serde::Serialize;

use crate::app::App;
use crate::licensing::authority::{ApiKey, ApiKeyError};
use crate::shop::Product;

use super::CliError;
use super::output::{Format, moment, print_one, print_rows};
use super::transaction::transaction;

/// Subcommands of `license apikey`.
#[derive(Debug, Subcommand)]
pub enum Apikey {
    /// Make a key; it is shown this once.
    Add {
        /// What to call it: letters, digits, dots, dashes, underscores.
        name: String,
        /// Only for this product, by its slug; may be given several times.
        #[arg(long)]
        product: Vec<String>,
    },
    /// Exchange a key for a new one, shown this once; the old one stops at once, and what it created stays known.
    Rotate {
        /// The key's name.
        name: String,
    },
    /// List all keys by name.
    List,
    /// Revoke a key at once and for good.
    Revoke {
        /// The key's name.
        name: String,
    },
}

#[derive(Debug, Serialize)]
struct New {
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    products: Vec<String>,
    key: String,
}

impl Apikey {
    pub(super) fn changes_something(&self) -> bool {
        !matches!(self, Self::List)
    }

    pub(super) async fn run(self, app: &App, format: Format) -> Result<(), CliError> {
        let now = app.clock.now();
        match self {
            Self::Add { name, product: products } => {
                let key = transaction(app, async |session| {
                    let mut ids = Vec::new();
                    for slug in &products {
                        ids.push(Product::named(session, slug).await?.id);
                    }
                    Ok(ApiKey::add(session, &name, &ids, &*app.entropy, now).await?)
                })
                .await?;
                print_new(format, name, products, key)?;
            }
            Self::Rotate { name } => {
                let (key, keys) = transaction(app, async |session| {
                    let key = ApiKey::rotate(session, &name, &*app.entropy).await?;
                    Ok((key, ApiKey::list(session).await?))
                })
                .await?;
                let found = keys.into_iter().find(|key| key.name == name);
                print_new(format, name, found.map(|key| key.products).unwrap_or_default(), key)?;
            }
            Self::List => {
                let keys = ApiKey::list(&mut app.database.session().await?).await?;
                let empty = "no API keys; `license apikey add NAME` makes one";
                let header = ["name", "products", "made", "last used", "revoked"];
                print_rows(format, &keys, &header, empty, |key| {
                    let or_never = |at: Option<_>| at.map_or_else(|| "-".to_owned(), moment);
                    let products = Some(key.products.join(", ")).filter(|products| !products.is_empty());
                    vec![
                        key.name.clone(),
                        products.unwrap_or_else(|| "all".to_owned()),
                        moment(key.created_at),
                        or_never(key.last_used_at),
                        or_never(key.revoked_at),
                    ]
                })?;
            }
            Self::Revoke { name } => {
                let keys = transaction(app, async |session| {
                    ApiKey::revoke(session, &name, now).await?;
                    Ok(ApiKey::list(session).await?)
                })
                .await?;
                let revoked = keys.into_iter().find(|key| key.name == name);
                print_one(format, &revoked, |_| format!("API key `{name}` is revoked"))?;
            }
        }
        Ok(())
    }
}

fn print_new(format: Format, name: String, products: Vec<String>, key: String) -> Result<(), CliError> {
    print_one(format, &New { name, products, key }, |new| {
        format!("{}\nthis is the only time that it is shown", new.key)
    })?;
    Ok(())
}

impl From<ApiKeyError> for CliError {
    fn from(error: ApiKeyError) -> Self {
        match error {
            ApiKeyError::Database(error) => error.into(),
            refused => Self::Usage(refused.to_string()),
        }
    }
}
