//! `routes`, `install`, `uninstall`, `check`, and the daemon, as an operator runs them.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::tree::{accepted, ours, routed};
use crate::support::daemon::{CrmFolder, Site};
use crate::support::eventually::eventually;
use crate::support::mariadb::Database;

/// Nobody's ids.
const NOBODY: u32 = 65_534;

/// A site beside a CRM's folder; our module is there when `module` says so.
async fn site(module: bool) -> (Database, CrmFolder, Site) {
    let database = Database::perfex_341().await;
    let folder = CrmFolder::new(&database);
    if module {
        fs::create_dir_all(folder.path().join("modules/perfex_bridge")).unwrap();
    }
    let site = Site::beside(&folder);
    (database, folder, site)
}

fn contents(folder: &Path) -> Vec<(String, Option<Vec<u8>>)> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(&at).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            let bytes = path.is_file().then(|| fs::read(&path).unwrap());
            if path.is_dir() {
                folders.push(path);
            }
            all.push((name, bytes));
        }
    }
    all.sort();
    all
}

async fn finding(site: &Site) -> Value {
    let findings = site.run(&["check", "--json"]).await.json();
    let mut all = findings.as_array().unwrap().iter();
    all.find(|finding| finding["check"] == "my_routes.php").unwrap().clone()
}

#[tokio::test]
async fn routes_are_shown_written_and_removed() {
    let (_database, folder, site) = site(true).await;
    let (before, file) = (contents(folder.path()), folder.my_routes().display().to_string());
    let shown = site.json(&["routes", "show"]).await;
    assert_eq!(
        (&shown["file"], &shown["state"], &shown["kept"]),
        (&json!(file), &json!("missing"), &json!(false))
    );
    assert_eq!(shown["routes"].as_array().unwrap().len(), ours().len());
    let dry =
        json!({"file": file, "dry_run": true, "changed": true, "way": null, "backup": null, "notes": []});
    assert_eq!(site.json(&["routes", "write", "--dry-run"]).await, dry);
    assert_eq!(before, contents(folder.path()));
    let done = site.json(&["routes", "write"]).await;
    assert_eq!((&done["changed"], &done["way"]), (&json!(true), &json!("renamed")));
    assert!(accepted(&fs::read(folder.my_routes()).unwrap()));
    assert_eq!(routed(&folder.my_routes()).unwrap().len(), 1 + ours().len());
    assert_eq!(site.json(&["routes", "write"]).await["changed"], false);
    let shown = site.json(&["routes", "show"]).await;
    assert_eq!((&shown["state"], &shown["kept"]), (&json!("present"), &json!(true)));
    assert_eq!(site.json(&["routes", "remove", "--dry-run"]).await["changed"], true);
    let said = site.run(&["routes", "remove"]).await;
    assert!(said.code == 0 && said.out.starts_with(&format!("removed the routes: {file}\n")), "{said:?}");
    assert_eq!(before, contents(folder.path()));
    let said = site.run(&["routes", "remove"]).await;
    assert_eq!(said.out, format!("{file}: there are no routes of ours\n"));
}

#[tokio::test]
async fn routes_that_would_lead_nowhere_are_written_by_force_only() {
    let (_database, folder, site) = site(false).await;
    let before = contents(folder.path());
    let said = site.run(&["routes", "write"]).await;
    assert_eq!(
        (said.code, said.err.as_str()),
        (
            2,
            "perfex-bridge: the routes would lead nowhere: our module is not in the CRM's folder \
             (modules/perfex_bridge); --force writes them all the same"
        )
    );
    assert_eq!(before, contents(folder.path()));
    assert_eq!(finding(&site).await["status"], "ok");
    assert_eq!(site.json(&["routes", "write", "--force"]).await["changed"], true);
    let found = finding(&site).await;
    assert!(found["status"] == "warn" && found["detail"].as_str().unwrap().contains("our module"), "{found}");
}

#[tokio::test]
async fn without_a_folder_there_are_no_routes_to_speak_of() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    let said = site.run(&["routes", "show"]).await;
    assert!(said.code == 2 && said.err.contains("set [perfex] root"), "{said:?}");
    assert_eq!(site.json(&["install"]).await["routes"], Value::Null);
}

#[tokio::test]
async fn install_writes_them_and_uninstall_leaves_the_tree_as_it_was_to_the_byte() {
    let (_database, folder, site) = site(false).await;
    let before = contents(folder.path());
    assert_eq!(site.json(&["install", "--dry-run"]).await["routes"], "written");
    assert_eq!(before, contents(folder.path()));
    assert_eq!(site.json(&["install"]).await["routes"], "written");
    assert_eq!(site.json(&["install"]).await["routes"], "in place");
    assert_eq!(site.run(&["install"]).await.out, "everything is in place\n");
    assert_ne!(before, contents(folder.path()));
    assert_eq!(site.json(&["uninstall"]).await["routes"], "removed");
    assert_eq!(before, contents(folder.path()));
    assert_eq!(site.json(&["uninstall"]).await["routes"], "none");
}

