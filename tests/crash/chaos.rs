//! Kills, freezes and refuses, at random.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio_util::sync::CancellationToken;

use super::customers::Gate;
use super::oracle::Disturbance;
use crate::support::daemon::{Daemon, Site};
use crate::support::mariadb::Server;
use crate::support::smtp::{At, Smtp, Step};

/// What is done to the mail server: everything but a final no, after which no mail is owed.
const TROUBLE: [Step; 9] = [
    Step::Reply(At::Mail, 451),
    Step::Reply(At::Rcpt, 450),
    Step::Reply(At::Dot, 451),
    Step::HangUp(At::Connect),
    Step::HangUp(At::Rcpt),
    Step::HangUp(At::Text),
    Step::HangUp(At::Dot),
    Step::Stall(At::Data),
    Step::Stall(At::Dot),
];

/// Whoever breaks things, and what can be broken.
pub struct Chaos<'a> {
    sites: &'a [Site],
    server: &'a Server,
    smtp: &'a Smtp,
    gate: &'a Gate,
    random: StdRng,
    daemons: Vec<Daemon>,
    /// When mails may have been cut off.
    pub disturbances: Vec<Disturbance>,
    /// What was done, for the reader of a failure.
    pub log: Vec<String>,
}

impl<'a> Chaos<'a> {
    /// Starts one daemon a site.
    pub fn new(sites: &'a [Site], server: &'a Server, smtp: &'a Smtp, gate: &'a Gate, seed: u64) -> Self {
        Self {
            sites,
            server,
            smtp,
            gate,
            random: StdRng::seed_from_u64(seed),
            daemons: sites.iter().map(Site::start).collect(),
            disturbances: Vec::new(),
            log: Vec::new(),
        }
    }

    /// Breaks things until `done`; everything runs again afterwards.
    pub async fn reign(&mut self, done: CancellationToken) {
        while !done.is_cancelled() {
            self.moment(10..300).await;
            match self.random.random_range(0..10) {
                0..=3 => self.kill_daemon(),
                4 => self.kill_database().await,
                5 => self.freeze_database().await,
                _ => self.trouble_mail(),
            }
        }
    }

    /// Kills all daemons a last time and starts them anew.
    pub async fn ending(mut self) -> Vec<Daemon> {
        for victim in 0..self.sites.len() {
            self.restart(victim);
        }
        for daemon in &mut self.daemons {
            daemon.ready().await;
        }
        self.daemons
    }

    fn kill_daemon(&mut self) {
        let victim = self.random.random_range(0..self.sites.len());
        self.restart(victim);
    }

    fn restart(&mut self, victim: usize) {
        self.log.push(format!("daemon {victim}"));
        self.daemons[victim].kill();
        let now = self.arrived();
        self.disturbances.push(Disturbance { from: now, to: now });
        self.daemons[victim] = self.sites[victim].start();
    }

    async fn kill_database(&mut self) {
        self.log.push("database killed".to_owned());
        let gate = self.gate.write().await;
        let from = self.arrived();
        self.server.kill();
        self.moment(0..300).await;
        self.server.start_again().await;
        drop(gate);
        self.disturbances.push(Disturbance { from, to: self.arrived() });
    }

    async fn freeze_database(&mut self) {
        self.log.push("database frozen".to_owned());
        let from = self.arrived();
        self.server.freeze();
        self.moment(50..600).await;
        self.server.thaw();
        self.disturbances.push(Disturbance { from, to: self.arrived() });
    }

    fn trouble_mail(&mut self) {
        let step = TROUBLE[self.random.random_range(0..TROUBLE.len())];
        self.log.push(format!("mail: {step:?}"));
        self.smtp.then([step]);
    }

    fn arrived(&self) -> usize {
        self.smtp.received().len()
    }

    /// A random moment is a random pause: nothing is concluded from it.
    async fn moment(&mut self, milliseconds: std::ops::Range<u64>) {
        let pause = Duration::from_millis(self.random.random_range(milliseconds));
        tokio::time::sleep(pause).await;
    }
}
