//! The compiled rules of one operation: what its requests must be, and what an answer with one of its statuses must be.

use std::{collections::BTreeMap, sync::Arc};

use http::{Method, StatusCode};
use parking_lot::Mutex;
use serde_json::Value;

use super::{
    body::Body,
    checker::Checker,
    document::{ContractError, Document, step},
    parameter::{Carried, In, Parameter, cookies},
    security::{Security, query_keys},
    view::{AnswerView, RequestView},
    violation::{Findings, Side},
};
use crate::form::{self, FormLimits};

/// Compiled schemas that are only a reference, shared by all operations of a document.
pub(super) type Shared = Mutex<BTreeMap<(Side, String), Arc<Checker>>>;

/// Where an operation stands in its document.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) document: Arc<Document>,
    pub(super) shared: Arc<Shared>,
    /// Pointer of the path item.
    pub(super) item_at: String,
    /// Pointer of the operation in it.
    pub(super) at: String,
}

impl Source {
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

    /// Parameters of the path item, each replaced by the operation's own of the same place and name.
    fn parameters(&self) -> Result<Vec<Parameter>, ContractError> {
        let compile = |schema: &Value, at: &str| self.compile(schema, at, Side::Request);
        let mut parameters: Vec<Parameter> = Vec::new();
        for owner in [&self.item_at, &self.at] {
            let listed = self.document.target(&format!("{owner}/parameters")).and_then(Value::as_array);
            for (index, value) in listed.into_iter().flatten().enumerate() {
                let at = format!("{owner}/parameters/{index}");
                let Some(parameter) = Parameter::new(&self.document, value, &at, None, compile)? else { continue };
                let same =
                    |other: &&mut Parameter| other.place() == parameter.place() && other.name() == parameter.name();
                match parameters.iter_mut().find(same) {
                    Some(other) => *other = parameter,
                    None => parameters.push(parameter),
                }
            }
        }
        Ok(parameters)
    }
}

/// What a request must be.
#[derive(Debug)]
pub(super) struct RequestRules {
    parameters: Vec<Parameter>,
    /// The names that the query may hold, when it may hold no others.
    closed: Option<Vec<String>>,
    body: Body,
    security: Option<Security>,
}

impl RequestRules {
    pub(super) fn new(source: &Source) -> Result<Self, ContractError> {
        let document = &*source.document;
        let operation = document.target(&source.at).unwrap_or(&Value::Null);
        let on = |extension: &str| {
            operation.get(extension).or_else(|| document.root().get(extension)) == Some(&Value::Bool(true))
        };
        let parameters = source.parameters()?;
        let closed = on("x-closed-query").then(|| {
            let declared = parameters.iter().filter(|parameter| parameter.place() == In::Query);
            let names = declared.flat_map(|parameter| parameter.query_names(document)).chain(query_keys(document));
            names.map(str::to_owned).collect()
        });
        let body = match operation.get("requestBody") {
            Some(value) => {
                let (value, at) = document.resolve(value, &format!("{}/requestBody", source.at))?;
                let required = value.get("required") == Some(&Value::Bool(true));
                Body::new(value.get("content"), required, &format!("{at}/content"), |schema, at| {
                    source.compile(schema, at, Side::Request)
                })?
            }
            None => Body::default(),
        };
        let security = match operation.get("security").or_else(|| document.root().get("security")) {
            Some(security) if on("x-require-security") => {
                Some(Security::new(document, security, &format!("{}/security", source.at))?)
            }
            _ => None,
        };
        Ok(Self { parameters, closed, body, security })
    }

    pub(super) fn check(
        &self,
        document: &Document,
        path: &[(String, String)],
        view: &RequestView<'_>,
        findings: &mut Findings<'_>,
    ) {
        let raw = view.query.unwrap_or_default().as_bytes();
        let deep = self.parameters.iter().any(Parameter::is_deep);
        let decoded = form::pairs(raw, FormLimits::default().parameters)
            .and_then(|query| Ok((query, deep.then(|| form::parse(raw)).transpose()?)));
        let (query, tree) = decoded.unwrap_or_else(|error| {
            findings.add("query", error.to_string());
            (Vec::new(), None)
        });
        let cookies = cookies(view.headers);
        let carried = Carried { path, query: &query, tree: tree.as_ref(), headers: view.headers, cookies: &cookies };
        for parameter in &self.parameters {
            parameter.check(document, &carried, findings);
        }
        if let Some(closed) = &self.closed {
            let mut seen: Vec<&str> = Vec::new();
            for (name, _) in &query {
                let top = name.split('[').next().unwrap_or(name);
                if !closed.iter().any(|known| known == name || known == top) && !seen.contains(&name.as_str()) {
                    seen.push(name);
                    findings.add(format!("query {name:.80}"), "is not declared");
                }
            }
        }
        if let Some(security) = &self.security {
            security.check(&query, view.headers, &cookies, findings);
        }
        self.body.check(document, view.headers, view.body, findings);
    }
}

/// What an answer with one declared status must be.
#[derive(Debug)]
pub(super) struct AnswerRules {
    headers: Vec<Parameter>,
    body: Body,
}

impl AnswerRules {
    /// The rules for `status` as the document writes it.
    pub(super) fn new(source: &Source, status: &str) -> Result<Self, ContractError> {
        let document = &*source.document;
        let compile = |schema: &Value, at: &str| source.compile(schema, at, Side::Answer);
        let at = format!("{}/responses/{status}", source.at);
        let (value, at) = document.resolve(document.target(&at).unwrap_or(&Value::Null), &at)?;
        let mut headers = Vec::new();
        for (name, header) in value.get("headers").and_then(Value::as_object).into_iter().flatten() {
            let at = format!("{at}/headers/{}", step(name));
            headers.extend(Parameter::new(document, header, &at, Some(name), compile)?);
        }
        let body = Body::new(value.get("content"), false, &format!("{at}/content"), compile)?;
        Ok(Self { headers, body: body.required_if_described() })
    }

    pub(super) fn check(
        &self,
        document: &Document,
        request: &RequestView<'_>,
        view: &AnswerView<'_>,
        findings: &mut Findings<'_>,
    ) {
        let carried = Carried { path: &[], query: &[], tree: None, headers: view.headers, cookies: &[] };
        for parameter in &self.headers {
            parameter.check(document, &carried, findings);
        }
        let bodiless = request.method == Method::HEAD
            || view.status.is_informational()
            || matches!(view.status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED);
        if !bodiless {
            self.body.check(document, view.headers, view.body, findings);
        } else if !view.body.is_empty() {
            findings.add("body", format!("has {} bytes, expected none", view.body.len()));
        }
    }
}
