//! All operations of an organization, by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::definition::{Arguments, Operation, OperationContext, Output, ParameterType};
use super::error::OperationError;
use crate::store::Value;

/// Operations by name.
#[derive(Debug, Clone, Default)]
pub struct Registry(BTreeMap<String, Arc<Operation>>);

impl Registry {
    /// Adds an operation; a later one of the same name replaces the earlier.
    pub fn register(&mut self, operation: Operation) {
        self.0.insert(operation.name.clone(), Arc::new(operation));
    }

    /// The operation of that name (case matters).
    pub fn get(&self, name: &str) -> Option<&Operation> {
        self.0.get(name).map(AsRef::as_ref)
    }

    /// The same, to be kept.
    pub(crate) fn shared(&self, name: &str) -> Option<Arc<Operation>> {
        self.0.get(name).map(Arc::clone)
    }

    /// All operations by name.
    pub fn iter(&self) -> impl Iterator<Item = &Operation> {
        self.0.values().map(AsRef::as_ref)
    }

    /// Checks arguments against the parameters, then runs the operation. `arguments` hold values of the right types.
    ///
    /// # Errors
    /// An argument that is no parameter, a required one that is missing or null, an empty GUID, or what the handler
    /// refuses.
    pub fn call(
        operation: &Operation,
        context: &OperationContext,
        arguments: &Arguments,
    ) -> Result<Vec<(String, Output)>, OperationError> {
        if let Some(unknown) = arguments.keys().find(|name| operation.parameter(name).is_none()) {
            return Err(OperationError::UnknownParameter {
                operation: operation.name.clone(),
                parameter: unknown.clone(),
            });
        }
        for parameter in &operation.parameters {
            match arguments.get(&parameter.name) {
                None | Some(Value::Null) if parameter.required => {
                    return Err(OperationError::MissingParameter(parameter.name.clone()));
                }
                Some(Value::Guid(id)) if parameter.kind == ParameterType::Guid && id.is_nil() => {
                    return Err(OperationError::EmptyGuid);
                }
                _ => {}
            }
        }
        (operation.handler)(context, arguments).map(Option::unwrap_or_default)
    }
}
