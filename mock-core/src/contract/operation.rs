//! One operation of a contract: compiled on first use, once for requests and once for each declared status.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use http::{HeaderMap, Method, StatusCode};
use indexmap::IndexMap;
use parking_lot::Mutex;
use serde_json::Value;

use super::{
    body::Body,
    checker::Checker,
    document::{ContractError, Document, step},
    parameter::{Carried, In, Parameter, cookies},
    security::{Security, query_keys},
    violation::{Findings, Side},
};
use crate::form::{self, FormLimits};

/// A request as it came in or is about to go out.
#[derive(Debug, Clone, Copy)]
pub struct RequestView<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path as it stands in the request line, still percent-encoded, without the query.
    pub path: &'a str,
    /// The query without its `?`.
    pub query: Option<&'a str>,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The whole body.
    pub body: &'a [u8],
}

/// An answer as it came in or is about to go out.
#[derive(Debug, Clone, Copy)]
pub struct AnswerView<'a> {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The whole body.
    pub body: &'a [u8],
}

/// Compiled schemas that are only a reference, shared by all operations of a document.
pub(super) type Shared = Mutex<BTreeMap<(Side, String), Arc<Checker>>>;

/// Rules that are compiled on first use; what went wrong then is remembered too.
type Lazy<T> = OnceLock<Result<T, ContractError>>;

/// An operation of a contract.
#[derive(Debug)]
pub struct Operation {
    id: String,
    method: Method,
    path: String,
    /// Pointer of the path item, and of the operation in it.
    item_at: String,
    at: String,
    document: Arc<Document>,
    shared: Arc<Shared>,
    request: Lazy<Request>,
    answers: IndexMap<String, Lazy<Answer>>,
}

#[derive(Debug)]
struct Request {
    parameters: Vec<Parameter>,
    /// The names that the query may hold, when it may hold no others.
    closed: Option<Vec<String>>,
    body: Body,
    security: Option<Security>,
}

#[derive(Debug)]
struct Answer {
    headers: Vec<Parameter>,
    body: Body,
}

impl Operation {
    pub(super) fn new(
        document: &Arc<Document>,
        shared: &Arc<Shared>,
        method: Method,
        path: &str,
        item_at: &str,
    ) -> Result<Self, ContractError> {
        let at = format!("{item_at}/{}", method.as_str().to_ascii_lowercase());
        let value = document
            .target(&at)
            .filter(|value| value.is_object())
            .ok_or_else(|| document.invalid(&at, "an operation must be an object"))?;
        let id = match value.get("operationId") {
            Some(Value::String(id)) => id.clone(),
            Some(_) => return Err(document.invalid(&at, "`operationId` must be text")),
            None => format!("{method} {path}"),
        };
        let responses = value
            .get("responses")
            .and_then(Value::as_object)
            .filter(|responses| !responses.is_empty())
            .ok_or_else(|| document.invalid(&at, "the operation declares no `responses`"))?;
        let mut answers = IndexMap::new();
        for status in responses.keys().filter(|key| !key.starts_with("x-")) {
            let bytes = status.as_bytes();
            let digits = bytes.len() == 3 && bytes[0].is_ascii_digit();
            let known = status == "default"
                || (digits && (bytes[1..].eq_ignore_ascii_case(b"xx") || bytes[1..].iter().all(u8::is_ascii_digit)));
            if !known {
                return Err(document.invalid(
                    &format!("{at}/responses/{}", step(status)),
                    "is no status, no range such as 4XX, and not `default`",
                ));
            }
            answers.insert(status.clone(), OnceLock::new());
        }
        let (document, shared, item_at) = (Arc::clone(document), Arc::clone(shared), item_at.to_owned());
        Ok(Self { id, method, path: path.to_owned(), item_at, at, document, shared, request: OnceLock::new(), answers })
    }

    /// The `operationId`, or method and path where the document gives none.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path template as it stands in the document.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The declared statuses as the document writes them: `200`, `4XX`, `default`.
    pub fn statuses(&self) -> impl Iterator<Item = &str> {
        self.answers.keys().map(String::as_str)
    }

    /// Compiles everything that has not been needed yet; answers what does not compile.
    pub(super) fn warm(&self) -> Vec<ContractError> {
        let request = self.request().err();
        let answers = self.answers.iter().filter_map(|(status, cell)| self.answer(status, cell).err());
        request.into_iter().chain(answers).cloned().collect()
    }

    fn request(&self) -> Result<&Request, &ContractError> {
        self.request.get_or_init(|| self.compile_request()).as_ref()
    }

