//! Changes become keys, against a real database.

mod poll;
