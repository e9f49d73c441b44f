//! One connection: the conversation of RFC 5321, with STARTTLS and AUTH.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::{At, PASSWORD, Received, Security, Shared, Step, USER};

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// The conversation so far.
struct Session<'a> {
    shared: &'a Shared,
    wire: BufReader<Box<dyn Wire>>,
    encrypted: bool,
    user: Option<String>,
    step: Step,
    from: Option<String>,
    to: Vec<String>,
}

/// Talks until the client leaves, or the script ends the connection.
pub(super) async fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let implicit = shared.security == Security::Implicit;
    let wire: Box<dyn Wire> =
        if implicit { Box::new(shared.tls.accept(stream).await?) } else { Box::new(stream) };
    let mut session = Session {
        shared,
        wire: BufReader::new(wire),
        encrypted: implicit,
        user: None,
        step: shared.take(true),
        from: None,
        to: Vec::new(),
    };
    if session.plays(At::Connect).await? {
        session.say("220 localhost ready").await?;
    }
    while let Some(line) = session.line().await? {
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => session.greet().await?,
            "HELO" => session.say("250 localhost").await?,
            "STARTTLS" => session = session.secure().await?,
            "AUTH" => session.sign_in(rest).await?,
            "MAIL" => session.mail(rest).await?,
            "RCPT" => session.rcpt(rest).await?,
            "DATA" => session.data().await?,
            "RSET" => {
                session.reset();
                session.say("250 forgotten").await?;
            }
            "NOOP" => session.say("250 ok").await?,
            "QUIT" => return session.say("221 bye").await,
            _ => session.say("500 what?").await?,
        }
    }
    Ok(())
}

impl Session<'_> {
    async fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        let read = self.wire.read_line(&mut line).await?;
        Ok((read > 0).then(|| line.trim_end().to_owned()))
    }

    async fn say(&mut self, answer: &str) -> io::Result<()> {
        self.wire.write_all(format!("{answer}\r\n").as_bytes()).await?;
        self.wire.flush().await
    }

    /// Plays the script's step if its moment has come; false when it answered in our place.
    async fn plays(&mut self, at: At) -> io::Result<bool> {
        if !self.step.is_at(at) {
            return Ok(true);
        }
        match self.step {
            Step::Accept => Ok(true),
            Step::Reply(_, code) => {
                self.say(&format!("{code} as scripted")).await?;
                Ok(false)
            }
            Step::Stall(_) => std::future::pending().await,
            Step::HangUp(_) => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    }

    async fn greet(&mut self) -> io::Result<()> {
        self.say("250-localhost").await?;
        self.say("250-8BITMIME").await?;
        if self.shared.security == Security::StartTls && !self.encrypted {
            self.say("250 STARTTLS").await
        } else {
            self.say("250 AUTH PLAIN LOGIN").await
        }
    }

    /// The whole conversation starts again after the handshake.
    async fn secure(mut self) -> io::Result<Self> {
        if self.shared.security != Security::StartTls || self.encrypted {
            self.say("503 not now").await?;
            return Ok(self);
        }
        self.say("220 go ahead").await?;
        let secured = self.shared.tls.accept(self.wire.into_inner()).await?;
        Ok(Self { wire: BufReader::new(Box::new(secured)), encrypted: true, user: None, ..self })
    }

    async fn sign_in(&mut self, rest: &str) -> io::Result<()> {
        if self.shared.security == Security::StartTls && !self.encrypted {
            return self.say("538 encryption first").await;
        }
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        let claimed = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => {
                let token = if initial.is_empty() { self.ask("").await? } else { decoded(initial) };
                let mut parts = token.split('\0').skip(1).map(str::to_owned);
                (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
            }
            "LOGIN" => {
                let user = if initial.is_empty() { self.ask("Username:").await? } else { decoded(initial) };
                (user, self.ask("Password:").await?)
            }
            _ => return self.say("504 unknown mechanism").await,
        };
        if claimed == (USER.to_owned(), PASSWORD.to_owned()) {
            self.user = Some(claimed.0);
            self.say("235 welcome").await
        } else {
            self.shared.change(|seen| seen.refused_logins += 1);
            self.say("535 wrong user or password").await
        }
    }

    async fn ask(&mut self, question: &str) -> io::Result<String> {
        self.say(&format!("334 {}", STANDARD.encode(question))).await?;
        Ok(decoded(&self.line().await?.unwrap_or_default()))
    }

    async fn mail(&mut self, rest: &str) -> io::Result<()> {
        if self.user.is_none() {
            return self.say("530 sign in first").await;
        }
        self.reset();
        self.step = self.shared.take(false);
        if self.plays(At::Mail).await? {
            self.from = Some(address(rest));
            self.say("250 sender ok").await?;
        }
        Ok(())
    }

    async fn rcpt(&mut self, rest: &str) -> io::Result<()> {
        if self.from.is_none() {
            return self.say("503 MAIL first").await;
        }
        if self.plays(At::Rcpt).await? {
            self.to.push(address(rest));
            self.say("250 recipient ok").await?;
        }
        Ok(())
    }

    async fn data(&mut self) -> io::Result<()> {
        if self.to.is_empty() {
            return self.say("503 RCPT first").await;
        }
        if !self.plays(At::Data).await? {
            return Ok(());
        }
        self.say("354 the text, please").await?;
        if self.step.is_at(At::Text) {
            self.wire.fill_buf().await?;
        }
        if !self.plays(At::Text).await? {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let raw = self.text().await?;
        let refused = matches!(self.step, Step::Reply(At::Dot, _));
        let acknowledged = !self.step.is_at(At::Dot);
        let message = Received {
            from: self.from.take().unwrap_or_default(),
            to: std::mem::take(&mut self.to),
            raw,
            user: self.user.clone(),
            encrypted: self.encrypted,
            acknowledged,
        };
        if !refused {
            self.shared.change(|seen| seen.received.push(message));
        }
        if self.plays(At::Dot).await? {
            self.say("250 taken").await?;
        }
        self.reset();
        Ok(())
    }

    /// Up to the final dot; a leading dot was doubled by the client.
    async fn text(&mut self) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        loop {
            let mut line = Vec::new();
            if self.wire.read_until(b'\n', &mut line).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if line == b".\r\n" {
                return Ok(text);
            }
            text.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }

    fn reset(&mut self) {
        self.from = None;
        self.to.clear();
        self.step = Step::Accept;
    }
}

/// `FROM:<a@b> BODY=8BITMIME` -> `a@b`
fn address(rest: &str) -> String {
    let within = rest.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    within.map_or_else(String::new, |(address, _)| address.to_owned())
}

fn decoded(token: &str) -> String {
    String::from_utf8(STANDARD.decode(token).unwrap_or_default()).unwrap_or_default()
}
