//! Actions and functions by name: what they take, what they answer, and the code behind them.
//!
//! The registry knows no protocol: OData and SOAP hand in typed arguments and render what comes back.

mod absent;
mod bulk_delete;
mod custom;
mod custom_book;
mod definition;
mod error;
mod platform;
mod registry;

pub(crate) use absent::is_absent;
pub(crate) use bulk_delete::register as register_bulk_delete;
pub use custom::{CustomAnswer, CustomError, CustomOperation, CustomParameter, CustomType, read_file};
pub(crate) use custom_book::CustomBook;
pub use definition::{
    Arguments, Binding, Handler, Kind, Operation, OperationContext, Output, Parameter, ParameterType,
};
pub use error::OperationError;
pub(crate) use platform::{Identity, register as register_platform};
pub use registry::Registry;
