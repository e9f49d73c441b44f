//! The loop on real sockets.

use super::super::routing::Routes;
use super::super::served::{Served, rest};
use super::*;
use std::convert::Infallible;
use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::Notify;
use warp::Filter as _;
use warp::reply::Response;

const SHORT: Duration = Duration::from_millis(100);

/// Far longer than a test takes: whatever has this limit must end for another reason.
const LONG: Duration = Duration::from_mins(10);

const GENEROUS: Limits = Limits { header: LONG, connections: 8, drain: LONG };

fn ok() -> Routes {
    warp::any().map(|| Response::new("ok".into())).boxed()
}

/// Requests that wait at a gate.
#[derive(Debug, Default, Clone)]
struct Gate {
    reached: Arc<Notify>,
    open: Arc<Notify>,
}

impl Gate {
    fn routes(&self) -> Routes {
        let gate = self.clone();
        let pass = move || {
            let gate = gate.clone();
            async move {
                gate.reached.notify_one();
                gate.open.notified().await;
                Ok::<_, Infallible>(Response::new("passed".into()))
            }
        };
        warp::any().and_then(pass).boxed()
    }
}

#[tokio::test]
async fn a_half_sent_request_is_cut_after_the_header_timeout() {
    let served = Served::with(ok(), Limits { header: SHORT, ..GENEROUS }).await;
    let begun = Instant::now();
    let mut stream = served.send("GET / HTTP/1.1\r\nHost: te").await;
    let answer = rest(&mut stream).await;
    assert!(begun.elapsed() >= SHORT);
    assert!(!answer.contains("200 OK"), "{answer}");
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_cut_as_well() {
    let served = Served::with(ok(), Limits { header: SHORT, ..GENEROUS }).await;
    let mut stream = served.send("").await;
    assert_eq!(rest(&mut stream).await, "");
}

#[tokio::test]
async fn a_slow_answer_is_not_cut_by_the_header_timeout() {
    let gate = Gate::default();
    let served = Served::with(gate.routes(), Limits { header: SHORT, ..GENEROUS }).await;
    let mut slow = served.send("GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n").await;
    gate.reached.notified().await;
    // A connection that began later has reached its limit: so has the slow one.
    assert_eq!(rest(&mut served.send("").await).await, "");
    gate.open.notify_one();
    assert!(rest(&mut slow).await.ends_with("passed"));
}

#[tokio::test]
async fn small_answers_are_not_held_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (_client, accepted) = tokio::join!(TcpStream::connect(address), Accept::accept(&listener));
    assert!(accepted.unwrap().0.nodelay().unwrap());
}

#[tokio::test]
async fn a_header_that_never_ends_is_refused_before_it_fills_the_memory() {
    let served = Served::with(ok(), GENEROUS).await;
    let mut stream = served.send("GET / HTTP/1.1\r\nX-Long: ").await;
    let chunk = vec![b'a'; BUFFER];
    let mut sent = 0;
    // Ends when the other side has closed; the kernel's buffers take a few chunks before that shows.
    while sent < 1000 && stream.write_all(&chunk).await.is_ok() {
        sent += 1;
    }
    assert!(sent < 1000, "the listener reads on and on");
}

#[tokio::test]
async fn above_the_cap_newcomers_wait_until_a_place_is_free() {
    let gate = Gate::default();
    let served = Served::with(gate.routes(), Limits { connections: 1, ..GENEROUS }).await;
    let request = "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
    let mut first = served.send(request).await;
    gate.reached.notified().await;
    let mut second = served.send(request).await;
    assert!(timeout(SHORT, gate.reached.notified()).await.is_err(), "the second was served beside the first");
    gate.open.notify_one();
    assert!(rest(&mut first).await.ends_with("passed"));
    gate.reached.notified().await;
    gate.open.notify_one();
    assert!(rest(&mut second).await.ends_with("passed"));
}

#[tokio::test]
async fn a_stop_refuses_newcomers_and_lets_a_slow_request_end() {
    let gate = Gate::default();
    let served = Served::with(gate.routes(), GENEROUS).await;
    let mut slow = served.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n").await;
    gate.reached.notified().await;
    served.stop.cancel();
    while TcpStream::connect(served.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!served.task.is_finished());
    gate.open.notify_one();
    let answer = rest(&mut slow).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("passed"), "{answer}");
    served.ended().await;
}

