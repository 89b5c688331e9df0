//! The fidelity page against the route table: neither has an operation that the other lacks.

use std::collections::BTreeSet;

use mock_event_api::http::{OPERATIONS, OUTBOUND_OPERATIONS};

const PAGE: &str = include_str!("../../FIDELITY.md");

#[test]
fn the_page_tells_of_every_operation_once() {
    check("| Operation | Its shape rests on |", OPERATIONS);
    check("| Outbound operation | Its shape rests on |", OUTBOUND_OPERATIONS);
}

#[track_caller]
fn check(head: &str, operations: &[(&str, &str, &str)]) {
    let (_, rest) = PAGE.split_once(head).expect("the table");
    let rows: Vec<_> = rest.lines().skip(2).take_while(|line| line.starts_with("| `")).collect();
    let told: BTreeSet<_> =
        rows.iter().filter_map(|row| row.trim_start_matches("| `").split_once("` |")).map(|(name, _)| name).collect();
    let routed: Vec<_> = operations.iter().map(|(method, path, _)| format!("{method} {path}")).collect();
    assert_eq!(told, routed.iter().map(String::as_str).collect());
    assert_eq!(rows.len(), told.len(), "each once");
}
