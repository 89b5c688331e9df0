//! A time span as people write it in a profile.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A span of real time, written as `10s`, `300ms` or `1m 30s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Duration);

impl std::str::FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let span: jiff::SignedDuration =
            text.parse().map_err(|_| format!("{text:?} is not a time span; write 10s, 300ms or 1m 30s"))?;
        Duration::try_from(span)
            .ok()
            .filter(|span| !span.is_zero())
            .map(Self)
            .ok_or_else(|| format!("{text:?} must be longer than nothing"))
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let millis = self.0.as_millis();
        if millis.is_multiple_of(1000) { write!(f, "{}s", millis / 1000) } else { write!(f, "{millis}ms") }
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[track_caller]
    fn check(text: &str, expect: Option<&str>) {
        assert_eq!(text.parse::<Span>().ok().map(|span| span.to_string()).as_deref(), expect, "{text}");
    }

    #[test]
    fn spans_in_the_usual_spellings() {
        check("10s", Some("10s"));
        check("300ms", Some("300ms"));
        check("1m 30s", Some("90s"));
        check("0s", None);
        check("-1s", None);
        check("fast", None);
    }
}
