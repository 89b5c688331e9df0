//! Typed parameters, read by name.

use serde_json::{Map, Value};

use crate::domain::metadata::MetadataChange;
use crate::domain::money::Currency;

/// Parameters that passed their check. What the check guarantees is not checked again: a reader of the wrong type finds nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Params(Map<String, Value>);

/// A filter on a time, both ends inclusive, in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    /// Earliest.
    pub(crate) from: i64,
    /// Latest.
    pub(crate) to: i64,
}

impl Range {
    /// Whether a time is inside.
    pub(crate) fn holds(self, at: i64) -> bool {
        (self.from..=self.to).contains(&at)
    }
}

impl Params {
    pub(super) fn new(values: Map<String, Value>) -> Self {
        Self(values)
    }

    /// All of them.
    #[cfg(test)]
    pub(crate) fn as_value(&self) -> Value {
        Value::Object(self.0.clone())
    }

    /// Whether the parameter was sent, be it only to unset it.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Text; nothing when not sent or unset.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// Text of one's own.
    pub(crate) fn string(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    /// An integer.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.0.get(name)?.as_i64()
    }

    /// A flag.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.0.get(name)?.as_bool()
    }

    /// A currency.
    pub(crate) fn currency(&self, name: &str) -> Option<Currency> {
        self.text(name).and_then(Currency::parse)
    }

    /// An object's members.
    pub(crate) fn object(&self, name: &str) -> Option<Self> {
        self.0.get(name)?.as_object().cloned().map(Self)
    }

    /// A list of objects.
    pub(crate) fn objects(&self, name: &str) -> Option<Vec<Self>> {
        let items = self.0.get(name)?.as_array()?;
        Some(items.iter().filter_map(|item| item.as_object().cloned().map(Self)).collect())
    }

    /// A list of texts.
    pub(crate) fn strings(&self, name: &str) -> Option<Vec<String>> {
        let items = self.0.get(name)?.as_array()?;
        Some(items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect())
    }

    /// What is asked of the metadata.
    pub(crate) fn metadata(&self) -> MetadataChange {
        match self.0.get("metadata") {
            None => MetadataChange::Keep,
            Some(Value::Object(pairs)) => MetadataChange::Merge(
                pairs.iter().map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned())).collect(),
            ),
            Some(_) => MetadataChange::Clear,
        }
    }

    /// A filter on a time.
    pub(crate) fn range(&self, name: &str) -> Option<Range> {
        let value = self.0.get(name)?;
        if let Some(at) = value.as_i64() {
            return Some(Range { from: at, to: at });
        }
        let end = |key: &str| value.get(key).and_then(Value::as_i64);
        let from = [end("gte"), end("gt").map(|at| at.saturating_add(1))].into_iter().flatten().max();
        let to = [end("lte"), end("lt").map(|at| at.saturating_sub(1))].into_iter().flatten().min();
        Some(Range { from: from.unwrap_or(i64::MIN), to: to.unwrap_or(i64::MAX) })
    }

    /// Every text anywhere inside, for finding the GUIDs that a request is about.
    pub(crate) fn texts(&self) -> Vec<&str> {
        fn walk<'a>(value: &'a Value, into: &mut Vec<&'a str>) {
            match value {
                Value::String(text) => into.push(text),
                Value::Array(items) => items.iter().for_each(|item| walk(item, into)),
                Value::Object(members) => members.values().for_each(|member| walk(member, into)),
                _ => {}
            }
        }
        let mut texts = Vec::new();
        self.0.values().for_each(|value| walk(value, &mut texts));
        texts
    }
}
