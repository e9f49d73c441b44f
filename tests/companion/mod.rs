//! What is installed into Perfex: nothing foreign moves, PHP takes the result, and it can be taken out again; and the whole
//! way browser -> web server -> PHP -> gateway -> daemon.
//!
//! | file | what it holds |
//! |---|---|
//! | [`tree`] | the folder of a CRM, and PHP that reads its routes as Perfex does |
//! | [`traps`] | what files in the field look like |
//! | [`disk`] | owners, modes, links, locks, full disks, other writers |
//! | [`drift`] | another program rewrites the file |
//! | [`commands`] | `routes`, `install`, `uninstall`, `check`, and the daemon |
//! | [`house`] | a CRM that runs, with our module in it |
//! | [`installing`] | our module put in, updated, taken out |
//! | [`elsewhere`] | under Apache, and in a folder of the CRM's address |
//! | [`gateway`], [`layout`] | pages through PHP: as they are, and in the CRM's layout |
//! | [`staff_pages`] | the daemon's own pages for staff, from the CRM's menu to the database |
//! | [`live`] | whether visitors reach us, and routes that break the CRM |
//! | [`languages`] | copies of our texts among the CRM's languages |
//! | [`mails_page`] | our list of mail texts within the CRM's own |
//! | [`portal_pages`] | the daemon's own pages in the client portal, from the CRM's menu to the database |
//! | [`portal_theme`] | a theme of somebody's own, without the places where modules add to portal pages |
//! | [`nudge`] | word of a payment |
//! | [`silence`] | a daemon that is dead or hangs |
//! | [`web_group`] | the daemon's user in the group of the CRM's files |
//! | [`php`] | the module's files under PHP alone |

mod commands;
mod disk;
mod drift;
mod elsewhere;
mod gateway;
pub mod house;
mod installing;
mod languages;
mod layout;
mod live;
mod mails_page;
mod nudge;
mod php;
mod portal_pages;
mod portal_theme;
mod silence;
mod staff_pages;
mod traps;
mod tree;
mod web_group;
