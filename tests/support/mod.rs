//! What the tests stand on: private servers and a stand-in for Perfex's own PHP.
//!
//! | module | what it gives |
//! |---|---|
//! | [`mariadb`] | a private database server, one database a test |
//! | [`launcher`] | which server that is: the installed MariaDB, or one that `PERFEX_BRIDGE_TEST_SERVER` names |
//! | [`browser`] | a person at Chromium |
//! | [`child`] | child processes that die with the test process |
//! | [`clash`] | another transaction that is in the way |
//! | [`daemon`] | the real binary: configuration, commands, the daemon |
//! | [`eventually`] | waiting for a condition, with a deadline |
//! | [`php`] | the real PHP: what it prints, and sessions as it encodes them |
//! | [`perfex`] | the Perfex-shaped tables and rows as SQL text, for 3.0.0 and 3.4.1, for any prefix |
//! | [`crm`] | what staff do in the CRM, as the statements that Perfex's PHP sends |
//! | [`crm_web`] | a web server with PHP and the stand-in of Perfex in `tests/perfex` |
//! | [`install`] | a whole daemon inside the test process, on a clock that is moved by hand |
//! | [`ear`] | a web server that keeps what it hears, byte for byte |
//! | [`impostor`] | a web server that answers what a test tells it to |
//! | [`api`] | a license server on a socket, and a client that asks it |
//! | [`post`] | a shop whose mails go to that server |
//! | [`smtp`] | a mail server that can also refuse, stall and hang up |
//! | [`remote`] | a shop whose licenses that license server makes |
//! | [`rogue`] | what stands between the two, and answers as no license server should |
//! | [`rows`] | rows and whole databases as text, to be compared |
//! | [`shop`] | the daemon's own parts beside a test CRM, on a clock that is moved by hand |
//!
//! Nothing in here but [`shop`], [`install`] and what is built on them knows the daemon beyond its id types, so a mistake in
//! the daemon cannot hide in its
//! tests.

pub mod api;
pub mod browser;
pub mod child;
pub mod clash;
pub mod crm;
pub mod crm_web;
pub mod daemon;
pub mod ear;
pub mod english;
pub mod eventually;
pub mod impostor;
pub mod install;
pub mod launcher;
pub mod mariadb;
pub mod perfex;
pub mod php;
pub mod post;
pub mod remote;
pub mod rogue;
pub mod rows;
pub mod shop;
pub mod smtp;
