//! Child processes that cannot outlive the test process, however it ends.
//!
//! `setpriv --pdeathsig KILL` asks the kernel to kill the child when its parent dies. The kernel's "parent" is the
//! *thread* that started the child, and a test's thread ends with the test: so all children are started by one
//! thread that lives as long as the process. No `unsafe`, no `pre_exec`.

use std::io;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::{LazyLock, Mutex, mpsc};

type Job = (Command, mpsc::Sender<io::Result<Child>>);

static KEEPER: LazyLock<Mutex<mpsc::Sender<Job>>> = LazyLock::new(|| {
    let (jobs, inbox) = mpsc::channel::<Job>();
    std::thread::spawn(move || {
        for (mut command, reply) in inbox {
            reply.send(command.spawn()).ok();
        }
    });
    Mutex::new(jobs)
});

/// A command that runs `program` so that it dies with this process. Start it with [`spawn`].
pub fn tied(program: impl AsRef<std::ffi::OsStr>) -> Command {
    // Its full name: the child's own PATH may lead nowhere.
    let full = "/usr/bin/setpriv";
    let mut command = Command::new(if Path::new(full).exists() { full } else { "setpriv" });
    command.args(["--pdeathsig", "KILL"]).arg(program);
    command
}

/// Starts `command` from the thread that never ends.
pub fn spawn(command: Command) -> io::Result<Child> {
    let (reply, answer) = mpsc::channel();
    KEEPER.lock().unwrap().send((command, reply)).unwrap();
    answer.recv().unwrap()
}

/// Sends a signal by name (`STOP`, `CONT`, `TERM`) to a process that we started.
pub fn signal(pid: u32, name: &str) {
    let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {pid}")).status().unwrap();
    assert!(sent.success(), "cannot send {name} to {pid}");
}

/// Whether every thread of a process has stopped after SIGSTOP.
pub fn is_stopped(pid: u32) -> bool {
    std::fs::read_dir(format!("/proc/{pid}/task")).unwrap().all(|task| {
        // `PID (name) STATE ...`; a thread that ended in between has stopped too.
        let stat = std::fs::read_to_string(task.unwrap().path().join("stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with('T'))
    })
}
