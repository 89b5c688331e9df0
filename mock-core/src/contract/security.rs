//! Whether credentials are there at all, for operations that ask for it with `x-require-security: true`.
//!
//! Nothing here judges whether a credential is right: that is the business of whoever answers.

use http::{HeaderMap, header};
use serde_json::Value;

use super::{
    document::{ContractError, Document, step},
    parameter::In,
    violation::Findings,
};

/// Alternatives; within one, every credential is needed.
#[derive(Debug)]
pub(super) struct Security {
    alternatives: Vec<Vec<Credential>>,
}

#[derive(Debug)]
struct Credential {
    scheme: String,
    place: In,
    name: String,
    /// What an `Authorization` value starts with.
    prefix: &'static str,
}

impl Security {
    /// Reads a `security` list that stands at the pointer `at`.
    pub(super) fn new(document: &Document, security: &Value, at: &str) -> Result<Self, ContractError> {
        let requirements = security.as_array().ok_or_else(|| document.invalid(at, "must be a list"))?;
        let alternatives = requirements
            .iter()
            .map(|requirement| {
                let schemes =
                    requirement.as_object().ok_or_else(|| document.invalid(at, "a requirement must be an object"))?;
                schemes.keys().map(|scheme| Credential::new(document, scheme)).collect::<Result<Vec<_>, _>>()
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { alternatives })
    }

    pub(super) fn check(
        &self,
        query: &[(String, String)],
        headers: &HeaderMap,
        cookies: &[(String, String)],
        findings: &mut Findings<'_>,
    ) {
        let missing = |credential: &&Credential| !credential.is_present(query, headers, cookies);
        if self.alternatives.is_empty() || self.alternatives.iter().any(|all| !all.iter().any(|one| missing(&one))) {
            return;
        }
        let Some(first) = self.alternatives.iter().flatten().find(missing) else {
            return;
        };
        let place = format!("{} {}", first.place.name(), first.name);
        let others = match self.alternatives.len() {
            1 => String::new(),
            several => format!(", nor is any of the {} other alternatives", several - 1),
        };
        findings.add(place, format!("the credential of {} is missing{others}", first.scheme));
    }
}

impl Credential {
    fn new(document: &Document, scheme: &str) -> Result<Self, ContractError> {
        let at = format!("#/components/securitySchemes/{}", step(scheme));
        let described =
            document.target(&at).ok_or_else(|| document.invalid(&at, "the security scheme is not described"))?;
        let (described, at) = document.resolve(described, &at)?;
        let text = |key: &str| described.get(key).and_then(Value::as_str).unwrap_or_default();
        let authorization =
            |prefix| Self { scheme: scheme.to_owned(), place: In::Header, name: "Authorization".to_owned(), prefix };
        Ok(match (text("type"), text("in")) {
            ("apiKey", place) => {
                let place = match place {
                    "query" => In::Query,
                    "header" => In::Header,
                    "cookie" => In::Cookie,
                    other => {
                        return Err(document.invalid(&at, format!("`in: {other}` is no place for a key")));
                    }
                };
                Self { scheme: scheme.to_owned(), place, name: text("name").to_owned(), prefix: "" }
            }
            ("http", _) if text("scheme").eq_ignore_ascii_case("basic") => authorization("basic "),
            ("http", _) if text("scheme").eq_ignore_ascii_case("bearer") => authorization("bearer "),
            ("oauth2" | "openIdConnect", _) => authorization("bearer "),
            (other, _) => {
                return Err(document.invalid(&at, format!("the security type `{other}` is not supported")));
            }
        })
    }

    fn is_present(&self, query: &[(String, String)], headers: &HeaderMap, cookies: &[(String, String)]) -> bool {
        let named =
            |pairs: &[(String, String)]| pairs.iter().any(|(name, value)| *name == self.name && !value.is_empty());
        match self.place {
            In::Query => named(query),
            In::Cookie => named(cookies),
            In::Header | In::Path if self.prefix.is_empty() => {
                headers.get(self.name.as_str()).is_some_and(|value| !value.is_empty())
            }
            In::Header | In::Path => headers.get(header::AUTHORIZATION).is_some_and(|value| {
                let value = value.as_bytes();
                value.len() > self.prefix.len()
                    && value
                        .iter()
                        .zip(self.prefix.as_bytes())
                        .all(|(given, wanted)| given.eq_ignore_ascii_case(wanted))
            }),
        }
    }
}

/// The names of all keys that travel in the query.
pub(super) fn query_keys(document: &Document) -> impl Iterator<Item = &str> {
    let schemes =
        document.root().pointer("/components/securitySchemes").and_then(Value::as_object).into_iter().flatten();
    schemes
        .filter(|(_, scheme)| scheme.get("in").and_then(Value::as_str) == Some("query"))
        .filter_map(|(_, scheme)| scheme.get("name")?.as_str())
}
