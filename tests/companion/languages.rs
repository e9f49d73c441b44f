//! Copies of the module's texts among the CRM's languages: written by `install`, kept by every start, gone after `uninstall`.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use crate::support::daemon::{CrmFolder, Site};
use crate::support::eventually::eventually;
use crate::support::mariadb::Database;

type Tree = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// Every file and folder below a folder, with its content.
fn tree(folder: &Path) -> Tree {
    looked_at(folder).unwrap()
}

/// The same while a daemon is at work in it: what it puts aside goes while one looks.
fn looked_at(folder: &Path) -> io::Result<Tree> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if fs::symlink_metadata(&path)?.is_dir() {
            found.extend(looked_at(&path)?);
        }
        found.insert(path.clone(), fs::read(&path).ok());
    }
    Ok(found)
}

struct House {
    folder: CrmFolder,
    site: Site,
    _database: Database,
}

impl House {
    async fn new() -> Self {
        let database = Database::perfex_341().await;
        let folder = CrmFolder::new(&database);
        let site = Site::beside(&folder);
        site.json(&["migrate"]).await;
        let house = Self { folder, site, _database: database };
        for language in ["english", "german", "french", "portuguese_br"] {
            fs::create_dir_all(house.languages().join(language)).unwrap();
            fs::write(house.languages().join(language).join(format!("{language}_lang.php")), "<?php\n")
                .unwrap();
        }
        house
    }

    fn languages(&self) -> PathBuf {
        self.folder.path().join("application/language")
    }

    fn copy(&self, language: &str) -> PathBuf {
        self.languages().join(language).join("perfex_bridge/perfex_bridge_lang.php")
    }

    fn text(&self, language: &str) -> String {
        let path = self.copy(language);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

#[tokio::test]
async fn every_language_of_the_crm_has_our_texts_until_uninstall_takes_them_out_to_the_byte() {
    let house = House::new().await;
    symlink(house.languages().join("german"), house.languages().join("linked")).unwrap();
    fs::create_dir(house.languages().join("not a language")).unwrap();
    let before = tree(house.folder.path());
    assert_eq!(house.site.json(&["install"]).await["troubles"], serde_json::json!([]));
    assert!(house.text("german").contains("'Lizenzen'"), "{}", house.text("german"));
    for language in ["english", "french", "portuguese_br"] {
        assert!(house.text(language).contains("'Licenses'"), "{language}");
        let mode = fs::metadata(house.copy(language)).unwrap().permissions().mode();
        assert_eq!(
            mode & 0o777,
            0o644 & fs::metadata(house.languages().join(language)).unwrap().permissions().mode()
        );
    }
    assert!(!house.copy("not a language").exists());
    let installed = tree(house.folder.path());
    assert_eq!(house.site.run(&["install"]).await.out, "everything is in place\n");
    assert_eq!(tree(house.folder.path()), installed);
    house.site.json(&["uninstall"]).await;
    assert_eq!(tree(house.folder.path()), before);
}

#[tokio::test]
async fn every_start_brings_the_texts_up_to_date() {
    let house = House::new().await;
    house.site.json(&["install"]).await;
    let installed = tree(house.folder.path());
    // An update of the CRM has removed one, a restored backup brought another back, and somebody emptied the module.
    fs::remove_dir_all(house.copy("english").parent().unwrap()).unwrap();
    fs::write(house.copy("german"), "<?php\n$lang['perfex_bridge_menu'] = 'alt';\n").unwrap();
    fs::remove_file(
        house.folder.path().join("modules/perfex_bridge/language/english/perfex_bridge_lang.php"),
    )
    .unwrap();
    let _daemon = house.site.start_ready().await;
    let same = async || looked_at(house.folder.path()).is_ok_and(|found| found == installed).then_some(());
    eventually("texts", same).await;
}

#[tokio::test]
async fn what_somebody_else_put_beside_our_copy_stays_and_what_cannot_be_written_is_said() {
    let house = House::new().await;
    house.site.json(&["install"]).await;
    let theirs = house.languages().join("french/perfex_bridge/custom.php");
    fs::write(&theirs, "<?php\n").unwrap();
    house.site.json(&["uninstall"]).await;
    assert!(theirs.exists() && !house.copy("french").exists());
    // A file where the folder should be: nothing half done, and a sentence.
    fs::remove_dir_all(theirs.parent().unwrap()).unwrap();
    fs::write(house.languages().join("english/perfex_bridge"), "x").unwrap();
    let said = house.site.json(&["install"]).await["troubles"].to_string();
    assert!(
        said.contains("no copies of the texts among the CRM's languages")
            && said.contains("english cannot be written"),
        "{said}"
    );
}

#[tokio::test]
async fn nothing_is_written_at_a_start_where_nothing_is_installed() {
    let house = House::new().await;
    let before = tree(house.folder.path());
    let _daemon = house.site.start_ready().await;
    assert_eq!(tree(house.folder.path()), before);
}
