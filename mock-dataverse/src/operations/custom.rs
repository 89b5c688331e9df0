//! Custom APIs that a user defines as data: parameters, binding and canned answers.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value as Plain;
use thiserror::Error;

use super::definition::{Arguments, Binding, Kind, Operation, Output, Parameter, ParameterType};
use super::error::OperationError;
use crate::schema::Schema;
use crate::store::Value;

/// One custom API as written in a file or sent to the control API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomOperation {
    /// Unique name, with the publisher's prefix.
    pub name: String,
    /// Called by GET rather than by POST.
    #[serde(default)]
    pub function: bool,
    /// Logical name of the table that it is bound to; unbound without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound_to: Option<String>,
    /// Bound to all rows of the table rather than to one.
    #[serde(default)]
    pub collection: bool,
    /// It answers, but `$metadata` does not show it.
    #[serde(default)]
    pub private: bool,
    /// Parameters by name.
    #[serde(default)]
    pub parameters: BTreeMap<String, CustomParameter>,
    /// Types of what it answers, by name; without any it answers 204.
    #[serde(default)]
    pub response: BTreeMap<String, CustomType>,
    /// Canned answers: the first whose conditions hold counts. When none does, each response property has its type's default.
    #[serde(default)]
    pub answers: Vec<CustomAnswer>,
}

/// A parameter of a custom API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomParameter {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: CustomType,
    /// It must be given.
    #[serde(default)]
    pub required: bool,
}

/// The types of custom APIs (facts/dataverse.md 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the platform's own")]
pub enum CustomType {
    Boolean,
    DateTime,
    Decimal,
    Entity,
    EntityCollection,
    EntityReference,
    Float,
    Integer,
    Money,
    Picklist,
    String,
    StringArray,
    Guid,
}

/// A canned answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomAnswer {
    /// It counts when each of these parameters has this value; always, without any.
    #[serde(default)]
    pub when: BTreeMap<String, Plain>,
    /// Values of response properties; those left out have their type's default. Exact numbers may be written as texts.
    #[serde(default)]
    pub response: BTreeMap<String, Plain>,
    /// It fails instead, as a plug-in that throws this text: 400 `0x80040265`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Why a custom API cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CustomError {
    /// The file is not what such a file is.
    #[error("operation file {file}: {problem}")]
    File {
        /// Its name as given.
        file: String,
        /// What is wrong.
        problem: String,
    },
    /// A definition contradicts itself or the tables.
    #[error("operation {name}: {problem}")]
    Definition {
        /// Its name.
        name: String,
        /// What is wrong.
        problem: String,
    },
}

/// A file of custom APIs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    operation: Vec<CustomOperation>,
}

/// Reads a file: `[[operation]]` tables.
///
/// # Errors
/// What is no such TOML.
pub fn read_file(file: &str, text: &str) -> Result<Vec<CustomOperation>, CustomError> {
    let document: Document = toml::from_str(text)
        .map_err(|error| CustomError::File { file: file.to_owned(), problem: error.to_string() })?;
    Ok(document.operation)
}

impl CustomType {
    fn parameter(self) -> ParameterType {
        match self {
            Self::Boolean => ParameterType::Boolean,
            Self::DateTime => ParameterType::DateTime,
            Self::Decimal => ParameterType::Decimal,
            Self::Entity => ParameterType::Entity,
            Self::EntityCollection => ParameterType::EntityCollection,
            Self::EntityReference => ParameterType::EntityReference,
            Self::Float => ParameterType::Float,
            Self::Integer => ParameterType::Integer,
            Self::Money => ParameterType::Money,
            Self::Picklist => ParameterType::Picklist,
            Self::String => ParameterType::String,
            Self::StringArray => ParameterType::StringArray,
            Self::Guid => ParameterType::Guid,
        }
    }

    /// What a property has that no plug-in sets.
    fn default(self) -> Output {
        Output::Value(match self {
            Self::Boolean => Value::Bool(false),
            Self::DateTime => "0001-01-01T00:00:00Z".parse().map_or(Value::Null, Value::DateTime),
            Self::Decimal | Self::Float | Self::Money => Value::Decimal(Decimal::ZERO),
            Self::Integer | Self::Picklist => Value::Int(0),
            Self::Guid => Value::Guid(uuid::Uuid::nil()),
            Self::Entity | Self::EntityCollection | Self::EntityReference | Self::String | Self::StringArray => {
                Value::Null
            }
        })
    }

    /// A given value; `None` when it is of another type.
    fn value(self, given: &Plain) -> Option<Output> {
        let text = given.as_str();
        let number = || match given {
            Plain::Number(number) => number.to_string().parse::<Decimal>().ok(),
            _ => text.and_then(|text| text.parse().ok()),
        };
        let whole = || number().filter(Decimal::is_integer).and_then(|number| i32::try_from(number).ok());
        let value = match self {
            Self::Boolean => given.as_bool().map(Value::Bool),
            Self::DateTime => text.and_then(|text| text.parse().ok()).map(Value::DateTime),
            Self::Decimal | Self::Float => number().map(Value::Decimal),
            Self::Money => number().map(Value::Money),
            Self::Integer => whole().map(Value::Int),
            Self::Picklist => whole().map(Value::Choice),
            Self::String => text.map(Value::from),
            Self::Guid => text.and_then(|text| text.parse().ok()).map(Value::Guid),
            Self::Entity | Self::EntityReference => return given.is_object().then(|| tree(given)),
            Self::EntityCollection => {
                let fits = given.as_array().is_some_and(|items| items.iter().all(Plain::is_object));
                return fits.then(|| tree(given));
            }
            Self::StringArray => {
                let fits = given.as_array().is_some_and(|items| items.iter().all(Plain::is_string));
                return fits.then(|| tree(given));
            }
        };
        value.map(Output::Value)
    }
}

