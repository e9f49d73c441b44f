//! What happened to an order: `placed`, `charge`, `requested` (from another machine's license server), `withdrawn`,
//! `fulfilled`, `bought` (its trial, by another order), `reversed`, `restored`, `suspended`, `cancelled`, `expired`,
//! `reopened`, `customer` (it follows its invoice or contact to another one).

use crate::timeline::Timeline;

/// The orders' table.
pub const ORDER_TIMELINE: Timeline = Timeline {
    add: "INSERT INTO `{p}pm_order_events` (`order_id`, `at`, `event`, `detail`) VALUES (?, ?, ?, ?)",
    read: "SELECT `at`, `event`, `detail` FROM `{p}pm_order_events` WHERE `order_id` = ? ORDER BY `id`",
};
