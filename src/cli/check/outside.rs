//! What lies outside: the mail server and the license server.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::config::MailTransport;
use crate::licensing::RemoteError;
use crate::mail::{Letter, Mailbox, TransportSettings, compose, transport};

use super::Finding;

/// How long the license server may take to answer anything at all.
const LIMIT: Duration = Duration::from_secs(5);

pub(super) async fn findings(app: &App) -> Vec<Finding> {
    vec![mail(app).await, licenses(app).await]
}

/// Goes as far as a mail can go without leaving: connect, TLS, log in, sender and recipient.
async fn mail(app: &App) -> Finding {
    let mend = match app.config.mail.transport {
        MailTransport::Perfex => {
            "mend the CRM's settings under Setup > Settings > Email, or set mail.transport"
        }
        _ => "mend section [mail] of the configuration",
    };
    let settings = match app.postman.settings().await {
        Ok(settings) => settings,
        Err(error) => return Finding::fail("mail", error, mend),
    };
    let way = match &settings.transport {
        TransportSettings::Smtp(smtp) => format!("SMTP {}:{}", smtp.host, smtp.port),
        TransportSettings::Sendmail { program, .. } => program.display().to_string(),
        TransportSettings::File { directory } => format!("files in {}", directory.display()),
    };
    let letter = Letter {
        message_id: "check@perfex-bridge.invalid".to_owned(),
        date: app.clock.now(),
        from: Mailbox::new("", settings.sender.clone()),
        to: Mailbox::new("", settings.sender.clone()),
        bcc: Vec::new(),
        subject: "perfex-bridge check".to_owned(),
        html: "never sent".to_owned(),
        text: None,
    };
    let composed = match compose::compose(&letter) {
        Ok(composed) => composed,
        Err(error) => return Finding::fail("mail", error.to_string(), mend),
    };
    let prepared = match transport(&settings) {
        Ok(transport) => transport.prepare(Arc::new(composed)).await.map(drop),
        Err(error) => return Finding::fail("mail", error.to_string(), mend),
    };
    match prepared {
        Ok(()) => Finding::ok("mail", format!("{way} takes mail from {}", settings.sender)),
        Err(outcome) => Finding::fail("mail", format!("{way}: {}", outcome.words()), mend),
    }
}

/// Orders nothing, with the API key: the answer to that says whether the key counts, and makes no license.
async fn licenses(app: &App) -> Finding {
    const CHECK: &str = "license server";
    let Some(remote) = &app.remote else {
        return Finding::ok(CHECK, "built in: this install issues its own licenses");
    };
    let reach = "allow outgoing HTTPS to it, and check licensing.server";
    let url = remote.address();
    match tokio::time::timeout(LIMIT, remote.order("api/create.php", &serde_json::json!({}))).await {
        Err(_) => {
            let detail = format!("{url} does not answer within {} s", LIMIT.as_secs());
            Finding::fail(CHECK, detail, reach)
        }
        Ok(Err(RemoteError::Status { status: 400 | 422, .. })) => {
            Finding::ok(CHECK, format!("{url} answers and accepts licensing.api_key"))
        }
        Ok(Err(error @ RemoteError::Status { status: 401 | 403, .. })) => Finding::fail(
            CHECK,
            error.to_string(),
            "set licensing.api_key to a key of that server: `perfex-bridge license apikey add NAME` makes one there",
        ),
        Ok(Err(error @ RemoteError::Unread(_))) => {
            Finding::fail(CHECK, error.to_string(), "mend that; until then orders wait for their licenses")
        }
        Ok(Err(error)) => Finding::fail(CHECK, error.to_string(), reach),
        Ok(Ok(_)) => Finding::fail(
            CHECK,
            format!("{url} says yes to an order of nothing: it is no license server"),
            "check licensing.server",
        ),
    }
}
