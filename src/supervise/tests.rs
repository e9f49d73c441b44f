//! Loops that obey, fail and hang; time is paused, so that deadlines cost nothing.

use super::*;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, sleep};

const ALLOWED: Duration = Duration::from_secs(30);

/// What happened, in order.
#[derive(Debug, Default, Clone)]
struct Diary(Arc<Mutex<Vec<&'static str>>>);

impl Diary {
    fn note(&self, what: &'static str) {
        self.0.lock().unwrap().push(what);
    }

    fn read(&self) -> Vec<&'static str> {
        self.0.lock().unwrap().clone()
    }
}

fn from(mut channel: UnboundedReceiver<Signal>) -> impl Stream<Item = Signal> + Unpin {
    futures_util::stream::poll_fn(move |cx| channel.poll_recv(cx))
}

fn at_once(signals: &[Signal]) -> impl Stream<Item = Signal> + Unpin {
    futures_util::stream::iter(signals.to_vec())
}

/// A loop that takes `finishing` to stop.
fn obedient(
    supervisor: &mut Supervisor,
    diary: &Diary,
    name: &'static str,
    stage: Stage,
    finishing: Duration,
) {
    let diary = diary.clone();
    supervisor.spawn(name, ALLOWED, stage, |stop, tick| async move {
        tick.beat();
        stop.cancelled().await;
        sleep(finishing).await;
        diary.note(name);
    });
}

#[tokio::test(start_paused = true)]
async fn loops_stop_stage_after_stage_however_they_were_started() {
    let (vitals, diary) = (Vitals::default(), Diary::default());
    let mut supervisor = Supervisor::new(vitals.clone());
    obedient(&mut supervisor, &diary, "pages", Stage::Management, Duration::ZERO);
    obedient(&mut supervisor, &diary, "outbox", Stage::Outbox, Duration::from_secs(6));
    obedient(&mut supervisor, &diary, "sweep", Stage::Watchers, Duration::from_secs(1));
    obedient(&mut supervisor, &diary, "poll", Stage::Watchers, Duration::ZERO);
    obedient(&mut supervisor, &diary, "reconcile", Stage::Workers, Duration::from_secs(3));
    obedient(&mut supervisor, &diary, "http", Stage::Listeners, Duration::from_secs(2));

    let ending = supervisor.run(at_once(&[Signal::Terminate])).await;

    assert_eq!(diary.read(), ["http", "poll", "sweep", "reconcile", "outbox", "pages"]);
    let expected = Ending { cause: Cause::Signal(Signal::Terminate), aborted: vec![], cut_short: false };
    assert_eq!((ending.exit_code(), ending), (0, expected));
    assert_eq!(vitals.phase(), Phase::Stopping);
}

#[tokio::test(start_paused = true)]
async fn readiness_is_gone_before_the_first_listener_stops() {
    let vitals = Vitals::default();
    vitals.set_phase(Phase::Ready);
    let mut supervisor = Supervisor::new(vitals.clone());
    let seen = Arc::new(Mutex::new(None));
    let (witness, look) = (Arc::clone(&seen), vitals.clone());
    supervisor.spawn("http", ALLOWED, Stage::Listeners, |stop, _| async move {
        stop.cancelled().await;
        *witness.lock().unwrap() = Some(look.phase());
    });
    supervisor.run(at_once(&[Signal::Interrupt])).await;
    assert_eq!(*seen.lock().unwrap(), Some(Phase::Stopping));
}

#[tokio::test(start_paused = true)]
async fn a_loop_that_returns_by_itself_is_named_and_stops_the_daemon() {
    let diary = Diary::default();
    let mut supervisor = Supervisor::new(Vitals::default());
    obedient(&mut supervisor, &diary, "outbox", Stage::Outbox, Duration::ZERO);
    supervisor.spawn("watch", ALLOWED, Stage::Watchers, |_, _| sleep(Duration::from_hours(1)));

    let ending = supervisor.run(at_once(&[])).await;

    assert_eq!(ending.cause, Cause::Loop { name: "watch", failure: Failure::Returned });
    assert_eq!((ending.exit_code(), diary.read()), (1, vec!["outbox"]));
}

#[tokio::test(start_paused = true)]
async fn a_loop_that_panics_is_named_and_stops_the_daemon() {
    let diary = Diary::default();
    let mut supervisor = Supervisor::new(Vitals::default());
    obedient(&mut supervisor, &diary, "outbox", Stage::Outbox, Duration::ZERO);
    supervisor.spawn("reconcile", ALLOWED, Stage::Workers, |_, _| async { panic!("no such row") });

    let ending = supervisor.run(at_once(&[])).await;

    let Cause::Loop { name: "reconcile", failure: Failure::Panicked(text) } = &ending.cause else {
        panic!("{ending:?}");
    };
    assert!(text.contains("no such row"), "{text}");
    assert_eq!((ending.exit_code(), diary.read()), (1, vec!["outbox"]));
}

