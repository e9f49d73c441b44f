//! Letters to the machine's own `sendmail`, which queues them.
//!
//! In: a composed letter. Out: what the program's exit status says, in the words of `sysexits.h`. A program that is
//! killed or does not end in time leaves the letter uncertain; it is killed then, not left behind.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{ChildStderr, ChildStdin, Command};

use super::compose::Composed;
use super::transport::Transport;
use crate::outbox::{Handover, Outcome};
use futures_util::future::BoxFuture;

/// How much of the program's complaints is kept.
const COMPLAINT: u64 = 1024;

/// How long a program that has ended may keep its error output open (a background process may have inherited it).
const LAST_WORDS: Duration = Duration::from_millis(100);

/// Hands letters to a `sendmail` program.
#[derive(Debug, Clone)]
pub struct Sendmail {
    program: PathBuf,
    timeout: Duration,
}

impl Sendmail {
    /// Letters go to `program`, which has `timeout` to take one.
    #[must_use]
    pub fn new(program: PathBuf, timeout: Duration) -> Self {
        Self { program, timeout }
    }

    fn command(&self, letter: &Composed) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("-i");
        if let Some(from) = letter.envelope.from() {
            command.arg("-f").arg(from);
        }
        command.arg("--").args(letter.envelope.to());
        crate::config::hide_from(&mut command);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    async fn run(&self, letter: &Composed) -> Outcome {
        let mut child = match self.command(letter).spawn() {
            Ok(child) => child,
            Err(error) => {
                return Outcome::retry(format!("{} cannot be run: {error}", self.program.display()));
            }
        };
        let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
        let listening = tokio::spawn(listen(stderr));
        // The program may end before it has read everything: its status says more than our broken pipe.
        let ended = tokio::time::timeout(self.timeout, async {
            let (fed, status) = tokio::join!(feed(stdin, &letter.bytes), child.wait());
            status.map(|status| (fed, status))
        });
        let ended = ended.await;
        if ended.is_err() {
            // Its complaints end with it. That it has ended in this very moment changes nothing.
            child.start_kill().ok();
        }
        let complaint = match tokio::time::timeout(LAST_WORDS, listening).await {
            Ok(Ok(complaint)) => complaint,
            Ok(Err(_)) | Err(_) => String::new(),
        };
        match ended {
            Ok(Ok((fed, status))) => judge(status, fed.is_ok(), &complaint),
            Ok(Err(error)) => Outcome::uncertain(format!("sendmail was lost sight of: {error}")),
            Err(_) => Outcome::uncertain("sendmail did not end before the deadline"),
        }
    }
}

impl Transport for Sendmail {
    fn prepare(self: Arc<Self>, letter: Arc<Composed>) -> BoxFuture<'static, Result<Handover, Outcome>> {
        Box::pin(async move {
            let unusable = |why: String| Outcome::retry(format!("{} {why}", self.program.display()));
            match tokio::fs::metadata(&self.program).await {
                Ok(found) if found.is_file() && found.permissions().mode() & 0o111 != 0 => {
                    Ok(Handover::new(async move { self.run(&letter).await }))
                }
                Ok(_) => Err(unusable("is not a program".to_owned())),
                Err(error) => Err(unusable(format!("cannot be used: {error}"))),
            }
        })
    }
}

/// Writes the letter with the line ends that local programs expect; the bodies are quoted-printable, so none is lost.
async fn feed(stdin: Option<ChildStdin>, bytes: &[u8]) -> io::Result<()> {
    let mut stdin = stdin.ok_or(io::ErrorKind::BrokenPipe)?;
    let local: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != b'\r').collect();
    stdin.write_all(&local).await?;
    stdin.shutdown().await
}

/// Collects the beginning of what the program complains about and lets the rest pass, so that it never blocks.
async fn listen(stderr: Option<ChildStderr>) -> String {
    let Some(stderr) = stderr else {
        return String::new();
    };
    let mut heard = Vec::new();
    let mut beginning = stderr.take(COMPLAINT);
    if beginning.read_to_end(&mut heard).await.is_ok() {
        let mut rest = beginning.into_inner();
        tokio::io::copy(&mut rest, &mut tokio::io::sink()).await.ok();
    }
    String::from_utf8_lossy(&heard).into_owned()
}

