//! perfex-bridge: one daemon beside a Perfex CRM.
//!
//! A payment that anyone records in the CRM becomes a license and a mail:
//!
//! ```text
//! Perfex commits -> watch (poll, sweep) -> key "invoice 4711" -> reconcile
//!   -> shop::settle re-reads payments and credits -> licensing issues
//!   -> one commit: licenses + order state + outbox rows -> outbox -> mail
//! ```
//!
//! Perfex's tables are the truth; everything else is a hint that says "look at invoice 4711 again". Rooms import
//! only from rooms further down this list:
//!
//! | room | what it knows |
//! |---|---|
//! | [`cli`] | one file a subcommand |
//! | [`app`], [`supervise`] | build everything; start, stop and watch the loops |
//! | [`companion`] | what is installed into the CRM |
//! | [`shop`] | products, packages, orders, and what a paid invoice means |
//! | [`licensing`] | license keys, their rights and their life |
//! | [`http`] | listeners, who is asking, health, metrics |
//! | [`watch`], [`reconcile`], [`schedule`] | changes become keys, keys become work; jobs that time starts |
//! | [`outbox`], [`mail`] | durable delivery |
//! | [`perfex`] | the only room that names a CRM table, column, file or PHP format |
//! | [`text`] | languages, formats, templates |
//! | [`timeline`], [`audit`] | what happened to something, in order; who of the staff did what |
//! | [`db`] | pool, server probe, migrations, transactions |
//! | [`config`] | one struct a concern |
//! | [`systemd`], [`metrics`], [`vitals`], [`telemetry`] | signs of life, and who is told of them |
//! | [`clock`], [`cron_rule`], [`entropy`], [`ids`], [`money`], [`sentence`] | what everything else is made of |

pub mod app;
pub mod audit;
pub mod cli;
pub mod clock;
pub mod companion;
pub mod config;
pub mod cron_rule;
pub mod db;
pub mod entropy;
pub mod http;
pub mod ids;
pub mod licensing;
pub mod mail;
pub mod metrics;
pub mod money;
pub mod outbox;
pub mod perfex;
pub mod reconcile;
pub mod schedule;
pub mod sentence;
pub mod shop;
pub mod supervise;
pub mod systemd;
pub mod telemetry;
pub mod text;
pub mod timeline;
pub mod vitals;
pub mod watch;
