//! A decoded form as a tree.
//!
//! All of its names and values stand in one text, and a node only says where: `line_items[0][price]=p` makes three nodes whose names
//! begin at the same place. Fields are looked through one by one, which for the handful that a form mostly has costs less than hashing,
//! and for as many as [`FormLimits`](super::FormLimits) lets in still little.

use std::ops::Range;

use serde_json::Value;

use super::name::segments;

/// A decoded form: its parameters in the order of their first appearance.
#[derive(Debug, Clone, Default)]
pub struct FormTree {
    /// What all nodes are made of.
    pub(super) text: String,
    pub(super) nodes: Vec<Node>,
    pub(super) repeated: Vec<String>,
}

/// One node, as places in the tree's text.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Where its name begins.
    pub(super) begin: usize,
    /// Where its key begins, which is the last part of the name.
    pub(super) key: usize,
    /// Where both end, behind the bracket if there is one.
    pub(super) end: usize,
    pub(super) held: Held,
}

/// What a node holds.
#[derive(Debug, Clone)]
pub(super) enum Held {
    /// A value.
    Text(Range<usize>),
    /// Nodes below.
    Branch(Vec<Node>),
}

/// Parameters by name, in order of appearance. Two are equal when they hold the same, in whatever order.
#[derive(Debug, Clone, Copy)]
pub struct FormFields<'a> {
    text: &'a str,
    nodes: &'a [Node],
}

/// One parameter, or one level inside a bracketed parameter.
#[derive(Debug, Clone, Copy)]
pub struct FormNode<'a> {
    text: &'a str,
    node: &'a Node,
}

/// What stands at a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormValue<'a> {
    /// The value of a plain parameter; may be empty.
    Text(&'a str),
    /// Children by the key in their brackets, in order of appearance. Keys of `[]` are `0`, `1`, …
    Branch(FormFields<'a>),
}

impl FormTree {
    /// All top-level parameters.
    pub fn fields(&self) -> FormFields<'_> {
        FormFields { text: &self.text, nodes: &self.nodes }
    }

    /// The top-level parameter `key`.
    pub fn get(&self, key: &str) -> Option<FormNode<'_>> {
        self.fields().get(key)
    }

    /// The node at a whole bracketed name, such as `line_items[0][price]`.
    pub fn at(&self, name: &str) -> Option<FormNode<'_>> {
        let mut keys = segments(name).ok()?;
        let first = self.get(keys.next()?)?;
        keys.try_fold(first, FormNode::get)
    }

    /// Top-level parameters in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, FormNode<'_>)> {
        self.fields().iter()
    }

    /// Every value with its whole name, in order, however deep it stands.
    pub fn leaves(&self) -> Vec<(&str, &str)> {
        fn walk<'a>(fields: FormFields<'a>, into: &mut Vec<(&'a str, &'a str)>) {
            for (_, node) in fields.iter() {
                match node.value() {
                    FormValue::Text(text) => into.push((node.name(), text)),
                    FormValue::Branch(children) => walk(children, into),
                }
            }
        }
        let mut leaves = Vec::new();
        walk(self.fields(), &mut leaves);
        leaves
    }

    /// Whole names of the values that were given more than once; the tree holds the last one.
    pub fn repeated(&self) -> &[String] {
        &self.repeated
    }

    /// Number of top-level parameters.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the form holds nothing.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The form as a JSON object whose values are strings; see [`FormNode::to_json`].
    pub fn to_json(&self) -> Value {
        self.fields().to_object()
    }
}

impl PartialEq for FormTree {
    fn eq(&self, other: &Self) -> bool {
        self.fields() == other.fields() && self.repeated == other.repeated
    }
}

impl Eq for FormTree {}

