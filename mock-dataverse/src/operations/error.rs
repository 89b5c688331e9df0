//! Why an operation was refused, in words of the platform.

use http::StatusCode;
use thiserror::Error;
use uuid::Uuid;

use crate::fault::{Code, Fault};
use crate::store::StoreError;

/// A refusal of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OperationError {
    /// The body names a parameter that the operation does not have.
    #[error(
        "The parameter '{parameter}' in the request payload is not a valid parameter for the operation '{operation}'."
    )]
    UnknownParameter {
        /// Name of the operation.
        operation: String,
        /// Name that was given.
        parameter: String,
    },
    /// A required parameter is missing or null.
    #[error("Required field '{0}' is missing")]
    MissingParameter(String),
    /// The empty GUID where an id is needed.
    #[error("Expected non-empty Guid.")]
    EmptyGuid,
    /// A value of the wrong type or form.
    #[error("{0}")]
    Payload(String),
    /// A row that is not there: 404 0x80040217.
    #[error("{table} With Id = {id} Does Not Exist")]
    MissingRow {
        /// Logical name of the table.
        table: String,
        /// The id that was asked for.
        id: Uuid,
    },
    /// An argument that is well formed but not allowed: 400 0x80040203.
    #[error("{0}")]
    InvalidArgument(String),
    /// The code behind the operation gave up: 400 0x80040265, the text is the exception's.
    #[error("{0}")]
    Plugin(String),
    /// The caller lacks a privilege: 403 0x80040220.
    #[error("{0}")]
    Privilege(String),
    /// What the store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Any other refusal with its own status and code.
    #[error(transparent)]
    Other(#[from] Fault),
}

impl From<OperationError> for Fault {
    fn from(error: OperationError) -> Self {
        let message = error.to_string();
        match error {
            OperationError::UnknownParameter { .. } | OperationError::Payload(_) => {
                Self::bad(Code::BAD_PAYLOAD, message)
            }
            OperationError::MissingParameter(_) | OperationError::EmptyGuid | OperationError::InvalidArgument(_) => {
                Self::bad(Code::INVALID_ARGUMENT, message)
            }
            OperationError::MissingRow { .. } => Self::new(StatusCode::NOT_FOUND, Code::MISSING_ROW, message),
            OperationError::Plugin(_) => Self::bad(Code::PLUGIN_ABORTED, message),
            OperationError::Privilege(_) => Self::new(StatusCode::FORBIDDEN, Code::PRIVILEGE, message),
            OperationError::Store(error) => error.into(),
            OperationError::Other(fault) => fault,
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            StoreError::UnknownTable(_) => Self::new(StatusCode::NOT_FOUND, Code::BAD_QUERY, message),
            StoreError::UnknownColumn { table, column } => Self::bad(
                Code::BAD_PAYLOAD,
                format!(
                    "An error occurred while validating input parameters: Microsoft.OData.ODataException: Invalid property '{column}' was found in entity 'Microsoft.Dynamics.CRM.{table}'."
                ),
            ),
            StoreError::WrongType { .. } => Self::bad(Code::BAD_PAYLOAD, message),
            StoreError::OutOfRange { .. } | StoreError::TooLong { .. } | StoreError::UnknownOption { .. } => {
                Self::bad(Code::INVALID_ARGUMENT, message)
            }
            StoreError::StateMismatch { .. } => Self::bad(Code::STATE_MISMATCH, message),
            StoreError::Missing { table, id } => {
                Self::new(StatusCode::NOT_FOUND, Code::MISSING_ROW, format!("{table} With Id = {id} Does Not Exist"))
            }
            StoreError::Duplicate { .. } => Self::new(
                StatusCode::PRECONDITION_FAILED,
                Code::DUPLICATE,
                "A record with matching key values already exists.",
            ),
            StoreError::DuplicateKey { .. } => Self::new(
                StatusCode::PRECONDITION_FAILED,
                Code::DUPLICATE_KEY,
                format!("Entity Key violated. A record with the same value already exists: {message}."),
            ),
            StoreError::Referenced { .. } => Self::new(StatusCode::METHOD_NOT_ALLOWED, Code::REFERENCED, message),
        }
    }
}
