//! The one integration binary: real MariaDB, real SMTP, real PHP, killed and cut as the world does it.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod companion;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod daemon;
#[cfg(test)]
mod database;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod licensing;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod outbox;
#[cfg(test)]
mod proxy;
#[cfg(test)]
mod reconcile;
#[cfg(test)]
mod schedule;
#[cfg(test)]
mod shop;
#[cfg(test)]
mod staff;
#[cfg(test)]
mod support;
#[cfg(test)]
mod watch;
