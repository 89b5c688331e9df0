//! The contract as a whole: operations by path and method, and the two checks.

use std::{collections::BTreeMap, sync::Arc};

use http::{Method, header};
use parking_lot::Mutex;
use serde_json::Value;

use super::{
    document::{ContractError, Document, step},
    operation::Operation,
    route::{Path, Router, Template},
    rules::Shared,
    view::{AnswerView, RequestView},
    violation::{Findings, Side, Violation},
};

/// What stands between two documents of one contract, as YAML has it.
const SEPARATOR: &str = "\n---\n";

const METHODS: [Method; 8] = [
    Method::GET,
    Method::PUT,
    Method::POST,
    Method::DELETE,
    Method::OPTIONS,
    Method::HEAD,
    Method::PATCH,
    Method::TRACE,
];

/// An OpenAPI 3.0 document that requests and answers are checked against. Clones share everything.
#[derive(Debug, Clone)]
pub struct Contract(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    name: String,
    documents: Vec<Arc<Document>>,
    router: Router,
    /// By number of the path template, operations in the order of the document.
    paths: Vec<Vec<Operation>>,
}

/// What a method and path lead to.
#[derive(Debug)]
pub enum Match<'c> {
    /// An operation.
    Operation(Found<'c>),
    /// The path is known; these methods are allowed there.
    MethodNotAllowed(Vec<Method>),
    /// No path template fits.
    Unknown,
}

impl<'c> Match<'c> {
    /// The id of the operation, where one was found.
    pub fn operation_id(&self) -> Option<&'c str> {
        match self {
            Self::Operation(found) => Some(found.operation.id()),
            Self::MethodNotAllowed(_) | Self::Unknown => None,
        }
    }
}

/// An operation together with the values of its path variables.
#[derive(Debug)]
pub struct Found<'c> {
    /// The operation.
    pub operation: &'c Operation,
    /// Name and percent-decoded value of each variable, from left to right.
    pub path_params: Vec<(String, String)>,
}

impl Contract {
    /// Reads a document in JSON or YAML, or several of them with a line of three dashes between each two: an API that stands in two documents
    /// is one contract. Schemas are compiled when they are first needed; see [`Self::warm`].
    ///
    /// `name` is how errors and reports call the contract.
    pub fn parse(name: &str, text: &str) -> Result<Self, ContractError> {
        let mut templates = Vec::new();
        let mut shapes: BTreeMap<String, String> = BTreeMap::new();
        let mut paths = Vec::new();
        let mut documents = Vec::new();
        for text in text.split(SEPARATOR) {
            let document = Arc::new(Document::parse(name, text)?);
            let shared = Arc::new(Shared::default());
            let items = document.root().get("paths").and_then(Value::as_object);
            let items = items.ok_or_else(|| document.invalid("#/paths", "the document has no paths"))?;
            for (path, item) in items.iter().filter(|(path, _)| !path.starts_with("x-")) {
                let at = format!("#/paths/{}", step(path));
                let template = Template::parse(path).map_err(|message| document.invalid(&at, message))?;
                if let Some(other) = shapes.insert(template.shape(), path.clone()) {
                    return Err(document.invalid(&at, format!("is the same path as {other}")));
                }
                let (item, item_at) = document.resolve(item, &at)?;
                let mut operations = Vec::new();
                let here = |method: &Method| item.get(method.as_str().to_ascii_lowercase()).is_some();
                for method in METHODS.into_iter().filter(here) {
                    let operation = Operation::new(&document, &shared, method, path, &item_at)?;
                    operations.push(operation);
                }
                templates.push((template, paths.len()));
                paths.push(operations);
            }
            documents.push(document);
        }
        Ok(Self(Arc::new(Inner { name: name.to_owned(), documents, router: Router::new(templates), paths })))
    }

    /// [`Self::parse`], once in a process for each document: whoever asks again, for another world, gets what was parsed
    /// and compiled before.
    pub fn shared(name: &'static str, text: &'static str) -> Result<Self, ContractError> {
        static PARSED: Mutex<BTreeMap<(&str, &str), Contract>> = Mutex::new(BTreeMap::new());
        let mut parsed = PARSED.lock();
        if let Some(contract) = parsed.get(&(name, text)) {
            return Ok(contract.clone());
        }
        let contract = Self::parse(name, text)?;
        parsed.insert((name, text), contract.clone());
        Ok(contract)
    }

