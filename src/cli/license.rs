//! `license`: issue, find, suspend, restore, renew, revoke, move, and why.

use std::io::Write as _;

use clap::Subcommand;

use crate::app::App;
use crate::config::LicenseServer;
use crate::db::Session;
use crate::ids::{LicenseId, OrderId};
use crate::licensing::authority::Mover;
use crate::licensing::{
    self, Domain, Filter, Grant, Holder, LicenseKey, Name, Ring, RingError, Standing, Term,
};
use crate::sentence::Sentence;
use crate::shop::Product;

use super::license_why::Why;
use super::output::{Format, moment, or_dash, print_one, print_rows};
use super::transaction::transaction;
use super::{CliError, count};

const ISSUED: &str = "issued by hand";
const SUSPENDED: &str = "suspended by staff";
const RESTORED: &str = "restored by staff";
const RENEWED: &str = "renewed by staff";
const REVOKED: &str = "revoked by staff";

/// Subcommands of `license`.
#[derive(Debug, Subcommand)]
pub enum License {
    /// Issue a license by hand, without an order and without a mail; on the machine that is the license server.
    Issue {
        /// The product's slug.
        #[arg(long)]
        product: String,
        /// How long it lasts: 30d, 12m, 1y; without end when it is left out.
        #[arg(long)]
        term: Option<Term>,
        /// Who gets mail about it, such as the link that moves it to another domain.
        #[arg(long)]
        email: Option<String>,
        /// Their name.
        #[arg(long, requires = "email")]
        name: Option<String>,
        /// Their language, as its folder in the CRM is called; the CRM's own when it is left out.
        #[arg(long, requires = "email")]
        language: Option<String>,
        /// Why, for its timeline.
        #[arg(long, default_value = ISSUED)]
        reason: String,
    },
    /// Show one license.
    Show {
        /// Its number or its key.
        license: String,
    },
    /// List licenses, newest first.
    List {
        /// Only those of this order.
        #[arg(long)]
        order: Option<OrderId>,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_parser = count, allow_negative_numbers = true)]
        limit: u32,
    },
    /// Make a license stop working until it is restored.
    Suspend {
        /// Its number or its key.
        license: String,
        /// Why, for its timeline.
        #[arg(long, default_value = SUSPENDED)]
        reason: String,
    },
    /// Make a suspended license work again.
    Restore {
        /// Its number or its key.
        license: String,
        /// Why, for its timeline.
        #[arg(long, default_value = RESTORED)]
        reason: String,
    },
    /// Let a license last longer: from its end, or from today when it has ended.
    Renew {
        /// Its number or its key.
        license: String,
        /// For how long: 30d, 12m, 1y; the term that it was sold with when it is left out.
        #[arg(long)]
        term: Option<Term>,
        /// Why, for its timeline.
        #[arg(long, default_value = RENEWED)]
        reason: String,
    },
    /// Make a license stop working for good.
    Revoke {
        /// Its number or its key.
        license: String,
        /// Why, for its timeline.
        #[arg(long, default_value = REVOKED)]
        reason: String,
    },
    /// Release a license from a domain, however often it was moved.
    Move {
        /// Its number or its key.
        license: String,
        /// The domain that it leaves; the next activation takes its place.
        #[arg(long)]
        release: String,
    },
    /// Make the next signing key sign from now on; the old one stays valid until its leases have ended.
    Keygen,
    #[command(flatten)]
    Own(super::own_license::OwnLicense),
    /// Keys of programs that may create licenses.
    #[command(subcommand)]
    Apikey(super::apikey::Apikey),
    /// Why a license stands where it does, and who asked about it last.
    Why {
        /// Its number or its key.
        license: String,
    },
}

