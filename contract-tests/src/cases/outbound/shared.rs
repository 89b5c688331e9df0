//! What several outbound cases look at.

use crate::check::outbound::{LegacyFinalize, legacy_finalize_of};
use crate::steps::Seen;

/// The calls of the legacy finalize action about a purchase, oldest first.
pub(super) fn finalizes(seen: &Seen) -> Vec<LegacyFinalize> {
    seen.exchanges().filter_map(legacy_finalize_of).collect()
}

/// The calls for people.
pub(super) fn shown(calls: &[LegacyFinalize]) -> String {
    const MOST: usize = 5;
    if calls.is_empty() {
        return "no call of the legacy finalize action".to_owned();
    }
    let mut words: Vec<String> =
        calls.iter().take(MOST).map(|call| format!("#{} {} ({})", call.seq, call.action, call.word)).collect();
    if calls.len() > MOST {
        words.push(format!("and {} more", calls.len() - MOST));
    }
    words.join(", ")
}
