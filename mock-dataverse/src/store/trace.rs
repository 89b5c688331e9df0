//! What a change leaves beside its row: indexes, orders, and the history of tracked columns.

use jiff::Timestamp;
use uuid::Uuid;

use super::data::{History, Past};
use super::draft::Was;
use super::index::Index;
use super::order::Orders;
use super::row::Row;
use super::value::Value;
use crate::schema::Table;

/// When a write was made, by whom, and the version that it gave.
pub(super) struct Stamp {
    pub(super) at: Timestamp,
    pub(super) by: Uuid,
    pub(super) version: i64,
}

/// Keeps indexes, orders and history of a row that has other values than these now; answers how many writes of it were kept before.
pub(super) fn notice(
    table: &Table,
    row: &Row,
    was: &[Was],
    index: &mut Index,
    orders: &mut Orders,
    history: &mut History,
    stamp: &Stamp,
) -> usize {
    index.change(row, was);
    orders.change(row, was);
    if table.places.tracked.is_empty() {
        return 0;
    }
    let then = |position: usize| {
        let touched = was.iter().find(|(touched, _)| *touched == position);
        touched.map_or_else(|| row.at(position), |(_, value)| value)
    };
    record(history, table, row.id, then, |position| row.at(position), stamp)
}

/// Keeps the changes of tracked columns; answers how many writes of the row were kept before.
pub(super) fn record<'a>(
    kept: &mut History,
    table: &Table,
    id: Uuid,
    from: impl Fn(usize) -> &'a Value,
    to: impl Fn(usize) -> &'a Value,
    stamp: &Stamp,
) -> usize {
    let tracked = || table.places.tracked.iter().copied().filter(|position| from(*position) != to(*position));
    let count = tracked().count();
    if count == 0 {
        return kept.get(&id).map_or(0, Vec::len);
    }
    let mut cells = Vec::with_capacity(count);
    cells.extend(tracked().map(|position| (position, from(position).clone(), to(position).clone())));
    let history = kept.entry(id).or_default();
    let before = history.len();
    // No more room than it takes: most rows change a few times and are kept for long.
    history.reserve_exact(1);
    history.push(Past { at: stamp.at, version: stamp.version, by: stamp.by, cells: cells.into() });
    before
}
