//! What is installed into Perfex: nothing foreign moves, PHP takes the result, and it can be taken out again.
//!
//! | file | what it holds |
//! |---|---|
//! | [`tree`] | the folder of a CRM, and PHP that reads its routes as Perfex does |
//! | [`traps`] | what files in the field look like |
//! | [`disk`] | owners, modes, links, locks, full disks, other writers |
//! | [`drift`] | another program rewrites the file |
//! | [`commands`] | `routes`, `install`, `uninstall`, `check`, and the daemon |

mod commands;
mod disk;
mod drift;
mod traps;
mod tree;