#[tokio::test]
async fn routes_that_are_replaced_answer_the_requests_that_came_to_them_and_no_further_one() {
    let gate = Gate::default();
    let routing = Routing::from(gate.routes());
    let served = Served::with(routing.clone(), GENEROUS).await;
    let request = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";
    let mut slow = served.send(request).await;
    gate.reached.notified().await;

    let before = routing.replace(ok());
    assert!(served.ask("GET /").await.ends_with("ok"), "the listener is open");
    assert_eq!(before.len(), 1, "one request is under way in the routes before");
    gate.open.notify_one();
    before.wait().await;
    // The same connection, from its next request on.
    let last = request.replace("Host: test", "Host: test\r\nConnection: close");
    slow.write_all(last.as_bytes()).await.unwrap();
    let answers = rest(&mut slow).await;
    let bodies: Vec<&str> = answers.split("\r\n\r\n").skip(1).collect();
    assert!(bodies[0].starts_with("passed") && bodies[1] == "ok", "{answers}");
    served.stop.cancel();
    served.ended().await;
}

#[tokio::test]
async fn whoever_leaves_before_the_answer_is_not_waited_for() {
    let gate = Gate::default();
    let routing = Routing::from(gate.routes());
    let served = Served::with(routing.clone(), GENEROUS).await;
    let gone = served.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n").await;
    gate.reached.notified().await;
    let before = routing.replace(ok());
    drop(gone);
    before.wait().await;
    served.stop.cancel();
    served.ended().await;
}

#[tokio::test]
async fn a_stop_closes_idle_connections_at_once() {
    let served = Served::with(ok(), GENEROUS).await;
    let mut idle = served.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n").await;
    let mut byte = [0];
    idle.read_exact(&mut byte).await.unwrap();
    served.stop.cancel();
    assert!(rest(&mut idle).await.ends_with("ok"));
    served.ended().await;
}

#[tokio::test]
async fn a_request_that_never_ends_is_cut_at_the_drain_deadline() {
    let reached = Arc::new(Notify::new());
    let tell = Arc::clone(&reached);
    let never = move || {
        tell.notify_one();
        pending::<Result<Response, Infallible>>()
    };
    let routes: Routes = warp::any().and_then(never).boxed();
    let served = Served::with(routes, Limits { drain: SHORT, ..GENEROUS }).await;
    let mut stream = served.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n").await;
    reached.notified().await;
    served.stop.cancel();
    assert_eq!(rest(&mut stream).await, "");
    served.ended().await;
}

#[tokio::test]
async fn a_loop_that_is_cut_off_takes_its_connections_along() {
    let gate = Gate::default();
    let served = Served::with(gate.routes(), GENEROUS).await;
    let mut stream = served.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n").await;
    gate.reached.notified().await;
    served.task.abort();
    assert_eq!(rest(&mut stream).await, "");
}

#[tokio::test(start_paused = true)]
async fn a_loop_that_nobody_visits_ticks() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (stop, ticks) = (CancellationToken::new(), AtomicUsize::new(0));
    let tick = || {
        ticks.fetch_add(1, Ordering::Relaxed);
    };
    tokio::join!(serve(listener, ok(), GENEROUS, &stop, tick), async {
        sleep(12 * BEAT).await;
        stop.cancel();
    });
    assert!(ticks.load(Ordering::Relaxed) >= 12);
}

#[tokio::test(start_paused = true)]
async fn a_loop_that_cannot_accept_tries_again_without_haste() {
    struct Exhausted(Arc<AtomicUsize>);
    impl Accept for Exhausted {
        type Stream = TcpStream;
        async fn accept(&self) -> io::Result<(TcpStream, Peer)> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Err(io::Error::other("too many open files"))
        }
    }
    let (attempts, stop) = (Arc::new(AtomicUsize::new(0)), CancellationToken::new());
    tokio::join!(serve(Exhausted(Arc::clone(&attempts)), ok(), GENEROUS, &stop, || {}), async {
        sleep(10 * PAUSE).await;
        stop.cancel();
    });
    let attempts = attempts.load(Ordering::Relaxed);
    assert!((9..=11).contains(&attempts), "{attempts}");
}
