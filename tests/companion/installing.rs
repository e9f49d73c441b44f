//! The module comes into the CRM whole, is brought up to date, and leaves it as it was.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use mysql_async::prelude::Queryable as _;
use serde_json::{Value, json};

use crate::support::daemon::{CrmFolder, Site};
use crate::support::eventually::eventually;
use crate::support::mariadb::Database;
use crate::support::rows;

/// Every file and folder below a folder: mode, owner, content.
fn tree(folder: &Path) -> BTreeMap<PathBuf, (u32, u32, u32, Vec<u8>)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let metadata = fs::symlink_metadata(&path).unwrap();
        let content = if metadata.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
        if metadata.is_dir() {
            found.extend(tree(&path));
        }
        found.insert(path, (metadata.mode(), metadata.uid(), metadata.gid(), content));
    }
    found
}

struct House {
    database: Database,
    folder: CrmFolder,
    site: Site,
}

impl House {
    async fn new() -> Self {
        let database = Database::perfex_341().await;
        let folder = CrmFolder::new(&database);
        let mut site = Site::beside(&folder);
        site.set("http", "socket", "/run/perfex-bridge/http.sock");
        // Everything but the module is there.
        site.json(&["migrate"]).await;
        Self { database, folder, site }
    }

    fn modules(&self) -> PathBuf {
        self.folder.path().join("modules")
    }

    fn module(&self) -> PathBuf {
        self.modules().join("perfex_bridge")
    }

    async fn row(&self) -> String {
        let sql = "SELECT `module_name`, `installed_version`, `active` FROM `tblmodules` ORDER BY `id`";
        rows::written_out(&mut self.database.conn().await, sql).await
    }

    async fn finding(&self) -> (String, String) {
        let findings = self.site.run(&["check", "--json"]).await.json();
        let found = findings
            .as_array()
            .unwrap()
            .iter()
            .find(|line| line["check"] == "companion module")
            .unwrap()
            .clone();
        let detail =
            found["detail"].as_str().unwrap().replace(&self.module().display().to_string(), "MODULE");
        (found["status"].as_str().unwrap().to_owned(), detail)
    }

    /// A file of the module that is not as it should be.
    fn alter(&self, name: &str, change: impl FnOnce(String) -> String) {
        let path = self.module().join(name);
        fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
    }
}

fn active(version: &str) -> String {
    format!("module_name = perfex_bridge\ninstalled_version = {version}\nactive = 1")
}

/// Something that happens to an installed module.
type Change = fn(&House);
/// Something that is the matter with the folder of modules.
type Spoil = fn(&Path);

const VERSION: &str = env!("CARGO_PKG_VERSION");

#[tokio::test]
async fn uninstall_leaves_files_and_rows_as_they_were_to_the_byte() {
    let house = House::new().await;
    fs::create_dir(house.modules().join("surveys")).unwrap();
    fs::write(house.modules().join("surveys/surveys.php"), "<?php // Module Name: Surveys\n").unwrap();
    let before = (tree(house.folder.path()), rows::checksums(&mut house.database.conn().await).await);

    let told = house.site.json(&["install", "--dry-run"]).await;
    assert_eq!((&told["module"], &told["skipped"]), (&json!("installed"), &json!([])));
    assert_eq!((tree(house.folder.path()), house.row().await), (before.0.clone(), String::new()));
    let said = house.site.run(&["install", "--dry-run"]).await.out;
    assert!(said.contains(&format!("the CRM's module {VERSION}: would be installed")), "{said}");

    assert_eq!(house.site.json(&["install"]).await["module"], "installed");
    assert_eq!(house.row().await, active(VERSION));
    let installed = tree(house.folder.path());
    assert!(installed.contains_key(&house.module().join("language/english/perfex_bridge_lang.php")));
    assert!(installed.keys().all(|path| !path.file_name().unwrap().to_string_lossy().starts_with(".perfex")));

    // Again changes nothing, not even a time stamp.
    let stamp = fs::metadata(house.module()).unwrap().mtime_nsec();
    assert_eq!(house.site.json(&["install"]).await["module"], "in place");
    assert_eq!(house.site.run(&["install"]).await.out, "everything is in place\n");
    assert_eq!(
        (tree(house.folder.path()), fs::metadata(house.module()).unwrap().mtime_nsec()),
        (installed, stamp)
    );

    let done = house.site.json(&["uninstall"]).await;
    assert_eq!((&done["module"], &done["troubles"]), (&json!("removed"), &json!([])));
    let after = (tree(house.folder.path()), rows::checksums(&mut house.database.conn().await).await);
    assert_eq!(before.0, after.0);
    // What was sold and licensed stays without --purge; the CRM's own tables are as they were.
    let own =
        |table: &str| !["tblpm_", "tblbridge_", "tbloptions"].iter().any(|ours| table.starts_with(ours));
    let changed: Vec<&String> = before
        .1
        .iter()
        .filter(|(table, sum)| own(table.rsplit('.').next().unwrap()) && after.1[*table] != **sum)
        .map(|(table, _)| table)
        .collect();
    assert!(changed.is_empty(), "{changed:?}");
    assert_eq!(house.site.json(&["uninstall"]).await["module"], "none");
}

