//! A visitor without scripts, who reads German and writes HTTP by hand.

use std::collections::BTreeMap;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;

use super::till::{Answer, Filled};
use crate::support::eventually::{LIMIT, eventually};

/// A visitor of one site.
pub struct Visitor {
    port: u16,
    home: Url,
    /// What other site the visitor's forms say that they come from.
    pub elsewhere: Option<&'static str>,
    cookies: BTreeMap<String, String>,
}

impl Visitor {
    /// Somebody who comes to a daemon's own port for the first time.
    pub fn at(port: u16) -> Self {
        Self::of(port, &format!("http://127.0.0.1:{port}/"))
    }

    /// Somebody who comes to the site at `home` for the first time; its name leads to this port.
    pub fn of(port: u16, home: &str) -> Self {
        Self { port, home: home.parse().unwrap(), elsewhere: None, cookies: BTreeMap::new() }
    }

    /// The path of a page below the site's.
    pub fn path(&self, page: &str) -> String {
        format!("{}{page}", self.home.path())
    }

    /// Orders with this form as soon as the daemon takes it: nobody fills a form in no time, so it asks for two seconds.
    /// Returns the path of the order's page.
    pub async fn order(&self, form: &Filled) -> String {
        let ordered = async || {
            let answer = self.ask(&format!("POST {}", self.path("shop/checkout")), &form.body()).await;
            (answer.status == 303).then_some(answer)
        };
        let answer = eventually("an order", ordered).await;
        let path = answer.headers["location"].to_str().unwrap().to_owned();
        assert!(path.starts_with(&self.path("shop/order/")) && !path.contains('?'), "{path}");
        path
    }

    /// Opens a page, and keeps its cookies.
    pub async fn get(&mut self, path: &str) -> Answer {
        let answer = self.ask(&format!("GET {path}"), "").await;
        for cookie in answer.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    /// Sends a request and reads the answer to its end.
    pub async fn ask(&self, head: &str, body: &str) -> Answer {
        let mut stream = self.send(head, "", body).await;
        let mut whole = Vec::new();
        timeout(LIMIT, stream.read_to_end(&mut whole)).await.expect("the site hangs").unwrap();
        let whole = String::from_utf8(whole).unwrap();
        let (head, html) = whole.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{whole}"));
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let pairs = lines.filter_map(|line| line.split_once(": "));
        let headers = pairs.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        Answer { status, headers, html: html.to_owned() }
    }

    /// Sends a request with more header lines, in HTTP/1.0 for answers in one piece.
    pub async fn send(&self, head: &str, more: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let (own, host) = (self.home.origin().ascii_serialization(), self.home.authority());
        let origin = self.elsewhere.unwrap_or(&own);
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = format!(
            "{head} HTTP/1.0\r\nHost: {host}\r\nAccept-Language: de\r\nCookie: {}\r\nOrigin: {origin}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n{more}\r\n{body}",
            cookies.join("; "),
            body.len(),
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }

    /// Opens the stream of events of an order's page.
    pub async fn listen(&self, path: &str) -> TcpStream {
        self.send(&format!("GET {path}"), "Accept: text/event-stream\r\n", "").await
    }
}

/// Waits for the next event.
pub async fn read_event(stream: &mut TcpStream) {
    let mut seen = String::new();
    let mut bytes = [0; 1024];
    while !seen.contains("data:") {
        let count = timeout(LIMIT, stream.read(&mut bytes)).await.expect("no event").unwrap();
        assert!(count > 0, "the stream ended: {seen}");
        seen.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
    }
}
