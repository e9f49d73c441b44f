//! Changes become keys, against a real database.

mod changed;
mod foreign;
mod late;
mod lookout;
mod poll;
