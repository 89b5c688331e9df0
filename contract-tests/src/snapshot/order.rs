//! The order of exchanges: as they happened, but calls that were on their way at the same time in an order of their own, since chance decided.

use jiff::SignedDuration;
use mock_core::control::dto::EntryView;

/// Sorts by beginning; exchanges that overlap are sorted by `key`.
pub(super) fn sorted<'e>(
    entries: impl Iterator<Item = &'e EntryView>,
    key: impl Fn(&EntryView) -> String,
) -> Vec<&'e EntryView> {
    let mut all: Vec<&EntryView> = entries.collect();
    all.sort_by_key(|entry| entry.seq);
    let mut out: Vec<&EntryView> = Vec::with_capacity(all.len());
    let mut together: Vec<&EntryView> = Vec::new();
    let mut until = None;
    for entry in all {
        if until.is_some_and(|until| entry.wall >= until) {
            flush(&mut together, &mut out, &key);
            until = None;
        }
        let length =
            SignedDuration::from_micros(entry.micros.and_then(|micros| i64::try_from(micros).ok()).unwrap_or(0));
        let end = entry.wall.checked_add(length).unwrap_or(entry.wall);
        until = Some(until.map_or(end, |until| end.max(until)));
        together.push(entry);
    }
    flush(&mut together, &mut out, &key);
    out
}

fn flush<'e>(together: &mut Vec<&'e EntryView>, out: &mut Vec<&'e EntryView>, key: &impl Fn(&EntryView) -> String) {
    together.sort_by_cached_key(|entry| key(entry));
    out.append(together);
}