fn judge(status: ExitStatus, whole: bool, complaint: &str) -> Outcome {
    match status.code() {
        Some(0) if whole => Outcome::sent("sendmail took it"),
        Some(0) => Outcome::uncertain("sendmail ended well without reading the whole letter"),
        // Data error, no such user, no such host: about this letter. All else is about the machine and can be mended.
        Some(code @ (65 | 67 | 68)) => Outcome::dead(format!("sendmail ended with {code}: {complaint}")),
        Some(code) => Outcome::retry(format!("sendmail ended with {code}: {complaint}")),
        None => Outcome::uncertain(format!("sendmail was ended: {status}: {complaint}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lettre::address::Envelope;
    use std::io::Write as _;
    use std::path::Path;

    fn letter() -> Composed {
        let to = ["zoe@example.com", "copy@example.org"].map(|address| address.parse().unwrap());
        let envelope = Envelope::new(Some("crm@example.org".parse().unwrap()), to.to_vec()).unwrap();
        Composed { message_id: "1@x".into(), envelope, bytes: b"Subject: x\r\n\r\n.\r\nend\r\n".to_vec() }
    }

    /// Written by another process: a file that this one has open for writing cannot be run while any thread forks.
    fn script(folder: &Path, lines: &str) -> PathBuf {
        let path = folder.join("sendmail");
        let mut writer = std::process::Command::new("sh")
            .args(["-c", "cat > \"$0\" && chmod +x \"$0\""])
            .arg(&path)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        write!(writer.stdin.take().unwrap(), "#!/bin/sh\n{lines}\n").unwrap();
        assert!(writer.wait().unwrap().success());
        path
    }

    async fn send(lines: &str, timeout: Duration) -> (tempfile::TempDir, Outcome) {
        let scratch = tempfile::tempdir().unwrap();
        let sendmail = Sendmail::new(script(scratch.path(), lines), timeout);
        let outcome = Arc::new(sendmail).prepare(Arc::new(letter())).await.unwrap().complete().await;
        (scratch, outcome)
    }

    const LONG: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn the_letter_arrives_with_its_envelope() {
        let (scratch, outcome) = send("cd \"${0%/*}\"; echo \"$@\" > args; cat > body", LONG).await;
        assert_eq!(outcome, Outcome::sent("sendmail took it"));
        let read = |name: &str| std::fs::read_to_string(scratch.path().join(name)).unwrap();
        assert_eq!(read("args"), "-i -f crm@example.org -- zoe@example.com copy@example.org\n");
        assert_eq!(read("body"), "Subject: x\n\n.\nend\n");
    }

    #[tokio::test]
    async fn the_exit_status_decides() {
        let (_, outcome) = send("cat > /dev/null; echo no such user >&2; exit 67", LONG).await;
        assert_eq!(outcome, Outcome::dead("sendmail ended with 67: no such user"));
        let (_, outcome) = send("cat > /dev/null; echo queue full >&2; exit 75", LONG).await;
        assert_eq!(outcome, Outcome::retry("sendmail ended with 75: queue full"));
        let (_, outcome) = send("kill -9 $$", LONG).await;
        assert!(matches!(outcome, Outcome::Uncertain { .. }), "{outcome:?}");
    }

    #[tokio::test]
    async fn a_program_that_does_not_end_leaves_doubt() {
        let (_, outcome) = send("exec sleep 600", Duration::from_millis(50)).await;
        assert_eq!(outcome, Outcome::uncertain("sendmail did not end before the deadline"));
    }

    #[tokio::test]
    async fn a_missing_program_is_noticed_before_the_handover() {
        let sendmail = Sendmail::new("/nonexistent/sendmail".into(), LONG);
        assert!(matches!(Arc::new(sendmail).prepare(Arc::new(letter())).await, Err(Outcome::Retry { .. })));
        let sendmail = Sendmail::new("/".into(), LONG);
        assert!(matches!(Arc::new(sendmail).prepare(Arc::new(letter())).await, Err(Outcome::Retry { .. })));
    }
}
