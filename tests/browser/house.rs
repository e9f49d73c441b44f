//! A CRM that a person opens in a browser: nginx, PHP-FPM, our module, and the daemon behind it.

use mysql_async::prelude::Queryable as _;

use crate::support::browser::{Browser, Speaks};
use crate::support::crm_web::CrmWeb;
use crate::support::daemon::{Daemon, Site};
use crate::support::mariadb::{Database, free_port};

/// The CRM, its web server, and a site beside it with everything installed.
pub struct House {
    pub database: Database,
    pub crm: CrmWeb,
    pub site: Site,
}

impl House {
    /// A CRM with our module in it; the daemon is still to be started.
    pub async fn build() -> Self {
        let database = Database::perfex_341().await;
        let crm = CrmWeb::under_nginx(&database, 4).await;
        let mut site = Site::beside(&crm.folder);
        // nginx has a user of its own.
        site.share_folder();
        site.set("http", "listen", format!("127.0.0.1:{}", free_port()));
        site.set("http", "socket", site.path("http.sock").display().to_string());
        site.json(&["install"]).await;
        Self { database, crm, site }
    }

    /// The same with the daemon running.
    pub async fn open() -> (Self, Daemon) {
        let house = Self::build().await;
        let daemon = house.site.start_ready().await;
        (house, daemon)
    }

    /// Sends our pages past PHP, with the snippet that the program prints.
    pub async fn proxy_mode(&self) {
        let said = self.site.run(&["proxy", "nginx"]).await;
        assert_eq!(said.code, 0, "{said:?}");
        self.crm.proxy(&said.out, "/api/keys.json").await;
    }

    /// A visitor's browser.
    pub async fn visitor(&self) -> Browser {
        Browser::open(&self.crm.url()).await
    }

    /// The language of the CRM and of everybody in it.
    pub async fn speak(&self, language: Speaks) {
        let word = language.word();
        for sql in [
            format!("UPDATE `tbloptions` SET `value` = '{word}' WHERE `name` = 'active_language'"),
            format!("UPDATE `tblstaff` SET `default_language` = '{word}'"),
            format!("UPDATE `tblclients` SET `default_language` = '{word}'"),
        ] {
            self.sql(&sql).await;
        }
    }

    /// Changes something in the CRM's tables.
    pub async fn sql(&self, sql: &str) {
        self.database.conn().await.query_drop(sql).await.unwrap();
    }
}
