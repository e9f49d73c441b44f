//! A CRM that a person opens in a browser: nginx, PHP-FPM, our module, and the daemon behind it.

use mysql_async::prelude::Queryable as _;

use crate::support::browser::{Browser, Speaks};
use crate::support::crm_web::CrmWeb;
use crate::support::daemon::{Daemon, Site};
use crate::support::mariadb::{Database, free_port};

/// What a product's page says.
const ABOUT: &str = "Saves your CRM **every night**, to a place of your own.\n\n1. Install\n2. Choose a place\n3. Sleep\n\n\
    | what | how often |\n|---|---|\n| Datenschutzgrundverordnungsauskunftsersuchenverwaltung | hourly |\n| files | daily |";

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

    /// The same with a shop: `backup-pro` in its three packages with texts in both languages, and a product beside it.
    pub async fn selling() -> (Self, Daemon) {
        // All visitors of a test come from one address.
        Self::selling_with(1_000).await
    }

    /// The same where so many forms a minute may come from one network.
    pub async fn selling_with(forms: i64) -> (Self, Daemon) {
        let mut house = Self::build().await;
        house.site.set("shop", "forms_per_network", forms);
        let site = &house.site;
        site.stock().await;
        for words in [
            "package add --product backup-pro --sku backup-pro-trial --kind trial --currency EUR --term 30d",
            "product add --slug mail-merge --name",
        ] {
            let mut arguments: Vec<&str> = words.split(' ').collect();
            arguments.extend(words.starts_with("product").then_some("Mail Merge"));
            site.json(&arguments).await;
        }
        let free = "package add --product mail-merge --sku mail-merge-free --kind free --currency EUR";
        site.json(&free.split(' ').collect::<Vec<_>>()).await;
        for (language, tagline) in [
            ("english", "Sleep well, your CRM is saved"),
            ("german", "Ruhig schlafen, Ihr CRM ist gesichert"),
        ] {
            let mut text =
                vec!["product", "text", "backup-pro", "--language", language, "--tagline", tagline];
            text.extend(["--description", ABOUT, "--requirements", "* PHP 8.1\n* Perfex 3.0"]);
            text.extend(["--changelog", "## 2.1\n\n- Faster\n\n## 2.0\n\n- All new"]);
            site.json(&text).await;
        }
        let daemon = site.start_ready().await;
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
