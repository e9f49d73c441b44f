//! Whether the CRM can be written to now, for callers that ask with every request.
//!
//! Looking costs several statements, so what was found is kept for some seconds. An upgrade takes the CRM longer, and the
//! order of its steps protects the rest: the code is replaced first, the tables change when staff confirm it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::db::Database;

use super::files;
use super::schema::{Schema, SchemaError};

/// How long a look counts.
const FRESH: Duration = Duration::from_secs(10);

/// What was found, and when.
type Look = (Instant, Arc<Schema>);

/// Keeps what the CRM's tables look like.
#[derive(Debug, Clone)]
pub struct Fitness {
    database: Database,
    root: Option<PathBuf>,
    kept: Arc<Mutex<Option<Look>>>,
}

impl Fitness {
    /// The CRM in `database`, whose files lie in `root`.
    #[must_use]
    pub fn new(database: Database, root: Option<PathBuf>) -> Self {
        Self { database, root, kept: Arc::default() }
    }

    /// The tables, if they may be written to. One caller looks while the others wait for it.
    pub async fn schema(&self) -> Result<Arc<Schema>, SchemaError> {
        let mut kept = self.kept.lock().await;
        if let Some((at, schema)) = &*kept
            && at.elapsed() < FRESH
        {
            return Ok(Arc::clone(schema));
        }
        *kept = None;
        let mut session = self.database.session().await?;
        let schema = Schema::probe(&mut session, self.database.prefix().as_str()).await?;
        schema.fit_to_work(self.root.as_deref().and_then(files::code_version))?;
        let schema = Arc::new(schema);
        *kept = Some((Instant::now(), Arc::clone(&schema)));
        Ok(schema)
    }
}
