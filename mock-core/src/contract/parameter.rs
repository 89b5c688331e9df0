//! Parameters of a request and headers of an answer: found by their style, typed by their schema, then checked.
//!
//! Styles as in <https://spec.openapis.org/oas/v3.0.3#style-values>; `matrix` and `label` are refused.

use std::sync::Arc;

use http::{HeaderMap, HeaderName};
use serde_json::Value;

use super::{
    checker::Checker,
    coerce::Parts,
    document::{ContractError, Document},
    message,
    violation::Findings,
};
use crate::form::FormTree;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum In {
    Path,
    Query,
    Header,
    Cookie,
}

impl In {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// Lists and objects are joined with this character.
    Joined(char),
    /// Every item is a pair of its own, and so is every member.
    Pairs,
    /// Brackets after the name.
    Deep,
    /// One JSON text.
    Json,
}

/// A compiled parameter.
#[derive(Debug)]
pub(super) struct Parameter {
    name: String,
    place: In,
    required: bool,
    may_be_empty: bool,
    /// Members of a joined object are written `key=value`.
    exploded: bool,
    style: Style,
    schema: Value,
    checker: Arc<Checker>,
}

/// What a request carries, decoded once for all parameters.
#[derive(Debug)]
pub(super) struct Carried<'a> {
    pub(super) path: &'a [(String, String)],
    pub(super) query: &'a [(String, String)],
    pub(super) tree: Option<&'a FormTree>,
    pub(super) headers: &'a HeaderMap,
    pub(super) cookies: &'a [(String, String)],
}

