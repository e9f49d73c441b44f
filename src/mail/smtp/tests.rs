//! The dialogue against a server that plays a script.

use super::*;
use lettre::address::Envelope;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What the server does instead of answering.
const HANG_UP: &str = "hang up";
const SAY_NOTHING: &str = "say nothing";

/// Answers by the first matching start of a line; the last dot counts as a line of its own.
type Script = Vec<(&'static str, &'static str)>;

fn script(changes: &[(&'static str, &'static str)]) -> Script {
    let usual = [
        ("", "220 mail.example ESMTP"),
        ("EHLO", "250-mail.example\r\n250 AUTH PLAIN LOGIN"),
        ("AUTH", "235 2.7.0 welcome"),
        ("MAIL", "250 2.1.0 ok"),
        ("RCPT", "250 2.1.5 ok"),
        ("DATA", "354 go ahead"),
        (".", "250 2.0.0 queued as 42"),
        ("QUIT", "221 bye"),
    ];
    changes.iter().chain(&usual).copied().collect()
}

/// Plays the script to one client and returns the lines it heard.
async fn play<S: AsyncRead + AsyncWrite + Unpin>(stream: S, script: Script) -> Vec<String> {
    let mut stream = BufReader::new(stream);
    let mut heard: Vec<String> = Vec::new();
    let mut content = false;
    let mut line = String::new();
    loop {
        let answer = if content && line != "." {
            None
        } else {
            let hit = |start: &str| {
                if start.is_empty() { line.is_empty() } else { line.starts_with(start) }
            };
            script.iter().find(|(start, _)| hit(start)).map(|(_, answer)| *answer)
        };
        match answer {
            Some(HANG_UP) => return heard,
            Some(SAY_NOTHING) | None => {}
            Some(answer) => {
                content = answer.starts_with("354");
                stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
            }
        }
        line.clear();
        if !matches!(stream.read_line(&mut line).await, Ok(read) if read > 0) {
            return heard;
        }
        line.truncate(line.trim_end().len());
        heard.push(line.clone());
    }
}

struct Server {
    smtp: Smtp,
    heard: JoinHandle<Vec<String>>,
}

fn settings(port: u16) -> SmtpSettings {
    SmtpSettings {
        host: "127.0.0.1".into(),
        port,
        security: Security::None,
        credentials: None,
        extra_ca: None,
        connect_timeout: Duration::from_mins(1),
        send_timeout: Duration::from_mins(1),
        hello: Some("crm.example".into()),
    }
}

async fn server(changes: &[(&'static str, &'static str)], adjust: impl FnOnce(&mut SmtpSettings)) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = settings(listener.local_addr().unwrap().port());
    adjust(&mut settings);
    let script = script(changes);
    let heard = tokio::spawn(async move { play(listener.accept().await.unwrap().0, script).await });
    Server { smtp: Smtp::new(settings).unwrap(), heard }
}

fn letter() -> Composed {
    let to = ["zoe@example.com", "archive@example.org"].map(|address| address.parse().unwrap());
    let envelope = Envelope::new(Some("crm@example.org".parse().unwrap()), to.to_vec()).unwrap();
    Composed { message_id: "1@x".into(), envelope, bytes: b"Subject: x\r\n\r\n.dot\r\n".to_vec() }
}

async fn send(smtp: &Smtp) -> Outcome {
    match Arc::new(smtp.clone()).prepare(Arc::new(letter())).await {
        Ok(handover) => handover.complete().await,
        Err(outcome) => outcome,
    }
}

async fn outcome(changes: &[(&'static str, &'static str)]) -> Outcome {
    send(&server(changes, |_| ()).await.smtp).await
}

fn password(settings: &mut SmtpSettings) {
    settings.credentials = Some(("crm".into(), "hunter2".to_owned().into()));
}

#[tokio::test]
async fn a_letter_is_sent_with_the_servers_answer() {
    let server = server(&[], |_| ()).await;
    assert_eq!(send(&server.smtp).await, Outcome::sent("250 2.0.0 queued as 42"));
    let heard = server.heard.await.unwrap();
    assert_eq!(
        heard,
        [
            "EHLO crm.example",
            "MAIL FROM:<crm@example.org>",
            "RCPT TO:<zoe@example.com>",
            "RCPT TO:<archive@example.org>",
            "DATA",
            "Subject: x",
            "",
            "..dot",
            "",
            ".",
            "QUIT"
        ]
    );
}

