//! The daemon: every loop by name, started and stopped in order.
//!
//! | loop | what it does | stops with |
//! |---|---|---|
//! | watch | changes -> keys | watchers |
//! | reconcile-1..4 | keys -> licenses and messages | workers |
//! | outbox | mails -> the world | outbox |
//! | license-requests | requests -> the license server, its licenses -> orders | outbox |
//! | licenses | asks the license server about this install's modules | watchers |
//! | schedule | starts jobs at their time | watchers |
//! | routes | puts our block back into `my_routes.php` | watchers |
//! | invoice-mails | looks after the mails that the CRM was asked to send | watchers |
//! | order-pages | ends the streams of open pages when the listeners stop | listeners |
//! | http, http-socket | pages for visitors, and the license API | listeners |
//! | signing-keys | reads them again after a rotation | listeners |
//! | license-log | writes down who asked about licenses | workers |
//! | settings | puts everything together anew when staff have changed what it is built from | watchers |
//! | management | health and metrics for machines | management |
//! | systemd | tells the service manager | management |
//!
//! What was put together anew takes the place of what runs: its pages answer the next request, then the loops before it stop
//! as above, then its own start. The listeners, `management` and `systemd` go on all the while, so that nobody outside
//! notices.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::Stream;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::http::{self, Limits, Management};
use crate::reconcile::{self, Queue, Report};
use crate::supervise::{Ending, Signal, Stage, Supervisor};
use crate::systemd::Notifier;
use crate::vitals::{Phase, Tick, Vitals};

use super::facts::AppFacts;
use super::generations::{Generations, Lasting};
use super::settler::Settler;
use super::watcher::{WatchError, Watcher};
use super::{App, companion, licenses, routes, saved_settings, schedule};

/// Workers that settle keys; each holds one connection while it works.
const WORKERS: [&str; 4] = ["reconcile-1", "reconcile-2", "reconcile-3", "reconcile-4"];
/// The longest silence of a loop that talks to the database: several statements, each under its own limit.
const SILENCE: Duration = Duration::from_mins(3);

/// Why the daemon did not start.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// The CRM cannot be worked with, and waiting would not mend it.
    #[error("{0}")]
    Unfit(String),
    /// An address is taken or not ours.
    #[error("cannot listen on {address}: {source}; set {key} to a free loopback address")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// Our key for it.
        key: &'static str,
        /// The system's words.
        source: io::Error,
    },
    /// The socket cannot be made.
    #[error("cannot listen on {}: {source}; set http.socket to a path in a folder of this user, or to \"\"", path.display())]
    Socket {
        /// The path.
        path: std::path::PathBuf,
        /// The system's words.
        source: io::Error,
    },
}

/// Runs until a signal; returns how it ended.
pub async fn run<S>(app: App, notifier: Notifier, mut signals: S) -> Result<Ending, DaemonError>
where
    S: Stream<Item = Signal> + Unpin,
{
    let address = app.config.http.management;
    let listener = TcpListener::bind(address).await.map_err(|source| DaemonError::Listen {
        address,
        key: "http.management",
        source,
    })?;
    let mut app = Arc::new(app);
    let lasting = Lasting::new(&app);
    lasting.vitals.set_watch("poll");
    lasting.metrics.watching("poll");
    let mut supervisor = Supervisor::new(lasting.vitals.clone());
    serve_machines(&mut supervisor, &app, &lasting, listener, notifier);
    match supervisor.during(&mut signals, Watcher::prepare(&app)).await {
        Ok(Err(error)) if !error.is_passing() => return Err(unfit(&error)),
        Ok(Ok(())) => {
            // What was saved in the CRM could not be read before the database answered.
            if let Ok(Some(renewed)) = app.renewed().await {
                app = Arc::new(renewed);
            }
        }
        // The watch loop prepares again and says what it waits for.
        Ok(Err(_)) => {}
        Err(cause) => return Ok(supervisor.stop(cause, signals).await),
    }
    // First: who is told that the daemon is ready may ask at once.
    let mut generations = Generations::open(&mut supervisor, &app, lasting).await?;
    companion::sync(&app).await;
    companion::compare(&app).await;
    let cause = loop {
        start_loops(&mut supervisor, &app, &generations);
        tracing::info!(version = env!("CARGO_PKG_VERSION"), management = %address, "running");
        app = match generations.next(&mut supervisor, &mut signals, &app).await {
            Ok(renewed) => renewed,
            Err(cause) => break cause,
        };
    };
    let ending = supervisor.stop(cause, signals).await;
    if let Err(error) = app.database.clone().close().await {
        tracing::warn!(%error, "closing the database");
    }
    Ok(ending)
}

