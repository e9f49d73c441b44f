//! `outbox`: messages on their way out.

use clap::Subcommand;

use crate::app::App;
use crate::ids::MessageId;
use crate::outbox::{self, Filter, Message, State};
use crate::perfex::customer::checked_email;
use crate::shop::LICENSE_REQUEST;

use super::output::{Format, moment, or_dash, print_one, print_rows};
use super::transaction::transaction;
use super::{CliError, count};

/// Subcommands of `outbox`.
#[derive(Debug, Subcommand)]
pub enum Outbox {
    /// List messages, newest first.
    List {
        /// Only those in this state: ready, sending, sent, retry, uncertain, dead.
        #[arg(long)]
        state: Option<State>,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_parser = count, allow_negative_numbers = true)]
        limit: u32,
    },
    /// Show one message.
    Show {
        /// The message's number.
        message: MessageId,
    },
    /// Send a message again, also one that was sent.
    Retry {
        /// The message's number.
        message: MessageId,
        /// Correct the address first.
        #[arg(long)]
        to: Option<String>,
    },
    /// Give a message up.
    Drop {
        /// The message's number.
        message: MessageId,
    },
}

impl Outbox {
    pub(super) async fn run(self, app: &App, format: Format) -> Result<(), CliError> {
        let mut session = app.database.session().await?;
        let id = match self {
            Self::List { state, limit } => {
                let messages = outbox::list(&mut session, Filter { state, limit }).await?;
                let header = ["message", "template", "to", "language", "state", "attempts", "last error"];
                print_rows(format, &messages, &header, "no messages", |message| {
                    vec![
                        message.id.to_string(),
                        message.template.clone(),
                        message.recipient.clone(),
                        message.language.clone(),
                        message.state.to_string(),
                        message.attempts.to_string(),
                        or_dash(message.last_error.as_ref()),
                    ]
                })?;
                return Ok(());
            }
            Self::Show { message } => message,
            Self::Retry { message, to } => {
                let to = to.as_deref().map(checked_email).transpose();
                let to = to.map_err(|error| CliError::Usage(error.to_string()))?;
                let kind = outbox::show(&mut session, message).await?.kind;
                if to.is_some() && kind == LICENSE_REQUEST {
                    return Err(CliError::Usage(format!(
                        "message {message} is a license request: it goes to [licensing] server, and --to is for mails"
                    )));
                }
                let now = app.clock.now();
                transaction(app, async |session| Ok(outbox::retry(session, message, to, now).await?)).await?;
                message
            }
            Self::Drop { message } => {
                let now = app.clock.now();
                transaction(app, async |session| Ok(outbox::drop_message(session, message, now).await?))
                    .await?;
                message
            }
        };
        let message = outbox::show(&mut session, id).await?;
        print_one(format, &message, describe)?;
        Ok(())
    }
}

fn describe(message: &Message) -> String {
    let mut lines = vec![
        format!("message {}: {} {}", message.id, message.kind, message.template),
        if message.kind == LICENSE_REQUEST {
            format!("  to       {} for {}", message.recipient, message.recipient_name)
        } else {
            format!("  to       {} <{}>, {}", message.recipient_name, message.recipient, message.language)
        },
        format!("  state    {} after {} attempts", message.state, message.attempts),
        format!("  written  {}", moment(message.created_at)),
        format!("  identity {}", message.message_id),
    ];
    if let Some(due) = message.due_at {
        lines.push(format!("  next     {}", moment(due)));
    }
    if let Some(error) = &message.last_error {
        lines.push(format!("  error    {error}"));
    }
    lines.join("\n")
}
