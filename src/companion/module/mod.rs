//! The module `modules/perfex_bridge` within the CRM: its files, and how they come there.
//!
//! In: the CRM's root, and where the daemon listens. Out: what was done, or a sentence why not. Invariants:
//!
//! - the folder is whole at every moment: it is written beside its place and put there in one step;
//! - it belongs to whom the CRM's folder of modules belongs, and the web server may read it, else it is not put there;
//! - a folder of that name that is not ours is left alone;
//! - its English texts are always there: without them every page of the CRM fails for visitors in other languages.
//!
//! The row that switches it on is [`ModuleRow`](crate::perfex::modules::ModuleRow)'s, written after the files and removed
//! before them.

mod entries;
mod error;
mod files;
mod folder;
mod languages;
mod unavailable;

pub use entries::{ENTRIES, Entry, FEATURES, Spot};
pub use error::ModuleError;
pub use files::{Files, Settings, VERSION};
pub use folder::{Folder, Standing};
pub use languages::Languages;

/// The module's name: its folder's, and the one in its row.
pub const NAME: &str = "perfex_bridge";
