//! Staff save a setting that everything is built from: the daemon builds itself anew behind doors that stay open.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use mysql_async::prelude::Queryable as _;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufStream,
};
use tokio::net::{TcpStream, UnixStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::support::crm;
use crate::support::daemon::{Answer, Daemon, PACKAGE, Site};
use crate::support::eventually::{LIMIT, eventually};
use crate::support::mariadb::{Database, free_port};
use crate::support::smtp::{At, Smtp, Step};

/// The option that holds the grace.
const GRACE: &str = "perfex_bridge_reversal_grace";
/// PHP waits no longer for an answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// A page that no login and no database is needed for.
const ALIVE: &str = "/bridge/alive?nonce=00112233445566778899aabbccddeeff";

/// A site that is reached as a web server or PHP reaches it: over an address and over a socket.
fn open_to_visitors(database: &Database) -> (Site, u16) {
    let (mut site, port) = (Site::new(database), free_port());
    site.set("http", "listen", format!("127.0.0.1:{port}"));
    let socket = site.path("http.sock").display().to_string();
    site.set("http", "socket", socket);
    (site, port)
}

/// The grace that staff have saved so far.
async fn with_a_saved_grace(database: &Database) {
    let row = "INSERT INTO `tbloptions` (`name`, `value`, `autoload`) VALUES (?, '4', 0)";
    database.conn().await.exec_drop(row, (GRACE,)).await.unwrap();
}

/// Staff save the grace, in days.
async fn save_grace(database: &Database, days: u32) {
    crm::set_option(&mut database.conn().await, GRACE, &days.to_string()).await;
}

/// Waits until the daemon has been put together for the `nth` time.
async fn put_together(daemon: &Daemon, nth: usize) {
    eventually("daemon that was put together anew", async || {
        (daemon.log().matches("running version").count() == nth).then_some(())
    })
    .await;
}

/// Reads one answer and leaves the connection open.
async fn answer<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufStream<S>) -> std::io::Result<Answer> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    let mut answer = Answer::parse(&head).unwrap();
    let length = answer.header("content-length").next().map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    answer.body = String::from_utf8(body).unwrap();
    Ok(answer)
}

/// Asks on `stream`; a proxy keeps the connection for its next question.
async fn ask<S>(stream: &mut BufStream<S>, path: &str) -> Result<Answer, String>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let asked = timeout(PATIENCE, async {
        stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: test\r\n\r\n").as_bytes()).await?;
        stream.flush().await?;
        answer(stream).await
    });
    let asked = asked.await.map_err(|_| format!("{path}: no answer within {PATIENCE:?}"))?;
    let answer = asked.map_err(|error| format!("{path}: {error}"))?;
    if answer.code == 200 { Ok(answer) } else { Err(format!("{path}: {answer:?}")) }
}

async fn tcp(port: u16) -> Result<BufStream<TcpStream>, String> {
    TcpStream::connect(("127.0.0.1", port))
        .await
        .map(BufStream::new)
        .map_err(|error| format!("{port}: {error}"))
}

/// Somebody who asks without a pause until told to stop, and what went wrong meanwhile.
struct Visitor {
    answers: Arc<AtomicU32>,
    task: JoinHandle<Result<(), String>>,
}

