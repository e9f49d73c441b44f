//! The frame of pages for staff.

mod frame;
pub mod office;
