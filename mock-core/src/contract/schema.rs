//! Translates an OpenAPI 3.0 schema into JSON Schema draft 4, which is what its keywords are drawn from.
//!
//! Differences that matter: `nullable`, `readOnly` and `writeOnly` (a required property that this direction must not
//! carry is not required), integer formats as bounds, and keywords next to `$ref`, which have no effect.
//! See <https://spec.openapis.org/oas/v3.0.3#schema-object>.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Map, Value, json};

use super::{
    document::{ContractError, Document, step},
    violation::Side,
};

/// Copied as they are.
const SAME: &[&str] = &[
    "multipleOf",
    "maximum",
    "minimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "enum",
    "format",
];
/// Say nothing about which values are valid.
const SILENT: &[&str] = &[
    "title",
    "description",
    "default",
    "example",
    "discriminator",
    "readOnly",
    "writeOnly",
    "xml",
    "externalDocs",
    "deprecated",
    "nullable",
];
const TYPES: &[&str] = &["string", "number", "integer", "boolean", "object", "array"];

/// The draft 4 schema for `schema`, which stands at the pointer `at`, with all that it refers to under `definitions`.
pub(super) fn translate(document: &Document, schema: &Value, at: &str, side: Side) -> Result<Value, ContractError> {
    let mut bridge = Bridge { document, side, names: BTreeMap::new(), queue: VecDeque::new() };
    let root = bridge.schema(schema, at, &BTreeSet::new())?;
    let mut definitions = Map::new();
    while let Some(reference) = bridge.queue.pop_front() {
        let target = document
            .target(&reference)
            .ok_or_else(|| document.invalid(at, format!("`$ref: {reference}` points at nothing")))?;
        let name = bridge.name(&reference);
        let translated = bridge.schema(target, &reference, &BTreeSet::new())?;
        definitions.insert(name, translated);
    }
    Ok(json!({"allOf": [root], "definitions": definitions}))
}

struct Bridge<'d> {
    document: &'d Document,
    side: Side,
    names: BTreeMap<String, String>,
    queue: VecDeque<String>,
}

