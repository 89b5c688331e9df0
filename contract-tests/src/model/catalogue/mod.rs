//! Every case, in the catalogue's order, and the rows that are not run, with the reason: one file for each level.

mod core;
mod excluded;
mod resilient;
mod rows;
mod secure;

pub use excluded::Excluded;
pub use rows::{Row, rows};

use super::case::Case;

const CASE_LISTS: [&[&Case]; 3] = [core::CASES, resilient::CASES, secure::CASES];
const EXCLUDED_LISTS: [&[Excluded]; 2] = [resilient::EXCLUDED, secure::EXCLUDED];

/// Every case that can be run.
pub static CASES: &[&Case] = &joined::<_, { length(&CASE_LISTS) }>(&CASE_LISTS);

/// The rows that are not run.
pub static EXCLUDED: &[Excluded] = &joined::<_, { length(&EXCLUDED_LISTS) }>(&EXCLUDED_LISTS);

/// The case of that id, in either case of letters.
pub fn find(id: &str) -> Option<&'static Case> {
    CASES.iter().copied().find(|case| case.id.eq_ignore_ascii_case(id))
}

const fn length<T>(lists: &[&[T]]) -> usize {
    let mut all = 0;
    let mut at = 0;
    while at < lists.len() {
        all += lists[at].len();
        at += 1;
    }
    all
}

/// The lists one after another. One of them has to have an entry.
const fn joined<T: Copy, const N: usize>(lists: &[&[T]]) -> [T; N] {
    let mut all = [first(lists); N];
    let mut next = 0;
    let mut list = 0;
    while list < lists.len() {
        let mut at = 0;
        while at < lists[list].len() {
            all[next] = lists[list][at];
            next += 1;
            at += 1;
        }
        list += 1;
    }
    all
}

const fn first<T: Copy>(lists: &[&[T]]) -> T {
    let mut list = 0;
    while lists[list].is_empty() {
        list += 1;
    }
    lists[list][0]
}
