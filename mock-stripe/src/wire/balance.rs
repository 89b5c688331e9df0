//! `balance`

use serde::Serialize;

use super::View;
use super::shape::shape;
use crate::domain::books::Balance;

/// The account's balance. All of it comes from what Stripe calls card payments, which bank debits count among.
pub fn balance(balances: &[Balance], view: &View) -> impl Serialize {
    let part = |amount: fn(&Balance) -> i64| -> Vec<_> {
        balances
            .iter()
            .map(|balance| {
                let amount = amount(balance);
                shape!({ "amount": amount, "currency": balance.currency, "source_types": { "card": amount } })
            })
            .collect()
    };
    let reserved: Vec<_> =
        balances.iter().take(1).map(|balance| shape!({ "amount": 0, "currency": balance.currency })).collect();
    shape!({
        "object": "balance",
        "available": part(|balance| balance.available),
        "connect_reserved": reserved,
        "livemode": view.livemode,
        "pending": part(|balance| balance.pending),
    })
}
