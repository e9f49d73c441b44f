//! A CRM with a web server, and the bridge beside it.

use crate::support::crm_web::CrmWeb;
use crate::support::daemon::{Daemon, Site};
use crate::support::ear::Ear;
use crate::support::mariadb::{Database, free_port};

/// The CRM, its web server, and a site beside it.
pub struct House {
    pub database: Database,
    pub crm: CrmWeb,
    pub site: Site,
}

impl House {
    /// A CRM with so many PHP workers, and a site that serves a socket and a port; nothing is installed yet.
    pub async fn with_workers(workers: usize) -> Self {
        let database = Database::perfex_341().await;
        let crm = CrmWeb::serve(&database, workers).await;
        Self::beside(database, crm)
    }

    /// The same under Apache.
    pub async fn under_apache() -> Self {
        let database = Database::perfex_341().await;
        let crm = CrmWeb::under_apache(&database, 4).await;
        Self::beside(database, crm)
    }

    fn beside(database: Database, crm: CrmWeb) -> Self {
        Self::around(database, crm)
    }

    /// The same with nginx and PHP-FPM: a request that waits for a worker gets the next one that is free.
    pub async fn under_nginx(workers: usize) -> Self {
        let database = Database::perfex_341().await;
        let crm = CrmWeb::under_nginx(&database, workers).await;
        Self::around(database, crm)
    }

    fn around(database: Database, crm: CrmWeb) -> Self {
        let mut site = Site::beside(&crm.folder);
        site.set("http", "listen", format!("127.0.0.1:{}", free_port()));
        site.set("http", "socket", site.path("http.sock").display().to_string());
        Self { database, crm, site }
    }

    /// The same with the module installed, routes in place, and the daemon running.
    pub async fn open() -> (Self, Daemon) {
        let house = Self::with_workers(4).await;
        house.install().await;
        let daemon = house.site.start_ready().await;
        (house, daemon)
    }

    /// The same with `ear` in the daemon's place.
    pub async fn listening(ear: &Ear) -> Self {
        let mut house = Self::with_workers(4).await;
        house.site.set("http", "socket", "");
        house.site.set("http", "listen", ear.address.as_str());
        house.install().await;
        house
    }

    /// Puts module and routes into the CRM.
    pub async fn install(&self) {
        self.site.json(&["install"]).await;
        self.crm.route();
    }
}