/// Any JSON as an answer.
fn tree(plain: &Plain) -> Output {
    match plain {
        Plain::Null => Output::Value(Value::Null),
        Plain::Bool(value) => Output::from(*value),
        Plain::Number(number) => Output::Value(number.to_string().parse().map_or(Value::Null, Value::Decimal)),
        Plain::String(text) => Output::from(text.as_str()),
        Plain::Array(items) => Output::List(items.iter().map(tree).collect()),
        Plain::Object(members) => {
            Output::Object(members.iter().map(|(name, value)| (name.clone(), tree(value))).collect())
        }
    }
}

/// A canned answer, checked: conditions and what is answered.
type Canned = (Vec<(String, Value)>, Result<Vec<(String, Output)>, String>);

impl CustomOperation {
    /// The operation, or what is wrong with the definition.
    pub(crate) fn into_operation(self, schema: &Schema) -> Result<Operation, CustomError> {
        let problem = |problem: String| CustomError::Definition { name: self.name.clone(), problem };
        let letters = self.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !letters || !self.name.contains('_') {
            return Err(problem(
                "the name must be letters and digits with a publisher's prefix, as in new_Name".into(),
            ));
        }
        if self.function && self.response.is_empty() {
            return Err(problem("a function must have a response property".into()));
        }
        let binding = match (&self.bound_to, self.collection) {
            (None, false) => Binding::Global,
            (None, true) => return Err(problem("what is bound to a collection must name its table".into())),
            (Some(table), _) if schema.table(table).is_none() => {
                return Err(problem(format!("there is no table {table}")));
            }
            (Some(table), false) => Binding::Row(table.clone()),
            (Some(table), true) => Binding::Rows(table.clone()),
        };
        let answers = self.answers.iter().map(|answer| self.canned(answer).map_err(problem));
        let answers = answers.collect::<Result<Vec<Canned>, _>>()?;
        let defaults = self.filled(&BTreeMap::new()).map_err(problem)?;
        let parameters = self.parameters.iter().map(|(name, parameter)| Parameter {
            name: name.clone(),
            kind: parameter.kind.parameter(),
            required: parameter.required,
        });
        let outputs = self.response.iter().map(|(name, kind)| (name.clone(), kind.parameter().edm().to_owned()));
        let operation = Operation::action(self.name.clone(), parameters.collect(), move |_, arguments| {
            let found = answers.iter().find(|(when, _)| holds(when, arguments));
            match found {
                None => Ok(Some(defaults.clone())),
                Some((_, Ok(response))) => Ok(Some(response.clone())),
                Some((_, Err(text))) => Err(OperationError::Plugin(text.clone())),
            }
        });
        let kind = if self.function { Kind::Function } else { Kind::Action };
        Ok(Operation { kind, binding, private: self.private, outputs: outputs.collect(), ..operation })
    }

    fn canned(&self, answer: &CustomAnswer) -> Result<Canned, String> {
        let mut when = Vec::new();
        for (name, given) in &answer.when {
            let parameter = self.parameters.get(name).ok_or_else(|| format!("there is no parameter {name}"))?;
            match parameter.kind.value(given) {
                Some(Output::Value(value)) => when.push((name.clone(), value)),
                Some(_) => return Err(format!("{name} holds more than one value, which no condition can ask for")),
                None => return Err(format!("{given} is not of the type of {name}")),
            }
        }
        let answer = match &answer.error {
            Some(text) => Err(text.clone()),
            None => Ok(self.filled(&answer.response)?),
        };
        Ok((when, answer))
    }

    /// Every response property with its given value or its type's default.
    fn filled(&self, given: &BTreeMap<String, Plain>) -> Result<Vec<(String, Output)>, String> {
        if let Some(unknown) = given.keys().find(|name| !self.response.contains_key(*name)) {
            return Err(format!("there is no response property {unknown}"));
        }
        let one = |(name, kind): (&String, &CustomType)| {
            let output = match given.get(name) {
                None | Some(Plain::Null) => kind.default(),
                Some(value) => kind.value(value).ok_or_else(|| format!("{value} is not of the type of {name}"))?,
            };
            Ok((name.clone(), output))
        };
        self.response.iter().map(one).collect()
    }
}

/// Numbers are the same whatever their kind.
fn holds(when: &[(String, Value)], arguments: &Arguments) -> bool {
    when.iter().all(|(name, wanted)| {
        arguments.get(name).is_some_and(|given| match (given.number(), wanted.number()) {
            (Some(given), Some(wanted)) => given == wanted,
            _ => given == wanted,
        })
    })
}
