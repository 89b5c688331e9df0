//! INV-2: what is paid is completed or refunded, or (for a service that declares so) parked for a person. At core it warns.

use super::observed::{Observed, Surroundings};
use super::table::Finding;
use crate::check::money;
use crate::model::{Level, Weight};
use crate::target::LateMoney;

pub(super) fn judge(observed: &Observed, around: &Surroundings<'_>) -> Vec<Finding> {
    let paid: Vec<_> = observed.ledger.sessions.iter().filter(|session| session.is_paid()).collect();
    if paid.is_empty() {
        return Vec::new();
    }
    let kept: i64 = paid.iter().map(|session| session.amount - session.refunded).sum();
    let parks = around.profile.declares.late_money == LateMoney::Park;
    let currency = &paid[0].currency;
    vec![Finding {
        what: format!("the payment for purchase {} is not lost", observed.purchase.id),
        expected: "the purchase completed, or the money refunded".to_owned(),
        seen: format!("the purchase is {}, and {} are kept", observed.state.word(), money::shown(kept, currency)),
        ok: observed.state.is_completed() || kept == 0,
        weight: if around.level == Level::Core || parks { Weight::Should } else { Weight::Must },
    }]
}
