//! The `perfex-bridge` command.

fn main() {}
