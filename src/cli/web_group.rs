//! The web server's group, in which the daemon's user may write what Perfex and its modules write: `my_routes.php`.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command;

use crate::perfex::files;

/// The user of the systemd unit.
const USER: &str = "perfex-bridge";

/// Something to be offered to the operator: the daemon's user is not in the group of the CRM's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WebGroup(String);

impl WebGroup {
    /// The group that the daemon's user lacks beside the CRM at `root`; `None` where there is no such user, or nothing to
    /// be done.
    pub(super) fn lacking(root: &Path) -> Option<Self> {
        let routes = files::my_routes(root);
        let metadata =
            fs::metadata(&routes).or_else(|_| fs::metadata(routes.parent().unwrap_or(root))).ok()?;
        let read = |file| fs::read_to_string(file).unwrap_or_default();
        lacking(&read("/etc/passwd"), &read("/etc/group"), metadata.gid()).map(Self)
    }

    /// The command that adds the user.
    pub(super) fn command(&self) -> String {
        format!("usermod -aG {} {USER}", self.0)
    }

    /// Adds the user; a sentence when that fails.
    pub(super) fn join(&self) -> Result<(), String> {
        let failed = |reason: String| format!("`{}` failed ({reason}); run it as root", self.command());
        let output = Command::new("usermod").args(["-aG", &self.0, USER]).output();
        match output {
            Ok(output) if output.status.success() => Ok(()),
            Ok(output) => Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned())),
            Err(error) => Err(failed(error.to_string())),
        }
    }
}

/// The name of the group `gid` when the daemon's user is not in it. Root's group is never one to be in.
fn lacking(passwd: &str, group: &str, gid: u32) -> Option<String> {
    let user = passwd.lines().map(|line| line.split(':')).find_map(|mut fields| {
        (fields.next()? == USER).then(|| fields.nth(2).unwrap_or_default().to_owned())
    })?;
    let gid_text = gid.to_string();
    if gid == 0 || user == gid_text {
        return None;
    }
    group.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        let (name, number, members) = (fields.first()?, fields.get(2)?, fields.get(3)?);
        (*number == gid_text && !members.split(',').any(|member| member == USER)).then(|| (*name).to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\nperfex-bridge:x:990:990::/:/bin/false\n";

    #[test]
    fn the_group_is_offered_only_to_a_user_who_is_there_and_not_in_it() {
        let group =
            "root:x:0:\nwww-data:x:33:other\nweb:x:34:other,perfex-bridge\nperfex-bridge:x:990:\nbroken\n";
        for (gid, offered) in [(33, Some("www-data")), (34, None), (990, None), (0, None), (77, None)] {
            assert_eq!(lacking(PASSWD, group, gid).as_deref(), offered, "{gid}");
        }
        assert_eq!(lacking("root:x:0:0::/:/bin/sh\n", group, 33), None);
        assert_eq!(WebGroup("www-data".into()).command(), "usermod -aG www-data perfex-bridge");
    }
}
