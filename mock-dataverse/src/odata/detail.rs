//! How much an answer tells about itself: `odata.metadata` of `Accept` or `$format`.
//!
//! <https://docs.oasis-open.org/odata/odata-json-format/v4.0/os/odata-json-format-v4.0-os.html#_Toc372793042>

use http::{HeaderMap, header};

use crate::json::Json;
use crate::store::Value;

/// The three amounts of control information.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Detail {
    /// Counts and next pages only.
    None,
    /// Context and `ETag` as well.
    #[default]
    Minimal,
    /// Types, addresses and links as well.
    Full,
}

/// Control information that goes where nothing is to be told. The address in a reference is the reference, and stays.
const CONTROL: [&str; 6] =
    ["odata.context", "odata.etag", "odata.type", "odata.editLink", "odata.navigationLink", "odata.associationLink"];

impl Detail {
    /// What a caller asks for; `$format` comes before `Accept`. Whoever asks for nothing that is known gets the minimum.
    pub(crate) fn asked(headers: &HeaderMap, format: Option<&str>) -> Self {
        if let Some(format) = format {
            return Self::of(format).map_or(Self::Minimal, |(detail, _)| detail);
        }
        let mut best: Option<(Self, f32)> = None;
        for value in headers.get_all(header::ACCEPT) {
            for range in value.to_str().unwrap_or_default().split(',') {
                if let Some((detail, weight)) = Self::of(range)
                    && best.is_none_or(|(_, most)| weight > most)
                {
                    best = Some((detail, weight));
                }
            }
        }
        best.map_or(Self::Minimal, |(detail, _)| detail)
    }

    /// Reads one media range: its amount and its weight. `None` for what is no JSON.
    fn of(range: &str) -> Option<(Self, f32)> {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next()?;
        if !kind.eq_ignore_ascii_case("application/json") && !kind.eq_ignore_ascii_case("json") {
            return None;
        }
        let (mut detail, mut weight) = (Self::Minimal, 1.0);
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "odata.metadata" if value.eq_ignore_ascii_case("none") => detail = Self::None,
                "odata.metadata" if value.eq_ignore_ascii_case("full") => detail = Self::Full,
                "q" => weight = value.parse().unwrap_or(1.0),
                _ => {}
            }
        }
        (weight > 0.0).then_some((detail, weight))
    }

    /// The content type of an answer that tells so much.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::None => "application/json; odata.metadata=none",
            Self::Minimal => "application/json; odata.metadata=minimal",
            Self::Full => "application/json; odata.metadata=full",
        }
    }

    pub(crate) fn is_full(self) -> bool {
        self == Self::Full
    }

    /// Takes out of a tree what is not to be told.
    pub(crate) fn strip(self, json: &mut Json) {
        if self != Self::None {
            return;
        }
        match json {
            Json::Array(items) => items.iter_mut().for_each(|item| self.strip(item)),
            Json::Object(members) => {
                members
                    .retain(|(name, _)| name.rsplit_once('@').is_none_or(|(_, control)| !CONTROL.contains(&control)));
                for (_, value) in members {
                    self.strip(value);
                }
            }
            _ => {}
        }
    }
}

/// The type of a value where its JSON form does not tell it: texts, truths and small integers speak for themselves.
pub(crate) fn type_of(value: &Value) -> Option<&'static str> {
    match value {
        Value::Guid(_) | Value::Lookup { .. } => Some("#Guid"),
        Value::BigInt(_) => Some("#Int64"),
        Value::Decimal(_) | Value::Money(_) => Some("#Decimal"),
        Value::DateTime(_) => Some("#DateTimeOffset"),
        Value::Date(_) => Some("#Date"),
        Value::Null | Value::Text(_) | Value::Int(_) | Value::Choice(_) | Value::Bool(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::Detail;

    #[track_caller]
    fn check(accept: &[&'static str], format: Option<&str>, expect: Detail) {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append(header::ACCEPT, HeaderValue::from_static(value));
        }
        assert_eq!(Detail::asked(&headers, format), expect, "{accept:?} {format:?}");
    }

    #[test]
    fn the_amount_is_read_from_accept_and_format() {
        check(&[], None, Detail::Minimal);
        check(&["*/*"], None, Detail::Minimal);
        check(&["application/json"], None, Detail::Minimal);
        check(&["application/json;odata.metadata=full"], None, Detail::Full);
        check(&["Application/JSON; OData.Metadata=\"None\"; odata.streaming=true"], None, Detail::None);
        check(&["application/json;odata.metadata=most"], None, Detail::Minimal);
        check(&["text/html, application/json;odata.metadata=full;q=0.5"], None, Detail::Full);
        check(
            &["application/json;q=0.2;odata.metadata=none", "application/json;odata.metadata=full"],
            None,
            Detail::Full,
        );
        check(&["application/json;odata.metadata=full;q=0"], None, Detail::Minimal);
        check(&["application/json;odata.metadata=full"], Some("json"), Detail::Minimal);
        check(&[], Some("application/json;odata.metadata=none"), Detail::None);
    }
}