impl Parameter {
    /// Reads a parameter object, or a header object when `header` gives its name. `compile` turns a schema and its
    /// pointer into a checker. Answers nothing for headers that a contract cannot describe as parameters.
    pub(super) fn new(
        document: &Document,
        value: &Value,
        at: &str,
        header: Option<&str>,
        compile: impl FnOnce(&Value, &str) -> Result<Arc<Checker>, ContractError>,
    ) -> Result<Option<Self>, ContractError> {
        let (value, at) = document.resolve(value, at)?;
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        let flag = |key: &str| value.get(key).and_then(Value::as_bool);
        let place = match header.map_or(text("in"), |_| Some("header")) {
            Some("path") => In::Path,
            Some("query") => In::Query,
            Some("header") => In::Header,
            Some("cookie") => In::Cookie,
            other => {
                return Err(
                    document.invalid(&at, format!("`in: {}` is no place for a parameter", other.unwrap_or_default()))
                );
            }
        };
        let name = header.or_else(|| text("name")).ok_or_else(|| document.invalid(&at, "the parameter has no name"))?;
        if place == In::Header {
            if ["content-type", "accept", "authorization"].iter().any(|reserved| name.eq_ignore_ascii_case(reserved)) {
                return Ok(None);
            }
            HeaderName::try_from(name).map_err(|_| document.invalid(&at, format!("`{name}` is no header name")))?;
        }
        let (schema, schema_at, json) = schema_of(document, value, &at)?;
        let style = text("style").unwrap_or(if matches!(place, In::Query | In::Cookie) { "form" } else { "simple" });
        let exploded = flag("explode").unwrap_or(style == "form");
        let style = match (style, place) {
            _ if json => Style::Json,
            ("form", In::Query) if exploded => Style::Pairs,
            ("form", In::Query | In::Cookie) | ("simple", In::Path | In::Header) => Style::Joined(','),
            ("spaceDelimited", In::Query) => Style::Joined(' '),
            ("pipeDelimited", In::Query) => Style::Joined('|'),
            ("deepObject", In::Query) => Style::Deep,
            (style, place) => {
                return Err(document.invalid(&at, format!("`style: {style}` in the {} is not supported", place.name())));
            }
        };
        let checker = compile(&schema, &schema_at)?;
        Ok(Some(Self {
            name: name.to_owned(),
            place,
            required: flag("required").unwrap_or(false),
            may_be_empty: flag("allowEmptyValue").unwrap_or(false),
            exploded,
            style,
            schema,
            checker,
        }))
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn place(&self) -> In {
        self.place
    }

    pub(super) fn is_deep(&self) -> bool {
        self.style == Style::Deep
    }

    /// The query names that belong to this parameter.
    pub(super) fn query_names<'a>(&'a self, document: &'a Document) -> Vec<&'a str> {
        let parts = Parts::of(document, [&self.schema]);
        if self.style == Style::Pairs && parts.has_type("object") && !parts.has_type("array") {
            return parts.properties().collect();
        }
        vec![&self.name]
    }

    pub(super) fn check(&self, document: &Document, carried: &Carried<'_>, findings: &mut Findings<'_>) {
        let place = || format!("{} {}", self.place.name(), self.name);
        let value = match self.value(document, carried) {
            Ok(Some(value)) => value,
            Ok(None) => {
                if self.required {
                    findings.add(place(), "is required and missing");
                }
                return;
            }
            Err(message) => {
                findings.add(place(), message);
                return;
            }
        };
        if self.may_be_empty && value.as_str() == Some("") {
            return;
        }
        let (errors, beyond) = self.checker.errors(&value);
        findings.leave_out(beyond);
        for (pointer, mut message) in errors {
            if message::sounds_secret(&self.name) && value.is_string() {
                "does not fit its schema".clone_into(&mut message);
            }
            let place = if pointer.is_empty() { place() } else { format!("{} {pointer}", place()) };
            findings.add(place, message);
        }
    }

    fn value(&self, document: &Document, carried: &Carried<'_>) -> Result<Option<Value>, String> {
        let parts = || Parts::of(document, [&self.schema]);
        match self.style {
            Style::Deep => Ok(carried.tree.and_then(|tree| tree.get(&self.name)).map(|node| parts().node(node))),
            Style::Json => match self.text(carried)? {
                Some(text) => {
                    serde_json::from_str(&text).map(Some).map_err(|error| format!("is not valid JSON: {error}"))
                }
                None => Ok(None),
            },
            Style::Pairs => {
                let parts = parts();
                if parts.has_type("array") {
                    let texts: Vec<_> = named(carried.query, &self.name).collect();
                    return Ok((!texts.is_empty()).then(|| parts.list(texts)));
                }
                if parts.has_type("object") {
                    let known: Vec<_> = parts.properties().collect();
                    let mut members =
                        carried.query.iter().filter(|(name, _)| known.contains(&name.as_str())).peekable();
                    return Ok(members
                        .peek()
                        .is_some()
                        .then(|| parts.object(members.map(|(name, text)| (name.as_str(), text.as_str())))));
                }
                Ok(self.text(carried)?.map(|text| parts.text(&text)))
            }
            Style::Joined(separator) => {
                let Some(text) = self.text(carried)? else { return Ok(None) };
                let parts = parts();
                if parts.has_type("array") {
                    let items = text.split(separator).map(str::trim);
                    return Ok(Some(if text.is_empty() { parts.list([]) } else { parts.list(items) }));
                }
                if parts.has_type("object") && !parts.has_type("string") {
                    return Ok(Some(parts.object(members(&text, separator, self.exploded)?)));
                }
                Ok(Some(parts.text(&text)))
            }
        }
    }

    /// The text of the parameter; of several in the query the last, of several headers all, joined with commas.
    fn text(&self, carried: &Carried<'_>) -> Result<Option<String>, String> {
        Ok(match self.place {
            In::Path => named(carried.path, &self.name).last().map(str::to_owned),
            In::Query => named(carried.query, &self.name).last().map(str::to_owned),
            In::Cookie => named(carried.cookies, &self.name).last().map(str::to_owned),
            In::Header => {
                let mut texts = Vec::new();
                for value in carried.headers.get_all(self.name.as_str()) {
                    texts.push(std::str::from_utf8(value.as_bytes()).map_err(|_| "is not valid UTF-8")?);
                }
                (!texts.is_empty()).then(|| texts.join(", "))
            }
        })
    }
}

/// The schema of a parameter or header, from `schema` or from its one JSON `content`.
fn schema_of(document: &Document, value: &Value, at: &str) -> Result<(Value, String, bool), ContractError> {
    if let Some(schema) = value.get("schema") {
        return Ok((schema.clone(), format!("{at}/schema"), false));
    }
    let content = value.get("content").and_then(Value::as_object);
    match content.and_then(|content| content.iter().next()) {
        Some((media, entry)) if media.starts_with("application/json") => {
            let schema = entry.get("schema").cloned().unwrap_or_else(|| Value::Object(serde_json::Map::new()));
            Ok((schema, format!("{at}/content/application~1json/schema"), true))
        }
        Some((media, _)) => Err(document.invalid(at, format!("a parameter as `{media}` is not supported"))),
        None => Ok((Value::Object(serde_json::Map::new()), format!("{at}/schema"), false)),
    }
}

fn named<'a>(pairs: &'a [(String, String)], name: &'a str) -> impl Iterator<Item = &'a str> {
    pairs.iter().filter(move |(key, _)| key == name).map(|(_, text)| text.as_str())
}

/// `a,1,b,2`, or `a=1,b=2` when exploded.
fn members(text: &str, separator: char, exploded: bool) -> Result<Vec<(&str, &str)>, String> {
    let items: Vec<_> = text.split(separator).map(str::trim).collect();
    if exploded {
        return items
            .into_iter()
            .map(|item| item.split_once('=').ok_or_else(|| format!("`{item}` is not key=value")))
            .collect();
    }
    let (pairs, []) = items.as_chunks::<2>() else {
        return Err("has a key without a value".to_owned());
    };
    Ok(pairs.iter().map(|[key, value]| (*key, *value)).collect())
}

/// The pairs of all `Cookie` headers.
pub(super) fn cookies(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .get_all(http::header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().trim_matches('"').to_owned()))
        .take(1_000)
        .collect()
}