#[tokio::test(start_paused = true)]
async fn a_panic_while_stopping_does_not_keep_the_others_from_stopping() {
    let diary = Diary::default();
    let mut supervisor = Supervisor::new(Vitals::default());
    obedient(&mut supervisor, &diary, "outbox", Stage::Outbox, Duration::from_secs(1));
    supervisor.spawn("watch", ALLOWED, Stage::Watchers, |stop, _| async move {
        stop.cancelled().await;
        panic!("position cannot be saved");
    });
    let ending = supervisor.run(at_once(&[Signal::Terminate])).await;
    assert_eq!((ending.aborted, diary.read()), (vec![], vec!["outbox"]));
}

#[tokio::test(start_paused = true)]
async fn a_stage_that_misses_its_deadline_is_cut_off_and_the_next_one_still_stops_in_order() {
    let diary = Diary::default();
    let mut supervisor = Supervisor::new(Vitals::default());
    obedient(&mut supervisor, &diary, "outbox", Stage::Outbox, Duration::ZERO);
    obedient(&mut supervisor, &diary, "reconcile", Stage::Workers, Duration::ZERO);
    supervisor.spawn("stuck", ALLOWED, Stage::Workers, |_, _| pending());
    let begun = Instant::now();

    let ending = supervisor.run(at_once(&[Signal::Terminate])).await;

    assert_eq!((ending.aborted, ending.cut_short), (vec!["stuck"], false));
    assert_eq!(diary.read(), ["reconcile", "outbox"]);
    assert_eq!(begun.elapsed().as_secs(), Stage::Workers.deadline().as_secs());
}

