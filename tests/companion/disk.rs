//! Owners, modes, links, locks, full disks, other writers.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::path::Path;
use std::process::Command;

use perfex_bridge::companion::routes::{Done, RoutesError, Way};
use tokio::task::JoinHandle;

use super::tree::{Tree, ours, php};
use crate::support::eventually::eventually;

const FOREIGN: &[u8] = b"<?php\n$route['a'] = 'b/c';\n";
/// The group of the web server, as far as a test needs one.
const WEB: u32 = 33;

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn owner(path: &Path) -> (u32, u32, u32) {
    let metadata = fs::metadata(path).unwrap();
    (metadata.uid(), metadata.gid(), metadata.mode() & 0o7777)
}

#[tokio::test]
async fn a_rename_keeps_owner_group_and_mode() {
    for bits in [0o664, 0o640, 0o600] {
        let tree = Tree::with(FOREIGN);
        if is_root() {
            chown(tree.file(), Some(WEB), Some(WEB)).unwrap();
        }
        mode(&tree.file(), bits);
        let before = (owner(&tree.file()), fs::metadata(tree.file()).unwrap().ino());
        let done = tree.routes().write().await.unwrap();
        assert_eq!((done.way, owner(&tree.file())), (Some(Way::Renamed), before.0));
        assert_ne!(fs::metadata(tree.file()).unwrap().ino(), before.1);
        assert_eq!(tree.names(), ["app-config.php", "my_routes.php"]);
    }
}

#[tokio::test]
async fn a_new_file_belongs_to_the_web_server_and_its_group_may_write_it() {
    let tree = Tree::new();
    if is_root() {
        chown(tree.config().join("app-config.php"), Some(WEB), Some(WEB)).unwrap();
    }
    let model = owner(&tree.config().join("app-config.php"));
    assert_eq!(tree.routes().write().await.unwrap().way, Some(Way::Made));
    assert_eq!(owner(&tree.file()), (model.0, model.1, 0o664));
}

#[tokio::test]
async fn a_file_with_two_names_is_written_in_place() {
    let tree = Tree::with(FOREIGN);
    let other = tree.path().join("other-name");
    fs::hard_link(tree.file(), &other).unwrap();
    let inode = fs::metadata(tree.file()).unwrap().ino();
    let done = tree.routes().write().await.unwrap();
    assert_eq!(done.way, Some(Way::InPlace));
    assert_eq!(fs::metadata(tree.file()).unwrap().ino(), inode);
    assert_eq!(fs::read(&other).unwrap(), tree.bytes());
    assert_eq!(fs::read(done.backup.unwrap()).unwrap(), FOREIGN);
    assert!(!tree.state().join("routes/unfinished").exists());
    assert_eq!(tree.routes().remove().await.unwrap().way, Some(Way::InPlace));
    assert_eq!(tree.bytes(), FOREIGN);
}

#[tokio::test]
async fn a_link_is_followed_and_stays() {
    let tree = Tree::new();
    let real = tree.path().join("shared-routes.php");
    fs::write(&real, FOREIGN).unwrap();
    symlink(&real, tree.file()).unwrap();
    tree.routes().write().await.unwrap();
    assert!(fs::symlink_metadata(tree.file()).unwrap().is_symlink());
    assert_eq!(tree.routed().unwrap().len(), 1 + ours().len());
    tree.routes().remove().await.unwrap();
    assert_eq!(fs::read(&real).unwrap(), FOREIGN);
    fs::remove_file(&real).unwrap();
    assert!(matches!(tree.routes().write().await, Err(RoutesError::Dangling { .. })));
    assert!(fs::symlink_metadata(tree.file()).is_ok() && !real.exists());
}

#[tokio::test]
async fn what_is_no_file_or_no_crm_is_told() {
    let tree = Tree::new();
    fs::create_dir(tree.file()).unwrap();
    assert!(matches!(tree.routes().write().await, Err(RoutesError::NotAFile { .. })));
    fs::remove_dir(tree.file()).unwrap();
    fs::write(tree.file(), vec![b' '; 5 * 1024 * 1024]).unwrap();
    assert!(matches!(tree.routes().write().await, Err(RoutesError::TooLarge { .. })));
    fs::remove_dir_all(tree.config()).unwrap();
    let error = tree.routes().write().await.unwrap_err().to_string();
    assert!(error.ends_with("is not there; set perfex.root to the folder that holds index.php"), "{error}");
}

