//! Turns a decimal price into the integer that Stripe charges, exactly.
//!
//! Stripe counts in a currency's smallest unit, with exceptions that general currency tables do not know
//! (<https://docs.stripe.com/currencies>). Binary floats never take part.

use std::fmt;

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

/// An ISO 4217 code in lower case, as Stripe wants it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// United States dollar: what a missing currency may be read as, if the operator says so.
    pub const USD: Self = Self(*b"usd");

    /// Reads three ASCII letters of either case; Dataverse gives upper case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 3] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_alphabetic).then(|| Self(bytes.map(|letter| letter.to_ascii_lowercase())))
    }

    /// The lower-case code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII letters get in, so this is always text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    fn rule(self) -> Rule {
        match &self.0 {
            b"bif" | b"clp" | b"djf" | b"gnf" | b"jpy" | b"kmf" | b"krw" | b"mga" | b"pyg" | b"rwf" | b"vnd"
            | b"vuv" | b"xaf" | b"xof" | b"xpf" => Rule::rounded(0, 0),
            b"bhd" | b"jod" | b"kwd" | b"omr" | b"tnd" => Rule::rounded(2, 3),
            b"isk" | b"ugx" => Rule { places: 0, wire: 2, fraction: Fraction::Refused },
            _ => Rule::rounded(2, 2),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// How one currency is charged.
struct Rule {
    /// Decimal places that may be non-zero.
    places: u32,
    /// Decimal places that the integer on the wire stands for.
    wire: u32,
    fraction: Fraction,
}

/// What happens to digits below `places`.
#[derive(PartialEq)]
enum Fraction {
    Rounded,
    Refused,
}

impl Rule {
    const fn rounded(places: u32, wire: u32) -> Self {
        Self { places, wire, fraction: Fraction::Rounded }
    }
}

/// Why a price cannot be charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Below zero.
    #[error("the price is negative")]
    Negative,
    /// Króna and Ugandan shilling are charged in whole units only.
    #[error("the currency has no fractions and the price has one")]
    Fraction,
    /// Larger than an integer can hold; Stripe's own limits come long before.
    #[error("the price is too large")]
    TooLarge,
}

/// The integer to charge for `price` (main units), in Stripe's unit for `currency`.
///
/// Digits below the smallest unit that can be charged are rounded half up: `10.005` dollars are 1001 cents, and since the
/// last digit of a three-decimal currency must be 0, `5.124` dinars are 5120. ISK and UGX, whose two decimals on the wire must
/// be `00`, refuse a fraction. Stripe's minimum and maximum are left to Stripe.
///
/// # Errors
/// See [`MoneyError`].
pub fn minor_units(price: Decimal, currency: Currency) -> Result<i64, MoneyError> {
    if price.is_sign_negative() && !price.is_zero() {
        return Err(MoneyError::Negative);
    }
    let rule = currency.rule();
    let chargeable = price.round_dp_with_strategy(rule.places, RoundingStrategy::MidpointAwayFromZero);
    if rule.fraction == Fraction::Refused && chargeable != price {
        return Err(MoneyError::Fraction);
    }
    Decimal::from(10_u32.pow(rule.wire))
        .checked_mul(chargeable)
        .and_then(|minor| minor.to_i64())
        .ok_or(MoneyError::TooLarge)
}

/// Longest number text that is read at all.
const LONGEST_PRICE: usize = 64;

