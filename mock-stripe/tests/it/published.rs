//! Stripe's published description and samples, read from `STRIPE_OPENAPI_DIR`, and its description as JSON Schema.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// The published files; without them the test says that it is skipped.
pub(crate) fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("STRIPE_OPENAPI_DIR").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: STRIPE_OPENAPI_DIR is unset");
    }
    folder
}

pub(crate) fn read(folder: &Path, file: &str) -> Value {
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// OpenAPI 3.0 says `nullable`; JSON Schema says `null` is one of the types.
pub(crate) fn as_json_schema(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(as_json_schema);
            if members.remove("nullable") == Some(Value::Bool(true)) {
                let inner = Value::Object(std::mem::take(members));
                *value = json!({ "anyOf": [inner, { "type": "null" }] });
            } else if let Some(Value::String(reference)) = members.get("$ref") {
                let reference = reference.replace("#/components/schemas/", "#/$defs/");
                *value = json!({ "$ref": reference });
            }
        }
        Value::Array(items) => items.iter_mut().for_each(as_json_schema),
        _ => {}
    }
}

/// Lets no schema pass members that it does not name, unless it names none at all (metadata, an event's object).
fn close(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(close);
            let names = members.get("properties").and_then(Value::as_object).is_some_and(|named| !named.is_empty());
            if names && members.get("type") == Some(&json!("object")) && !members.contains_key("additionalProperties") {
                members.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// Members that are sent by the service though its description does not know them (`facts/stripe.md` 12 and 13): the schema, the member.
pub(crate) const UNDOCUMENTED: &[(&str, &str)] = &[
    ("payment_intent", "shared_payment_granted_token"),
    ("payment_intent", "source"),
    ("charge", "destination"),
    ("charge", "dispute"),
    ("charge", "order"),
    ("charge", "source"),
    ("dispute", "balance_transaction"),
];

/// The published description, and what validates against it.
pub(crate) struct Published {
    /// As it was published.
    document: Value,
    /// Its schemas as JSON Schema, closed: members nobody knows are errors.
    definitions: Value,
}

impl Published {
    pub(crate) fn open(folder: &Path) -> Self {
        let mut document = read(folder, "spec3.json");
        with_files(&mut document, folder);
        let mut definitions = document["components"]["schemas"].clone();
        // The body of an error holds whole objects, which the description calls just that.
        let error = &mut definitions["error"]["properties"]["error"]["properties"];
        for whole in ["payment_intent", "payment_method", "setup_intent"] {
            error[whole] = json!({ "$ref": format!("#/components/schemas/{whole}") });
        }
        as_json_schema(&mut definitions);
        for (schema, member) in UNDOCUMENTED {
            definitions[schema]["properties"][member] = Value::Bool(true);
        }
        close(&mut definitions);
        Self { document, definitions }
    }

    /// The published operation of this method and path; what stands in braces may be called otherwise.
    pub(crate) fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        let paths = self.document["paths"].as_object().unwrap();
        let found = paths.iter().find(|(published, _)| without_names(published) == without_names(path))?;
        found.1.get(method.to_lowercase())
    }

    /// A schema of a request with what it refers to in its place. Schemas of requests do not hold themselves.
    pub(crate) fn resolved(&self, schema: &Value) -> Value {
        match schema {
            Value::Object(members) => match members.get("$ref").and_then(Value::as_str) {
                Some(reference) => {
                    let found = self.document.pointer(reference.trim_start_matches('#'));
                    self.resolved(found.unwrap_or_else(|| panic!("{reference} leads nowhere")))
                }
                None => members.iter().map(|(name, member)| (name.clone(), self.resolved(member))).collect(),
            },
            Value::Array(items) => items.iter().map(|item| self.resolved(item)).collect(),
            plain => plain.clone(),
        }
    }

    /// The schema of an operation's success (`"200"`) or refusal (`"default"`).
    pub(crate) fn answer(operation: &Value, status: &str) -> Value {
        let mut schema = operation["responses"][status]["content"]["application/json"]["schema"].clone();
        assert!(schema.is_object(), "no schema for {status}");
        as_json_schema(&mut schema);
        close(&mut schema);
        schema
    }

    /// Members of an object that hold an id or, on request, the object behind it.
    pub(crate) fn expandable(&self, kind: &str) -> BTreeSet<String> {
        let members = self.document["components"]["schemas"][kind]["properties"].as_object();
        let members = members.unwrap_or_else(|| panic!("nothing is published of {kind}"));
        members
            .iter()
            .filter(|(_, member)| member.get("x-expansionResources").is_some())
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// Validates objects of the form `{name: value}` against these schemas by name.
    pub(crate) fn validator(&self, schemas: Map<String, Value>) -> Validator {
        jsonschema::validator_for(&json!({ "properties": schemas, "$defs": self.definitions })).unwrap()
    }
}

/// The description of files, which the newest text calls just objects, from the one before.
fn with_files(document: &mut Value, folder: &Path) {
    let older = read(folder, "spec3-2023-08-16.official.json");
    document["components"]["schemas"]["file"] = older["components"]["schemas"]["file"].clone();
    let file = json!({ "$ref": "#/components/schemas/file" });
    for (path, method) in [("/v1/files", "post"), ("/v1/files/{id}", "get")] {
        document["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"] = file.clone();
    }
    let list = &mut document["paths"]["/v1/files"]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
    list["properties"]["data"]["items"] = file;
}

fn without_names(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
}

/// What the proofs rest on: the description as it is used here refuses what Stripe would never send.
#[test]
fn the_description_lets_nothing_else_pass() {
    let Some(folder) = folder() else { return };
    let published = Published::open(&folder);
    let operation = published.operation("GET", "/v1/prices/{price}").unwrap();
    let validator = published.validator(Map::from_iter([("price".to_owned(), Published::answer(operation, "200"))]));
    let good = read(&folder, "fixtures3.json")["resources"]["price"].clone();
    let fits = |change: &dyn Fn(&mut Value)| {
        let mut price = good.clone();
        change(&mut price);
        validator.is_valid(&json!({ "price": price }))
    };
    assert!(
        fits(&|_| ()),
        "{:?}",
        validator.iter_errors(&json!({ "price": good })).map(|error| error.to_string()).collect::<Vec<_>>()
    );
    assert!(fits(&|price| price["nickname"] = Value::Null), "it may be null");
    assert!(fits(&|price| price["product"] = json!("prod_1")), "an id where an object may stand");
    assert!(
        fits(&|price| price["product"] = json!({ "id": "prod_1", "object": "product", "deleted": true })),
        "the object"
    );
    assert!(!fits(&|price| price["product"] = json!({ "id": "cus_1", "object": "customer" })), "another object");
    assert!(!fits(&|price| price["product"] = Value::Null), "it may not be null");
    assert!(!fits(&|price| price["currency"] = Value::Null), "nor this");
    assert!(!fits(&|price| price["type"] = json!("often")), "a value nobody knows");
    assert!(!fits(&|price| price["colour"] = json!("red")), "a member nobody knows");
    assert!(!fits(&|price| drop(price.as_object_mut().unwrap().remove("active"))), "a member that must be there");
    assert!(
        published.operation("PUT", "/v1/prices/{price}").is_none() && published.operation("GET", "/v1/cakes").is_none()
    );
}
