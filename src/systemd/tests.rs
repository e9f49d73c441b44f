//! A service manager made of a datagram socket.

use super::*;
use tokio::task::JoinHandle;
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

/// A socket as systemd offers it.
struct Manager {
    socket: UnixDatagram,
    notifier: Notifier,
    _folder: tempfile::TempDir,
}

impl Manager {
    fn listening() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        Self { socket, notifier: Notifier::to(path.as_os_str()).unwrap(), _folder: folder }
    }

    /// The next datagram.
    async fn hears(&self) -> String {
        let mut buffer = [0; 4096];
        let length =
            timeout(Duration::from_mins(2), self.socket.recv(&mut buffer)).await.expect("silence").unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    }

    /// Everything that has arrived.
    fn heard(&self) -> Vec<String> {
        let mut buffer = [0; 4096];
        let mut heard = Vec::new();
        while let Ok(length) = self.socket.try_recv(&mut buffer) {
            heard.push(String::from_utf8(buffer[..length].to_vec()).unwrap());
        }
        heard
    }
}

/// Runs `notifier` in the background.
fn running(notifier: Notifier, vitals: &Vitals) -> (JoinHandle<()>, CancellationToken) {
    let (vitals, stop) = (vitals.clone(), CancellationToken::new());
    let until = stop.clone();
    (tokio::spawn(async move { notifier.run(&vitals, &until, || {}).await }), stop)
}

