use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;

use super::*;
use crate::entropy::SeededEntropy;
use crate::licensing::lease;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn new_ring(state: &TempDir) -> (Ring, SeededEntropy) {
    let entropy = SeededEntropy::new(7);
    let ring = Ring::create_first(&Ring::folder_in(state.path()), &entropy, at("2027-01-01T00:00:00Z"));
    (ring.unwrap(), entropy)
}

fn states(ring: &Ring) -> Vec<(Kid, KeyState)> {
    let mut states: Vec<_> = ring.list().into_iter().map(|line| (line.kid, line.state)).collect();
    states.sort_by_key(|(_, state)| *state);
    states
}

fn mode_of(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn file_of(folder: &Path, kid: Kid) -> PathBuf {
    folder.join(format!("{kid}.json"))
}

#[test]
fn the_first_keys_are_one_that_signs_and_one_that_will_and_nobody_else_can_read_them() {
    let state = TempDir::new().unwrap();
    let (ring, _) = new_ring(&state);
    let folder = Ring::folder_in(state.path());
    assert_eq!(
        states(&ring).iter().map(|(_, state)| *state).collect::<Vec<_>>(),
        [KeyState::Next, KeyState::Current]
    );
    assert_eq!(mode_of(&folder), 0o700);
    for line in ring.list() {
        assert_eq!(mode_of(&file_of(&folder, line.kid)), 0o600);
    }
    assert_eq!(Ring::load(&folder).unwrap().current().kid(), ring.current().kid());
}

#[test]
fn keys_are_never_made_over_others() {
    let state = TempDir::new().unwrap();
    let (ring, entropy) = new_ring(&state);
    let folder = Ring::folder_in(state.path());
    let now = at("2027-02-01T00:00:00Z");
    assert!(matches!(Ring::create_first(&folder, &entropy, now), Err(RingError::Exists(_))));
    assert_eq!(Ring::load_or_create(&folder, &entropy, now).unwrap().current().kid(), ring.current().kid());
    assert_eq!(std::fs::read_dir(state.path()).unwrap().count(), 1, "nothing unfinished is left");
}

#[test]
fn an_empty_state_folder_has_no_keys_and_gets_some() {
    let state = TempDir::new().unwrap();
    let folder = Ring::folder_in(state.path());
    let told = Ring::load(&folder).unwrap_err();
    assert!(told.to_string().contains("license keygen"), "{told}");
    std::fs::create_dir(&folder).unwrap();
    set_mode(&folder, 0o700);
    assert!(matches!(Ring::load(&folder), Err(RingError::Missing(_))));
    Ring::load_or_create(&folder, &SeededEntropy::new(1), at("2027-01-01T00:00:00Z")).unwrap();
}

#[test]
fn a_rotation_moves_each_key_one_step_and_wipes_the_secret_that_signed() {
    let state = TempDir::new().unwrap();
    let (mut ring, entropy) = new_ring(&state);
    let folder = Ring::folder_in(state.path());
    let [(next, _), (current, _)] = states(&ring)[..] else { panic!("two keys") };
    ring.rotate(&entropy, at("2027-03-01T00:00:00Z")).unwrap();
    let after = states(&ring);
    assert_eq!(after[1..], [(next, KeyState::Current), (current, KeyState::Retired)]);
    assert!(after[0].0 != next && after[0].0 != current);
    assert_eq!(states(&Ring::load(&folder).unwrap()), after);
    assert!(!std::fs::read_to_string(file_of(&folder, current)).unwrap().contains("secret"));
    assert!(std::fs::read_to_string(file_of(&folder, next)).unwrap().contains("secret"));
}

#[test]
fn a_retired_key_is_published_until_its_last_lease_has_ended() {
    assert_eq!(OVERLAP, lease::LIFE + lease::CHECK_EVERY);
    let state = TempDir::new().unwrap();
    let (mut ring, entropy) = new_ring(&state);
    let old = ring.current().kid();
    let rotated = at("2027-03-01T00:00:00Z");
    ring.rotate(&entropy, rotated).unwrap();
    let published = |ring: &Ring, now| ring.public_keys(now).get(old).cloned();
    let end = rotated + OVERLAP;
    assert_eq!(published(&ring, end - TimeDelta::seconds(1)).unwrap().not_after(), Some(end));
    assert!(published(&ring, end).is_none());
    assert_eq!(ring.public_keys(end).all().len(), 2);
    // Its file goes at the next rotation.
    ring.rotate(&entropy, end).unwrap();
    assert!(!file_of(&Ring::folder_in(state.path()), old).exists());
    assert_eq!(ring.list().len(), 3);
}

#[test]
fn the_published_document_is_what_clients_read_and_has_no_secret() {
    let state = TempDir::new().unwrap();
    let (ring, _) = new_ring(&state);
    let now = at("2027-01-02T00:00:00Z");
    let text = ring.public_json(now);
    let keys = crate::licensing::PublicKeys::from_json(&text).unwrap();
    assert_eq!(keys, ring.public_keys(now));
    assert!(keys.get(ring.current().kid()).is_some());
    let folder = Ring::folder_in(state.path());
    let file: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(file_of(&folder, ring.current().kid())).unwrap())
            .unwrap();
    let secret = file["secret"].as_str().unwrap();
    assert!(!text.contains(secret));
    assert!(!format!("{ring:?}").contains(secret));
}

