//! What a shop finds where its license server should be: passes requests on, or does by script what no server should.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, JoinHandle};

use super::eventually::eventually;

/// What happens to one request.
#[derive(Debug, Clone)]
pub enum Act {
    /// It reaches the license server, and the answer comes back.
    Pass,
    /// It reaches the license server, and the answer comes back once [`Rogue::release`] lets it.
    Hold,
    /// It reaches the license server, and the answer is lost.
    LoseAnswer,
    /// The connection is closed.
    HangUp,
    /// Nothing, until the other side goes.
    Silence,
    /// This status with this body, as JSON.
    Status(u16, Value),
    /// This text with status 200.
    Text(&'static str),
    /// A redirect to another page of this server.
    Redirect,
    /// 20 MB.
    Flood,
    /// This key, with the reference of the request.
    Key(String),
}

#[derive(Debug, Default)]
struct Shared {
    script: VecDeque<Act>,
    otherwise: Option<Act>,
    asked: Vec<Value>,
    pages: Vec<String>,
    connections: Vec<AbortHandle>,
}

/// The server; it goes with its handle.
#[derive(Debug)]
pub struct Rogue {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    gate: Arc<Semaphore>,
    task: JoinHandle<()>,
}

impl Rogue {
    /// A server that passes requests on to the one at `real`.
    pub async fn before(real: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (shared, gate) = (Arc::<Mutex<Shared>>::default(), Arc::new(Semaphore::new(0)));
        let task = tokio::spawn({
            let (shared, gate) = (Arc::clone(&shared), Arc::clone(&gate));
            async move {
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    let connection =
                        tokio::spawn(serve(stream, real, Arc::clone(&shared), Arc::clone(&gate)));
                    shared.lock().unwrap().connections.push(connection.abort_handle());
                }
            }
        });
        Self { address, shared, gate, task }
    }

    /// Its address, as a shop is configured with.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What happens to the next requests, one after the other.
    pub fn then(&self, acts: impl IntoIterator<Item = Act>) {
        self.shared.lock().unwrap().script.extend(acts);
    }

    /// What happens to all requests that the script says nothing about.
    pub fn otherwise(&self, act: Act) {
        self.shared.lock().unwrap().otherwise = Some(act);
    }

    /// Lets one held answer go.
    pub fn release(&self) {
        self.gate.add_permits(1);
    }

    /// The bodies of all requests, in their order.
    pub fn asked(&self) -> Vec<Value> {
        self.shared.lock().unwrap().asked.clone()
    }

    /// The pages that were asked for.
    pub fn pages(&self) -> Vec<String> {
        self.shared.lock().unwrap().pages.clone()
    }

    /// Waits until so many requests have come.
    pub async fn wait_for(&self, requests: usize) {
        eventually(&format!("request number {requests}"), async || {
            (self.asked().len() >= requests).then_some(())
        })
        .await;
    }
}

impl Drop for Rogue {
    fn drop(&mut self) {
        self.task.abort();
        self.shared.lock().unwrap().connections.iter().for_each(AbortHandle::abort);
    }
}

async fn serve(mut stream: TcpStream, real: SocketAddr, shared: Arc<Mutex<Shared>>, gate: Arc<Semaphore>) {
    let Some((head, body)) = request(&mut stream).await else { return };
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let act = {
        let mut shared = shared.lock().unwrap();
        shared.pages.push(head.split(' ').nth(1).unwrap().to_owned());
        shared.asked.push(asked.clone());
        let otherwise = shared.otherwise.clone().unwrap_or(Act::Pass);
        shared.script.pop_front().unwrap_or(otherwise)
    };
    let answer = match act {
        Act::Pass => passed_on(&head, &body, real).await,
        Act::Hold => {
            let answer = passed_on(&head, &body, real).await;
            gate.acquire().await.unwrap().forget();
            answer
        }
        Act::LoseAnswer => {
            passed_on(&head, &body, real).await;
            return;
        }
        Act::HangUp => return,
        Act::Silence => {
            // Returns when the other side closes.
            stream.read_to_end(&mut Vec::new()).await.ok();
            return;
        }
        Act::Status(status, value) => page(&format!("{status} Told"), "", &value.to_string()),
        Act::Text(text) => page("200 OK", "", text),
        Act::Redirect => page("302 Found", "Location: /elsewhere\r\n", ""),
        Act::Flood => page("200 OK", "", &"x".repeat(20 * 1024 * 1024)),
        Act::Key(key) => {
            let answer = json!({"license_key": key, "expires_at": null, "reference": asked["reference"]});
            page("201 Created", "", &answer.to_string())
        }
    };
    // Who has read enough closes the line.
    stream.write_all(&answer).await.ok();
}

/// Head and body of a request; `None` when the line is closed before.
async fn request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().unwrap())
            });
            if body.len() >= length.unwrap_or_default() {
                return Some((head.to_owned(), body.as_bytes().to_vec()));
            }
        }
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
}

async fn passed_on(head: &str, body: &[u8], real: SocketAddr) -> Vec<u8> {
    let mut stream = TcpStream::connect(real).await.unwrap();
    stream.write_all(format!("{head}\r\nConnection: close\r\n\r\n").as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    answer
}

fn page(status: &str, more: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{more}Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
