//! INV-3: completed never becomes cancelled, nor the reverse.

use super::observed::{Observed, Surroundings};
use super::table::Finding;
use crate::model::Weight;

pub(super) fn judge(observed: &Observed, _: &Surroundings<'_>) -> Vec<Finding> {
    let moves: Vec<&str> = observed.state.states.iter().map(String::as_str).collect();
    let ended = |state: &str| matches!(state, "completed" | "cancelled");
    let turned = moves.windows(2).any(|pair| ended(pair[0]) && ended(pair[1]) && pair[0] != pair[1]);
    if moves.len() < 2 {
        return Vec::new();
    }
    vec![Finding {
        what: format!("purchase {} does not go back on its end", observed.purchase.id),
        expected: "one end, completed or cancelled, that stays".to_owned(),
        seen: moves.join(" -> "),
        ok: !turned,
        weight: Weight::Must,
    }]
}
