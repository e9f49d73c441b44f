//! Connections that stay open and ask, and the time that each answer took.

use std::fmt;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use perfex_bridge::licensing::{Code, PublicKeys, lease};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::LocalSet;
use tokio::time::Instant;

use super::site::{Site, domain};

/// One lease in so many is kept, to be verified when the clock has stopped.
const SAMPLE: u64 = 100;
/// What asks before the clock starts: connections, prepared statements and pages get warm.
const WARM_UP: Duration = Duration::from_secs(2);

/// What is measured.
pub struct Load {
    answers: usize,
    took: Duration,
    p50: Duration,
    p99: Duration,
    max: Duration,
    verified: usize,
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        let rate =
            u128::try_from(self.answers).unwrap_or_default() * 1_000_000 / self.took.as_micros().max(1);
        let (p50, p99, max) = (ms(self.p50), ms(self.p99), ms(self.max));
        write!(f, "{rate}\t{p50:.2}\t{p99:.2}\t{max:.1}\t{}", self.verified)
    }
}

/// An answer to be verified.
struct Kept {
    number: u64,
    nonce: u64,
    body: String,
}

#[derive(Default)]
struct Seen {
    times: Vec<Duration>,
    kept: Vec<Kept>,
}

/// Asks over `connections` for as long as `span`, `rate` questions a second or as many as are answered.
pub async fn run(
    address: SocketAddr,
    sites: Vec<Site>,
    connections: usize,
    span: Duration,
    rate: Option<u32>,
) -> anyhow::Result<Load> {
    let keys = published(address).await?;
    let sites = Rc::new(sites);
    let (from, until) = (Instant::now() + WARM_UP, Instant::now() + WARM_UP + span);
    let local = LocalSet::new();
    let mut askers = Vec::new();
    let mut queues = Vec::new();
    for seed in 0..u64::try_from(connections)? {
        let due = rate.map(|_| unbounded_channel()).map(|(sender, receiver)| {
            queues.push(sender);
            receiver
        });
        let asker = Asker {
            stream: TcpStream::connect(address).await?,
            sites: Rc::clone(&sites),
            random: StdRng::seed_from_u64(seed),
            answer: Vec::new(),
        };
        askers.push(local.spawn_local(asker.ask(from, until, due)));
    }
    if let Some(rate) = rate {
        std::thread::spawn(move || pace(&queues, rate, until));
    }
    let mut seen = Seen::default();
    local
        .run_until(async {
            for asker in askers {
                let Seen { times, kept } = asker.await??;
                seen.times.extend(times);
                seen.kept.extend(kept);
            }
            anyhow::Ok(())
        })
        .await?;
    summed(seen, &keys, span)
}

fn summed(Seen { mut times, kept }: Seen, keys: &PublicKeys, took: Duration) -> anyhow::Result<Load> {
    times.sort_unstable();
    let at = |percent: usize| times.get((times.len() * percent / 100).min(times.len().saturating_sub(1)));
    let (p50, p99, max) = (at(50), at(99), times.last());
    let none = "nothing was answered";
    let verified = kept.len();
    for Kept { number, nonce, body } in kept {
        let told: Value = serde_json::from_str(&body)?;
        let text = told.get("lease").and_then(Value::as_str).context("an answer without a lease")?;
        let lease = lease::verify(text, keys)?;
        let fits = lease.valid
            && lease.code == Code::Active
            && lease.nonce == format!("{nonce:016x}")
            && lease.domain.as_str() == domain(number);
        ensure!(fits, "a lease that is not the answer to its question: {lease:?}");
    }
    Ok(Load {
        answers: times.len(),
        took,
        p50: *p50.context(none)?,
        p99: *p99.context(none)?,
        max: *max.context(none)?,
        verified,
    })
}

/// Hands out questions on time, each connection in turn. A thread, because the runtime's timers are as coarse as a
/// millisecond.
fn pace(queues: &[UnboundedSender<Instant>], rate: u32, until: Instant) {
    let gap = Duration::from_secs(1) / rate;
    let mut due = Instant::now();
    for queue in queues.iter().cycle() {
        due += gap;
        if due >= until {
            return;
        }
        while let Some(early) = due.checked_duration_since(Instant::now()).filter(|early| !early.is_zero()) {
            std::thread::park_timeout(early);
        }
        if queue.send(due).is_err() {
            return;
        }
    }
}

struct Asker {
    stream: TcpStream,
    sites: Rc<Vec<Site>>,
    random: StdRng,
    answer: Vec<u8>,
}

impl Asker {
    async fn ask(
        mut self,
        from: Instant,
        until: Instant,
        mut due: Option<UnboundedReceiver<Instant>>,
    ) -> anyhow::Result<Seen> {
        self.stream.set_nodelay(true)?;
        let sites = Rc::clone(&self.sites);
        let (mut seen, mut request) = (Seen::default(), Vec::new());
        loop {
            let begun = match &mut due {
                None => Instant::now(),
                Some(due) => match due.recv().await {
                    Some(begun) => begun,
                    None => return Ok(seen),
                },
            };
            if begun >= until {
                return Ok(seen);
            }
            let site = sites.get(self.random.random_range(0..sites.len())).context("no license")?;
            let nonce = self.random.random();
            site.request(nonce, &mut request);
            self.stream.write_all(&request).await?;
            let body = read(&mut self.stream, &mut self.answer).await?;
            ensure!(body.contains("\"valid\":true"), "license {}: {body}", site.number);
            if begun >= from {
                seen.times.push(begun.elapsed());
                if nonce.is_multiple_of(SAMPLE) {
                    seen.kept.push(Kept { number: site.number, nonce, body: body.to_owned() });
                }
            }
        }
    }
}

/// The body of the next answer, which must be a 200 with its length.
async fn read<'a>(stream: &mut TcpStream, answer: &'a mut Vec<u8>) -> anyhow::Result<&'a str> {
    answer.clear();
    let (begin, end) = loop {
        ensure!(stream.read_buf(answer).await? > 0, "the connection was closed");
        if let Some(bounds) = bounds(answer)? {
            break bounds;
        }
    };
    Ok(std::str::from_utf8(answer.get(begin..end).context("no body")?)?)
}

/// Where the body begins and ends, once all of it is there.
fn bounds(answer: &[u8]) -> anyhow::Result<Option<(usize, usize)>> {
    let text = std::str::from_utf8(answer)?;
    let Some((head, _)) = text.split_once("\r\n\r\n") else { return Ok(None) };
    if !head.starts_with("HTTP/1.1 200 ") {
        bail!("not an answer: {text}");
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.context("an answer without a length")?.parse()?;
    let begin = head.len() + 4;
    Ok((answer.len() >= begin + length).then_some((begin, begin + length)))
}

async fn published(address: SocketAddr) -> anyhow::Result<PublicKeys> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"GET /api/keys.json HTTP/1.1\r\nHost: licenses.example\r\n\r\n").await?;
    Ok(PublicKeys::from_json(read(&mut stream, &mut Vec::new()).await?)?)
}