#[tokio::test]
async fn check_says_how_the_routes_stand_and_what_mends_it() {
    let (_database, folder, site) = site(true).await;
    let (file, original) = (folder.my_routes(), fs::read_to_string(folder.my_routes()).unwrap());
    let told = async || {
        let found = finding(&site).await;
        let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
        (text("status"), text("detail").replace(&file.display().to_string(), "FILE"), text("mend"))
    };
    let (status, detail, mend) = told().await;
    assert_eq!((status.as_str(), mend.as_str()), ("warn", "run `perfex-bridge routes write`"));
    assert!(detail.starts_with("our routes are missing in FILE ("), "{detail}");
    site.json(&["routes", "write"]).await;
    let (status, detail, _) = told().await;
    assert!(status == "ok" && detail.starts_with("our routes are in FILE ("), "{detail}");
    let edited = fs::read_to_string(&file).unwrap().replace("public_gateway", "other");
    fs::write(&file, edited).unwrap();
    let (status, detail, _) = told().await;
    assert!(status == "warn" && detail.ends_with("are not as they should be"), "{detail}");
    fs::write(&file, original.replace("= 'other/index'", "=")).unwrap();
    let (status, detail, _) = told().await;
    // The tokens alone do not tell; `routes write` asks PHP.
    assert!(status == "warn" && detail.starts_with("our routes are missing"), "{detail}");
    fs::write(&file, original.replace("['other']", "['other'")).unwrap();
    let (status, detail, _) = told().await;
    assert!(status == "fail" && detail.contains("bracket `[`"), "{detail}");
    fs::write(&file, &original).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o444)).unwrap();
    let (status, detail, mend) = told().await;
    assert!(status == "warn" && detail.contains("mode 444) "), "{detail}");
    assert!(mend.contains("chmod"), "{mend}");
}

#[tokio::test]
async fn the_daemon_puts_back_what_was_taken_out_while_it_was_away() {
    let (_database, folder, site) = site(false).await;
    let original = fs::read(folder.my_routes()).unwrap();
    site.json(&["install"]).await;
    let whole = fs::read(folder.my_routes()).unwrap();
    fs::write(folder.my_routes(), &original).unwrap();
    let daemon = site.start_ready().await;
    eventually("routes", async || (fs::read(folder.my_routes()).unwrap() == whole).then_some(())).await;
    let name = "perfex_bridge_routes_repairs_total{outcome=\"mended\"}";
    let count = eventually("metric", async || daemon.metric(name).await).await;
    assert!((count - 1.0).abs() < f64::EPSILON);
    assert!(daemon.log().contains("our routes had been changed or removed"), "{}", daemon.log());
}

#[tokio::test]
async fn a_daemon_writes_nothing_where_nobody_has_installed() {
    let (_database, folder, site) = site(true).await;
    let before = contents(folder.path());
    let daemon = site.start_ready().await;
    daemon.terminate();
    assert_eq!(before, contents(folder.path()));
}

/// Runs the program as nobody where this is root, with limits that `prelude` sets.
fn as_nobody(site: &Site, prelude: &str, arguments: &str) -> Output {
    let root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let become_nobody = format!("setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups");
    let program = env!("CARGO_BIN_EXE_perfex-bridge");
    let line = format!(
        "{prelude} exec {} {program} --config {} {arguments}",
        if root { become_nobody.as_str() } else { "" },
        site.config().display()
    );
    let path = std::env::var("PATH").unwrap();
    Command::new("sh").args(["-c", &line]).env_clear().env("PATH", path).output().unwrap()
}

/// Gives the state folder to nobody, and lets nobody in.
fn open_to_nobody(site: &Site) {
    let (state, root) = (site.path("state"), fs::metadata("/proc/self").unwrap().uid() == 0);
    fs::create_dir_all(&state).unwrap();
    fs::set_permissions(site.path("."), Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(site.config(), Permissions::from_mode(0o644)).unwrap();
    if root {
        chown(&state, Some(NOBODY), Some(NOBODY)).unwrap();
    }
}

#[tokio::test]
async fn a_file_that_the_group_may_write_in_a_folder_that_it_may_not_is_written_in_place() {
    let (_database, folder, site) = site(true).await;
    open_to_nobody(&site);
    let (file, original) = (folder.my_routes(), fs::read(folder.my_routes()).unwrap());
    let config = file.parent().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        chown(&file, Some(0), Some(NOBODY)).unwrap();
    }
    fs::set_permissions(&file, Permissions::from_mode(0o664)).unwrap();
    fs::set_permissions(config, Permissions::from_mode(0o555)).unwrap();
    let before = (fs::metadata(&file).unwrap().ino(), fs::metadata(&file).unwrap().gid());
    let output = as_nobody(&site, "", "routes write --json");
    assert!(output.status.success(), "{output:?}");
    let done: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(done["way"], "in_place");
    assert_eq!((fs::metadata(&file).unwrap().ino(), fs::metadata(&file).unwrap().gid()), before);
    assert_eq!(routed(&file).unwrap().len(), 1 + ours().len());
    assert!(as_nobody(&site, "", "routes remove").status.success());
    assert_eq!(fs::read(&file).unwrap(), original);
    // A disk that is full after half of our lines: backup and notes fit, the file does not. (Blocks of 512 bytes.)
    let blocks = 16;
    let long = [&original, &b"//".repeat(256 * blocks - original.len() / 2 - 100)[..], b"\n"].concat();
    fs::write(&file, &long).unwrap();
    let output = as_nobody(&site, &format!("trap '' XFSZ; ulimit -f {blocks};"), "routes write");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && said.contains("my_routes.php cannot be written: "), "{said}");
    assert_eq!(fs::read(&file).unwrap(), long);
    assert!(!site.path("state/routes/unfinished").exists());
    fs::write(&file, &original).unwrap();
    // And a group that may not.
    fs::set_permissions(&file, Permissions::from_mode(0o444)).unwrap();
    let output = as_nobody(&site, "", "routes write");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("chmod 664 it"), "{said}");
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        let output = as_nobody(&site, "", "routes write");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("it belongs to root:nogroup, mode 644; chmod g+w"), "{said}");
    }
    assert_eq!(fs::read(&file).unwrap(), original);
    fs::set_permissions(config, Permissions::from_mode(0o755)).unwrap();
}
