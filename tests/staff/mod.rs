//! The frame of pages for staff.

mod bridge;
mod frame;
pub mod office;
mod orders;