#[tokio::test]
async fn nothing_leaves_before_the_handover() {
    let server = server(&[], |_| ()).await;
    let letter = letter();
    drop(Arc::new(server.smtp.clone()).prepare(Arc::new(letter.clone())).await.unwrap());
    let heard = server.heard.await.unwrap();
    assert_eq!(heard.last().unwrap(), "RCPT TO:<archive@example.org>");
}

#[tokio::test]
async fn a_refused_recipient_ends_the_letter() {
    let outcome = outcome(&[("RCPT", "550-5.1.1 no such\r\n550 5.1.1 user")]).await;
    assert_eq!(outcome, Outcome::dead("naming the recipient: 550 5.1.1 no such user"));
}

#[tokio::test]
async fn a_busy_server_is_asked_again_later() {
    for place in ["", "EHLO", "MAIL", "RCPT", "DATA", "."] {
        let outcome = outcome(&[(place, "451 4.3.0 later")]).await;
        assert!(
            matches!(&outcome, Outcome::Retry { reason } if reason.ends_with(": 451 4.3.0 later")),
            "{outcome:?}"
        );
    }
}

#[tokio::test]
async fn a_refusal_of_the_content_ends_the_letter() {
    for place in ["DATA", "."] {
        let outcome = outcome(&[(place, "554 5.7.1 spam")]).await;
        assert!(
            matches!(&outcome, Outcome::Dead { reason } if reason.ends_with(": 554 5.7.1 spam")),
            "{outcome:?}"
        );
    }
}

#[tokio::test]
async fn a_refused_blind_copy_is_left_out_and_named() {
    let outcome = outcome(&[("RCPT TO:<archive", "550 5.1.1 gone")]).await;
    assert_eq!(
        outcome,
        Outcome::sent(
            "250 2.0.0 queued as 42; without the copy to archive@example.org (naming the recipient: 550 5.1.1 gone)"
        )
    );
}

#[tokio::test]
async fn a_line_cut_before_the_content_is_a_retry_and_after_it_doubt() {
    for place in ["", "EHLO", "MAIL", "RCPT", "DATA"] {
        let outcome = outcome(&[(place, HANG_UP)]).await;
        assert!(matches!(outcome, Outcome::Retry { .. }), "{place}: {outcome:?}");
    }
    let outcome = outcome(&[(".", HANG_UP)]).await;
    assert_eq!(outcome, Outcome::uncertain("handing over the content: the server closed the connection"));
}

#[tokio::test]
async fn silence_before_the_content_is_a_retry_and_after_it_doubt() {
    const SOON: Duration = Duration::from_millis(50);
    for place in ["", "EHLO", "AUTH", "MAIL", "RCPT"] {
        let server = server(&[(place, SAY_NOTHING)], |settings| {
            password(settings);
            settings.connect_timeout = SOON;
        })
        .await;
        let outcome = send(&server.smtp).await;
        assert!(matches!(outcome, Outcome::Retry { .. }), "{place}: {outcome:?}");
    }
    let data = server(&[("DATA", SAY_NOTHING)], |settings| settings.send_timeout = SOON).await;
    assert_eq!(
        send(&data.smtp).await,
        Outcome::retry("announcing the content: no answer before the deadline")
    );
    let dot = server(&[(".", SAY_NOTHING)], |settings| settings.send_timeout = SOON).await;
    assert_eq!(
        send(&dot.smtp).await,
        Outcome::uncertain("handing over the content: no answer before the deadline")
    );
}

#[tokio::test]
async fn a_go_ahead_that_is_none_sends_nothing() {
    let outcome = outcome(&[("DATA", "250 what?")]).await;
    assert_eq!(outcome, Outcome::retry("announcing the content: 250 what?"));
}

#[tokio::test]
async fn a_failed_log_in_waits_for_staff_and_hides_the_password() {
    let server = server(&[("AUTH", "535 5.7.8 wrong: hunter2 AGNybQBodW50ZXIy")], password).await;
    assert_eq!(send(&server.smtp).await, Outcome::retry("logging in: 535 5.7.8 wrong: *** ***"));
}

#[tokio::test]
async fn a_log_in_in_two_steps_works() {
    let changes = [
        ("EHLO", "250-mail.example\r\n250 AUTH LOGIN"),
        ("AUTH LOGIN", "334 VXNlcm5hbWU6"),
        ("Y3Jt", "334 UGFzc3dvcmQ6"),
        ("aHVudGVyMg==", "235 ok"),
    ];
    let server = server(&changes, password).await;
    assert!(matches!(send(&server.smtp).await, Outcome::Sent { .. }));
}