impl Bridge<'_> {
    fn name(&mut self, reference: &str) -> String {
        if let Some(name) = self.names.get(reference) {
            return name.clone();
        }
        let name = format!("s{}", self.names.len());
        self.names.insert(reference.to_owned(), name.clone());
        self.queue.push_back(reference.to_owned());
        name
    }

    /// `hidden`: properties that an enclosing `allOf` marks as not for this direction.
    fn schema(&mut self, schema: &Value, at: &str, hidden: &BTreeSet<String>) -> Result<Value, ContractError> {
        let source = schema.as_object().ok_or_else(|| self.document.invalid(at, "a schema must be an object"))?;
        let nullable = source.get("nullable") == Some(&Value::Bool(true));
        if let Some(reference) = source.get("$ref") {
            self.document.resolve(schema, at)?;
            let name = self.name(reference.as_str().unwrap_or_default());
            let target = json!({"$ref": format!("#/definitions/{name}")});
            return Ok(if nullable { or_null(target) } else { target });
        }
        let mut hidden = hidden.clone();
        self.collect_hidden(source, &mut hidden, 0);
        let mut target = Map::new();
        for (keyword, value) in source {
            let at = format!("{at}/{}", step(keyword));
            match keyword.as_str() {
                "type" => {
                    let known = value.as_str().is_some_and(|name| TYPES.contains(&name));
                    if !known {
                        return Err(self.document.invalid(&at, format!("{value} is no OpenAPI 3.0 type")));
                    }
                    target.insert(keyword.clone(), value.clone());
                }
                "exclusiveMaximum" | "exclusiveMinimum" => {
                    if !value.is_boolean() {
                        return Err(self.document.invalid(&at, "is a boolean in OpenAPI 3.0"));
                    }
                    let bound = if keyword == "exclusiveMaximum" { "maximum" } else { "minimum" };
                    if source.contains_key(bound) {
                        target.insert(keyword.clone(), value.clone());
                    }
                }
                "required" => {
                    let names = value
                        .as_array()
                        .ok_or_else(|| self.document.invalid(&at, "must be a list of property names"))?;
                    let kept: Vec<_> = names
                        .iter()
                        .filter(|name| !name.as_str().is_some_and(|name| hidden.contains(name)))
                        .cloned()
                        .collect();
                    if !kept.is_empty() {
                        target.insert(keyword.clone(), Value::Array(kept));
                    }
                }
                "properties" => {
                    let properties =
                        value.as_object().ok_or_else(|| self.document.invalid(&at, "must be an object"))?;
                    let translated = properties
                        .iter()
                        .map(|(name, schema)| {
                            Ok((name.clone(), self.schema(schema, &format!("{at}/{}", step(name)), &BTreeSet::new())?))
                        })
                        .collect::<Result<Map<_, _>, ContractError>>()?;
                    target.insert(keyword.clone(), Value::Object(translated));
                }
                "additionalProperties" if value.is_boolean() => {
                    target.insert(keyword.clone(), value.clone());
                }
                "items" | "additionalProperties" | "not" => {
                    target.insert(keyword.clone(), self.schema(value, &at, &BTreeSet::new())?);
                }
                "allOf" | "anyOf" | "oneOf" => {
                    let members =
                        value.as_array().ok_or_else(|| self.document.invalid(&at, "must be a list of schemas"))?;
                    let translated = members
                        .iter()
                        .enumerate()
                        .map(|(index, member)| self.schema(member, &format!("{at}/{index}"), &hidden))
                        .collect::<Result<Vec<_>, _>>()?;
                    target.insert(keyword.clone(), Value::Array(translated));
                }
                same if SAME.contains(&same) => {
                    target.insert(keyword.clone(), value.clone());
                }
                silent if SILENT.contains(&silent) || silent.starts_with("x-") => {}
                unknown => {
                    return Err(self.document.invalid(&at, format!("`{unknown}` is no OpenAPI 3.0 schema keyword")));
                }
            }
        }
        bound_by_format(&mut target);
        Ok(if nullable { allow_null(target) } else { Value::Object(target) })
    }

    /// Adds the properties that do not travel in this direction: `readOnly` in a request, `writeOnly` in an answer.
    fn collect_hidden(&self, schema: &Map<String, Value>, hidden: &mut BTreeSet<String>, depth: usize) {
        let mark = match self.side {
            Side::Request => "readOnly",
            Side::Answer => "writeOnly",
        };
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        for (name, property) in properties {
            let marked = |schema: &Value| schema.get(mark) == Some(&Value::Bool(true));
            if marked(property) || self.document.follow(property).is_some_and(marked) {
                hidden.insert(name.clone());
            }
        }
        if depth < 8 {
            let members = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
            for member in members.filter_map(|member| self.document.follow(member)?.as_object()) {
                self.collect_hidden(member, hidden, depth + 1);
            }
        }
    }
}

/// `int32` and `int64` are ranges, which draft 4 has no format for.
fn bound_by_format(schema: &mut Map<String, Value>) {
    let (least, most) = match schema.get("format").and_then(Value::as_str) {
        Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
        Some("int64") => (i64::MIN, i64::MAX),
        _ => return,
    };
    if schema.get("type").and_then(Value::as_str) == Some("integer") {
        schema.entry("minimum").or_insert_with(|| least.into());
        schema.entry("maximum").or_insert_with(|| most.into());
    }
}

/// Lets a translated schema accept null as well.
fn allow_null(mut schema: Map<String, Value>) -> Value {
    let composed = ["allOf", "anyOf", "oneOf", "not"].iter().any(|keyword| schema.contains_key(*keyword));
    let kind = match schema.get("type") {
        Some(kind) if !composed => kind.clone(),
        _ => return or_null(Value::Object(schema)),
    };
    schema.insert("type".to_owned(), json!([kind, "null"]));
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    Value::Object(schema)
}

fn or_null(schema: Value) -> Value {
    json!({"anyOf": [{"enum": [null]}, schema]})
}
