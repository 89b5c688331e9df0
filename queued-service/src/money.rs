//! From a decimal price to the integer that Stripe charges, in integers all the way. <https://docs.stripe.com/currencies>

use std::fmt;

use serde::{Deserialize, Serialize};

/// An ISO 4217 code in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Currency(String);

impl Currency {
    /// Three letters of either case.
    pub(crate) fn parse(code: &str) -> Option<Self> {
        let letters = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
        letters.then(|| Self(code.to_ascii_lowercase()))
    }

    /// Its row in Stripe's table.
    fn unit(&self) -> Unit {
        match self.0.as_str() {
            "bif" | "clp" | "djf" | "gnf" | "jpy" | "kmf" | "krw" | "mga" | "pyg" | "rwf" | "vnd" | "vuv" | "xaf"
            | "xof" | "xpf" => Unit { step: 1, per_whole: 1, rounds: true },
            // The last of three digits must be 0.
            "bhd" | "jod" | "kwd" | "omr" | "tnd" => Unit { step: 10, per_whole: 1_000, rounds: true },
            // Whole amounts that are sent in hundredths; a fraction is an error in the price, and not ours to guess away.
            "isk" | "ugx" => Unit { step: 100, per_whole: 100, rounds: false },
            _ => Unit { step: 1, per_whole: 100, rounds: true },
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

struct Unit {
    /// What amounts on the wire are multiples of.
    step: i128,
    /// How much of the wire's unit makes one of the currency.
    per_whole: i128,
    /// Whether digits below a step are rounded (half up) or refused.
    rounds: bool,
}

/// An amount as Stripe counts it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Amount {
    /// In the wire's unit.
    pub(crate) minor: i64,
    pub(crate) currency: Currency,
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.minor, self.currency)
    }
}

/// What is charged for `price`, the text of a JSON number. `None` for what is negative, no plain decimal, or cannot be charged in this
/// currency. Whether it is too little or too much is Stripe's to say.
pub(crate) fn charge(price: &str, currency: Currency) -> Option<Amount> {
    let (whole, fraction) = price.split_once('.').unwrap_or((price, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // Beyond this, i128 could overflow; Dataverse's money has 12 digits and 4 decimals.
    if !digits(whole) || !digits(fraction) || whole.len() > 15 || fraction.len() > 12 {
        return None;
    }
    let scale = 10_i128.pow(u32::try_from(fraction.len()).ok()?);
    let exact: i128 = format!("{whole}{fraction}").parse().ok()?;
    let Unit { step, per_whole, rounds } = currency.unit();
    // In steps: exact * per_whole / (scale * step).
    let (dividend, divisor) = (exact * per_whole, scale * step);
    if !rounds && dividend % divisor != 0 {
        return None;
    }
    let steps = (2 * dividend + divisor) / (2 * divisor);
    Some(Amount { minor: i64::try_from(steps * step).ok()?, currency })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(price: &str, code: &str, expect: Option<i64>) {
        let currency = Currency::parse(code).expect("a code");
        assert_eq!(charge(price, currency).map(|amount| amount.minor), expect, "{price} {code}");
    }

    #[test]
    fn two_decimals() {
        for (price, minor) in
            [("149.5000", 14_950), ("0.29", 29), ("1.15", 115), ("19.99", 1_999), ("7", 700), ("0", 0)]
        {
            check(price, "EUR", Some(minor));
        }
        check("1000000.01", "usd", Some(100_000_001));
        check("10.0049", "USD", Some(1_000));
        check("10.0050", "USD", Some(1_001));
    }

    #[test]
    fn no_decimals_three_decimals_and_the_special_ones() {
        check("500", "JPY", Some(500));
        check("500.5", "JPY", Some(501));
        check("5.120", "KWD", Some(5_120));
        check("5.124", "KWD", Some(5_120));
        check("5.125", "KWD", Some(5_130));
        check("5", "ISK", Some(500));
        check("5.0000", "UGX", Some(500));
        check("5.5", "ISK", None);
    }

    #[test]
    fn what_is_no_price() {
        for price in ["", "-5", "-0.01", "1e3", "1.", ".5", "NaN", "1,5", "9999999999999999", "0.0000000000001"] {
            check(price, "USD", None);
        }
        assert_eq!(Currency::parse("EURO"), None);
        assert_eq!(Currency::parse("E1R"), None);
    }

    proptest! {
        /// Whatever has no digits below the cent is charged to the cent.
        #[test]
        fn cents_are_exact(cents in 0_i64..1_000_000_000_000) {
            let price = format!("{}.{:02}", cents / 100, cents % 100);
            let amount = charge(&price, Currency::parse("usd").expect("a code"));
            prop_assert_eq!(amount.map(|amount| amount.minor), Some(cents));
        }
    }
}