    fn answer<'a>(&self, status: &str, cell: &'a Lazy<Answer>) -> Result<&'a Answer, &'a ContractError> {
        cell.get_or_init(|| self.compile_answer(status)).as_ref()
    }

    fn compile(&self, schema: &Value, at: &str, side: Side) -> Result<Arc<Checker>, ContractError> {
        let Some(reference) = schema.get("$ref").and_then(Value::as_str).filter(|_| schema.get("nullable").is_none())
        else {
            return Checker::compile(&self.document, schema, at, side).map(Arc::new);
        };
        let key = (side, reference.to_owned());
        if let Some(checker) = self.shared.lock().get(&key) {
            return Ok(Arc::clone(checker));
        }
        let checker = Arc::new(Checker::compile(&self.document, schema, at, side)?);
        self.shared.lock().insert(key, Arc::clone(&checker));
        Ok(checker)
    }

    fn compile_request(&self) -> Result<Request, ContractError> {
        let document = &*self.document;
        let compile = |schema: &Value, at: &str| self.compile(schema, at, Side::Request);
        let mut parameters: Vec<Parameter> = Vec::new();
        for owner in [&self.item_at, &self.at] {
            let listed =
                document.target(&format!("{owner}/parameters")).and_then(Value::as_array).into_iter().flatten();
            for (index, value) in listed.enumerate() {
                let Some(parameter) =
                    Parameter::new(document, value, &format!("{owner}/parameters/{index}"), None, compile)?
                else {
                    continue;
                };
                match parameters
                    .iter_mut()
                    .find(|other| other.place() == parameter.place() && other.name() == parameter.name())
                {
                    Some(other) => *other = parameter,
                    None => parameters.push(parameter),
                }
            }
        }
        let operation = document.target(&self.at).unwrap_or(&Value::Null);
        let on = |extension: &str| {
            operation.get(extension).or_else(|| document.root().get(extension)) == Some(&Value::Bool(true))
        };
        let closed = on("x-closed-query").then(|| {
            let declared = parameters.iter().filter(|parameter| parameter.place() == In::Query);
            declared
                .flat_map(|parameter| parameter.query_names(document))
                .chain(query_keys(document))
                .map(str::to_owned)
                .collect()
        });
        let body = match operation.get("requestBody") {
            Some(value) => {
                let (value, at) = document.resolve(value, &format!("{}/requestBody", self.at))?;
                let required = value.get("required") == Some(&Value::Bool(true));
                Body::new(value.get("content"), required, &format!("{at}/content"), compile)?
            }
            None => Body::default(),
        };
        let security = match operation.get("security").or_else(|| document.root().get("security")) {
            Some(security) if on("x-require-security") => {
                Some(Security::new(document, security, &format!("{}/security", self.at))?)
            }
            _ => None,
        };
        Ok(Request { parameters, closed, body, security })
    }

    fn compile_answer(&self, status: &str) -> Result<Answer, ContractError> {
        let document = &*self.document;
        let compile = |schema: &Value, at: &str| self.compile(schema, at, Side::Answer);
        let at = format!("{}/responses/{status}", self.at);
        let (value, at) = document.resolve(document.target(&at).unwrap_or(&Value::Null), &at)?;
        let mut headers = Vec::new();
        for (name, header) in value.get("headers").and_then(Value::as_object).into_iter().flatten() {
            headers.extend(Parameter::new(
                document,
                header,
                &format!("{at}/headers/{}", step(name)),
                Some(name),
                compile,
            )?);
        }
        let body = Body::new(value.get("content"), false, &format!("{at}/content"), compile)?;
        Ok(Answer { headers, body: body.required_if_described() })
    }

    pub(super) fn check_request(&self, path: &[(String, String)], view: &RequestView<'_>, findings: &mut Findings<'_>) {
        let rules = match self.request() {
            Ok(rules) => rules,
            Err(error) => return findings.add("contract", error.to_string()),
        };
        let limit = FormLimits::default().parameters;
        let raw = view.query.unwrap_or_default().as_bytes();
        let query = form::pairs(raw, limit).unwrap_or_else(|error| {
            findings.add("query", error.to_string());
            Vec::new()
        });
        let deep = rules.parameters.iter().any(Parameter::is_deep);
        let tree = deep
            .then(|| form::parse(raw))
            .and_then(|parsed| parsed.map_err(|error| findings.add("query", error.to_string())).ok());
        let cookies = cookies(view.headers);
        let carried = Carried { path, query: &query, tree: tree.as_ref(), headers: view.headers, cookies: &cookies };
        for parameter in &rules.parameters {
            parameter.check(&self.document, &carried, findings);
        }
        if let Some(closed) = &rules.closed {
            let mut seen: Vec<&str> = Vec::new();
            for (name, _) in &query {
                let top = name.split('[').next().unwrap_or(name);
                if !closed.iter().any(|known| known == name || known == top) && !seen.contains(&name.as_str()) {
                    seen.push(name);
                    findings.add(format!("query {name:.80}"), "is not declared");
                }
            }
        }
        if let Some(security) = &rules.security {
            security.check(&query, view.headers, &cookies, findings);
        }
        rules.body.check(&self.document, view.headers, view.body, findings);
    }

    pub(super) fn check_answer(&self, request: &RequestView<'_>, view: &AnswerView<'_>, findings: &mut Findings<'_>) {
        let Some((status, cell)) = self.declared(view.status) else {
            let declared: Vec<_> = self.statuses().collect();
            return findings.add(
                "status",
                format!("{} is not declared, expected {}", view.status.as_u16(), declared.join(" or ")),
            );
        };
        let rules = match self.answer(status, cell) {
            Ok(rules) => rules,
            Err(error) => return findings.add("contract", error.to_string()),
        };
        let carried = Carried { path: &[], query: &[], tree: None, headers: view.headers, cookies: &[] };
        for parameter in &rules.headers {
            parameter.check(&self.document, &carried, findings);
        }
        let bodiless = request.method == Method::HEAD
            || view.status.is_informational()
            || matches!(view.status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED);
        if !bodiless {
            rules.body.check(&self.document, view.headers, view.body, findings);
        } else if !view.body.is_empty() {
            findings.add("body", format!("has {} bytes, expected none", view.body.len()));
        }
    }

    /// The key under which a status is declared: itself, its range, or `default`.
    fn declared(&self, status: StatusCode) -> Option<(&str, &Lazy<Answer>)> {
        let range = format!("{}XX", status.as_u16() / 100);
        self.answers
            .get_key_value(status.as_str())
            .or_else(|| self.answers.iter().find(|(key, _)| key.eq_ignore_ascii_case(&range)))
            .or_else(|| self.answers.get_key_value("default"))
            .map(|(key, cell)| (key.as_str(), cell))
    }
}
