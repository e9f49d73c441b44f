//! The command line: what each command prints for scripts, and what it refuses.
//!
//! | file | what it holds |
//! |---|---|
//! | [`contents`] | the database as it is, to compare with later |
//! | [`catalogue`], [`orders`], [`licenses`], [`messages`] | the happy paths, with the JSON that scripts rely on |
//! | [`license_server`] | all that is different when another machine makes the licenses |
//! | [`installing`] | install, migrate, uninstall, purge |
//! | [`companion`] | the secret of the gateway |
//! | [`checking`] | `check`, `grants`, `reconcile` |
//! | [`schedule`] | jobs that time starts |
//! | [`refused`] | every bad argument: exit code 2, one sentence, nothing written |
//! | [`configured`] | a bad configuration, a database that is away, a demonstration |
//! | [`conflicts`] | commands beside the daemon's own work |
//! | [`texts`] | what the shop says about products and packages |
//! | [`usage`] | `--help` and `--version` |

mod catalogue;
mod checking;
mod companion;
mod configured;
mod conflicts;
mod contents;
mod installing;
mod license_server;
mod licenses;
mod messages;
mod orders;
mod refused;
mod schedule;
mod texts;
mod usage;
