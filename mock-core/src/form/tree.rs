//! A decoded form as a tree.
//!
//! A node keeps the whole name of the parameter that made it, which all nodes made by that parameter share, and where in it its own
//! name ends: `line_items[0][price]` makes three nodes of one text. Fields are looked through one by one, which for the handful that a
//! form mostly has costs less than hashing, and for as many as [`FormLimits`](super::FormLimits) lets in still little.

use std::sync::Arc;

use serde_json::Value;

use super::name::segments;

/// A decoded form: its parameters in the order of their first appearance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormTree {
    pub(super) fields: FormFields,
    pub(super) repeated: Vec<String>,
}

/// Parameters by name, in order of appearance. Two are equal when they hold the same, in whatever order.
#[derive(Debug, Clone, Default)]
pub struct FormFields(pub(super) Vec<FormNode>);

/// One parameter, or one level inside a bracketed parameter.
#[derive(Debug, Clone)]
pub struct FormNode {
    /// A name that begins with this node's.
    pub(super) whole: Arc<str>,
    /// Where this node's key begins in it.
    pub(super) start: usize,
    /// Where this node's name ends in it, behind the bracket if there is one.
    pub(super) end: usize,
    pub(super) value: FormValue,
}

/// What stands at a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormValue {
    /// The value of a plain parameter; may be empty.
    Text(String),
    /// Children by the key in their brackets, in order of appearance. Keys of `[]` are `0`, `1`, …
    Branch(FormFields),
}

impl FormTree {
    /// The top-level parameter `key`.
    pub fn get(&self, key: &str) -> Option<&FormNode> {
        self.fields.get(key)
    }

    /// The node at a whole bracketed name, such as `line_items[0][price]`.
    pub fn at(&self, name: &str) -> Option<&FormNode> {
        let mut keys = segments(name).ok()?;
        let first = self.fields.get(keys.next()?)?;
        keys.try_fold(first, FormNode::get)
    }

    /// Top-level parameters in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FormNode)> {
        self.fields.iter()
    }

    /// Every value with its whole name, in order, however deep it stands.
    pub fn leaves(&self) -> Vec<(&str, &str)> {
        fn walk<'a>(fields: &'a FormFields, into: &mut Vec<(&'a str, &'a str)>) {
            for node in &fields.0 {
                match &node.value {
                    FormValue::Text(text) => into.push((node.name(), text)),
                    FormValue::Branch(children) => walk(children, into),
                }
            }
        }
        let mut leaves = Vec::new();
        walk(&self.fields, &mut leaves);
        leaves
    }

    /// Whole names of the values that were given more than once; the tree holds the last one.
    pub fn repeated(&self) -> &[String] {
        &self.repeated
    }

    /// Number of top-level parameters.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether the form holds nothing.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The form as a JSON object whose values are strings; see [`FormNode::to_json`].
    pub fn to_json(&self) -> Value {
        self.fields.to_object()
    }
}

impl FormFields {
    /// The field of this name.
    pub fn get(&self, key: &str) -> Option<&FormNode> {
        self.0.iter().find(|node| node.key() == key)
    }

    /// Whether there is one of this name.
    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// All of them in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FormNode)> {
        self.0.iter().map(|node| (node.key(), node))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn to_object(&self) -> Value {
        Value::Object(self.iter().map(|(key, node)| (key.to_owned(), node.to_json())).collect())
    }
}

impl PartialEq for FormFields {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, node)| other.get(key) == Some(node))
    }
}

impl Eq for FormFields {}

impl FormNode {
    /// The last part of the name: what stands in its last brackets.
    pub(super) fn key(&self) -> &str {
        let end = if self.start == 0 { self.end } else { self.end.saturating_sub(1) };
        self.whole.get(self.start..end).unwrap_or_default()
    }

    /// The whole name, such as `line_items[0][price]`; a `[]` is shown with the index that it got.
    pub fn name(&self) -> &str {
        self.whole.get(..self.end).unwrap_or_default()
    }

    /// What stands here.
    pub fn value(&self) -> &FormValue {
        &self.value
    }

    /// The text, when this is a plain value.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            FormValue::Text(text) => Some(text),
            FormValue::Branch(_) => None,
        }
    }

    /// The child with this key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries()?.get(key)
    }

    /// The children with their keys in order of appearance, when this is a branch.
    pub fn entries(&self) -> Option<&FormFields> {
        match &self.value {
            FormValue::Text(_) => None,
            FormValue::Branch(children) => Some(children),
        }
    }

    /// The children as list elements by rising index, when every key is a number. Gaps close: `a[0]`, `a[7]` are two items.
    pub fn items(&self) -> Option<Vec<&Self>> {
        let mut items =
            self.entries()?.iter().map(|(key, node)| Some((index(key)?, node))).collect::<Option<Vec<_>>>()?;
        items.sort_by_key(|(index, _)| *index);
        Some(items.into_iter().map(|(_, node)| node).collect())
    }

    /// The node as JSON: values are strings; a branch whose keys are exactly `0..n` is an array, any other an object.
    pub fn to_json(&self) -> Value {
        match &self.value {
            FormValue::Text(text) => Value::String(text.clone()),
            FormValue::Branch(children) => match self.items() {
                // Keys differ, so as many numbers below `n` as there are keys are all of them.
                Some(items)
                    if items.iter().all(|node| index(node.key()).is_some_and(|at| (at as usize) < items.len())) =>
                {
                    Value::Array(items.into_iter().map(Self::to_json).collect())
                }
                _ => children.to_object(),
            },
        }
    }
}

impl PartialEq for FormNode {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name() && self.value == other.value
    }
}

impl Eq for FormNode {}

/// The index that a key is, if it is one.
pub(super) fn index(key: &str) -> Option<u32> {
    let plain = key == "0" || (!key.starts_with('0') && key.len() <= 9);
    (plain && !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit())).then(|| key.parse().ok()).flatten()
}
