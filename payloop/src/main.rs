//! The `payloop` command.
fn main() {}
