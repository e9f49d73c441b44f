//! Orders and what becomes of them.

mod truth_table;
mod walk;