#[tokio::test]
async fn a_closed_port_is_tried_again_later() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let outcome = send(&Smtp::new(settings(port)).unwrap()).await;
    let start = format!("connecting: 127.0.0.1:{port}: Connection refused");
    assert!(matches!(&outcome, Outcome::Retry { reason } if reason.starts_with(&start)), "{outcome:?}");
}

#[tokio::test]
async fn an_address_outside_ascii_needs_a_server_that_knows_it() {
    let mut letter = letter();
    letter.envelope = Envelope::new(None, vec!["zoë@example.com".parse().unwrap()]).unwrap();
    let without = server(&[], |_| ()).await;
    assert!(matches!(
        Arc::new(without.smtp.clone()).prepare(Arc::new(letter.clone())).await,
        Err(Outcome::Dead { .. })
    ));
    let with = server(&[("EHLO", "250-mail.example\r\n250 SMTPUTF8")], |_| ()).await;
    drop(Arc::new(with.smtp.clone()).prepare(Arc::new(letter.clone())).await.unwrap());
    assert!(with.heard.await.unwrap().contains(&"MAIL FROM:<> SMTPUTF8".to_owned()));
}

#[tokio::test]
async fn starttls_is_required_when_asked_for() {
    let server = server(&[], |settings| settings.security = Security::StartTls).await;
    let outcome = send(&server.smtp).await;
    assert!(
        matches!(&outcome, Outcome::Retry { reason } if reason.starts_with("starting TLS: ")),
        "{outcome:?}"
    );
    assert_eq!(server.heard.await.unwrap()[..1], ["EHLO crm.example"]);
}

/// A server with a certificate of its own that speaks TLS as `security` says, and that certificate.
async fn tls_server(security: Security) -> (u16, Vec<u8>, JoinHandle<Vec<String>>) {
    drop(rustls::crypto::ring::default_provider().install_default());
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut changes = Vec::new();
        if security == Security::StartTls {
            offer_starttls(&mut stream).await;
            // The greeting was said before.
            changes.push(("", SAY_NOTHING));
        }
        match acceptor.accept(stream).await {
            Ok(stream) => play(stream, script(&changes)).await,
            Err(_) => Vec::new(),
        }
    });
    (port, made.cert.pem().into_bytes(), heard)
}

/// The dialogue up to the moment when TLS begins.
async fn offer_starttls(stream: &mut TcpStream) {
    let mut stream = BufReader::new(stream);
    for (answer, next) in [
        ("220 mail.example\r\n", "EHLO crm.example\r\n"),
        ("250-mail.example\r\n250 STARTTLS\r\n", "STARTTLS\r\n"),
    ] {
        stream.write_all(answer.as_bytes()).await.unwrap();
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        assert_eq!(line, next);
    }
    stream.write_all(b"220 go ahead\r\n").await.unwrap();
}

fn tls(security: Security, port: u16, extra_ca: Vec<u8>) -> Smtp {
    let mut settings = SmtpSettings { security, extra_ca: Some(extra_ca), ..settings(port) };
    settings.host = "localhost".into();
    password(&mut settings);
    Smtp::new(settings).unwrap()
}

#[tokio::test]
async fn an_extra_certificate_is_trusted_besides_the_systems() {
    for security in [Security::StartTls, Security::Tls] {
        let (port, pem, heard) = tls_server(security).await;
        let outcome = send(&tls(security, port, pem)).await;
        assert_eq!(outcome, Outcome::sent("250 2.0.0 queued as 42"));
        let heard = heard.await.unwrap();
        assert_eq!(heard[..2], ["EHLO crm.example", "AUTH PLAIN AGNybQBodW50ZXIy"]);
    }
}

#[tokio::test]
async fn an_unknown_certificate_gets_neither_password_nor_mail() {
    for security in [Security::StartTls, Security::Tls] {
        let (port, _, heard) = tls_server(security).await;
        let (_, other, _) = tls_server(security).await;
        let outcome = send(&tls(security, port, other)).await;
        assert!(
            matches!(&outcome, Outcome::Retry { reason } if reason.contains("certificate")),
            "{outcome:?}"
        );
        assert_eq!(heard.await.unwrap(), [""; 0]);
    }
}