impl<'a> FormFields<'a> {
    /// The field of this name.
    pub fn get(self, key: &str) -> Option<FormNode<'a>> {
        self.iter().find(|(is, _)| *is == key).map(|(_, node)| node)
    }

    /// Whether there is one of this name.
    pub fn has(self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// All of them in order.
    pub fn iter(self) -> impl Iterator<Item = (&'a str, FormNode<'a>)> {
        let text = self.text;
        self.nodes.iter().map(move |node| (node.key(text), FormNode { text, node }))
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.nodes.is_empty()
    }

    fn to_object(self) -> Value {
        Value::Object(self.iter().map(|(key, node)| (key.to_owned(), node.to_json())).collect())
    }
}

impl PartialEq for FormFields<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, node)| other.get(key) == Some(node))
    }
}

impl Eq for FormFields<'_> {}

impl<'a> FormNode<'a> {
    /// The whole name, such as `line_items[0][price]`; a `[]` is shown with the index that it got.
    pub fn name(self) -> &'a str {
        self.node.name(self.text)
    }

    /// What stands here.
    pub fn value(self) -> FormValue<'a> {
        match &self.node.held {
            Held::Text(at) => FormValue::Text(self.text.get(at.clone()).unwrap_or_default()),
            Held::Branch(nodes) => FormValue::Branch(FormFields { text: self.text, nodes }),
        }
    }

    /// The text, when this is a plain value.
    pub fn text(self) -> Option<&'a str> {
        match self.value() {
            FormValue::Text(text) => Some(text),
            FormValue::Branch(_) => None,
        }
    }

    /// The child with this key.
    pub fn get(self, key: &str) -> Option<Self> {
        self.entries()?.get(key)
    }

    /// The children with their keys in order of appearance, when this is a branch.
    pub fn entries(self) -> Option<FormFields<'a>> {
        match self.value() {
            FormValue::Text(_) => None,
            FormValue::Branch(children) => Some(children),
        }
    }

    /// The children as list elements by rising index, when every key is a number. Gaps close: `a[0]`, `a[7]` are two items.
    pub fn items(self) -> Option<Vec<Self>> {
        let mut items =
            self.entries()?.iter().map(|(key, node)| Some((index(key)?, node))).collect::<Option<Vec<_>>>()?;
        items.sort_by_key(|(index, _)| *index);
        Some(items.into_iter().map(|(_, node)| node).collect())
    }

    /// The node as JSON: values are strings; a branch whose keys are exactly `0..n` is an array, any other an object.
    pub fn to_json(self) -> Value {
        match self.value() {
            FormValue::Text(text) => Value::String(text.to_owned()),
            FormValue::Branch(children) => match self.items() {
                // Keys differ, so as many numbers below `n` as there are keys are all of them.
                Some(items)
                    if children.iter().all(|(key, _)| index(key).is_some_and(|at| (at as usize) < items.len())) =>
                {
                    Value::Array(items.into_iter().map(Self::to_json).collect())
                }
                _ => children.to_object(),
            },
        }
    }
}

impl PartialEq for FormNode<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name() && self.value() == other.value()
    }
}

impl Eq for FormNode<'_> {}

impl Node {
    /// The last part of the name: what stands in its last brackets.
    pub(super) fn key<'a>(&self, text: &'a str) -> &'a str {
        let end = if self.key == self.begin { self.end } else { self.end.saturating_sub(1) };
        text.get(self.key..end).unwrap_or_default()
    }

    /// The nodes below, when this is a branch.
    pub(super) fn below(&self) -> Option<&[Self]> {
        match &self.held {
            Held::Text(_) => None,
            Held::Branch(nodes) => Some(nodes),
        }
    }

    /// The whole name.
    pub(super) fn name<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.begin..self.end).unwrap_or_default()
    }
}

/// The index that a key is, if it is one.
pub(super) fn index(key: &str) -> Option<u32> {
    let plain = key == "0" || (!key.starts_with('0') && key.len() <= 9);
    (plain && !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit())).then(|| key.parse().ok()).flatten()
}
