//! Another program rewrites the file.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use perfex_bridge::companion::routes::{Keeper, Looked, Routes};

use sha2::{Digest as _, Sha256};

use super::tree::{Tree, ours};

const FOREIGN: &[u8] = b"<?php\n$route['a'] = 'b/c';\n";

async fn mended(keeper: &mut Keeper) -> bool {
    match keeper.look(Routes::mend).await {
        Looked::Mended(_) => true,
        Looked::Quiet => false,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_daemon_never_writes_into_a_file_by_itself_first() {
    let tree = Tree::with(FOREIGN);
    let mut keeper = Keeper::new(tree.routes());
    assert!(!mended(&mut keeper).await);
    assert_eq!(tree.bytes(), FOREIGN);
    // Nor when another tree was installed into.
    let other = Tree::with(FOREIGN);
    other.routes().write().await.unwrap();
    fs::create_dir_all(tree.state().join("routes")).unwrap();
    fs::copy(other.state().join("routes/kept"), tree.state().join("routes/kept")).unwrap();
    assert!(!mended(&mut keeper).await);
    assert_eq!(tree.bytes(), FOREIGN);
}

#[tokio::test]
async fn what_another_program_takes_out_comes_back_once_a_minute_at_most() {
    let tree = Tree::with(FOREIGN);
    tree.routes().write().await.unwrap();
    let whole = tree.bytes();
    let mut keeper = Keeper::new(tree.routes());
    assert!(!mended(&mut keeper).await);
    fs::write(tree.file(), FOREIGN).unwrap();
    assert!(mended(&mut keeper).await);
    assert_eq!(tree.bytes(), whole);
    fs::write(tree.file(), [FOREIGN, b"// theirs\n"].concat()).unwrap();
    assert!(!mended(&mut keeper).await);
    tree.clock.advance(TimeDelta::seconds(61));
    assert!(mended(&mut keeper).await);
    assert_eq!(tree.routed().unwrap().len(), 1 + ours().len());
    // What is put beside the block is nobody's business.
    tree.clock.advance(TimeDelta::seconds(61));
    fs::write(tree.file(), [&tree.bytes(), &b"// theirs\n"[..]].concat()).unwrap();
    assert!(!mended(&mut keeper).await);
    // A file that went comes back too.
    tree.clock.advance(TimeDelta::seconds(61));
    fs::remove_file(tree.file()).unwrap();
    assert!(mended(&mut keeper).await);
    assert_eq!(tree.routed(), Some(ours()));
}

#[tokio::test]
async fn after_five_times_in_an_hour_the_keeper_gives_up_and_says_so_once() {
    let tree = Tree::with(FOREIGN);
    tree.routes().write().await.unwrap();
    let mut keeper = Keeper::new(tree.routes());
    for _ in 0..5 {
        fs::write(tree.file(), FOREIGN).unwrap();
        assert!(mended(&mut keeper).await);
        tree.clock.advance(TimeDelta::minutes(2));
    }
    fs::write(tree.file(), FOREIGN).unwrap();
    assert!(matches!(keeper.look(Routes::mend).await, Looked::GaveUp));
    tree.clock.advance(TimeDelta::hours(2));
    assert!(!mended(&mut keeper).await);
    assert_eq!(tree.bytes(), FOREIGN);
    // A person who writes them again means it.
    tree.routes().write().await.unwrap();
    fs::write(tree.file(), FOREIGN).unwrap();
    assert!(mended(&mut keeper).await);
}

#[tokio::test]
async fn now_and_then_is_no_fight() {
    let tree = Tree::with(FOREIGN);
    tree.routes().write().await.unwrap();
    let mut keeper = Keeper::new(tree.routes());
    for _ in 0..8 {
        fs::write(tree.file(), FOREIGN).unwrap();
        assert!(mended(&mut keeper).await);
        tree.clock.advance(TimeDelta::minutes(13));
    }
}

#[tokio::test]
async fn what_cannot_be_mended_is_told_once_and_mended_when_it_can_be() {
    let tree = Tree::with(FOREIGN);
    tree.routes().write().await.unwrap();
    let mut keeper = Keeper::new(tree.routes());
    fs::write(tree.file(), "<?php\n$route['a' = 'b/c';\n").unwrap();
    assert!(matches!(keeper.look(Routes::mend).await, Looked::Failed(_)));
    tree.clock.advance(TimeDelta::minutes(5));
    assert!(!mended(&mut keeper).await);
    fs::write(tree.file(), FOREIGN).unwrap();
    assert!(mended(&mut keeper).await);
}

#[tokio::test]
async fn removed_by_a_person_they_stay_out() {
    let tree = Tree::with(FOREIGN);
    tree.routes().write().await.unwrap();
    let mut keeper = Keeper::new(tree.routes());
    assert!(!mended(&mut keeper).await);
    tree.routes().remove().await.unwrap();
    tree.clock.advance(TimeDelta::minutes(5));
    assert!(!mended(&mut keeper).await);
    assert_eq!(tree.bytes(), FOREIGN);
}

#[tokio::test]
async fn a_write_that_a_crash_cut_off_is_completed() {
    let tree = Tree::with(FOREIGN);
    tree.routes().write().await.unwrap();
    let whole = tree.bytes();
    let block = &whole[FOREIGN.len()..];
    let lines = [
        STANDARD.encode(tree.file().to_str().unwrap()),
        FOREIGN.len().to_string(),
        hex::encode(Sha256::digest(FOREIGN)),
        String::new(),
        STANDARD.encode(block),
    ];
    fs::write(tree.state().join("routes/unfinished"), lines.join("\n")).unwrap();
    fs::write(tree.file(), &whole[..FOREIGN.len() + 300]).unwrap();
    let mut keeper = Keeper::new(tree.routes());
    assert!(!mended(&mut keeper).await, "it was ours, nobody took it out");
    assert_eq!(tree.bytes(), whole);
    assert!(!tree.state().join("routes/unfinished").exists());
}