impl Visitor {
    fn start<F>(stop: &CancellationToken, visit: impl Fn() -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<(), String>> + Send,
    {
        let (stop, answers) = (stop.clone(), Arc::new(AtomicU32::new(0)));
        let count = Arc::clone(&answers);
        let task = tokio::spawn(async move {
            while !stop.is_cancelled() {
                visit().await?;
                count.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        });
        Self { answers, task }
    }

    /// Waits until this one has been answered once more.
    async fn is_answered(&self) {
        let before = self.answers.load(Ordering::Relaxed);
        eventually("further answer", async || {
            (self.task.is_finished() || self.answers.load(Ordering::Relaxed) > before).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_visitor_notices_that_staff_have_saved_settings() {
    let database = Database::perfex_341().await;
    let (site, port) = open_to_visitors(&database);
    site.json(&["migrate"]).await;
    with_a_saved_grace(&database).await;
    let daemon = site.start_ready().await;
    let (socket, management) = (site.path("http.sock"), site.management());
    // A web server keeps a connection and sends one request after the other on it.
    let mut kept = tcp(port).await.unwrap();
    ask(&mut kept, "/shop").await.unwrap();

    let stop = CancellationToken::new();
    let visitors = [
        Visitor::start(&stop, move || async move { ask(&mut tcp(port).await?, "/shop").await.map(drop) }),
        Visitor::start(&stop, move || {
            let socket = socket.clone();
            async move {
                let stream =
                    UnixStream::connect(&socket).await.map_err(|error| format!("socket: {error}"))?;
                ask(&mut BufStream::new(stream), ALIVE).await.map(drop)
            }
        }),
        Visitor::start(&stop, move || async move {
            let answer = ask(&mut tcp(management).await?, "/readyz").await?;
            if answer.json()["phase"] == "ready" { Ok(()) } else { Err(format!("{answer:?}")) }
        }),
        Visitor::start(
            &stop,
            move || async move { ask(&mut tcp(management).await?, "/livez").await.map(drop) },
        ),
    ];
    for (nth, days) in [(2, 5), (3, 6)] {
        save_grace(&database, days).await;
        put_together(&daemon, nth).await;
        for visitor in &visitors {
            visitor.is_answered().await;
        }
        ask(&mut kept, "/shop").await.unwrap();
    }
    stop.cancel();
    for visitor in visitors {
        visitor.task.await.unwrap().unwrap();
    }
    drop(daemon);
}

/// A daemon in the middle of a mail whose final dot is never answered; staff save a setting then.
async fn renewed_during_a_mail(database: &Database, smtp: &Smtp) -> (Site, Daemon, u16) {
    let (mut site, port) = open_to_visitors(database);
    site.mail_through(smtp);
    site.set("outbox", "lease", "2m");
    site.set("mail", "send_timeout", "60s");
    site.stock().await;
    with_a_saved_grace(database).await;
    let daemon = site.start_ready().await;
    smtp.then([Step::Stall(At::Dot)]);
    let invoice = site.place("eva@buyer.example").await.invoice();
    crm::record_payment(&mut database.conn().await, invoice, "49.00".parse().unwrap()).await;
    smtp.wait_for(1, LIMIT).await;
    save_grace(database, 5).await;
    eventually("daemon that is put together anew", async || {
        daemon.log().contains("everything is put together anew").then_some(())
    })
    .await;
    (site, daemon, port)
}

#[tokio::test]
async fn pages_are_there_while_a_mail_of_the_old_settings_is_still_on_its_way() {
    let (database, smtp) = (Database::perfex_341().await, Smtp::start().await);
    let (_site, mut daemon, port) = renewed_during_a_mail(&database, &smtp).await;
    ask(&mut tcp(port).await.unwrap(), "/shop").await.unwrap();
    daemon.ready().await;
    // And the daemon hears that it shall stop, just as at any other time.
    daemon.terminate();
    let status = daemon.ended(Duration::from_secs(20)).await;
    assert_eq!(status.code(), Some(0), "{}", daemon.log());
}

#[tokio::test]
async fn an_open_page_of_an_order_is_told_to_ask_again_when_settings_are_saved() {
    let database = Database::perfex_341().await;
    let (site, port) = open_to_visitors(&database);
    site.stock().await;
    with_a_saved_grace(&database).await;
    let order = site
        .json(&[
            "order",
            "place",
            "--package",
            PACKAGE,
            "--email",
            "eva@buyer.example",
            "--firstname",
            "Eva",
            "--lastname",
            "M",
        ])
        .await;
    let daemon = site.start_ready().await;
    let path = format!("/shop/order/{}", order["token"].as_str().unwrap());
    let mut stream = tcp(port).await.unwrap();
    let listen = format!("GET {path} HTTP/1.1\r\nHost: test\r\nAccept: text/event-stream\r\n\r\n");
    stream.write_all(listen.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    let mut line = String::new();
    while !line.starts_with("data:") {
        line.clear();
        assert_ne!(stream.read_line(&mut line).await.unwrap(), 0, "the stream ended before its first event");
    }
    save_grace(&database, 5).await;
    // The end of the stream, as HTTP says it: a browser begins another one then, and finds the door open.
    while line.trim_end() != "0" {
        line.clear();
        assert_ne!(
            timeout(LIMIT, stream.read_line(&mut line)).await.unwrap().unwrap(),
            0,
            "cut instead of ended"
        );
    }
    let page = ask(&mut tcp(port).await.unwrap(), &path).await.unwrap();
    assert!(page.body.contains("id=\"live\""), "{page:?}");
    drop(daemon);
}