#[tokio::test(start_paused = true)]
async fn with_every_loop_stuck_the_stop_still_ends_within_twenty_seconds() {
    let mut supervisor = Supervisor::new(Vitals::default());
    for (name, stage) in ["a", "b", "c", "d", "e"].into_iter().zip(Stage::ALL) {
        supervisor.spawn(name, ALLOWED, stage, |_, _| pending());
    }
    let begun = Instant::now();
    let ending = supervisor.run(at_once(&[Signal::Terminate])).await;
    assert_eq!(ending.aborted, ["a", "b", "c", "d", "e"]);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_second_signal_stops_at_once() {
    let diary = Diary::default();
    let mut supervisor = Supervisor::new(Vitals::default());
    obedient(&mut supervisor, &diary, "http", Stage::Listeners, Duration::from_secs(3));
    obedient(&mut supervisor, &diary, "outbox", Stage::Outbox, Duration::ZERO);
    let (send, signals) = unbounded_channel();
    let begun = Instant::now();
    let (ending, ()) = tokio::join!(supervisor.run(from(signals)), async {
        send.send(Signal::Terminate).unwrap();
        sleep(Duration::from_secs(1)).await;
        send.send(Signal::Interrupt).unwrap();
    });
    let expected = vec!["http", "outbox"];
    assert_eq!((ending.aborted, ending.cut_short, diary.read()), (expected, true, vec![]));
    assert_eq!(begun.elapsed().as_secs(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_step_of_the_start_is_given_up_when_a_signal_comes_or_a_loop_ends() {
    let mut supervisor = Supervisor::new(Vitals::default());
    let mut never = at_once(&[]);
    assert_eq!(supervisor.during(&mut never, async { 7 }).await, Ok(7));

    let mut signals = at_once(&[Signal::Interrupt]);
    let given_up = supervisor.during(&mut signals, pending::<()>()).await;
    assert_eq!(given_up, Err(Cause::Signal(Signal::Interrupt)));

    supervisor.spawn("pages", ALLOWED, Stage::Management, |_, _| async {});
    let given_up = supervisor.during(&mut never, pending::<()>()).await;
    assert_eq!(given_up, Err(Cause::Loop { name: "pages", failure: Failure::Returned }));
}

#[tokio::test(start_paused = true)]
async fn a_loop_that_does_not_beat_its_tick_becomes_overdue() {
    let vitals = Vitals::default();
    let mut supervisor = Supervisor::new(vitals.clone());
    supervisor.spawn("watch", ALLOWED, Stage::Watchers, |stop, tick| async move {
        while !stop.is_cancelled() {
            tick.beat();
            tokio::select! { () = stop.cancelled() => {}, () = sleep(Duration::from_secs(1)) => {} }
        }
    });
    supervisor.spawn("silent", ALLOWED, Stage::Workers, |stop, _| async move { stop.cancelled().await });
    sleep(2 * ALLOWED).await;
    let overdue: Vec<_> = vitals.overdue().into_iter().map(|late| late.name).collect();
    assert_eq!(overdue, ["silent"]);
}

#[tokio::test(start_paused = true)]
async fn a_generation_is_retired_in_order_while_lasting_loops_and_the_next_one_go_on() {
    let (vitals, diary) = (Vitals::default(), Diary::default());
    vitals.set_phase(Phase::Ready);
    let mut supervisor = Supervisor::new(vitals.clone());
    let told = diary.clone();
    supervisor.spawn_lasting("http", ALLOWED, Stage::Listeners, |stop, _| async move {
        stop.cancelled().await;
        told.note("http");
    });
    obedient(&mut supervisor, &diary, "outbox", Stage::Outbox, Duration::from_secs(1));
    obedient(&mut supervisor, &diary, "keys", Stage::Listeners, Duration::from_secs(1));
    supervisor.begin_generation();
    obedient(&mut supervisor, &diary, "pages", Stage::Listeners, Duration::ZERO);

    assert_eq!(supervisor.retire(&mut at_once(&[])).await, Ok(()));
    assert_eq!((diary.read(), vitals.phase()), (vec!["keys", "outbox"], Phase::Ready));
    // Nobody beats the ticks of those that have ended.
    sleep(2 * ALLOWED).await;
    let overdue: Vec<_> = vitals.overdue().into_iter().map(|late| late.name).collect();
    assert_eq!(overdue, ["http", "pages"]);

    supervisor.run(at_once(&[Signal::Terminate])).await;
    let mut diary = diary.read();
    diary[2..].sort_unstable();
    assert_eq!(diary, ["keys", "outbox", "http", "pages"]);
}

#[tokio::test(start_paused = true)]
async fn a_loop_of_the_next_generation_keeps_the_tick_of_its_name() {
    let (vitals, diary) = (Vitals::default(), Diary::default());
    let mut supervisor = Supervisor::new(vitals.clone());
    supervisor.spawn("stuck", ALLOWED, Stage::Workers, |_, _| pending());
    obedient(&mut supervisor, &diary, "mails", Stage::Watchers, Duration::ZERO);
    supervisor.begin_generation();
    obedient(&mut supervisor, &diary, "mails", Stage::Watchers, Duration::ZERO);
    let begun = Instant::now();
    assert_eq!(supervisor.retire(&mut at_once(&[])).await, Ok(()));
    assert_eq!((diary.read(), vitals.loops()), (vec!["mails"], 1));
    assert_eq!(begun.elapsed().as_secs(), Stage::Workers.deadline().as_secs(), "the stuck one was cut off");
    // Its end comes later, and is no reason to stop.
    let signals = &mut at_once(&[]);
    assert_eq!(supervisor.during(signals, sleep(Duration::from_secs(1))).await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_mail_that_is_on_its_way_when_its_generation_is_retired_is_finished_and_a_stop_cuts_it_off() {
    let diary = Diary::default();
    let mut supervisor = Supervisor::new(Vitals::default());
    let slow = 10 * Stage::Outbox.deadline();
    obedient(&mut supervisor, &diary, "outbox", Stage::Outbox, slow);
    supervisor.begin_generation();
    let signals = &mut at_once(&[]);
    assert_eq!(supervisor.retire(signals).await, Ok(()));
    assert_eq!(diary.read(), [""; 0]);
    assert_eq!(supervisor.during(signals, sleep(slow)).await, Ok(()));
    assert_eq!(diary.read(), ["outbox"]);

    obedient(&mut supervisor, &diary, "the next", Stage::Outbox, slow);
    supervisor.begin_generation();
    assert_eq!(supervisor.retire(signals).await, Ok(()));
    let ending = supervisor.stop(Cause::Signal(Signal::Terminate), at_once(&[])).await;
    assert_eq!((ending.aborted, diary.read()), (vec!["the next"], vec!["outbox"]));
}

#[tokio::test(start_paused = true)]
async fn a_signal_or_the_end_of_a_loop_that_should_run_on_ends_the_retiring() {
    let mut supervisor = Supervisor::new(Vitals::default());
    supervisor.spawn("stuck", ALLOWED, Stage::Workers, |_, _| pending());
    supervisor.begin_generation();
    let stopped = supervisor.retire(&mut at_once(&[Signal::Terminate])).await;
    assert_eq!(stopped, Err(Cause::Signal(Signal::Terminate)));

    supervisor.spawn_lasting("http", ALLOWED, Stage::Listeners, |_, _| async {});
    let stopped = supervisor.retire(&mut at_once(&[])).await;
    assert_eq!(stopped, Err(Cause::Loop { name: "http", failure: Failure::Returned }));
    let ending = supervisor.stop(Cause::Signal(Signal::Terminate), at_once(&[])).await;
    assert_eq!(ending.aborted, ["stuck"], "a stop ends what was left");
}

#[tokio::test]
async fn signals_of_the_system_arrive() {
    let mut signals = signals().unwrap();
    let pid = std::process::id().to_string();
    for (word, expected) in [("TERM", Signal::Terminate), ("INT", Signal::Interrupt)] {
        let sent = tokio::process::Command::new("kill").args(["-s", word, &pid]).status().await.unwrap();
        assert!(sent.success());
        assert_eq!(next(&mut signals).await, expected);
    }
    // Registered, and nothing more to come.
    let waiting = std::future::poll_fn(|cx| Poll::Ready(signals.poll_next_unpin(cx).is_pending())).await;
    assert!(waiting);
}
