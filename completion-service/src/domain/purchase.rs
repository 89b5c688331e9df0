//! What the service knows of a purchase, and whether it can be paid.

use rust_decimal::Decimal;
use uuid::Uuid;

use super::money::{Currency, MoneyError, minor_units};

/// One row of `msevtmgt_eventpurchase`, as far as payment is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// `msevtmgt_eventpurchaseid`.
    pub id: Uuid,
    /// `msevtmgt_totalprice` in main units of the currency.
    pub price: Option<Decimal>,
    /// `isocurrencycode` of the related currency, as stored.
    pub currency: Option<String>,
    /// Where the purchase stands.
    pub standing: Standing,
    /// `msevtmgt_readableeventid` of its event, where it was asked for.
    pub event: Option<String>,
    /// `msevtmgt_purchasingcontactid`, where it was asked for and is known.
    pub contact: Option<Uuid>,
}

/// Where a purchase stands, read from `msevtmgt_paid`, `msevtmgt_processed`, `statecode` and, where the row has it, the
/// payment status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Waits for payment.
    Open,
    /// Paid, or already turned into registrations.
    Completed,
    /// Inactive or cancelled without payment, for example because the reservation ran out.
    Closed,
}

impl Standing {
    /// `active` is `statecode` 0; `status` is the `msevtmgt_paymentstatus` choice. Payment goes before everything else.
    #[must_use]
    pub const fn of(paid: bool, processed: bool, active: bool, status: Option<i64>) -> Self {
        match (paid || processed, status, active) {
            (true, _, _) | (_, Some(100_000_001), _) => Self::Completed,
            (false, Some(100_000_000), _) | (false, _, false) => Self::Closed,
            (false, _, true) => Self::Open,
        }
    }
}

/// What to do with a purchase that names no currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingCurrency {
    /// Take no money: guessing a currency can charge a hundred times too much.
    #[default]
    Refuse,
    /// Charge United States dollars, as the published sample does.
    Usd,
}

/// What a buyer owes for a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    /// The purchase that is paid for.
    pub purchase: Uuid,
    /// Stripe's smallest unit of `currency`.
    pub minor: i64,
    /// The currency charged.
    pub currency: Currency,
}

/// Why a purchase has no price that can be charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unpriced {
    /// `msevtmgt_totalprice` is empty.
    #[error("the purchase has no total price")]
    NoPrice,
    /// No related currency.
    #[error("the purchase has no currency")]
    NoCurrency,
    /// The related currency's code is not three letters.
    #[error("the purchase's currency code is unusable")]
    BadCurrency,
    /// The amount itself cannot be charged.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Purchase {
    /// What is owed, whatever the purchase's standing.
    ///
    /// # Errors
    /// See [`Unpriced`].
    pub fn quote(&self, missing_currency: MissingCurrency) -> Result<Quote, Unpriced> {
        let price = self.price.ok_or(Unpriced::NoPrice)?;
        let currency = match (self.currency.as_deref(), missing_currency) {
            (Some(code), _) => Currency::parse(code).ok_or(Unpriced::BadCurrency)?,
            (None, MissingCurrency::Usd) => Currency::USD,
            (None, MissingCurrency::Refuse) => return Err(Unpriced::NoCurrency),
        };
        let minor = minor_units(price, currency)?;
        Ok(Quote { purchase: self.id, minor, currency })
    }
}

/// Reads a purchase id as the contract writes it: 36 characters with hyphens, either case, not all zeros.
#[must_use]
pub fn parse_purchase_id(text: &str) -> Option<Uuid> {
    if text.len() != 36 {
        return None;
    }
    Uuid::try_parse(text).ok().filter(|id| !id.is_nil())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purchase(price: Option<&str>, currency: Option<&str>) -> Purchase {
        Purchase {
            id: Uuid::from_u128(7),
            price: price.map(|text| text.parse().expect("a decimal")),
            currency: currency.map(Into::into),
            standing: Standing::Open,
            event: None,
            contact: None,
        }
    }

    #[track_caller]
    fn check(
        price: Option<&str>,
        currency: Option<&str>,
        missing: MissingCurrency,
        expected: Result<(i64, &str), Unpriced>,
    ) {
        let quote = purchase(price, currency).quote(missing);
        let seen = quote.as_ref().map(|quote| (quote.minor, quote.currency.as_str()));
        assert_eq!(seen.map_err(|error| *error), expected);
    }

    #[test]
    fn a_price_and_a_currency_make_a_quote() {
        check(Some("149.50"), Some("EUR"), MissingCurrency::Refuse, Ok((14950, "eur")));
        check(Some("0"), Some("JPY"), MissingCurrency::Refuse, Ok((0, "jpy")));
    }

    #[test]
    fn nothing_is_guessed() {
        check(None, Some("EUR"), MissingCurrency::Refuse, Err(Unpriced::NoPrice));
        check(Some("1"), None, MissingCurrency::Refuse, Err(Unpriced::NoCurrency));
        check(Some("1"), Some("EURO"), MissingCurrency::Usd, Err(Unpriced::BadCurrency));
        check(Some("-1"), Some("EUR"), MissingCurrency::Usd, Err(MoneyError::Negative.into()));
    }

    #[test]
    fn dollars_only_on_request() {
        check(Some("1"), None, MissingCurrency::Usd, Ok((100, "usd")));
    }

    #[test]
    fn standing_puts_payment_before_state() {
        for (paid, processed, active, status, expected) in [
            (false, false, true, None, Standing::Open),
            (false, false, true, Some(7), Standing::Open),
            (true, false, true, None, Standing::Completed),
            (false, true, false, None, Standing::Completed),
            (true, false, false, Some(100_000_000), Standing::Completed),
            (false, false, true, Some(100_000_001), Standing::Completed),
            (false, false, false, None, Standing::Closed),
            (false, false, true, Some(100_000_000), Standing::Closed),
        ] {
            assert_eq!(Standing::of(paid, processed, active, status), expected);
        }
    }

    #[test]
    fn only_the_hyphenated_form_is_an_id() {
        let id = "A4D9E358-949F-F011-BBD3-6045BD02F64D";
        assert_eq!(parse_purchase_id(id).map(|id| id.to_string()), Some(id.to_lowercase()));
        for text in [
            "",
            "a4d9e358949ff011bbd36045bd02f64d",
            "{a4d9e358-949f-f011-bbd3-6045bd02f64d}",
            "a4d9e358-949f-f011-bbd3-6045bd02f64d)",
            "a4d9e358-949f-f011-bbd3-6045bd02f64g",
            "00000000-0000-0000-0000-000000000000",
            "urn:uuid:a4d9e358-949f-f011-bbd3-6045bd02f64d",
        ] {
            assert_eq!(parse_purchase_id(text), None, "{text}");
        }
    }
}
