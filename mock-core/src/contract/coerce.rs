//! Gives text from queries, headers and forms the JSON type that the schema asks for.
//!
//! Text becomes a number or boolean only where the schema names that type and the text reads as one; otherwise it stays a
//! string and the schema decides. Lists and maps of a bracketed form are told apart by the schema as well.

use serde_json::{Map, Value};

use super::document::Document;
use crate::form::{FormNode, FormTree, FormValue};

const DEEPEST: usize = 16;
const MOST_PARTS: usize = 512;

/// The schemas that a value may have to fit, with references and alternatives laid out flat.
#[derive(Debug, Clone)]
pub(super) struct Parts<'a> {
    document: &'a Document,
    parts: Vec<&'a Map<String, Value>>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(document: &'a Document, schemas: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut parts = Self { document, parts: Vec::new() };
        schemas.into_iter().for_each(|schema| parts.collect(schema, 0));
        parts
    }

    fn collect(&mut self, schema: &'a Value, depth: usize) {
        let Some(part) = self.document.follow(schema).and_then(Value::as_object) else {
            return;
        };
        if depth == DEEPEST || self.parts.len() == MOST_PARTS {
            return;
        }
        self.parts.push(part);
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for member in part.get(keyword).and_then(Value::as_array).into_iter().flatten() {
                self.collect(member, depth + 1);
            }
        }
    }

    pub(super) fn has_type(&self, name: &str) -> bool {
        let implied = match name {
            "object" => "properties",
            "array" => "items",
            _ => "",
        };
        self.parts.iter().any(|part| match part.get("type") {
            Some(kind) => kind.as_str() == Some(name),
            None => part.contains_key(implied),
        })
    }

    /// The names of all declared properties, in order.
    pub(super) fn properties(&self) -> impl Iterator<Item = &'a str> {
        self.parts
            .iter()
            .filter_map(|part| part.get("properties")?.as_object())
            .flatten()
            .map(|(name, _)| name.as_str())
    }

    pub(super) fn property(&self, name: &str) -> Parts<'a> {
        let declared = self.parts.iter().filter_map(|part| part.get("properties")?.get(name));
        let found = Self::of(self.document, declared);
        if found.parts.is_empty() {
            return Self::of(self.document, self.parts.iter().filter_map(|part| part.get("additionalProperties")));
        }
        found
    }

    pub(super) fn items(&self) -> Parts<'a> {
        Self::of(self.document, self.parts.iter().filter_map(|part| part.get("items")))
    }

    /// One text.
    pub(super) fn text(&self, text: &str) -> Value {
        let spelled_out = self
            .parts
            .iter()
            .filter_map(|part| part.get("enum")?.as_array())
            .any(|values| values.iter().any(|value| value.as_str() == Some(text)));
        if !spelled_out {
            if self.has_type("integer")
                && let Ok(number) = text.parse::<i64>()
            {
                return number.into();
            }
            if self.has_type("number")
                && let Ok(number) = text.parse::<f64>()
                && let Some(number) = serde_json::Number::from_f64(number)
            {
                return Value::Number(number);
            }
            if self.has_type("boolean")
                && let Ok(value) = text.parse::<bool>()
            {
                return value.into();
            }
        }
        Value::String(text.to_owned())
    }

    /// Texts of a list.
    pub(super) fn list<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> Value {
        let items = self.items();
        Value::Array(texts.into_iter().map(|text| items.text(text)).collect())
    }

    /// Texts of an object.
    pub(super) fn object<'t>(&self, members: impl IntoIterator<Item = (&'t str, &'t str)>) -> Value {
        Value::Object(members.into_iter().map(|(key, text)| (key.to_owned(), self.property(key).text(text))).collect())
    }

    /// One node of a bracketed form.
    pub(super) fn node(&self, node: FormNode<'_>) -> Value {
        match node.value() {
            FormValue::Text(text) => self.text(text),
            FormValue::Branch(children) => {
                if self.has_type("array")
                    && let Some(nodes) = node.items()
                {
                    let items = self.items();
                    return Value::Array(nodes.into_iter().map(|node| items.node(node)).collect());
                }
                if self.has_type("array") || self.has_type("object") {
                    return Value::Object(
                        children.iter().map(|(key, child)| (key.to_owned(), self.property(key).node(child))).collect(),
                    );
                }
                node.to_json()
            }
        }
    }

    /// A whole form. `pairs` gives its undecoded-name pairs, for lists that are written as one name several times.
    pub(super) fn form(&self, tree: &FormTree, pairs: impl Fn() -> Vec<(String, String)>) -> Value {
        let member = |key: &str, node: FormNode<'_>| {
            let parts = self.property(key);
            if node.text().is_some() && parts.has_type("array") && !parts.has_type("string") {
                let pairs = pairs();
                return parts.list(pairs.iter().filter(|(name, _)| name == key).map(|(_, text)| text.as_str()));
            }
            parts.node(node)
        };
        Value::Object(tree.iter().map(|(key, node)| (key.to_owned(), member(key, node))).collect())
    }
}