fn unfit(error: &WatchError) -> DaemonError {
    DaemonError::Unfit(error.to_string())
}

fn serve_machines(
    supervisor: &mut Supervisor,
    app: &Arc<App>,
    lasting: &Lasting,
    listener: TcpListener,
    notifier: Notifier,
) {
    let Lasting { vitals, metrics, .. } = lasting;
    let management =
        Management::new(vitals.clone(), metrics.clone(), Arc::new(AppFacts(Arc::clone(app)))).routes();
    supervisor.spawn_lasting(
        "management",
        Duration::from_secs(30),
        Stage::Management,
        |stop, tick| async move {
            http::serve(listener, management, Limits::default(), &stop, || tick.beat()).await;
        },
    );
    let told = vitals.clone();
    supervisor.spawn_lasting(
        "systemd",
        Duration::from_secs(30),
        Stage::Management,
        |stop, tick| async move {
            notifier.run(&told, &stop, || tick.beat()).await;
        },
    );
}

fn start_loops(supervisor: &mut Supervisor, app: &Arc<App>, generations: &Generations) {
    let Lasting { vitals, metrics, .. } = &generations.lasting;
    let queue = Arc::new(Queue::new());
    let outboxes = vec![Arc::clone(&app.outbox), Arc::clone(&app.license_requests)];
    let issued = metrics.clone();
    let settler = Arc::new(Settler::new(app.workshop.clone(), outboxes, app.news.clone(), move |count| {
        issued.licenses_issued(count.into());
    }));
    for name in WORKERS {
        let (queue, settler, metrics) = (Arc::clone(&queue), Arc::clone(&settler), metrics.clone());
        supervisor.spawn(name, SILENCE, Stage::Workers, |stop, tick| async move {
            let report = |report: Report| {
                metrics.reconciled(if report.ok { "ok" } else { "error" }, report.took);
            };
            reconcile::run(&queue, &*settler, &stop, || tick.beat(), report).await;
        });
    }
    let outbox = Arc::clone(&app.outbox);
    let delivered = metrics.clone();
    let ready = vitals.clone();
    supervisor.spawn("outbox", SILENCE, Stage::Outbox, |stop, tick| async move {
        if when_ready(&ready, &stop, &tick).await {
            outbox.run(&stop, || tick.beat(), |state| delivered.mail_delivered(state.as_str())).await;
        }
    });
    let requests = Arc::clone(&app.license_requests);
    let ready = vitals.clone();
    supervisor.spawn("license-requests", SILENCE, Stage::Outbox, |stop, tick| async move {
        if when_ready(&ready, &stop, &tick).await {
            requests.run(&stop, || tick.beat(), |_| {}).await;
        }
    });
    let watcher = Watcher::new(Arc::clone(app), queue, vitals.clone(), metrics.clone());
    supervisor.spawn("watch", SILENCE, Stage::Watchers, |stop, tick| watcher.run(stop, tick));
    licenses::check(supervisor, app, vitals);
    schedule::keep(supervisor, app, vitals, metrics);
    routes::keep(supervisor, app, metrics);
    saved_settings::watch(supervisor, app, generations.offers());
}

/// Waits for the first time that the daemon is ready; `false` when it is stopped before.
pub(super) async fn when_ready(vitals: &Vitals, stop: &CancellationToken, tick: &Tick) -> bool {
    let mut news = vitals.follow();
    loop {
        tick.beat();
        tokio::select! {
            () = stop.cancelled() => return false,
            changed = news.changed() => {
                if changed.is_err() {
                    return false;
                }
                if news.borrow_and_update().phase == Phase::Ready {
                    return true;
                }
            }
            () = tokio::time::sleep(Duration::from_secs(5)) => {}
        }
    }
}
