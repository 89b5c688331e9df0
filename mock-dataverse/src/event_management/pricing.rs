//! What a purchase costs, and in which currency: sums of decimals, never floating point.

use rust_decimal::Decimal;
use thiserror::Error;
use uuid::Uuid;

/// The largest amount that a money column of Dataverse holds: 922,337,203,685,477.
pub const MAX_AMOUNT: Decimal = Decimal::from_parts(0xFFFF_E950, 0x7FFF_FFFF, 0, false, 4);

/// One pass as far as the price goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedPass {
    /// The pass.
    pub pass: Uuid,
    /// `msevtmgt_passprice` in the currency's main unit, not in cents. A pass without a price costs nothing.
    pub price: Option<Decimal>,
    /// The pass's own currency (a row of `transactioncurrency`), if it names one.
    pub currency: Option<Uuid>,
}

/// Why no price can be told.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum PricingRefusal {
    /// Two passes of one purchase are priced in different currencies.
    #[error("the passes {0} and {1} are priced in different currencies")]
    MixedCurrencies(Uuid, Uuid),
    /// The sum does not fit a money column.
    #[error("the total price is larger than a money column holds")]
    TooMuch,
}

/// The total of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// The sum, in the currency's main unit.
    pub amount: Decimal,
    /// The currency (a row of `transactioncurrency`): the event's, else the passes', else the organization's base currency.
    pub currency: Uuid,
}

/// Sums the passes, one per attendee (`facts/event-api.md` 3.6, 9 #29 and #30).
pub fn total(
    passes: &[PricedPass],
    event_currency: Option<Uuid>,
    base_currency: Uuid,
) -> Result<Total, PricingRefusal> {
    let mut own: Option<(Uuid, Uuid)> = None;
    let mut amount = Decimal::ZERO;
    for pass in passes {
        match (own, pass.currency) {
            (None, Some(currency)) => own = Some((pass.pass, currency)),
            (Some((first, currency)), Some(other)) if other != currency => {
                return Err(PricingRefusal::MixedCurrencies(first, pass.pass));
            }
            _ => {}
        }
        amount = amount.checked_add(pass.price.unwrap_or_default()).ok_or(PricingRefusal::TooMuch)?;
    }
    if amount > MAX_AMOUNT {
        return Err(PricingRefusal::TooMuch);
    }
    Ok(Total { amount, currency: event_currency.or(own.map(|(_, currency)| currency)).unwrap_or(base_currency) })
}

#[cfg(test)]
mod tests {
    use super::{MAX_AMOUNT, PricedPass, PricingRefusal, total};
    use rust_decimal::Decimal;
    use uuid::Uuid;

    const USD: Uuid = Uuid::from_u128(1);
    const EUR: Uuid = Uuid::from_u128(2);
    const JPY: Uuid = Uuid::from_u128(3);

    fn pass(n: u128, price: &str, currency: Option<Uuid>) -> PricedPass {
        PricedPass { pass: Uuid::from_u128(n), price: price.parse().ok(), currency }
    }

    #[track_caller]
    fn check(passes: &[PricedPass], event: Option<Uuid>, expect: (&str, Uuid)) {
        let total = total(passes, event, USD).unwrap();
        assert_eq!((total.amount.to_string().as_str(), total.currency), expect);
    }

    #[test]
    fn sums_are_exact_and_keep_their_scale() {
        check(&[pass(1, "0.10", None), pass(2, "0.20", None)], None, ("0.30", USD));
        check(&[pass(1, "1234", None), pass(2, "0.5", None)], None, ("1234.5", USD));
        check(&[pass(1, "1.125", None), pass(1, "1.125", None), pass(1, "1.125", None)], None, ("3.375", USD));
        check(&[pass(1, "", None), pass(2, "5", None)], None, ("5", USD));
    }

    #[test]
    fn the_currency_is_the_events_else_the_passes_else_the_organizations() {
        check(&[pass(1, "5", Some(EUR))], Some(JPY), ("5", JPY));
        check(&[pass(1, "5", None), pass(2, "5", Some(EUR))], None, ("10", EUR));
        check(&[pass(1, "5", None)], None, ("5", USD));
    }

    #[test]
    fn mixed_currencies_and_absurd_sums_are_refused() {
        let mixed = total(&[pass(1, "5", Some(EUR)), pass(2, "5", Some(JPY))], Some(USD), USD);
        assert_eq!(mixed, Err(PricingRefusal::MixedCurrencies(Uuid::from_u128(1), Uuid::from_u128(2))));
        let most = PricedPass { pass: USD, price: Some(MAX_AMOUNT), currency: None };
        assert!(total(std::slice::from_ref(&most), None, USD).is_ok());
        assert_eq!(total(&[most, pass(2, "0.0001", None)], None, USD), Err(PricingRefusal::TooMuch));
        let huge = PricedPass { pass: USD, price: Some(Decimal::MAX), currency: None };
        assert_eq!(total(&[huge.clone(), huge], None, USD), Err(PricingRefusal::TooMuch));
    }
}