#[tokio::test]
async fn a_write_protected_file_is_left_alone_even_by_root() {
    let tree = Tree::with(FOREIGN);
    mode(&tree.file(), 0o444);
    let error = tree.routes().write().await.unwrap_err().to_string();
    assert!(
        error.ends_with("is write-protected (mode 444); chmod 664 it if perfex-bridge shall write it"),
        "{error}"
    );
    assert_eq!(tree.bytes(), FOREIGN);
}

#[tokio::test]
async fn a_locked_file_is_waited_for() {
    let tree = Tree::with(FOREIGN);
    let lock = File::open(tree.file()).unwrap();
    lock.lock().unwrap();
    let error = tree.routes().write().await.unwrap_err();
    assert!(matches!(error, RoutesError::Busy { .. }), "{error}");
    assert_eq!(tree.bytes(), FOREIGN);
    let writing = begun(&tree).await;
    drop(lock);
    assert!(writing.await.unwrap().unwrap().changed);
}

/// Starts writing in the background and waits until it is at work.
async fn begun(tree: &Tree) -> JoinHandle<Result<Done, RoutesError>> {
    let routes = tree.routes();
    let writing = tokio::spawn(async move { routes.write().await });
    let turn = tree.state().join("routes/.lock");
    let held = || File::open(&turn).is_ok_and(|file| file.try_lock().is_err());
    eventually("turn", async || held().then_some(())).await;
    writing
}

#[tokio::test]
async fn a_file_that_another_program_is_writing_is_looked_at_again() {
    // As Perfex's own writer does: emptied first, then locked, then written.
    let tree = Tree::with(b"");
    let lock = File::open(tree.file()).unwrap();
    lock.lock().unwrap();
    let writing = begun(&tree).await;
    fs::write(tree.file(), FOREIGN).unwrap();
    drop(lock);
    writing.await.unwrap().unwrap();
    assert!(tree.bytes().starts_with(FOREIGN));
    assert_eq!(tree.routed().unwrap().len(), 1 + ours().len());
}

#[tokio::test]
async fn what_another_program_writes_right_before_us_is_not_lost() {
    let theirs = "<?php\n// theirs\n";
    for names in [1, 2] {
        let tree = Tree::with(FOREIGN);
        if names == 2 {
            fs::hard_link(tree.file(), tree.path().join("other-name")).unwrap();
        }
        // A PHP that lets them write while it checks what we have read.
        let (program, file, once) = (tree.path().join("php"), tree.file(), tree.path().join("once"));
        let (file, once, php) = (file.display(), once.display(), php());
        let script = format!(
            "#!/bin/sh\n[ -e {once} ] || {{ : > {once}; printf '<?php\\n// theirs\\n' > {file}; }}\nexec {} \"$@\"\n",
            php.display()
        );
        // Copied by another process: a program that is open for writing here, if only in a child, cannot be run.
        fs::write(tree.path().join("script"), script).unwrap();
        let copied =
            Command::new("install").args(["-m", "755", "script", "php"]).current_dir(tree.path()).status();
        assert!(copied.unwrap().success());
        let done = tree.routes_with(Some(program)).write().await.unwrap();
        assert!(tree.bytes().starts_with(theirs.as_bytes()), "{}", String::from_utf8_lossy(&tree.bytes()));
        assert_eq!((tree.routed(), fs::read(done.backup.unwrap()).unwrap()), (Some(ours()), theirs.into()));
    }
}

#[tokio::test]
async fn two_at_once_write_one_block() {
    let tree = Tree::with(FOREIGN);
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let routes = tree.routes();
            tokio::spawn(async move { routes.write().await.unwrap().changed })
        })
        .collect();
    let mut changed = 0;
    for task in tasks {
        changed += u32::from(task.await.unwrap());
    }
    assert_eq!((changed, tree.backups().len()), (1, 1));
    assert_eq!(tree.routed().unwrap().len(), 1 + ours().len());
}

#[tokio::test]
async fn the_last_ten_backups_stay() {
    let tree = Tree::with(FOREIGN);
    for _ in 0..6 {
        tree.routes().write().await.unwrap();
        tree.routes().remove().await.unwrap();
    }
    let backups = tree.backups();
    assert_eq!(backups.len(), 10);
    let name = backups[0].file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with("my_routes-20270115T080000.000000Z"), "{name}");
    assert_eq!(owner(&backups[0]).2, 0o600);
}

#[tokio::test]
async fn without_a_place_for_the_backup_nothing_is_written() {
    let tree = Tree::with(FOREIGN);
    fs::write(tree.state(), "a file where the folder should be").unwrap();
    let error = tree.routes().write().await.unwrap_err().to_string();
    assert!(error.ends_with("check [state] directory"), "{error}");
    assert_eq!(tree.bytes(), FOREIGN);
}
