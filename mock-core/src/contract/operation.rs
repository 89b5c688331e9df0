//! One operation of a contract: compiled on first use, once for requests and once for each declared status.

use std::sync::{Arc, OnceLock};

use http::{Method, StatusCode};
use indexmap::IndexMap;
use serde_json::Value;

use super::{
    document::{ContractError, Document, step},
    rules::{AnswerRules, RequestRules, Shared, Source},
    view::{AnswerView, RequestView},
    violation::Findings,
};

/// Rules that are compiled on first use; what went wrong then is remembered too.
type Lazy<T> = OnceLock<Result<T, ContractError>>;

/// An operation of a contract.
#[derive(Debug)]
pub struct Operation {
    id: String,
    method: Method,
    path: String,
    source: Source,
    request: Lazy<RequestRules>,
    answers: IndexMap<String, Lazy<AnswerRules>>,
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
        let source =
            Source { document: Arc::clone(document), shared: Arc::clone(shared), item_at: item_at.to_owned(), at };
        Ok(Self { id, method, path: path.to_owned(), source, request: OnceLock::new(), answers })
    }

    /// The `operationId`, or method and path where the document gives none.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the document gives no `operationId`.
    pub(super) fn is_nameless(&self) -> bool {
        let value = self.source.document.target(&self.source.at);
        value.is_none_or(|value| value.get("operationId").is_none())
    }

    /// The document that it stands in.
    pub(super) fn document(&self) -> &Document {
        &self.source.document
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

    fn request(&self) -> Result<&RequestRules, &ContractError> {
        self.request.get_or_init(|| RequestRules::new(&self.source)).as_ref()
    }

    fn answer<'a>(&self, status: &str, cell: &'a Lazy<AnswerRules>) -> Result<&'a AnswerRules, &'a ContractError> {
        cell.get_or_init(|| AnswerRules::new(&self.source, status)).as_ref()
    }

    pub(super) fn check_request(&self, path: &[(String, String)], view: &RequestView<'_>, findings: &mut Findings<'_>) {
        match self.request() {
            Ok(rules) => rules.check(&self.source.document, path, view, findings),
            Err(error) => findings.add("contract", error.to_string()),
        }
    }

    pub(super) fn check_answer(&self, request: &RequestView<'_>, view: &AnswerView<'_>, findings: &mut Findings<'_>) {
        let Some((status, cell)) = self.declared(view.status) else {
            let declared: Vec<_> = self.statuses().collect();
            return findings.add(
                "status",
                format!("{} is not declared, expected {}", view.status.as_u16(), declared.join(" or ")),
            );
        };
        match self.answer(status, cell) {
            Ok(rules) => rules.check(&self.source.document, request, view, findings),
            Err(error) => findings.add("contract", error.to_string()),
        }
    }

    /// The key under which a status is declared: itself, its range, or `default`.
    fn declared(&self, status: StatusCode) -> Option<(&str, &Lazy<AnswerRules>)> {
        let in_range = |key: &str| {
            let (key, status) = (key.as_bytes(), status.as_str().as_bytes());
            key.first() == status.first() && key.get(1..).is_some_and(|rest| rest.eq_ignore_ascii_case(b"xx"))
        };
        self.answers
            .get_key_value(status.as_str())
            .or_else(|| self.answers.iter().find(|(key, _)| in_range(key)))
            .or_else(|| self.answers.get_key_value("default"))
            .map(|(key, cell)| (key.as_str(), cell))
    }
}
