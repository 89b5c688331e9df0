//! The shape of an operation: name, kind, binding, parameters, handler.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use mock_core::World;
use uuid::Uuid;

use super::error::OperationError;
use crate::Dataverse;
use crate::store::{Store, Value};

/// Whether an operation changes something and is called by POST, or only answers and is called by GET.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Called by POST, parameters in the body.
    Action,
    /// Called by GET, parameters in the URL.
    Function,
}

/// What an operation is called on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// Nothing: `POST /Name`.
    Global,
    /// One row of the named table: `POST /set(id)/Microsoft.Dynamics.CRM.Name`.
    Row(String),
    /// All rows of the named table: `POST /set/Microsoft.Dynamics.CRM.Name`.
    Rows(String),
}

/// The type of a parameter, in the words of custom APIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterType {
    /// True or false.
    Boolean,
    /// An instant.
    DateTime,
    /// An exact number.
    Decimal,
    /// A GUID; the empty one is refused.
    Guid,
    /// A whole number of 32 bits.
    Integer,
    /// An amount.
    Money,
    /// The number of an option: a bare integer on the wire.
    Picklist,
    /// Text.
    String,
    /// The name of a value of an enumeration, with or without its type in front.
    Enumeration,
    /// A number with a floating point.
    Float,
    /// Texts. The argument is a text: the JSON as it was given.
    StringArray,
    /// A row, with its type. The argument is a text: the JSON as it was given.
    Entity,
    /// A row that is there already, with its type and key. The argument is a text: the JSON as it was given.
    EntityReference,
    /// Rows. The argument is a text: the JSON as it was given.
    EntityCollection,
}

impl ParameterType {
    /// The type's name in OData.
    pub fn edm(self) -> &'static str {
        match self {
            Self::Boolean => "Edm.Boolean",
            Self::DateTime => "Edm.DateTimeOffset",
            Self::Decimal | Self::Money => "Edm.Decimal",
            Self::Guid => "Edm.Guid",
            Self::Integer | Self::Picklist => "Edm.Int32",
            Self::String | Self::Enumeration => "Edm.String",
            Self::Float => "Edm.Double",
            Self::StringArray => "Collection(Edm.String)",
            Self::Entity | Self::EntityReference => "mscrm.crmbaseentity",
            Self::EntityCollection => "Collection(mscrm.crmbaseentity)",
        }
    }
}

/// A parameter of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Unique name; case matters.
    pub name: String,
    /// Type.
    pub kind: ParameterType,
    /// Must be given.
    pub required: bool,
}

impl Parameter {
    /// A parameter that must be given.
    pub fn required(name: impl Into<String>, kind: ParameterType) -> Self {
        Self { name: name.into(), kind, required: true }
    }

    /// A parameter that may be left out or null.
    pub fn optional(name: impl Into<String>, kind: ParameterType) -> Self {
        Self { name: name.into(), kind, required: false }
    }
}

/// Checked arguments by parameter name: each has the parameter's type. Parameters that were left out are absent. A GUID is
/// [`Value::Guid`], a picklist [`Value::Choice`], an integer [`Value::Int`], money [`Value::Money`].
pub type Arguments = BTreeMap<String, Value>;

/// One part of an operation's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// A single value.
    Value(Value),
    /// Named parts, in order.
    Object(Vec<(String, Output)>),
    /// A list.
    List(Vec<Output>),
}

impl<T: Into<Value>> From<T> for Output {
    fn from(value: T) -> Self {
        Self::Value(value.into())
    }
}

/// What a handler may use.
#[derive(Debug, Clone)]
pub struct OperationContext {
    /// Time, ids, switches.
    pub world: World,
    /// Rows.
    pub store: Store,
    /// The organization: whoever deletes rows that an app keeps a book of goes through it.
    pub dataverse: Dataverse,
    /// `systemuserid` of the caller, who is noted as the author of writes.
    pub user: Uuid,
    /// What the call belongs to: the scope for ids and switches.
    pub scope: String,
    /// The row an operation bound to a row was called on.
    pub target: Option<Uuid>,
}

/// The code of an operation: `None` and an empty list answer 204, anything else 200 with those members.
pub type Handler =
    Arc<dyn Fn(&OperationContext, &Arguments) -> Result<Option<Vec<(String, Output)>>, OperationError> + Send + Sync>;

/// One operation.
#[derive(Clone)]
pub struct Operation {
    /// Unique name without namespace; case matters.
    pub name: String,
    /// Action or function.
    pub kind: Kind,
    /// What it is called on.
    pub binding: Binding,
    /// What it takes.
    pub parameters: Vec<Parameter>,
    /// What it answers, as name and OData type, for the CSDL document; empty for a 204.
    pub outputs: Vec<(String, String)>,
    /// It answers, but the CSDL document does not show it.
    pub private: bool,
    /// The code behind it.
    pub handler: Handler,
}

impl Operation {
    /// An unbound action.
    pub fn action(
        name: impl Into<String>,
        parameters: Vec<Parameter>,
        handler: impl Fn(&OperationContext, &Arguments) -> Result<Option<Vec<(String, Output)>>, OperationError>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            kind: Kind::Action,
            binding: Binding::Global,
            parameters,
            outputs: Vec::new(),
            private: false,
            handler: Arc::new(handler),
        }
    }

    /// An unbound function.
    pub fn function(
        name: impl Into<String>,
        parameters: Vec<Parameter>,
        handler: impl Fn(&OperationContext, &Arguments) -> Result<Option<Vec<(String, Output)>>, OperationError>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self { kind: Kind::Function, ..Self::action(name, parameters, handler) }
    }

    /// Says what it answers: names and OData types, in order.
    #[must_use]
    pub fn answering(mut self, outputs: &[(&str, &str)]) -> Self {
        self.outputs = outputs.iter().map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned())).collect();
        self
    }

    /// The parameter of that name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("binding", &self.binding)
            .field("parameters", &self.parameters)
            .finish_non_exhaustive()
    }
}
