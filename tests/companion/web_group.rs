//! `install --add-to-web-group`: the daemon's user comes into the group of the CRM's files, by the system's own `usermod`.
//!
//! It runs in a mount namespace of its own, in which `/etc` is a copy: this machine's users stay as they are.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::daemon::{CrmFolder, Site};
use crate::support::mariadb::Database;

/// A group and a user that no machine has.
const GROUP: (&str, u32) = ("pb-web", 45_678);
const USER: &str = "perfex-bridge:x:45679:45679::/nonexistent:/usr/sbin/nologin\n";

/// A CRM whose files belong to [`GROUP`], and a machine on which the daemon's user is not in it.
struct Machine {
    etc: TempDir,
    site: Site,
    _folder: CrmFolder,
    _database: Database,
}

impl Machine {
    /// `None` where this user may not set one up.
    async fn new() -> Option<Self> {
        let root = fs::metadata("/proc/self").unwrap().uid() == 0;
        if !root
            || !Command::new("unshare").args(["--mount", "true"]).status().is_ok_and(|done| done.success())
        {
            eprintln!("skipped: only root can give the program an /etc of its own");
            return None;
        }
        let database = Database::perfex_341().await;
        let folder = CrmFolder::new(&database);
        fs::write(folder.my_routes(), "<?php\n").unwrap();
        chown(folder.my_routes(), None, Some(GROUP.1)).unwrap();
        let etc = tempfile::Builder::new().prefix("pb-etc-").tempdir().unwrap();
        let copied = Command::new("cp").args(["-a", "/etc/."]).arg(etc.path()).status().unwrap();
        assert!(copied.success());
        let machine = Self { site: Site::beside(&folder), etc, _folder: folder, _database: database };
        machine.append("passwd", USER);
        machine.append("group", &format!("{}:x:{}:\n", GROUP.0, GROUP.1));
        Some(machine)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.etc.path().join(name)
    }

    fn append(&self, name: &str, line: &str) {
        let text = fs::read_to_string(self.file(name)).unwrap();
        fs::write(self.file(name), text + line).unwrap();
    }

    /// Who is in the group.
    fn members(&self) -> String {
        let text = fs::read_to_string(self.file("group")).unwrap();
        let start = format!("{}:x:{}:", GROUP.0, GROUP.1);
        text.lines().find_map(|line| line.strip_prefix(&start)).unwrap().to_owned()
    }

    async fn install(&self, more: &[&str]) -> Value {
        let said = self.site.run_under(self.etc.path(), &[&["install", "--json"], more].concat()).await;
        assert_eq!(said.code, 0, "{said:?}");
        said.json()
    }
}

#[tokio::test]
async fn the_daemons_user_comes_into_the_web_servers_group_when_the_operator_says_so() {
    let Some(machine) = Machine::new().await else { return };
    let own = fs::read("/etc/group").unwrap();
    let offered = "so that the daemon may keep our lines in my_routes.php: usermod -aG pb-web perfex-bridge && systemctl \
                   restart perfex-bridge (`install --add-to-web-group` does the first)";
    for more in [&[][..], &["--add-to-web-group", "--dry-run"]] {
        assert_eq!(machine.install(more).await["web_group"], offered, "{more:?}");
        assert_eq!(machine.members(), "", "{more:?}");
    }
    // The system says no: that is told, and everything else is done.
    fs::create_dir(machine.file("group+")).unwrap();
    let told = machine.install(&["--add-to-web-group"]).await;
    let trouble = told["troubles"].to_string();
    assert!(trouble.contains("`usermod -aG pb-web perfex-bridge` failed (usermod: "), "{told}");
    assert_eq!(
        (&told["web_group"], &told["routes"], machine.members()),
        (&Value::Null, &json!("in place"), String::new())
    );
    fs::remove_dir(machine.file("group+")).unwrap();

    let told = machine.install(&["--add-to-web-group"]).await;
    let done = "done: usermod -aG pb-web perfex-bridge; now: systemctl restart perfex-bridge";
    assert_eq!((&told["web_group"], &told["troubles"]), (&json!(done), &json!([])), "{told}");
    assert_eq!(machine.members(), "perfex-bridge");
    let told = machine.install(&["--add-to-web-group"]).await;
    assert_eq!((&told["web_group"], &told["troubles"]), (&Value::Null, &json!([])), "nothing is left to do");
    assert_eq!(fs::read("/etc/group").unwrap(), own);
}
