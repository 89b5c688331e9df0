//! The parsed document: its version, its references, and errors that say where in it something is wrong.

use serde::Deserialize;
use serde_json::Value;

use super::text;

/// Most references that may lead from one to the next.
const LONGEST_CHAIN: usize = 32;

/// Why a document cannot serve as a contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContractError {
    /// Neither JSON nor YAML.
    #[error("contract {contract}: line {line}, column {column}: {message}")]
    Syntax {
        /// Name of the contract.
        contract: String,
        /// Line, from 1; 0 when unknown.
        line: usize,
        /// Column in characters, from 1; 0 when unknown.
        column: usize,
        /// What the parser says.
        message: String,
    },
    /// A character that looks like a space and is none.
    #[error("contract {contract}: line {line}, column {column}: {character} where a plain space is needed")]
    OddCharacter {
        /// Name of the contract.
        contract: String,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// The character by code point and name.
        character: String,
    },
    /// Another version than OpenAPI 3.0.
    #[error("contract {contract}: {found} is not supported: write the document as OpenAPI 3.0.x")]
    Version {
        /// Name of the contract.
        contract: String,
        /// The version that was found, such as `OpenAPI 3.1.0`.
        found: String,
    },
    /// A part of the document that is missing, malformed or not supported.
    #[error("contract {contract}: at {at}: {message}")]
    Invalid {
        /// Name of the contract.
        contract: String,
        /// JSON pointer into the document, with a leading `#`.
        at: String,
        /// What is wrong there.
        message: String,
    },
}

/// A whole document as a JSON tree.
#[derive(Debug)]
pub(super) struct Document {
    name: String,
    root: Value,
}

impl Document {
    pub(super) fn parse(name: &str, source: &str) -> Result<Self, ContractError> {
        let root = text::parse(name, source)?;
        let document = Self { name: name.to_owned(), root };
        document.check_version()?;
        Ok(document)
    }

    fn check_version(&self) -> Result<(), ContractError> {
        let found = match (self.root.get("openapi"), self.root.get("swagger")) {
            (Some(Value::String(version)), _) if version == "3.0" || version.starts_with("3.0.") => {
                return Ok(());
            }
            (Some(Value::String(version)), _) => format!("OpenAPI {version}"),
            (Some(Value::Number(number)), _) => {
                return Err(self.invalid(
                    "#/openapi",
                    format!("the version must be text, such as \"3.0.1\", and is the number {number}"),
                ));
            }
            (Some(_), _) => {
                return Err(self.invalid("#/openapi", "the version must be text, such as \"3.0.1\""));
            }
            (None, Some(version)) => format!("Swagger {}", version.as_str().unwrap_or("2.0")),
            (None, None) => {
                return Err(self.invalid("#", "no `openapi` version: this is no OpenAPI document"));
            }
        };
        Err(ContractError::Version { contract: self.name.clone(), found })
    }

    /// Reads the whole document into the typed model, which knows every field that must be there.
    pub(super) fn check_typed(&self) -> Result<(), ContractError> {
        openapiv3::OpenAPI::deserialize(&self.root).map(drop).map_err(|error| self.invalid("#", error.to_string()))
    }

    pub(super) fn root(&self) -> &Value {
        &self.root
    }

    pub(super) fn invalid(&self, at: &str, message: impl Into<String>) -> ContractError {
        ContractError::Invalid { contract: self.name.clone(), at: at.to_owned(), message: message.into() }
    }

    /// What a reference such as `#/components/schemas/Event` points at.
    pub(super) fn target(&self, reference: &str) -> Option<&Value> {
        let pointer = reference.strip_prefix('#')?;
        // The usual reference names members and needs no decoding; it is followed for each form that is checked.
        let plain = pointer.strip_prefix('/').filter(|pointer| !pointer.contains(['%', '~']));
        let found = plain.and_then(|path| path.split('/').try_fold(&self.root, |value, step| value.get(step)));
        found.or_else(|| {
            let pointer = percent_encoding::percent_decode_str(pointer).decode_utf8().ok()?;
            self.root.pointer(&pointer)
        })
    }

    /// Follows `$ref` until something else stands there; also answers where that is.
    pub(super) fn resolve<'a>(&'a self, value: &'a Value, at: &str) -> Result<(&'a Value, String), ContractError> {
        let mut here = (value, at.to_owned());
        for _ in 0..LONGEST_CHAIN {
            let Some(reference) = here.0.get("$ref") else {
                return Ok(here);
            };
            let reference = reference.as_str().ok_or_else(|| self.invalid(&here.1, "`$ref` must be text"))?;
            if !reference.starts_with('#') {
                return Err(self.invalid(&here.1, format!("`$ref: {reference}` leads out of the document")));
            }
            let target = self
                .target(reference)
                .ok_or_else(|| self.invalid(&here.1, format!("`$ref: {reference}` points at nothing")))?;
            here = (target, reference.to_owned());
        }
        Err(self.invalid(at, "`$ref` leads in a circle"))
    }

    /// [`Self::resolve`] without an error, for a document whose references have been checked.
    pub(super) fn follow<'a>(&'a self, value: &'a Value) -> Option<&'a Value> {
        let mut here = value;
        for _ in 0..LONGEST_CHAIN {
            match here.get("$ref") {
                None => return Some(here),
                Some(reference) => here = self.target(reference.as_str()?)?,
            }
        }
        None
    }
}

/// `key` as one step of a JSON pointer.
pub(super) fn step(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
