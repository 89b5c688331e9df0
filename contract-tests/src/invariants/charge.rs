//! INV-4: paid minus refunded never exceeds the price of the purchase.

use super::observed::{Observed, Surroundings};
use super::table::Finding;
use crate::check::money;
use crate::model::Weight;

pub(super) fn judge(observed: &Observed, _: &Surroundings<'_>) -> Vec<Finding> {
    let paid: Vec<_> = observed.ledger.sessions.iter().filter(|session| session.is_paid()).collect();
    let Some(price) = observed.purchase.minor().filter(|_| !paid.is_empty()) else { return Vec::new() };
    let currency = &observed.purchase.currency;
    let kept: i64 = paid.iter().map(|session| session.amount - session.refunded).sum();
    vec![Finding {
        what: format!("the buyer of purchase {} is not charged more than its price", observed.purchase.id),
        expected: format!("at most {}", money::shown(price, currency)),
        seen: format!("{} in {} paid sessions", money::shown(kept, &paid[0].currency), paid.len()),
        ok: kept <= price,
        weight: Weight::Must,
    }]
}
