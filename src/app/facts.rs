//! What the health and metrics pages ask the database.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::db::DbError;
use crate::http::Facts;
use crate::metrics::OutboxLevels;
use crate::outbox::{self, State};

use super::App;

/// The answers of this app.
pub(super) struct AppFacts(pub Arc<App>);

type Reason = Box<dyn Error + Send + Sync>;

impl Facts for AppFacts {
    fn ping(&self) -> BoxFuture<'_, Result<(), Reason>> {
        Box::pin(async move {
            let mut session = self.0.database.session().await?;
            session.first::<(i64,)>("SELECT 1 AS `alive`", ()).await?;
            Ok(())
        })
    }

    fn outbox(&self) -> BoxFuture<'_, Result<OutboxLevels, Reason>> {
        Box::pin(async move { Ok(self.levels().await?) })
    }
}

impl AppFacts {
    async fn levels(&self) -> Result<OutboxLevels, DbError> {
        let mut session = self.0.database.session().await?;
        let now = self.0.clock.now();
        let mut messages: BTreeMap<&'static str, u64> =
            State::ALL.iter().map(|state| (state.as_str(), 0)).collect();
        let mut oldest_waiting = Duration::ZERO;
        for row in outbox::overview(&mut session).await? {
            messages.insert(row.state.as_str(), row.messages);
            if !matches!(row.state, State::Sent | State::Dead) {
                oldest_waiting = oldest_waiting.max((now - row.oldest).to_std().unwrap_or_default());
            }
        }
        Ok(OutboxLevels { messages, oldest_waiting })
    }
}