    /// The name that was given to [`Self::parse`].
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Every operation, path by path in the order of the document.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.0.paths.iter().flatten()
    }

    /// Compiles every schema now instead of when it is first needed; answers all that do not compile.
    pub fn warm(&self) -> Result<(), Vec<ContractError>> {
        collected(self.operations().flat_map(Operation::warm))
    }

    /// [`Self::warm`], and whatever else a document must keep to: it fits the typed model of OpenAPI 3.0, and each
    /// operation has an id of its own. For tests of a document.
    pub fn verify(&self) -> Result<(), Vec<ContractError>> {
        let mut ids = BTreeMap::new();
        let mut errors: Vec<_> = self.0.documents.iter().filter_map(|document| document.check_typed().err()).collect();
        for operation in self.operations() {
            let document = operation.document();
            let at = format!("#/paths/{}", step(operation.path()));
            if operation.is_nameless() {
                errors.push(document.invalid(&at, format!("{} has no operationId", operation.id())));
            }
            if let Some(other) = ids.insert(operation.id(), operation.path()) {
                errors.push(document.invalid(&at, format!("the operationId {} is taken by {other}", operation.id())));
            }
        }
        errors.extend(self.warm().err().into_iter().flatten());
        collected(errors)
    }

    /// The operation for a method and a path without its query. `HEAD` falls back to `GET`.
    pub fn find(&self, method: &Method, path: &str) -> Match<'_> {
        let path = Path::new(path);
        let mut allowed: Vec<Method> = Vec::new();
        for (number, binding) in self.0.router.find(&path) {
            let operations = self.at(number);
            if let Some(operation) = that_takes(operations, method) {
                return Match::Operation(Found { operation, path_params: binding.values() });
            }
            for operation in operations {
                if !allowed.contains(operation.method()) {
                    allowed.push(operation.method().clone());
                }
            }
        }
        if allowed.is_empty() { Match::Unknown } else { Match::MethodNotAllowed(allowed) }
    }

    /// The id of the operation that a method and a path without its query lead to.
    pub fn operation_id(&self, method: &Method, path: &str) -> Option<&str> {
        // Without the values in the path, which only a check needs.
        let path = Path::new(path);
        let found = self.0.router.first(&path, |number| that_takes(self.at(number), method));
        found.map(Operation::id)
    }

    /// The operations of a path.
    fn at(&self, number: usize) -> &[Operation] {
        self.0.paths.get(number).map(Vec::as_slice).unwrap_or_default()
    }

    /// How a request departs from the contract; nothing for a CORS preflight, which no document describes.
    pub fn check_request(&self, request: &RequestView<'_>) -> Vec<Violation> {
        self.check_request_of(&self.find(request.method, request.path), request)
    }

    /// [`Self::check_request`] for a request whose operation was found before.
    pub fn check_request_of(&self, found: &Match<'_>, request: &RequestView<'_>) -> Vec<Violation> {
        match found {
            Match::Operation(found) => {
                let mut findings = Findings::new(Some(found.operation.id()), Side::Request);
                found.operation.check_request(&found.path_params, request, &mut findings);
                findings.finish()
            }
            _ if is_preflight(request) => Vec::new(),
            Match::MethodNotAllowed(allowed) => {
                let mut findings = Findings::new(None, Side::Request);
                let allowed: Vec<_> = allowed.iter().map(Method::as_str).collect();
                let expected = allowed.join(" or ");
                findings.add(
                    "method",
                    format!("{} is not allowed on {:.200}, expected {expected}", request.method, request.path),
                );
                findings.finish()
            }
            Match::Unknown => {
                let mut findings = Findings::new(None, Side::Request);
                findings.add("path", format!("{:.200} is no path of {}", request.path, self.name()));
                findings.finish()
            }
        }
    }

    /// How an answer to `request` departs from the contract. The answer to a request that no operation describes is not
    /// judged: the request itself is the violation.
    pub fn check_answer(&self, request: &RequestView<'_>, answer: &AnswerView<'_>) -> Vec<Violation> {
        Self::check_answer_of(&self.find(request.method, request.path), request, answer)
    }

    /// [`Self::check_answer`] for a request whose operation was found before.
    pub fn check_answer_of(found: &Match<'_>, request: &RequestView<'_>, answer: &AnswerView<'_>) -> Vec<Violation> {
        let Match::Operation(found) = found else { return Vec::new() };
        let mut findings = Findings::new(Some(found.operation.id()), Side::Answer);
        found.operation.check_answer(request, answer, &mut findings);
        findings.finish()
    }
}

/// The operation of a method among those of a path. `HEAD` falls back to `GET`.
fn that_takes<'o>(operations: &'o [Operation], method: &Method) -> Option<&'o Operation> {
    let with = |method: &Method| operations.iter().find(|operation| operation.method() == method);
    with(method).or_else(|| with(&Method::GET).filter(|_| method == Method::HEAD))
}

fn is_preflight(request: &RequestView<'_>) -> bool {
    request.method == Method::OPTIONS && request.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}
fn collected(errors: impl IntoIterator<Item = ContractError>) -> Result<(), Vec<ContractError>> {
    let errors: Vec<_> = errors.into_iter().collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}
