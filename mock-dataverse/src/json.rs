//! JSON that keeps numbers as they are written: `149.5000` stays `149.5000` on its way in and out.

use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::text::write_text;

/// Objects and arrays may be nested this deep in a request.
const MAX_DEPTH: usize = 32;

/// A JSON value; members keep their order, numbers their text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<usize> for Json {
    fn from(number: usize) -> Self {
        Self::Number(number.to_string())
    }
}

/// An object from its members.
pub(crate) fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

impl Json {
    /// What kind of value it is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::Text(_) => "string",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        }
    }

    /// The compact text.
    pub(crate) fn to_text(&self) -> String {
        let mut out = String::with_capacity(1024);
        self.write(&mut out);
        out
    }

    /// Writes the compact text at the end of another.
    pub(crate) fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Number(number) => out.push_str(number),
            Self::Text(text) => write_text(text, out),
            Self::Array(items) => {
                out.push('[');
                for (position, item) in items.iter().enumerate() {
                    if position > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (position, (name, value)) in members.iter().enumerate() {
                    if position > 0 {
                        out.push(',');
                    }
                    write_text(name, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    /// Reads a whole document.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(body).map_err(|error| format!("the body is not UTF-8: {error}"))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let raw: &RawValue = serde_json::from_str(text).map_err(|error| error.to_string())?;
        Self::from_raw(raw.get(), MAX_DEPTH)
    }

    fn from_raw(text: &str, depth: usize) -> Result<Self, String> {
        let fail = |error: serde_json::Error| error.to_string();
        if depth == 0 {
            return Err(format!("nested more than {MAX_DEPTH} deep"));
        }
        match text.as_bytes().first() {
            Some(b'{') => {
                let members: Members<'_> = serde_json::from_str(text).map_err(fail)?;
                let mut object = Vec::<(String, Self)>::with_capacity(members.0.len());
                for (name, raw) in members.0 {
                    if object.iter().any(|(known, _)| *known == name) {
                        return Err(format!("duplicate property name '{name}'"));
                    }
                    object.push((name, Self::from_raw(raw.get(), depth - 1)?));
                }
                Ok(Self::Object(object))
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(fail)?;
                let items =
                    items.into_iter().map(|raw| Self::from_raw(raw.get(), depth - 1)).collect::<Result<_, _>>()?;
                Ok(Self::Array(items))
            }
            Some(b'"') => serde_json::from_str(text).map(Self::Text).map_err(fail),
            Some(b't') => Ok(Self::Bool(true)),
            Some(b'f') => Ok(Self::Bool(false)),
            Some(b'n') => Ok(Self::Null),
            _ => Ok(Self::Number(text.to_owned())),
        }
    }
}

struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<String, &'de RawValue>()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Json;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(Json::parse(text.as_bytes()).map_or_else(|error| error, |json| json.to_text()), expect);
    }

    #[test]
    fn numbers_and_order_stay_as_written() {
        check(r#" { "b" : 149.5000 , "a":[1e2,-0.10,null,true] } "#, r#"{"b":149.5000,"a":[1e2,-0.10,null,true]}"#);
        check("\"\\u0001\\n€\"", "\"\\u0001\\n€\"");
    }

    #[test]
    fn what_is_not_json_is_refused() {
        check("", "EOF while parsing a value at line 1 column 0");
        check("{\"a\":1,\"a\":2}", "duplicate property name 'a'");
        check(&format!("{}{}", "[".repeat(40), "]".repeat(40)), "nested more than 32 deep");
        check("{\"a\":01}", "invalid number at line 1 column 7");
        check("[1]x", "trailing characters at line 1 column 4");
    }

    fn json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            (any::<i32>(), 0..100u32).prop_map(|(whole, part)| Json::Number(format!("{whole}.{part:02}"))),
            ".{0,8}".prop_map(Json::Text),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
                prop::collection::btree_map(".{0,4}", inner, 0..4)
                    .prop_map(|map| Json::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(json in json()) {
            prop_assert_eq!(Json::parse(json.to_text().as_bytes()), Ok(json));
        }
    }
}
