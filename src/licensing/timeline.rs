//! What happened to a license: `issued` (`received` when another machine's license server made it), `past_due`,
//! `suspended`, `restored`, `revoked`, `renewed`, `activated`, `released`, `move_requested`, `moved`.

use crate::timeline::Timeline;

/// The licenses' table.
pub const LICENSE_TIMELINE: Timeline = Timeline {
    add: "INSERT INTO `{p}pm_license_events` (`license_id`, `at`, `event`, `detail`) VALUES (?, ?, ?, ?)",
    read: "SELECT `at`, `event`, `detail` FROM `{p}pm_license_events` WHERE `license_id` = ? ORDER BY `id`",
};
