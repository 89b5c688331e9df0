//! Reads what may be left out or null, and decimals.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};

/// A decimal as text. A JSON number is refused: it would have gone through a float on the way.
pub(super) fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| text.parse().map_err(|_| serde::de::Error::custom(format!("{text:?} is not a decimal number"))))
        .transpose()
}

/// Tells a property that is null from one that is left out.
pub(super) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[expect(clippy::option_option, reason = "left out, null and a number are three different things here")]
pub(super) fn present_decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Decimal>>, D::Error> {
    decimal(deserializer).map(Some)
}