#[tokio::test]
async fn whatever_was_changed_is_brought_up_to_date() {
    let mut house = House::new().await;
    assert_eq!(house.finding().await, ("warn".into(), "not installed: MODULE is missing".into()));
    house.site.json(&["install"]).await;
    let good = tree(&house.module());
    let fine = ("ok".to_owned(), format!("{VERSION} in MODULE, switched on"));
    assert_eq!(house.finding().await, fine);
    let by_hand = "MODULE is not what `install` writes".to_owned();
    let older = format!("MODULE has version 0.0.9, this program {VERSION}");
    let changes: [(Change, &str); 5] = [
        (|house| house.alter("controllers/Public_gateway.php", |text| text + "// more\n"), &by_hand),
        (
            |house| {
                house.alter("perfex_bridge.php", |text| {
                    text.replace(&format!("Version: {VERSION}"), "Version: 0.0.9")
                });
            },
            &older,
        ),
        (
            |house| fs::remove_file(house.module().join("language/english/perfex_bridge_lang.php")).unwrap(),
            &by_hand,
        ),
        (|house| fs::write(house.module().join("controllers/Old.php"), "<?php\n").unwrap(), &by_hand),
        (|house| fs::remove_dir_all(house.module()).unwrap(), "MODULE is missing, though the CRM lists it"),
    ];
    for (change, detail) in changes {
        change(&house);
        assert_eq!(house.finding().await, ("warn".to_owned(), detail.to_owned()));
        let told = house.site.json(&["install"]).await["module"].clone();
        assert!(told == "updated" || told == "installed", "{told}");
        assert_eq!(tree(&house.module()), good);
        assert_eq!(house.finding().await, fine);
    }
    // Where the daemon listens is written into it; the daemon itself says so, too.
    house.site.set("http", "socket", "/elsewhere/http.sock");
    assert_eq!(house.finding().await.1, by_hand);
    let daemon = house.site.start_ready().await;
    eventually("a word about it", async || {
        daemon.log().contains("run `perfex-bridge install`").then_some(())
    })
    .await;
    assert_eq!(house.site.json(&["install"]).await["module"], "updated");
    assert!(
        fs::read_to_string(house.module().join("config/bridge.php"))
            .unwrap()
            .contains("'/elsewhere/http.sock'")
    );
    assert_eq!(fs::read_dir(house.modules()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_module_that_staff_switched_off_is_switched_on_by_one_row() {
    let house = House::new().await;
    house.site.json(&["install"]).await;
    let mut conn = house.database.conn().await;
    for (change, detail) in [
        ("UPDATE `tblmodules` SET `active` = 0", "MODULE is there, but switched off in the CRM".to_owned()),
        (
            "UPDATE `tblmodules` SET `installed_version` = '0.0.9'",
            format!("the CRM lists version 0.0.9, MODULE has {VERSION}"),
        ),
        ("DELETE FROM `tblmodules`", "MODULE is there, but switched off in the CRM".to_owned()),
    ] {
        conn.query_drop(change).await.unwrap();
        assert_eq!(house.finding().await, ("warn".to_owned(), detail));
        assert_eq!(house.site.json(&["install"]).await["module"], "updated", "{change}");
        assert_eq!(house.row().await, active(VERSION), "{change}");
    }
    // Of two rows the last counts in the CRM; neither may say no.
    conn.query_drop("INSERT INTO `tblmodules` (`module_name`, `installed_version`, `active`) VALUES ('perfex_bridge', '0.0.1', 0)")
        .await
        .unwrap();
    house.site.json(&["install"]).await;
    assert_eq!(house.row().await, [active(VERSION), active(VERSION)].join("\n\n"));
    house.site.json(&["uninstall"]).await;
    assert_eq!(house.row().await, "");
}

#[tokio::test]
async fn words_of_the_staff_survive_an_update() {
    let house = House::new().await;
    house.site.json(&["install"]).await;
    let words = house.module().join("language/german/custom_lang.php");
    fs::write(&words, "<?php\n$lang['perfex_bridge_menu'] = 'Brücke';\n").unwrap();
    assert_eq!(house.finding().await.0, "ok");
    house.alter("perfex_bridge.php", |text| text + "\n");
    assert_eq!(house.site.json(&["install"]).await["module"], "updated");
    assert!(fs::read_to_string(&words).unwrap().contains("Brücke"));
}

#[tokio::test]
async fn the_module_belongs_to_whom_the_crm_belongs() {
    let house = House::new().await;
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    if is_root {
        std::os::unix::fs::chown(house.modules(), Some(12_345), Some(23_456)).unwrap();
    }
    fs::set_permissions(house.modules(), fs::Permissions::from_mode(0o750)).unwrap();
    house.site.json(&["install"]).await;
    let like = fs::metadata(house.modules()).unwrap();
    for (path, (mode, uid, gid, _)) in tree(&house.modules()) {
        assert_eq!((uid, gid), (like.uid(), like.gid()), "{}", path.display());
        assert_eq!(mode & 0o7777, if path.is_dir() { 0o750 } else { 0o640 }, "{}", path.display());
    }
    assert_eq!(house.finding().await.0, "ok");
    if is_root {
        // As after an update from a backup: root's alone.
        let file = house.module().join("identity.php");
        std::os::unix::fs::chown(&file, Some(0), Some(0)).unwrap();
        assert_eq!(house.finding().await, ("fail".into(), "the web server cannot read all of MODULE".into()));
        assert_eq!(house.site.json(&["install"]).await["module"], "updated");
        assert_eq!(house.finding().await.0, "ok");
    }
}

#[tokio::test]
async fn what_cannot_be_installed_is_said_in_one_sentence_and_leaves_nothing_behind() {
    let house = House::new().await;
    let (modules, module) = (house.modules(), house.module());
    let cases: [(&str, Spoil, String); 5] = [
        (
            "missing",
            |_| {},
            format!(
                "there is no folder {}; set perfex.root to the folder that holds the CRM's index.php",
                modules.display()
            ),
        ),
        (
            "a file",
            |modules| fs::write(modules, "x").unwrap(),
            format!("there is no folder {};", modules.display()),
        ),
        (
            "not to be written",
            |modules| symlink("/sys/kernel", modules).unwrap(),
            format!("{} cannot be written (", modules.display()),
        ),
        (
            "somebody else's",
            |modules| {
                fs::create_dir_all(modules.join("perfex_bridge")).unwrap();
                fs::write(
                    modules.join("perfex_bridge/perfex_bridge.php"),
                    "<?php\n/*\nModule Name: Another\n*/\n",
                )
                .unwrap();
            },
            format!("{} is not a module of ours; move it away, then try again", module.display()),
        ),
        (
            "a link",
            |modules| {
                fs::create_dir_all(modules).unwrap();
                symlink("/tmp", modules.join("perfex_bridge")).unwrap();
            },
            format!("{} is not a module of ours; move it away, then try again", module.display()),
        ),
    ];
    for (what, spoil, sentence) in cases {
        if fs::symlink_metadata(&modules).is_ok_and(|found| found.is_dir()) {
            fs::remove_dir_all(&modules).unwrap();
        } else {
            fs::remove_file(&modules).ok();
        }
        spoil(&modules);
        let before = tree(house.folder.path());
        let said = house.site.run(&["install", "--json"]).await;
        let troubles: Vec<Value> = said.json()["troubles"].as_array().unwrap().clone();
        let told =
            troubles.iter().filter_map(Value::as_str).find_map(|trouble| trouble.strip_prefix("no module: "));
        assert_eq!(said.code, 1, "{what}: {said:?}");
        assert!(told.is_some_and(|told| told.starts_with(&sentence)), "{what}: {troubles:?}");
        assert_eq!((tree(house.folder.path()), house.row().await), (before, String::new()), "{what}");
        assert_eq!(
            house.finding().await.0,
            if what == "not to be written" { "warn" } else { "fail" },
            "{what}"
        );
        let gone = house.site.run(&["uninstall", "--json"]).await;
        assert_eq!(
            gone.json()["module"],
            if what == "not to be written" { "none" } else { "failed" },
            "{what}"
        );
    }
}

#[tokio::test]
async fn what_a_command_left_that_was_cut_off_is_swept_away() {
    let house = House::new().await;
    let left = house.modules().join(".perfex_bridge-1");
    fs::create_dir_all(left.join("controllers")).unwrap();
    fs::write(left.join("controllers/Half.php"), "<?php\n").unwrap();
    house.site.json(&["install"]).await;
    let names: Vec<_> =
        fs::read_dir(house.modules()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["perfex_bridge"]);
}

#[tokio::test]
async fn without_the_crms_folder_install_says_what_it_left_out() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    let told = site.json(&["install"]).await;
    let sentence = "the CRM has no pages of ours: its folder is not known; set perfex.root";
    assert_eq!((&told["module"], &told["skipped"]), (&Value::Null, &json!([sentence])));
    assert_eq!(site.run(&["install"]).await.out, format!("everything is in place\n{sentence}\n"));
}
