//! Prices in Stripe's minor unit, worked out apart from any service: two wrong conversions must not cancel out.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// Currencies that Stripe takes without decimals (<https://docs.stripe.com/currencies>).
const ZERO_DECIMAL: [&str; 16] =
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"];

/// Currencies with three decimals, of which Stripe wants the last to be 0.
const THREE_DECIMAL: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];

/// Currencies that lost their decimals, but that Stripe still takes in hundredths, as whole amounts (ISK, UGX: special cases of the same page).
const WHOLE_IN_HUNDREDTHS: [&str; 2] = ["ISK", "UGX"];

/// How many decimals Stripe's minor unit of a currency has.
pub fn decimals(currency: &str) -> u32 {
    let code = currency.to_ascii_uppercase();
    if WHOLE_IN_HUNDREDTHS.contains(&code.as_str()) {
        2
    } else if ZERO_DECIMAL.contains(&code.as_str()) {
        0
    } else if THREE_DECIMAL.contains(&code.as_str()) {
        3
    } else {
        2
    }
}

/// A price as Stripe's `unit_amount`; `None` when it cannot be said in the minor unit.
pub fn minor(price: Decimal, currency: &str) -> Option<i64> {
    let scaled = price.checked_mul(Decimal::from(10_i64.pow(decimals(currency))))?;
    if scaled.fract().is_zero() { scaled.to_i64() } else { None }
}

/// Minor units as people read them, for messages.
pub fn shown(minor: i64, currency: &str) -> String {
    let decimals = decimals(currency);
    format!("{} {} ({minor} minor units)", Decimal::new(minor, decimals), currency.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::{minor, shown};

    #[track_caller]
    fn check(price: &str, currency: &str, expect: Option<i64>) {
        assert_eq!(minor(price.parse().unwrap(), currency), expect, "{price} {currency}");
    }

    #[test]
    fn minor_units_by_currency() {
        check("49.50", "USD", Some(4950));
        check("49.5", "eur", Some(4950));
        check("1000", "JPY", Some(1000));
        check("9.990", "KWD", Some(9990));
        check("1500", "ISK", Some(150_000));
        check("1500", "UGX", Some(150_000));
        check("0.005", "USD", None);
        check("10.5", "JPY", None);
    }

    #[test]
    fn amounts_are_shown_both_ways() {
        assert_eq!(shown(4950, "usd"), "49.50 USD (4950 minor units)");
        assert_eq!(shown(1000, "JPY"), "1000 JPY (1000 minor units)");
    }
}
