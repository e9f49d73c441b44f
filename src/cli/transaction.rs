//! One transaction of a command.

use crate::app::App;
use crate::db::{Session, retry};

use super::CliError;

/// Does `work` in a transaction and commits it; anew when it lost against another one, such as the daemon's.
///
/// `work` changes nothing but what it writes into the session: what was lost was never there.
pub(super) async fn transaction<T>(
    app: &App,
    work: impl AsyncFn(&mut Session) -> Result<T, CliError>,
) -> Result<T, CliError> {
    retry(async || {
        let mut session = app.database.begin().await?;
        let done = work(&mut session).await?;
        session.commit().await?;
        Ok(done)
    })
    .await
}
