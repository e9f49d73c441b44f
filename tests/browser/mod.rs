//! What people see: Chromium -> nginx -> PHP -> the daemon, or past PHP, in both languages and in two widths.
//!
//! | file | what it holds |
//! |---|---|
//! | [`house`] | a CRM that is opened in a browser |
//! | [`portal`] | licenses in the client portal, and what staff see of a customer |
//! | [`shop`] | orders: paid, free, trial; without scripts; pressed twice; with mistakes |
//! | [`buying`] | two tabs, a busy network, a mistyped address; how long it takes |
//! | [`staff`] | pages within the CRM's staff area |
//! | [`staff_shop`] | staff run the shop |
//! | [`staff_catalogue`] | staff fill the shop, and mend an address |
//! | [`catalogue`] | looking around in the shop |
//! | [`moving`] | the mailed link that moves a license |
//! | [`away`] | a daemon that is gone while pages are open |

mod away;
mod buying;
mod catalogue;
mod house;
mod moving;
mod portal;
mod shop;
mod staff;
mod staff_catalogue;
mod staff_shop;