#[tokio::test]
async fn ready_is_told_once_with_the_status_and_stopping_at_the_end() {
    let manager = Manager::listening();
    let vitals = Vitals::default();
    let (task, stop) = running(manager.notifier.clone(), &vitals);
    assert_eq!(manager.hears().await, "STATUS=starting");
    vitals.set_phase(Phase::Waiting("Perfex is being\nupgraded".to_owned()));
    assert_eq!(manager.hears().await, "STATUS=waiting: Perfex is being upgraded");
    vitals.set_phase(Phase::Ready);
    assert_eq!(manager.hears().await, "READY=1\nSTATUS=ready");
    vitals.set_watch("poll");
    assert_eq!(manager.hears().await, "STATUS=ready, watch: poll");
    vitals.set_phase(Phase::Waiting("the database is gone".to_owned()));
    assert_eq!(manager.hears().await, "STATUS=waiting: the database is gone");
    vitals.set_phase(Phase::Ready);
    assert_eq!(manager.hears().await, "STATUS=ready, watch: poll");
    // Both at once: the news must not get lost.
    vitals.set_phase(Phase::Stopping);
    stop.cancel();
    assert_eq!(manager.hears().await, "STOPPING=1\nSTATUS=stopping");
    task.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_watchdog_is_fed_while_every_loop_ticks_and_starves_when_one_hangs() {
    let manager = Manager::listening();
    let vitals = Vitals::default();
    let tick = vitals.tick_of("outbox", 10 * SECOND);
    let (task, stop) = running(manager.notifier.clone().with_watchdog(4 * SECOND), &vitals);

    sleep(9 * SECOND).await;
    let heard = manager.heard();
    assert_eq!(heard.iter().filter(|line| *line == "WATCHDOG=1").count(), 5, "at 0, 2, 4, 6, 8: {heard:?}");

    sleep(30 * SECOND).await;
    let heard = manager.heard();
    assert_eq!(heard[0], "WATCHDOG=1", "at 10, still in time");
    assert_eq!(heard[1..], ["STATUS=starting; outbox has not ticked for 12s (allowed: 10s)"]);

    tick.beat();
    sleep(3 * SECOND).await;
    let heard = manager.heard();
    assert_eq!(heard[..2], ["WATCHDOG=1", "STATUS=starting"]);
    stop.cancel();
    task.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn without_a_watchdog_none_is_fed() {
    let manager = Manager::listening();
    let (task, stop) = running(manager.notifier.clone(), &Vitals::default());
    sleep(60 * SECOND).await;
    assert_eq!(manager.heard(), ["STATUS=starting"]);
    stop.cancel();
    task.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn while_the_daemon_waits_for_the_crm_the_manager_is_asked_for_more_time() {
    let manager = Manager::listening();
    let vitals = Vitals::default();
    vitals.set_phase(Phase::Waiting("the database is down".to_owned()));
    let (task, stop) = running(manager.notifier.clone(), &vitals);
    sleep(9 * SECOND).await;
    let heard = manager.heard();
    assert_eq!(heard.iter().filter(|line| *line == "EXTEND_TIMEOUT_USEC=30000000").count(), 2, "{heard:?}");
    vitals.set_phase(Phase::Ready);
    sleep(20 * SECOND).await;
    assert_eq!(manager.heard(), ["READY=1\nSTATUS=ready"]);
    stop.cancel();
    task.await.unwrap();
}

#[tokio::test]
async fn an_abstract_socket_works_like_a_path() {
    let name = format!("perfex-bridge-test-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(&name).unwrap();
    let socket = std::os::unix::net::UnixDatagram::bind_addr(&address).unwrap();
    Notifier::to(OsStr::new(&format!("@{name}"))).unwrap().send("READY=1").await.unwrap();
    let mut buffer = [0; 16];
    let length = socket.recv(&mut buffer).unwrap();
    assert_eq!(&buffer[..length], b"READY=1");
}

#[tokio::test]
async fn nobody_listening_is_an_error_and_no_manager_at_all_is_none() {
    assert!(Notifier::to(OsStr::new("/nonexistent/notify")).unwrap().send("READY=1").await.is_err());
    Notifier::silent().send("READY=1").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_deaf_manager_stops_nothing() {
    let vitals = Vitals::default();
    let notifier = Notifier::to(OsStr::new("/nonexistent/notify")).unwrap();
    let (task, stop) = running(notifier.with_watchdog(SECOND), &vitals);
    sleep(10 * SECOND).await;
    assert!(!task.is_finished());
    stop.cancel();
    task.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn ready_is_said_again_until_it_gets_through() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let vitals = Vitals::default();
    vitals.set_phase(Phase::Ready);
    let (task, stop) = running(Notifier::to(path.as_os_str()).unwrap(), &vitals);
    sleep(12 * SECOND).await;
    let socket = UnixDatagram::bind(&path).unwrap();
    sleep(20 * SECOND).await;
    let mut buffer = [0; 64];
    let length = socket.try_recv(&mut buffer).unwrap();
    assert_eq!(&buffer[..length], b"READY=1\nSTATUS=ready");
    assert!(socket.try_recv(&mut buffer).is_err(), "said once more than once");
    stop.cancel();
    task.await.unwrap();
}

#[test]
fn an_address_that_is_neither_path_nor_abstract_is_refused_in_words() {
    let refused = Notifier::to(OsStr::new("notify")).unwrap_err().to_string();
    assert_eq!(
        refused,
        "NOTIFY_SOCKET `notify` is not an absolute path or an abstract address (`@...`); leave it to systemd"
    );
}

#[test]
fn the_watchdog_of_another_process_is_not_ours() {
    let half_a_minute = Some(Duration::from_secs(30));
    assert_eq!(watchdog(Some("30000000"), None, 7), half_a_minute);
    assert_eq!(watchdog(Some("30000000"), Some("7"), 7), half_a_minute);
    assert_eq!(watchdog(Some("30000000"), Some("8"), 7), None);
    for absent in [None, Some(""), Some("0"), Some("soon")] {
        assert_eq!(watchdog(absent, Some("7"), 7), None, "{absent:?}");
    }
}

#[test]
fn the_watchdog_is_fed_at_least_twice_within_its_limit() {
    let period = |limit| Notifier::silent().with_watchdog(limit).period();
    assert_eq!(period(4 * SECOND), 2 * SECOND);
    assert_eq!(period(30 * SECOND), LOOK, "a hanging loop is named soon, whatever the limit");
    assert_eq!(Notifier::silent().period(), LOOK);
}
