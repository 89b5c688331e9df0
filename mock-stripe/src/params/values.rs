//! Typed parameters, read by name.

use std::sync::Arc;

use crate::domain::metadata::MetadataChange;
use crate::domain::money::Currency;

/// Parameters that passed their check. What the check guarantees is not checked again: a reader of the wrong type finds nothing.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Params(Vec<(&'static str, Value)>);

/// No parameters.
static NONE: Params = Params::new(Vec::new());

impl Default for &Params {
    fn default() -> Self {
        &NONE
    }
}

/// What one parameter holds.
#[derive(Debug, PartialEq)]
pub(crate) enum Value {
    /// Sent to unset it.
    Unset,
    /// A flag.
    Flag(bool),
    /// An integer.
    Integer(i64),
    /// Text.
    Text(Box<str>),
    /// Texts by keys that the caller chose.
    Pairs(Arc<[(Box<str>, Box<str>)]>),
    /// A list.
    List(Vec<Self>),
    /// Named members.
    Object(Params),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

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
    pub(super) const fn new(values: Vec<(&'static str, Value)>) -> Self {
        Self(values)
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(is, _)| *is == name).map(|(_, value)| value)
    }

    /// Whether the parameter was sent, be it only to unset it.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Text; nothing when not sent or unset.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text()
    }

    /// Text of one's own.
    pub(crate) fn string(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    /// An integer.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// A flag.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// A currency.
    pub(crate) fn currency(&self, name: &str) -> Option<Currency> {
        self.text(name).and_then(Currency::parse)
    }

    /// An object's members.
    pub(crate) fn object(&self, name: &str) -> Option<&Self> {
        self.get(name)?.as_object()
    }

    /// A list of objects.
    pub(crate) fn objects(&self, name: &str) -> Option<Vec<&Self>> {
        Some(self.list(name)?.iter().filter_map(Value::as_object).collect())
    }

    /// A list of texts.
    pub(crate) fn strings(&self, name: &str) -> Option<Vec<String>> {
        Some(self.list(name)?.iter().filter_map(Value::as_text).map(str::to_owned).collect())
    }

    fn list(&self, name: &str) -> Option<&[Value]> {
        match self.get(name)? {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// What is asked of the metadata.
    pub(crate) fn metadata(&self) -> MetadataChange {
        match self.get("metadata") {
            None => MetadataChange::Keep,
            Some(Value::Pairs(pairs)) => MetadataChange::Merge(Arc::clone(pairs)),
            Some(_) => MetadataChange::Clear,
        }
    }

    /// A filter on a time.
    pub(crate) fn range(&self, name: &str) -> Option<Range> {
        let ends = match self.get(name)? {
            Value::Integer(at) => return Some(Range { from: *at, to: *at }),
            Value::Object(ends) => ends,
            _ => return None,
        };
        let from = [ends.integer("gte"), ends.integer("gt").map(|at| at.saturating_add(1))].into_iter().flatten().max();
        let to = [ends.integer("lte"), ends.integer("lt").map(|at| at.saturating_sub(1))].into_iter().flatten().min();
        Some(Range { from: from.unwrap_or(i64::MIN), to: to.unwrap_or(i64::MAX) })
    }

    /// Every text anywhere inside, for finding the GUIDs that a request is about.
    pub(crate) fn each_text(&self, see: &mut impl FnMut(&str)) {
        self.0.iter().for_each(|(_, value)| value.each_text(see));
    }
}

impl Value {
    fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    fn as_object(&self) -> Option<&Params> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    fn each_text(&self, see: &mut impl FnMut(&str)) {
        match self {
            Self::Unset | Self::Flag(_) | Self::Integer(_) => {}
            Self::Text(text) => see(text),
            Self::Pairs(pairs) => pairs.iter().for_each(|(_, text)| see(text)),
            Self::List(items) => items.iter().for_each(|item| item.each_text(see)),
            Self::Object(members) => members.each_text(see),
        }
    }
}
