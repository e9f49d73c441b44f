//! A web server on loopback that answers what a test tells it to: silence, garbage, lies.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Makes an answer, head and all, from the path and the body of a request; `None` is to be silent.
pub type Lie = dyn Fn(&str, &str) -> Option<Vec<u8>> + Send + Sync;

/// The server.
pub struct Impostor {
    pub url: String,
    asked: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Impostor {
    /// A server that says `lie` to everything.
    pub async fn saying(lie: impl Fn(&str, &str) -> Option<Vec<u8>> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let (count, lie): (_, Arc<Lie>) = (Arc::clone(&asked), Arc::new(lie));
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(answer(stream, Arc::clone(&lie), Arc::clone(&count)));
            }
        });
        Self { url, asked, task }
    }

    /// How many requests came.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Drop for Impostor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An answer with its head.
pub fn said(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")
        .into_bytes()
}

async fn answer(mut stream: TcpStream, lie: Arc<Lie>, count: Arc<AtomicUsize>) {
    let mut read = Vec::new();
    let mut buffer = [0; 8192];
    let (path, body) = loop {
        let Ok(length @ 1..) = stream.read(&mut buffer).await else { return };
        read.extend_from_slice(&buffer[..length]);
        let text = String::from_utf8_lossy(&read).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
        });
        if body.len() >= length.unwrap_or(0) {
            break (head.split(' ').nth(1).unwrap().to_owned(), body.to_owned());
        }
    };
    count.fetch_add(1, Ordering::SeqCst);
    match lie(&path, &body) {
        // The asker may have gone: it reads no more than it wants to.
        Some(bytes) => drop(stream.write_all(&bytes).await),
        None => std::future::pending().await,
    }
}
