//! Bodies: the media type, then the content where it is JSON or a form.

use std::sync::Arc;

use http::{HeaderMap, header};
use serde_json::Value;

use super::{
    checker::Checker,
    coerce::Parts,
    document::{ContractError, Document, step},
    violation::Findings,
};
use crate::form;

/// What a body may be.
#[derive(Debug, Default)]
pub(super) struct Body {
    required: bool,
    media: Vec<Media>,
}

#[derive(Debug)]
struct Media {
    /// Lower case, without parameters; may end with `/*` or be `*/*`.
    range: String,
    schema: Option<(Value, Arc<Checker>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Json,
    Form,
    Opaque,
}

impl Body {
    /// Reads a `content` object that stands at the pointer `at`.
    pub(super) fn new(
        content: Option<&Value>,
        required: bool,
        at: &str,
        mut compile: impl FnMut(&Value, &str) -> Result<Arc<Checker>, ContractError>,
    ) -> Result<Self, ContractError> {
        let mut media = Vec::new();
        for (range, entry) in content.and_then(Value::as_object).into_iter().flatten() {
            let range_at = format!("{at}/{}/schema", step(range));
            let schema = match entry.get("schema") {
                Some(schema) => Some((schema.clone(), compile(schema, &range_at)?)),
                None => None,
            };
            media.push(Media { range: essence(range), schema });
        }
        media.sort_by_key(|media| media.range.matches('*').count());
        Ok(Self { required, media })
    }

    /// Judges a body. `required` in the contract and schemas decide whether it may be empty.
    pub(super) fn check(&self, document: &Document, headers: &HeaderMap, body: &[u8], findings: &mut Findings<'_>) {
        let given = headers.get(header::CONTENT_TYPE).map(|value| essence(&String::from_utf8_lossy(value.as_bytes())));
        if body.is_empty() && given.as_deref().map(kind_of) != Some(Kind::Form) {
            if self.required {
                findings.add("body", "is required and missing");
            }
            return;
        }
        if self.media.is_empty() {
            if !body.is_empty() {
                findings.add("body", format!("has {} bytes, expected none", body.len()));
            }
            return;
        }
        let Some(given) = given else {
            if !self.media.iter().any(|media| media.range == "*/*") {
                findings.add("header Content-Type", format!("is missing, expected {}", self.expected()));
            }
            return;
        };
        let Some(media) = self.media.iter().find(|media| media.accepts(&given)) else {
            findings.add("header Content-Type", format!("is {given:.80}, expected {}", self.expected()));
            return;
        };
        let encoded = headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity");
        if encoded {
            return;
        }
        let value = match decode(document, &given, body, media) {
            Ok(Some(value)) => value,
            Ok(None) => return,
            Err(message) => {
                findings.add("body", message);
                return;
            }
        };
        if let Some((_, checker)) = &media.schema {
            let (errors, beyond) = checker.errors(&value);
            findings.leave_out(beyond);
            for (pointer, message) in errors {
                let place = if pointer.is_empty() { "body".to_owned() } else { format!("body {pointer}") };
                findings.add(place, message);
            }
        }
    }

    /// For answers, which have no `required`: where a schema says how the content looks, an empty body is not right.
    pub(super) fn required_if_described(mut self) -> Self {
        self.required = self.media.iter().any(|media| media.schema.is_some());
        self
    }

    fn expected(&self) -> String {
        self.media.iter().map(|media| media.range.as_str()).collect::<Vec<_>>().join(" or ")
    }
}

impl Media {
    fn accepts(&self, given: &str) -> bool {
        match self.range.strip_suffix("/*") {
            Some("*") => true,
            Some(main) => given.split_once('/').is_some_and(|(given, _)| given == main),
            None => self.range == given || (self.range == "application/*+json" && given.ends_with("+json")),
        }
    }
}

fn decode(document: &Document, given: &str, body: &[u8], media: &Media) -> Result<Option<Value>, String> {
    match kind_of(given) {
        Kind::Json => serde_json::from_slice(body).map(Some).map_err(|error| format!("is not valid JSON: {error}")),
        Kind::Form => {
            let tree = form::parse(body).map_err(|error| error.to_string())?;
            // What parsed as a tree has pairs; few forms need them.
            let pairs = || form::pairs(body, form::FormLimits::default().parameters).unwrap_or_default();
            Ok(media.schema.as_ref().map(|(schema, _)| Parts::of(document, [schema]).form(&tree, pairs)))
        }
        Kind::Opaque => Ok(None),
    }
}

fn kind_of(essence: &str) -> Kind {
    match essence {
        "application/json" => Kind::Json,
        "application/x-www-form-urlencoded" => Kind::Form,
        other if other.ends_with("+json") => Kind::Json,
        _ => Kind::Opaque,
    }
}

/// `Application/JSON; charset=utf-8` → `application/json`.
fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