#[test]
fn keys_that_others_can_read_are_refused_with_the_mend() {
    let state = TempDir::new().unwrap();
    let (ring, _) = new_ring(&state);
    let folder = Ring::folder_in(state.path());
    let file = file_of(&folder, ring.current().kid());
    for (path, open, mend) in
        [(&file, 0o640, "chmod 600"), (&file, 0o604, "chmod 600"), (&folder, 0o750, "chmod 700")]
    {
        let before = mode_of(path);
        set_mode(path, open);
        let told = Ring::load(&folder).unwrap_err().to_string();
        assert!(told.contains(mend) && told.contains(&path.display().to_string()), "{told}");
        set_mode(path, before);
    }
    Ring::load(&folder).unwrap();
}

#[test]
fn a_rotation_that_was_cut_short_is_read_and_finished() {
    let state = TempDir::new().unwrap();
    let (mut ring, entropy) = new_ring(&state);
    let folder = Ring::folder_in(state.path());
    let [(next, _), (current, _)] = states(&ring)[..] else { panic!("two keys") };
    let before = std::fs::read_to_string(file_of(&folder, current)).unwrap();
    ring.rotate(&entropy, at("2027-03-01T00:00:00Z")).unwrap();
    // As if the power had gone before the old key was retired: two current keys, and half a file.
    std::fs::write(file_of(&folder, current), before).unwrap();
    std::fs::write(folder.join(".unfinished-x.json"), "half").unwrap();
    let mut read = Ring::load(&folder).unwrap();
    assert_eq!(read.current().kid(), next);
    assert_eq!(states(&read), states(&ring));
    read.rotate(&entropy, at("2027-03-02T00:00:00Z")).unwrap();
    assert!(!std::fs::read_to_string(file_of(&folder, current)).unwrap().contains("secret"));
    assert!(!folder.join(".unfinished-x.json").exists());
    // As if the next key had been removed by hand: there is one again.
    let [(lost, _), ..] = states(&read)[..] else { panic!("four keys") };
    std::fs::remove_file(file_of(&folder, lost)).unwrap();
    read.rotate(&entropy, at("2027-03-03T00:00:00Z")).unwrap();
    assert_eq!(states(&read).iter().filter(|(_, state)| *state == KeyState::Next).count(), 1);
}

#[test]
fn damaged_files_are_told_by_their_name_and_never_by_their_content() {
    let state = TempDir::new().unwrap();
    let (ring, _) = new_ring(&state);
    let folder = Ring::folder_in(state.path());
    let path = file_of(&folder, ring.current().kid());
    let good = std::fs::read_to_string(&path).unwrap();
    let mut parts: serde_json::Value = serde_json::from_str(&good).unwrap();
    let secret = parts["secret"].as_str().unwrap().to_owned();
    let other = ring.list().iter().map(|line| line.kid).find(|kid| *kid != ring.current().kid()).unwrap();
    let other: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(file_of(&folder, other)).unwrap()).unwrap();
    let mut bad = vec![good.replace('{', ""), good.replace(&secret, &format!("{secret}!")), String::new()];
    for (field, value) in [
        ("secret", other["secret"].clone()),
        ("secret", serde_json::Value::Null),
        ("public", other["public"].clone()),
        ("kid", other["kid"].clone()),
        ("state", "signing".into()),
    ] {
        let before = parts[field].take();
        parts[field] = value;
        bad.push(parts.to_string());
        parts[field] = before;
    }
    for text in bad {
        std::fs::write(&path, &text).unwrap();
        let told = Ring::load(&folder).unwrap_err();
        assert!(matches!(told, RingError::Broken { .. }), "{text}: {told}");
        assert!(
            told.to_string().contains(&path.display().to_string()) && !told.to_string().contains(&secret)
        );
    }
    std::fs::write(&path, &good).unwrap();
    // A copy beside the original is not a second key.
    std::fs::copy(&path, folder.join("copy.json")).unwrap();
    assert!(matches!(Ring::load(&folder), Err(RingError::Broken { .. })));
    std::fs::remove_file(folder.join("copy.json")).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(Ring::load(&folder), Err(RingError::NoCurrent(_))));
}

#[test]
fn a_signing_key_shows_its_name_only() {
    let key = SigningKey::from_secret(&[9; 32]);
    assert_eq!(format!("{key:?}"), format!("SigningKey({})", key.kid()));
    assert_eq!(key.kid().to_string().len(), 8);
}

#[test]
fn what_root_writes_belongs_to_the_owner_of_the_state_folder() {
    let state = TempDir::new().unwrap();
    // Only root may give a folder away; for anybody else owner and writer are the same, and nothing is given.
    std::os::unix::fs::chown(state.path(), Some(65_534), Some(65_534)).ok();
    let owner = std::fs::metadata(state.path()).unwrap().uid();
    let (mut ring, entropy) = new_ring(&state);
    ring.rotate(&entropy, at("2027-03-01T00:00:00Z")).unwrap();
    let folder = Ring::folder_in(state.path());
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 4, "three keys and the lock");
    for path in files.iter().chain([&folder]) {
        assert_eq!(std::fs::metadata(path).unwrap().uid(), owner, "{}", path.display());
    }
}
