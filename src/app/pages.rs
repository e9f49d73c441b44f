//! What this daemon serves to visitors: the pages of every module, behind one frame.

use std::sync::Arc;

use warp::Filter as _;

use crate::companion;
use crate::companion::alive::{self, AliveKey};
use crate::companion::mails_page::MailsPage;
use crate::companion::nudge;
use crate::companion::overview::{OutboxPage, OverviewPage, Standing, WidgetPage};
use crate::config::LicenseServer;
use crate::http::staff::{StaffDesk, StaffDoor};
use crate::http::{Csrf, Identity, PortalDoor, Routes};
use crate::licensing::Ring;
use crate::licensing::client::Module;
use crate::licensing::license_desk::{self, LicenseDesk};
use crate::licensing::locked_page::LockedPage;
use crate::licensing::panel_page::PanelPage;
use crate::metrics::Metrics;
use crate::shop::desk::{DashboardPage, OrdersPage};
use crate::shop::products_page::ProductsPage;
use crate::shop::settings_page::SettingsPage;
use crate::shop::storefront::{CataloguePages, ShopPages};
use crate::shop::{CustomerPage, PortalPage};
use crate::supervise::Supervisor;
use crate::text::{PortalTexts, StaffTexts, TextError};
use crate::vitals::Vitals;

use super::generations::Lasting;
use super::standing::AppStanding;
use super::{App, DaemonError, authority, checkout};

impl App {
    /// Finds out who asks for a page.
    #[must_use]
    pub fn identity(&self, metrics: &Metrics) -> Identity {
        let (database, cipher) = (self.database.clone(), Arc::clone(&self.cipher));
        Identity::new(database, cipher, &self.sessions, Arc::clone(&self.clock), metrics.clone())
    }

    /// Knows the forms of our own pages.
    #[must_use]
    pub fn csrf(&self, metrics: &Metrics) -> Csrf {
        Csrf::new(&self.cipher, &self.base_url, Arc::clone(&self.entropy), metrics.clone())
    }
}

/// What pages share. Only this can fail to be made; pages over it are always there.
pub(super) struct Frame {
    texts: StaffTexts,
    door: Arc<StaffDoor>,
    csrf: Arc<Csrf>,
    shop: ShopPages,
    portal_texts: PortalTexts,
    portal_door: Arc<PortalDoor>,
    /// Where this machine is the license server.
    ring: Option<Ring>,
}

/// The pages of all modules, with the loops that they need.
pub(super) fn routes(supervisor: &mut Supervisor, app: &Arc<App>, lasting: &Lasting, frame: Frame) -> Routes {
    let mut routes = nudge::routes(app.bell.clone());
    routes = routes.or(alive::routes(AliveKey::of(&app.cipher), Arc::clone(&app.entropy))).unify().boxed();
    routes = routes.or(desk(app, &lasting.vitals, &frame).routes()).unify().boxed();
    routes = routes.or(portal(app, &frame).routes()).unify().boxed();
    routes = routes.or(checkout::routes(supervisor, app, lasting, &frame.shop, &frame.csrf)).unify().boxed();
    // After everything else below `/shop`: it also says that there is no such page there.
    routes = routes.or(CataloguePages { pages: frame.shop }.routes()).unify().boxed();
    // The last of all: it says so everywhere else.
    if let Some(ring) = frame.ring {
        routes = routes.or(authority::routes(supervisor, app, lasting, ring)).unify().boxed();
    }
    routes
}

impl Frame {
    pub(super) fn new(app: &App, lasting: &Lasting) -> Result<Self, DaemonError> {
        let broken = |error: TextError| DaemonError::Unfit(error.to_string());
        let texts = StaffTexts::load().map_err(broken)?;
        let identity = Arc::clone(&lasting.identity);
        let csrf = Arc::new(app.csrf(&lasting.metrics));
        let read_only = app.config.demo.read_only;
        let shop =
            ShopPages::new(app.database.clone(), Arc::clone(&identity), app.base_url.clone(), read_only)
                .map_err(broken)?;
        let portal_texts = PortalTexts::load().map_err(broken)?;
        let portal_door = Arc::new(PortalDoor::new(
            Arc::clone(&identity),
            Arc::clone(&csrf),
            portal_texts.clone(),
            read_only,
        ));
        let door = Arc::new(StaffDoor::new(identity, Arc::clone(&csrf), texts.clone(), read_only));
        let builtin = matches!(app.config.licensing.server, LicenseServer::Builtin);
        let ring = builtin.then(|| app.signing_ring()).transpose()?;
        Ok(Self { texts, door, csrf, shop, portal_texts, portal_door, ring })
    }
}

/// The pages for staff.
fn desk(app: &Arc<App>, vitals: &Vitals, frame: &Frame) -> StaffDesk {
    let standing: Arc<dyn Standing> = Arc::new(AppStanding { app: Arc::clone(app), vitals: vitals.clone() });
    let database = &app.database;
    let outboxes = vec![Arc::clone(&app.outbox), Arc::clone(&app.license_requests)];
    let license_desk = LicenseDesk {
        licenses: Arc::clone(&app.licenses),
        database: database.clone(),
        patience: license_desk::PATIENCE,
    };
    StaffDesk::new(app.database.clone(), Arc::clone(&app.clock), Arc::clone(&frame.door), frame.texts.clone())
        .with(PanelPage { desk: license_desk.clone(), feature: companion::FEATURE })
        .with(of_shop(DashboardPage { database: database.clone() }, app))
        .with(of_shop(OrdersPage { workshop: app.workshop.clone(), outboxes: outboxes.clone() }, app))
        .with(of_shop(
            ProductsPage {
                database: database.clone(),
                showcase: Arc::clone(&frame.shop.showcase),
                home: app.base_url.clone(),
            },
            app,
        ))
        .with(SettingsPage {
            database: database.clone(),
            license_desk,
            showcase: Arc::clone(&frame.shop.showcase),
            cipher: Arc::clone(&app.cipher),
            entropy: Arc::clone(&app.entropy),
            home: app.base_url.clone(),
            licensing: app.config.licensing.clone(),
            shop: app.config.shop.clone(),
        })
        .with(OverviewPage { standing: Arc::clone(&standing), database: database.clone() })
        .with(WidgetPage { standing, database: database.clone() })
        .with(OutboxPage { database: database.clone(), postman: Arc::clone(&app.postman), outboxes })
        .with(MailsPage { database: app.database.clone(), texts: app.texts.clone() })
        .with(of_shop(
            CustomerPage {
                database: app.database.clone(),
                cipher: Arc::clone(&app.cipher),
                feature: crate::shop::FEATURE,
            },
            app,
        ))
}

/// A page of the shop, behind the shop's license.
fn of_shop<P>(page: P, app: &App) -> LockedPage<P> {
    LockedPage { page, module: Module::Shop, licenses: Arc::clone(&app.licenses) }
}

/// The licenses in the client portal.
fn portal(app: &App, frame: &Frame) -> PortalPage {
    PortalPage {
        database: app.database.clone(),
        clock: Arc::clone(&app.clock),
        authority: app.authority.clone(),
        door: Arc::clone(&frame.portal_door),
        texts: frame.portal_texts.clone(),
        base_url: app.base_url.clone(),
    }
}
