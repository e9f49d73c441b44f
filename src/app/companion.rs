//! Our module within the CRM: its folder and the row that switches it on, together.
//!
//! Files before the row, and the row away before the files: the CRM never has a module switched on that is not whole.

use std::sync::Arc;

use crate::companion::module::{Files, Folder, Languages, ModuleError, NAME, Settings, Standing, VERSION};
use crate::db::{self, DbError};
use crate::perfex::modules::ModuleRow;

use super::App;

/// The module in one CRM.
#[derive(Debug, Clone)]
pub struct Companion {
    /// Its place.
    pub folder: Folder,
    /// What is to be in it.
    pub files: Arc<Files>,
    /// Where copies of its texts lie.
    pub languages: Languages,
}

/// What was done with the module, or would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placed {
    /// There was none.
    Installed,
    /// Another version, other settings, or switched off.
    Updated,
    /// Nothing was to be done.
    InPlace,
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum CompanionError {
    /// The files.
    #[error(transparent)]
    Module(#[from] ModuleError),
    /// The row.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl App {
    /// The module; `None` where the CRM's folder is not known.
    pub fn companion(&self) -> Result<Option<Companion>, ModuleError> {
        let Some(root) = &self.config.perfex.root else { return Ok(None) };
        let files = if let Some(files) = self.module_files.get() {
            Arc::clone(files)
        } else {
            let made = Arc::new(Files::of(&Settings::of(&self.config))?);
            Arc::clone(self.module_files.get_or_init(|| made))
        };
        Ok(Some(Companion { folder: Folder::in_crm(root), files, languages: Languages::in_crm(root) }))
    }

    /// How the CRM lists the module.
    pub async fn companion_row(&self) -> Result<Option<ModuleRow>, DbError> {
        let mut session = self.database.session().await?;
        ModuleRow::find(&mut session, NAME).await
    }

    /// Puts the module into the CRM and switches it on; `None` where the CRM's folder is not known.
    pub async fn install_companion(&self, dry_run: bool) -> Result<Option<Placed>, CompanionError> {
        let Some(companion) = self.companion()? else { return Ok(None) };
        let row = self.companion_row().await?;
        let listed = row.is_some_and(|row| row.active && row.version == VERSION);
        let standing = companion.on_disk(move |folder, files| {
            let standing = folder.standing(files)?;
            let whole = standing == Standing::Current && folder.is_readable()?;
            if !whole && !dry_run {
                folder.put(files)?;
            }
            Ok((standing, whole))
        });
        let (standing, whole) = standing.await?;
        if !listed && !dry_run {
            db::retry(async || {
                let mut session = self.database.begin().await?;
                ModuleRow::activate(&mut session, NAME, VERSION).await?;
                session.commit().await
            })
            .await?;
        }
        Ok(Some(match standing {
            Standing::Missing => Placed::Installed,
            _ if whole && listed => Placed::InPlace,
            _ => Placed::Updated,
        }))
    }

    /// Brings the module's texts and their copies among the CRM's languages up to date, English first; how many were not.
    /// Nothing is written where the module is not installed.
    pub async fn sync_languages(&self) -> Result<usize, CompanionError> {
        let Some(companion) = self.companion()? else { return Ok(0) };
        let languages = companion.languages.clone();
        let synced = companion.on_disk(move |folder, files| {
            if folder.standing(files)? == Standing::Missing {
                return Ok(0);
            }
            let mended = folder.mend_texts(files)?;
            Ok(languages.sync(files)? + usize::from(mended))
        });
        Ok(synced.await?)
    }

    /// Switches the module off and takes it out of the CRM; `true` when there was any of it. `None` where the CRM's folder
    /// is not known: then only the row is removed.
    pub async fn remove_companion(&self) -> Result<Option<bool>, CompanionError> {
        let companion = self.companion()?;
        let mut session = self.database.session().await?;
        let rows = ModuleRow::remove(&mut session, NAME).await?;
        let Some(companion) = companion else { return Ok(None) };
        let languages = companion.languages.clone();
        let removed = companion.on_disk(move |folder, _| {
            // The copies last: until the folder is gone, they are what it falls back to.
            let removed = folder.remove()?;
            Ok(languages.remove()? > 0 || removed)
        });
        Ok(Some(removed.await? || rows > 0))
    }
}

/// Brings the texts up to date at the daemon's start; a demonstration writes nothing.
pub(super) async fn sync(app: &App) {
    if app.config.demo.read_only {
        return;
    }
    match app.sync_languages().await {
        Ok(0) => {}
        Ok(written) => {
            tracing::info!(written, "texts of the CRM's module were missing or old, and are written again");
        }
        Err(error) => tracing::warn!(%error, "the texts of the CRM's module cannot be brought up to date"),
    }
}

/// Says at the daemon's start when the module that is there is not the one of this program.
pub(super) async fn compare(app: &App) {
    let looked = async {
        let Some(companion) = app.companion()? else { return Ok(None) };
        companion.on_disk(Folder::standing).await.map(Some)
    };
    match looked.await {
        Ok(Some(Standing::Other { version })) => tracing::warn!(
            version = version.as_deref().unwrap_or("unknown"),
            "the CRM's module is not the one of this version and configuration; run `perfex-bridge install`"
        ),
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "the CRM's module was not looked at"),
    }
}

impl Companion {
    /// Works on the disk without holding up the others.
    pub async fn on_disk<T: Send + 'static>(
        self,
        work: impl FnOnce(&Folder, &Files) -> Result<T, ModuleError> + Send + 'static,
    ) -> Result<T, ModuleError> {
        tokio::task::spawn_blocking(move || work(&self.folder, &self.files)).await?
    }
}
