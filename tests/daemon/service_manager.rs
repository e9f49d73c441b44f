//! What systemd hears: a real datagram socket in the daemon's environment.

use std::time::Duration;

use mysql_async::prelude::Queryable as _;
use tokio::net::UnixDatagram;
use tokio::time::timeout;

use crate::support::daemon::Site;
use crate::support::eventually::{LIMIT, eventually};
use crate::support::mariadb::{Database, Server};

/// A service manager that listens to one daemon.
struct Manager {
    socket: UnixDatagram,
    heard: Vec<String>,
}

impl Manager {
    /// Listens, and tells `site` where.
    fn of(site: &mut Site) -> Self {
        let path = site.path("notify");
        site.env("NOTIFY_SOCKET", path.display().to_string());
        Self { socket: UnixDatagram::bind(path).unwrap(), heard: Vec::new() }
    }

    /// Waits for a line that begins like this; returns it.
    async fn hears(&mut self, begin: &str) -> String {
        let mut buffer = [0; 4096];
        loop {
            let received = timeout(LIMIT, self.socket.recv(&mut buffer)).await.ok();
            let length = received.unwrap_or_else(|| panic!("no {begin}: {:?}", self.heard)).unwrap();
            let text = String::from_utf8(buffer[..length].to_vec()).unwrap();
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            self.heard.extend(lines.clone());
            if let Some(line) = lines.into_iter().find(|line| line.starts_with(begin)) {
                return line;
            }
        }
    }

    fn has_heard(&self, begin: &str) -> bool {
        self.heard.iter().any(|line| line.starts_with(begin))
    }
}

#[tokio::test]
async fn the_service_manager_hears_ready_status_watchdog_and_stopping() {
    let database = Database::perfex_341().await;
    let mut site = Site::new(&database);
    let mut manager = Manager::of(&mut site);
    site.env("WATCHDOG_USEC", "400000");
    let mut daemon = site.start();
    manager.hears("READY=1").await;
    assert!(manager.has_heard("STATUS=starting"), "{:?}", manager.heard);
    assert_eq!(manager.heard.last().unwrap(), "STATUS=ready, watch: poll");
    for _ in 0..3 {
        manager.hears("WATCHDOG=1").await;
    }
    // Settings that staff save are no restart.
    let save = "INSERT INTO `tbloptions` (`name`, `value`, `autoload`) VALUES ('perfex_bridge_reversal_grace', '5', 0)";
    database.conn().await.query_drop(save).await.unwrap();
    eventually("daemon that was put together anew", async || {
        (daemon.log().matches("running version").count() == 2).then_some(())
    })
    .await;
    daemon.terminate();
    manager.hears("STOPPING=1").await;
    let starting = manager.heard.iter().filter(|line| line.starts_with("STATUS=starting")).count();
    assert_eq!(starting, 1, "{:?}", manager.heard);
    assert!(daemon.ended(Duration::from_secs(20)).await.success());
    let ready = manager.heard.iter().filter(|line| *line == "READY=1").count();
    assert_eq!(ready, 1, "{:?}", manager.heard);
}

#[tokio::test]
async fn a_daemon_that_waits_is_not_ready_asks_for_time_and_says_what_it_waits_for() {
    let server = Server::own().await;
    let database = server.perfex_341().await;
    let mut site = Site::new(&database);
    let mut manager = Manager::of(&mut site);
    server.kill();
    let _daemon = site.start();
    let status = manager.hears("STATUS=waiting: ").await;
    assert!(status.contains("database"), "{status}");
    if !manager.has_heard("EXTEND_TIMEOUT_USEC=") {
        manager.hears("EXTEND_TIMEOUT_USEC=").await;
    }
    assert!(!manager.has_heard("READY=1"), "{:?}", manager.heard);
    server.start_again().await;
    manager.hears("READY=1").await;
}

#[tokio::test]
async fn a_notify_socket_that_is_no_address_is_refused_in_a_sentence() {
    let database = Database::perfex_341().await;
    let mut site = Site::new(&database);
    site.env("NOTIFY_SOCKET", "not/absolute");
    let said = site.run(&["run"]).await;
    assert_eq!(said.code, 2, "{said:?}");
    assert_eq!(
        said.err,
        "perfex-bridge: NOTIFY_SOCKET `not/absolute` is not an absolute path or an abstract address (`@...`); \
         leave it to systemd"
    );
}
