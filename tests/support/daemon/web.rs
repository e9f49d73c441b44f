//! A client for the management pages, plain enough to see every header; and a visitor who checks a license.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use super::Site;

/// A page that takes longer hangs.
const TOO_LONG: Duration = Duration::from_secs(10);

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub code: u16,
    /// The header lines, in lower case.
    pub headers: Vec<String>,
    /// The body.
    pub body: String,
}

impl Answer {
    /// A whole answer as it came; `None` when it is none.
    pub fn parse(whole: &str) -> Option<Self> {
        let (head, body) = whole.split_once("\r\n\r\n")?;
        let mut lines = head.lines();
        let code = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        Some(Self { code, headers: lines.map(str::to_lowercase).collect(), body: body.to_owned() })
    }

    /// The values of a header, in lower case.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter_map(move |line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"))
    }

    /// Whether there is this header line.
    pub fn has(&self, header: &str) -> bool {
        self.headers.iter().any(|line| line == header)
    }
}

/// Asks; `None` when nobody listens, or when the connection ends before an answer.
pub(super) async fn ask(port: u16, request: &str) -> Option<Answer> {
    let whole = timeout(TOO_LONG, async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        let text = format!("{request} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
        stream.write_all(text.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    });
    let whole = whole.await.unwrap_or_else(|_| panic!("{request} hangs")).ok()?;
    Answer::parse(&whole)
}

impl Site {
    /// Validates a license for `backup-pro`, over the socket `http.sock`, as a proxy does for a visitor.
    pub async fn validate(&self, visitor: &str, key: &str, domain: &str) -> Value {
        let question =
            json!({ "license_key": key, "domain": domain, "product": "backup-pro", "nonce": "12345678" });
        let body = question.to_string();
        let request = format!(
            "POST /api/validate.php HTTP/1.1\r\nHost: test\r\nConnection: close\r\nX-Forwarded-For: {visitor}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = UnixStream::connect(self.path("http.sock")).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }
}
