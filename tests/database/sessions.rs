//! A session that somebody leaves in the middle of a statement, as a visitor does who closes the page.

use std::time::Duration;

use mysql_async::prelude::Queryable as _;
use perfex_bridge::db;

use crate::support::eventually::eventually;
use crate::support::mariadb::Database;

/// A pool with one connection.
fn alone(url: &str) -> db::Database {
    db::Database::new(url, "tbl".parse().unwrap(), 1, Duration::from_secs(20)).unwrap()
}

#[tokio::test]
async fn a_transaction_left_while_a_statement_runs_leaves_its_answer_to_nobody() {
    let database = Database::empty().await;
    let holder = &mut database.conn().await;
    for url in [database.socket_url(), database.url()] {
        let ours = alone(&url);
        let mut session = ours.begin().await.unwrap();
        let lock = format!("{}-{}", database.name(), url.len());
        let held: Option<i64> = holder.exec_first("SELECT GET_LOCK(?, 0)", (&lock,)).await.unwrap();
        assert_eq!(held, Some(1));
        let waits = eventually("waiting statement", async || {
            let sql =
                "SELECT 1 FROM information_schema.processlist WHERE `state` = 'User lock' AND `info` LIKE ?";
            let row: Option<i64> =
                database.conn().await.exec_first(sql, (format!("%{lock}%"),)).await.unwrap();
            row.map(drop)
        });
        let sql = format!("SELECT GET_LOCK('{lock}', 60) AS `got`");
        tokio::select! {
            () = waits => {}
            _ = session.first::<(i64,)>(&sql, ()) => unreachable!("the lock is held"),
        }
        drop(session);
        holder.exec_drop("DO RELEASE_LOCK(?)", (&lock,)).await.unwrap();
        for number in 1..=3_i64 {
            let mut session = ours.session().await.unwrap();
            let told = session.first::<(i64,)>("SELECT ? AS `number`", (number,)).await.unwrap();
            assert_eq!(told, Some((number,)), "{url}");
        }
        // What it had begun is undone by the server, and so is its lock.
        let free: Option<i64> = holder.exec_first("SELECT GET_LOCK(?, 20)", (&lock,)).await.unwrap();
        assert_eq!(free, Some(1));
    }
}

#[tokio::test]
async fn a_transaction_that_is_dropped_between_statements_is_undone_and_its_connection_goes_on() {
    let database = Database::empty().await;
    let ours = alone(&database.url());
    let mut session = ours.session().await.unwrap();
    session.run_text("CREATE TABLE `kept` (`n` INT NOT NULL) ENGINE=InnoDB").await.unwrap();
    let id = "SELECT CAST(CONNECTION_ID() AS SIGNED) AS `id`";
    let before = session.first::<(i64,)>(id, ()).await.unwrap();
    drop(session);
    let mut session = ours.begin().await.unwrap();
    session.run("INSERT INTO `kept` (`n`) VALUES (?)", (1,)).await.unwrap();
    drop(session);
    let mut session = ours.session().await.unwrap();
    assert_eq!(session.rows::<(i64,)>("SELECT `n` FROM `kept`", ()).await.unwrap(), []);
    assert_eq!(session.first::<(i64,)>(id, ()).await.unwrap(), before);
}