impl License {
    pub(super) async fn run(self, app: &App, format: Format) -> Result<(), CliError> {
        let now = app.clock.now();
        match self {
            Self::List { order, limit } => {
                let mut session = app.database.session().await?;
                let licenses =
                    licensing::list(&mut session, &app.cipher, Filter { order, limit }, now).await?;
                let header = ["license", "key", "product", "order", "right", "ends"];
                print_rows(format, &licenses, &header, "no licenses", |license| {
                    vec![
                        license.id.to_string(),
                        license.key_or_word().to_owned(),
                        license.product.clone(),
                        or_dash(license.order.as_ref()),
                        license.right.to_string(),
                        license.expires_at.map_or_else(|| "never".to_owned(), moment),
                    ]
                })?;
                Ok(())
            }
            Self::Why { license } => {
                let mut session = app.database.session().await?;
                let license = find(app, &mut session, &license).await?;
                Why::read(app, &mut session, &license).await?.print(format)
            }
            Self::Apikey(command) => command.run(app, format).await,
            Self::Own(command) => command.run(app, format).await,
            Self::Keygen => keygen(app, format),
            Self::Move { license, release } => {
                let mut session = app.database.session().await?;
                let id = find(app, &mut session, &license).await?.id;
                drop(session);
                release_from(app, id, &release).await?;
                let mut session = app.database.session().await?;
                print(format, &find(app, &mut session, &license).await?)
            }
            Self::Show { license } => {
                let mut session = app.database.session().await?;
                let found = find(app, &mut session, &license).await?;
                print(format, &found)
            }
            Self::Issue { product, term, email, name, language, reason } => {
                if let LicenseServer::Remote { url, .. } = &app.config.licensing.server {
                    let host = url.host_str().unwrap_or_default();
                    return Err(CliError::Usage(format!(
                        "the license server {host} makes the licenses ([licensing] server), and would not know one \
                         from here: run `license issue` there"
                    )));
                }
                if let LicenseServer::Unread { why, .. } = &app.config.licensing.server {
                    return Err(CliError::Failed(format!("nobody knows who makes the licenses: {why}")));
                }
                let holder = email
                    .map(|email| Holder::checked(&email, name.as_deref(), language.as_deref()))
                    .transpose()
                    .map_err(|error| CliError::Usage(format!("--{}: {error}", error.field())))?;
                let issuing = transaction(app, async |session| {
                    let product = Product::named(session, &product).await?;
                    let grant = Grant {
                        unit: None,
                        product: product.id,
                        slug: &product.slug,
                        term,
                        standing: Standing::Active,
                        reason: &why(&reason),
                    };
                    let shop = &app.workshop;
                    let (id, _) =
                        licensing::issue(session, &shop.mint, &shop.cipher, &*shop.entropy, now, grant)
                            .await?;
                    if let Some(holder) = &holder {
                        holder.save(session, id).await?;
                    }
                    Ok(id)
                });
                show(app, format, issuing.await?).await
            }
            Self::Suspend { license, reason } => {
                let id = transaction(app, async |session| {
                    let id = find(app, session, &license).await?.id;
                    licensing::suspend(session, id, now, &why(&reason)).await?;
                    Ok(id)
                })
                .await?;
                show_change(app, format, id, "suspend").await
            }
            Self::Restore { license, reason } => {
                let id = transaction(app, async |session| {
                    let id = find(app, session, &license).await?.id;
                    licensing::restore(session, id, now, &why(&reason)).await?;
                    Ok(id)
                })
                .await?;
                show_change(app, format, id, "restore").await
            }
            Self::Renew { license, term, reason } => {
                let id = transaction(app, async |session| {
                    let id = find(app, session, &license).await?.id;
                    licensing::renew(session, id, term, now, &why(&reason)).await?;
                    Ok(id)
                })
                .await?;
                show(app, format, id).await
            }
            Self::Revoke { license, reason } => {
                let id = transaction(app, async |session| {
                    let id = find(app, session, &license).await?.id;
                    licensing::revoke(session, id, now, &why(&reason)).await?;
                    Ok(id)
                })
                .await?;
                show_change(app, format, id, "revoke").await
            }
        }
    }
}

/// Staff take a license off a domain.
async fn release_from(app: &App, license: LicenseId, domain: &str) -> Result<(), CliError> {
    let domain = Domain::of_bound_site(domain).map_err(|error| CliError::Usage(error.to_string()))?;
    if app.authority.release(license, &domain, Mover::Staff).await? {
        return Ok(());
    }
    Err(CliError::Usage(format!("the license is not bound to {}", domain.as_str())))
}

fn keygen(app: &App, format: Format) -> Result<(), CliError> {
    let folder = app.signing_keys();
    let now = app.clock.now();
    let failed = |error: RingError| CliError::Failed(error.to_string());
    let mut ring = Ring::load_or_create(&folder, &*app.entropy, now).map_err(failed)?;
    ring.rotate(&*app.entropy, now).map_err(failed)?;
    let header = ["key", "state", "since"];
    print_rows(format, &ring.list(), &header, "no keys", |line| {
        vec![line.kid.to_string(), line.state.to_string(), moment(line.created_at)]
    })?;
    Ok(())
}

async fn show(app: &App, format: Format, id: LicenseId) -> Result<(), CliError> {
    let mut session = app.database.session().await?;
    let found = find(app, &mut session, &id.to_string()).await?;
    print(format, &found)
}

/// Says after a change of a license from elsewhere that only the copy was changed.
async fn show_change(app: &App, format: Format, id: LicenseId, verb: &str) -> Result<(), CliError> {
    let mut session = app.database.session().await?;
    let found = find(app, &mut session, &id.to_string()).await?;
    print(format, &found)?;
    if found.received {
        // On standard error, so that scripts read one JSON value.
        writeln!(
            std::io::stderr(),
            "perfex-bridge: another machine's license server made license {id} and decides about it: this changed the \
             copy here only. Run `perfex-bridge license {verb} KEY` there, too"
        )?;
    }
    Ok(())
}

fn print(format: Format, license: &licensing::License) -> Result<(), CliError> {
    print_one(format, license, |license| {
        let ends =
            license.expires_at.map_or_else(|| "without end".to_owned(), |at| format!("until {}", moment(at)));
        let unreadable = |error| format!("its key cannot be shown: {error}");
        let key = license.key().map_or_else(unreadable, str::to_owned);
        format!("license {} for `{}`: {}, {ends}\n{}", license.id, license.product, license.right, key)
    })?;
    Ok(())
}

async fn find(app: &App, session: &mut Session, text: &str) -> Result<licensing::License, CliError> {
    let name = match text.parse::<LicenseId>() {
        Ok(id) => Name::Id(id),
        Err(_) => {
            Name::Key(Box::new(LicenseKey::parse(text).map_err(|error| CliError::Usage(error.to_string()))?))
        }
    };
    let found = licensing::find(session, &app.cipher, &name, app.clock.now()).await?;
    found.ok_or_else(|| CliError::Usage(format!("there is no license `{text}`; `license list` shows them")))
}

/// A reason as somebody wrote it, or ours in each reader's language.
fn why(reason: &str) -> Sentence {
    match reason {
        ISSUED => Sentence::of("why-issued-by-hand"),
        SUSPENDED => Sentence::of("why-suspended-by-staff"),
        RESTORED => Sentence::of("why-restored-by-staff"),
        RENEWED => Sentence::of("why-renewed-by-staff"),
        REVOKED => Sentence::of("why-revoked-by-staff"),
        written => Sentence::from(written),
    }
}
