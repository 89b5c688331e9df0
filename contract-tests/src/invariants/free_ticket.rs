//! INV-1: a completed purchase has a paid session of at least its price, in its currency, made for it. The measure is the fakes' own ledger.

use super::observed::{Observed, Surroundings};
use super::table::Finding;
use crate::check::money;
use crate::model::Weight;

pub(super) fn judge(observed: &Observed, around: &Surroundings<'_>) -> Vec<Finding> {
    if !observed.state.is_completed() {
        return Vec::new();
    }
    let (Some(price), currency) = (observed.purchase.minor(), &observed.purchase.currency) else { return Vec::new() };
    let key = &around.profile.declares.metadata_key;
    let pays = observed.ledger.sessions.iter().any(|session| {
        session.is_paid()
            && session.amount >= price
            && session.currency.eq_ignore_ascii_case(currency)
            && session.metadata.get(key).is_some_and(|id| observed.purchase.is(id))
    });
    let seen: Vec<String> = observed.ledger.sessions.iter().map(ToString::to_string).collect();
    vec![Finding {
        what: format!("purchase {} is completed only because it was paid", observed.purchase.id),
        expected: format!(
            "a paid session of at least {} with {key} {}",
            money::shown(price, currency),
            observed.purchase.id
        ),
        seen: if seen.is_empty() { "no session at our Stripe".to_owned() } else { seen.join("; ") },
        ok: pays,
        weight: Weight::Must,
    }]
}
