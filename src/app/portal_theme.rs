//! Whether the client portal's theme lets our module show what it has for the portal.

use crate::db::DbError;
use crate::perfex::options::Options;
use crate::perfex::portal_theme::{Lack, OPTION, Place, PortalTheme, ThemeError};

use super::App;

/// What an operator hears about the theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeWord {
    /// In a sentence.
    pub detail: String,
    /// What puts it right, where something is wrong.
    pub mend: Option<String>,
}

/// Why nothing is known of it.
#[derive(Debug, thiserror::Error)]
pub enum ThemeTrouble {
    /// The option.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The files.
    #[error(transparent)]
    Theme(#[from] ThemeError),
    /// The option holds something else.
    #[error("the CRM's option {OPTION} is `{0}`, which is no name of a theme; choose one in its settings")]
    Name(String),
    /// The look was cut off.
    #[error("the look at the theme's files was cut off; try again")]
    CutOff(#[from] tokio::task::JoinError),
}

impl App {
    /// Looks at the theme's files; `None` where the CRM's folder is not known.
    pub async fn portal_theme(&self) -> Result<Option<ThemeWord>, ThemeTrouble> {
        let Some(root) = &self.config.perfex.root else { return Ok(None) };
        let mut session = self.database.session().await?;
        let options = Options::read(&mut session, &[OPTION]).await?;
        drop(session);
        let name = options.get(OPTION).to_owned();
        let theme = PortalTheme::in_crm(root, &name).ok_or_else(|| ThemeTrouble::Name(name.clone()))?;
        let lacks = tokio::task::spawn_blocking(move || theme.lacks()).await??;
        if lacks.is_empty() {
            return Ok(Some(ThemeWord {
                detail: format!("{name} has the places where modules add to its pages"),
                mend: None,
            }));
        }
        let told: Vec<String> = lacks
            .iter()
            .map(|lack| {
                let lost = match lack.place {
                    Place::Head => "scripts of our modules are not in its pages",
                    Place::Footer => "the CRM's own scripts and those of other modules are not in its pages; none of ours are there",
                };
                format!("the theme {name} never calls {}: {lost}", lack.place)
            })
            .collect();
        let mends: Vec<String> = lacks.iter().map(Lack::mend).collect();
        let detail = format!("{}. Menus, pages and mails do not depend on it", told.join("; "));
        Ok(Some(ThemeWord { detail, mend: Some(mends.join(", and ")) }))
    }
}