/// Reads the text of a JSON number without going through a float. `None` if it is no number or has more digits than a decimal
/// holds.
#[must_use]
pub fn parse_price(text: &str) -> Option<Decimal> {
    if text.len() > LONGEST_PRICE {
        return None;
    }
    if text.contains(['e', 'E']) { Decimal::from_scientific(text).ok() } else { Decimal::from_str_exact(text).ok() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(price: &str, currency: &str, expected: Result<i64, MoneyError>) {
        let price = parse_price(price).expect("a price");
        let currency = Currency::parse(currency).expect("a currency");
        assert_eq!(minor_units(price, currency), expected, "{price} {currency}");
    }

    #[test]
    fn two_decimals_are_exact_where_floats_are_not() {
        check("0.29", "USD", Ok(29));
        check("1.15", "USD", Ok(115));
        check("4.35", "EUR", Ok(435));
        check("8.20", "EUR", Ok(820));
        check("19.99", "USD", Ok(1999));
        check("1000000.01", "USD", Ok(100_000_001));
        check("149.5000", "USD", Ok(14950));
        check("1.495e2", "USD", Ok(14950));
        check("0", "USD", Ok(0));
    }

    #[test]
    fn halves_go_up() {
        check("1.005", "USD", Ok(101));
        check("10.0050", "USD", Ok(1001));
        check("10.0049", "USD", Ok(1000));
        check("500.5", "JPY", Ok(501));
    }

    #[test]
    fn zero_decimal_currencies_are_not_multiplied() {
        for code in
            ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
        {
            check("500", code, Ok(500));
        }
    }

    #[test]
    fn three_decimal_currencies_end_in_zero() {
        check("5.124", "KWD", Ok(5120));
        check("5.125", "KWD", Ok(5130));
        check("5", "BHD", Ok(5000));
        check("0.5", "TND", Ok(500));
    }

    #[test]
    fn krona_and_ugandan_shilling_are_whole_with_two_zeros() {
        check("5", "ISK", Ok(500));
        check("5.00", "UGX", Ok(500));
        check("5.5", "ISK", Err(MoneyError::Fraction));
        check("0.004", "UGX", Err(MoneyError::Fraction));
    }

    #[test]
    fn forint_and_new_taiwan_dollar_keep_two_decimals() {
        check("175", "HUF", Ok(17500));
        check("10.5", "TWD", Ok(1050));
    }

    #[test]
    fn absurd_prices_are_refused() {
        check("-0.01", "USD", Err(MoneyError::Negative));
        check("79228162514264337593543950335", "USD", Err(MoneyError::TooLarge));
        check("92233720368547758.08", "USD", Err(MoneyError::TooLarge));
    }

    #[test]
    fn text_that_is_no_exact_number_is_not_a_price() {
        for text in ["", "NaN", "\"5\"", "null", "1,5", "0x10", "1.23456789012345678901234567890123"] {
            assert_eq!(parse_price(text), None, "{text}");
        }
        assert_eq!(parse_price(&"9".repeat(1000)), None);
    }

    #[test]
    fn only_three_letters_are_a_currency() {
        for text in ["", "US", "USDX", "U5D", "€uro", " usd"] {
            assert_eq!(Currency::parse(text), None, "{text}");
        }
        assert_eq!(Currency::parse("EuR").map(|currency| currency.to_string()), Some("eur".into()));
    }

    proptest! {
        /// Whole cents survive the way through decimal text, whatever their size.
        #[test]
        fn cents_come_back(cents in 0_i64..10_000_000_000) {
            let text = format!("{}.{:02}00", cents / 100, cents % 100);
            let price = parse_price(&text).expect("a price");
            prop_assert_eq!(minor_units(price, Currency::USD), Ok(cents));
        }

        /// Rounding never moves a price by more than half of the smallest unit that can be charged.
        #[test]
        fn rounding_stays_within_half_a_unit(
            units in 0_i64..1_000_000_000,
            scale in 0_u32..6,
            code in prop::sample::select(vec!["usd", "jpy", "kwd"]),
        ) {
            let price = Decimal::new(units, scale);
            let currency = Currency::parse(code).expect("a currency");
            let rule = currency.rule();
            let charged = minor_units(price, currency).expect("chargeable");
            let back = Decimal::new(charged, rule.wire);
            prop_assert!((back - price).abs() <= Decimal::new(5, rule.places + 1));
            if rule.wire == 3 {
                prop_assert_eq!(charged % 10, 0);
            }
        }
    }
}
