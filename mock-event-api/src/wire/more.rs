//! A thing on the wire with more columns than its model has: what an organizer lets the outbound API show.

use indexmap::IndexMap;
use mock_dataverse::store::Value;
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A thing, and what stands beside its own properties.
#[derive(Debug)]
pub struct With<T> {
    wire: T,
    more: Vec<(String, Value)>,
    /// The property that all of it stands in; beside the thing's own when there is none.
    inside: Option<&'static str>,
}

impl<T> With<T> {
    /// `more` beside the properties of `wire`, or in a property of its own. A property of the thing itself is never replaced.
    pub fn new(wire: T, more: Vec<(String, Value)>, inside: Option<&'static str>) -> Self {
        Self { wire, more, inside }
    }
}

impl<T: Serialize> Serialize for With<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.more.is_empty() {
            return self.wire.serialize(serializer);
        }
        // Values stay as they were written: a price keeps its digits.
        let text = serde_json::to_string(&self.wire).map_err(S::Error::custom)?;
        let mut object: IndexMap<String, Box<RawValue>> = serde_json::from_str(&text).map_err(S::Error::custom)?;
        let mut more: IndexMap<&str, Box<RawValue>> = IndexMap::new();
        for (name, value) in &self.more {
            more.insert(name, raw(value).map_err(S::Error::custom)?);
        }
        match self.inside {
            Some(name) => {
                let inner = serde_json::value::to_raw_value(&more).map_err(S::Error::custom)?;
                object.entry(name.to_owned()).or_insert(inner);
            }
            None => more.into_iter().for_each(|(name, value)| {
                object.entry(name.to_owned()).or_insert(value);
            }),
        }
        object.serialize(serializer)
    }
}

fn raw(value: &Value) -> Result<Box<RawValue>, serde_json::Error> {
    match value {
        Value::Decimal(number) | Value::Money(number) => RawValue::from_string(number.normalize().to_string()),
        Value::Text(text) => serde_json::value::to_raw_value(&**text),
        Value::Int(number) | Value::Choice(number) => serde_json::value::to_raw_value(number),
        Value::BigInt(number) => serde_json::value::to_raw_value(number),
        Value::Bool(flag) => serde_json::value::to_raw_value(flag),
        Value::DateTime(at) => serde_json::value::to_raw_value(&at.to_string()),
        Value::Date(date) => serde_json::value::to_raw_value(&date.to_string()),
        Value::Guid(id) | Value::Lookup { id, .. } => serde_json::value::to_raw_value(&id.to_string()),
        Value::Null => serde_json::value::to_raw_value(&()),
    }
}
