//! What an operator has to change when a file of the CRM may not be read or written.
//!
//! In: the path that was refused. Out: a sentence with the command that mends it. It looks up names in `/etc/passwd` and
//! `/etc/group` and falls back to numbers.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// The permission bit that lets the group read a file, or enter a folder.
const GROUP_READ: u32 = 0o040;
const GROUP_ENTER: u32 = 0o010;

/// The permission bit that lets the group write a file.
const GROUP_WRITE: u32 = 0o020;

/// To whom a file belongs, as `ls -l` tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The user's name.
    pub user: String,
    /// The group's name.
    pub group: String,
    /// The permission bits.
    pub mode: u32,
}

impl Owner {
    /// Of the file at `path`; `None` when it cannot be seen.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        Some(Self {
            user: user_name(metadata.uid()),
            group: group_name(metadata.gid()),
            mode: metadata.mode() & 0o7777,
        })
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}, mode {:o}", self.user, self.group, self.mode)
    }
}

/// How to let this process write the file at `path`, which was refused with `kind`. Where it is missing, its folder is meant.
#[must_use]
pub fn write_advice(path: &Path, kind: ErrorKind) -> String {
    let existing = path.ancestors().find(|part| part.exists()).unwrap_or(path);
    if kind == ErrorKind::ReadOnlyFilesystem {
        let folder = if existing.is_dir() { existing } else { existing.parent().unwrap_or(existing) };
        return format!(
            "the file system is read-only here; under systemd name {} in ReadWritePaths= (systemctl edit perfex-bridge)",
            folder.display()
        );
    }
    let Some(owner) = Owner::of(existing) else { return "run this as root".to_owned() };
    let shown = existing.display();
    let (bits, mode) = if existing.is_dir() { ("775", "g+w") } else { ("664", "g+w") };
    let group = &owner.group;
    let membership = membership(&own_name(), group);
    if owner.mode & GROUP_WRITE == 0 {
        format!("it belongs to {owner}; chmod {mode} {shown} (so that its mode is {bits}), then {membership}")
    } else {
        format!("it belongs to {owner}; {membership}")
    }
}

fn membership(user: &str, group: &str) -> String {
    format!("add the user {user} to the group {group} (usermod -aG {group} {user}) and restart the service")
}

fn own_name() -> String {
    fs::metadata("/proc/self").map_or_else(|_| "this user".to_owned(), |own| user_name(own.uid()))
}

/// How to let this process read `path`.
pub(super) fn advice(path: &Path) -> String {
    let user = own_name();
    // The deepest part that can be seen is the one that lets nobody see the next.
    for part in path.ancestors() {
        if let Ok(metadata) = fs::metadata(part) {
            let group = group_name(metadata.gid());
            return sentence(part, metadata.is_dir(), metadata.mode(), &user, &group);
        }
    }
    format!("let the user {user} read it")
}

fn sentence(part: &Path, is_folder: bool, mode: u32, user: &str, group: &str) -> String {
    let (needed, letter, verb) =
        if is_folder { (GROUP_ENTER, "x", "enter") } else { (GROUP_READ, "r", "read") };
    let part = part.display();
    let membership = membership(user, group);
    if mode & needed == 0 {
        format!("let the group {group} {verb} {part} (chmod g+{letter} {part}), then {membership}")
    } else {
        membership
    }
}

fn user_name(uid: u32) -> String {
    name_of(&fs::read_to_string("/etc/passwd").unwrap_or_default(), uid)
}

fn group_name(gid: u32) -> String {
    name_of(&fs::read_to_string("/etc/group").unwrap_or_default(), gid)
}

/// The name of `number` in lines of `name:password:number:..`, else the number.
fn name_of(accounts: &str, number: u32) -> String {
    let number = number.to_string();
    let mut lines = accounts.lines().map(|line| line.split(':'));
    lines
        .find_map(|mut fields| {
            let name = fields.next()?;
            (fields.nth(1)? == number).then(|| name.to_owned())
        })
        .unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_the_group_may_read_needs_a_member() {
        let file = Path::new("/var/www/perfex/application/config/app-config.php");
        assert_eq!(
            sentence(file, false, 0o100_640, "perfex-bridge", "www-data"),
            "add the user perfex-bridge to the group www-data (usermod -aG www-data perfex-bridge) and restart the \
             service"
        );
    }

    #[test]
    fn a_folder_that_the_group_may_not_enter_needs_a_bit_too() {
        assert!(sentence(Path::new("/var/www"), true, 0o040_700, "perfex-bridge", "www-data").starts_with(
            "let the group www-data enter /var/www (chmod g+x /var/www), then add the user perfex-bridge"
        ));
    }

    #[test]
    fn whoever_may_not_write_reads_to_whom_the_file_belongs_and_what_mends_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("my_routes.php");
        fs::write(&file, "<?php\n").unwrap();
        fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
        let owner = Owner::of(&file).unwrap();
        let advice = write_advice(&file, ErrorKind::PermissionDenied);
        let begins =
            format!("it belongs to {owner}; chmod g+w {} (so that its mode is 664), then ", file.display());
        assert!(advice.starts_with(&begins) && advice.contains("usermod -aG"), "{advice}");
        let missing = write_advice(&folder.path().join("gone.php"), ErrorKind::ReadOnlyFilesystem);
        assert!(
            missing.contains(&format!("name {} in ReadWritePaths=", folder.path().display())),
            "{missing}"
        );
    }

    #[test]
    fn accounts_are_named_where_they_have_a_name() {
        let accounts = "root:x:0:0:root:/root:/bin/sh\nbroken\nwww-data:x:33:\n";
        assert_eq!(name_of(accounts, 33), "www-data");
        assert_eq!(name_of(accounts, 34), "34");
    }

    #[test]
    fn advice_is_given_even_for_what_does_not_exist() {
        assert!(advice(Path::new("/no/such/file")).contains("usermod -aG"));
    }
}
