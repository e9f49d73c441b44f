//! A visitor of a daemon's own port, without scripts, who reads German.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::till::{Answer, Filled};
use crate::support::eventually::{LIMIT, eventually};

/// A visitor without scripts, and the daemon's port.
pub struct Visitor {
    port: u16,
    cookies: String,
}

impl Visitor {
    /// Somebody who comes for the first time.
    pub fn at(port: u16) -> Self {
        Self { port, cookies: String::new() }
    }

    /// Orders with this form as soon as the daemon takes it: nobody fills a form in no time, so it asks for two seconds.
    pub async fn order(&self, form: &Filled) -> String {
        let ordered = async || {
            let answer = self.ask("POST /shop/checkout", &form.body()).await;
            (answer.status == 303).then_some(answer)
        };
        eventually("an order", ordered).await.order()
    }

    pub async fn ask(&self, head: &str, body: &str) -> Answer {
        let mut stream = self.send(head, body).await;
        let mut whole = Vec::new();
        timeout(LIMIT, stream.read_to_end(&mut whole)).await.expect("the daemon hangs").unwrap();
        let whole = String::from_utf8(whole).unwrap();
        let (head, html) = whole.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let pairs = lines.filter_map(|line| line.split_once(": "));
        let headers = pairs.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        Answer { status, headers, html: html.to_owned() }
    }

    pub async fn send(&self, head: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let request = format!(
            "{head} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nAccept-Language: de\r\nCookie: {}\r\n\
             Origin: http://127.0.0.1:{}\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            self.cookies,
            self.port,
            body.len(),
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let answer = self.ask(&format!("GET {path}"), "").await;
        for cookie in answer.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            self.cookies = format!("{}; {pair}", self.cookies);
        }
        answer
    }
}
