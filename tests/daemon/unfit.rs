//! What waiting does not mend: one sentence, and the end.

use mysql_async::prelude::Queryable as _;

use crate::support::daemon::Site;
use crate::support::mariadb::Database;

#[tokio::test]
async fn a_database_without_a_crm_ends_the_daemon_with_a_sentence() {
    let database = Database::empty().await;
    let said = Site::new(&database).run(&["run"]).await;
    assert_eq!(said.code, 1, "{said:?}");
    assert_eq!(
        said.err.lines().last().unwrap(),
        "perfex-bridge: no Perfex tables with the prefix `tbl` in this database; set perfex.table_prefix, or point \
         database.url at the CRM's own database"
    );
    let tables: Vec<String> = database.conn().await.query("SHOW TABLES").await.unwrap();
    assert!(tables.is_empty(), "{tables:?}");
}

#[tokio::test]
async fn a_crm_that_is_too_old_ends_the_daemon_with_a_sentence() {
    let database = Database::perfex_300().await;
    database.conn().await.query_drop("UPDATE `tblmigrations` SET `version` = 294").await.unwrap();
    let said = Site::new(&database).run(&["run"]).await;
    assert_eq!(said.code, 1, "{said:?}");
    assert_eq!(
        said.err.lines().last().unwrap(),
        "perfex-bridge: this Perfex is version 2.9.4; 3.0 or newer is needed: update the CRM first"
    );
}

#[tokio::test]
async fn a_management_port_that_is_taken_ends_the_daemon_with_a_sentence() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    let _taken = std::net::TcpListener::bind(("127.0.0.1", site.management())).unwrap();
    let said = site.run(&["run"]).await;
    assert_eq!(said.code, 1, "{said:?}");
    assert_eq!(
        said.err.lines().last().unwrap(),
        format!(
            "perfex-bridge: cannot listen on 127.0.0.1:{}: Address already in use (os error 98); set http.management \
             to a free loopback address",
            site.management()
        )
    );
}

#[tokio::test]
async fn a_wrong_configuration_ends_with_2_which_the_unit_does_not_restart() {
    let database = Database::perfex_341().await;
    let mut site = Site::new(&database);
    site.set("watch", "interval", "1ms");
    let said = site.run(&["run"]).await;
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.ends_with("[watch] interval = \"1ms\" must lie between 100ms and 1m"), "{said:?}");
}
