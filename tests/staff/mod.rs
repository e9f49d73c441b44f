//! The frame of pages for staff.

mod bridge;
mod frame;
mod german;
pub mod office;
mod orders;
