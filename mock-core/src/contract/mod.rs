//! The contract guard: an OpenAPI 3.0 document compiled into checks of requests and answers.
//!
//! A [`Contract`] is parsed once and shared. It finds the operation that a request is for, and lists how the request or
//! its answer departs from the document. It judges bytes that were received or are about to be sent; it does no I/O and
//! never fails on what it is given: broken input is a [`Violation`], never a panic.
//!
//! ```
//! use mock_core::contract::{Contract, RequestView};
//!
//! let contract = Contract::parse("pets", r#"
//! openapi: "3.0.1"
//! info: { title: Pets, version: "1" }
//! paths:
//!   /pets/{id}:
//!     get:
//!       operationId: readPet
//!       parameters:
//!         - { name: id, in: path, required: true, schema: { type: integer } }
//!       responses:
//!         "200": { description: The pet, content: { application/json: { schema: { type: object } } } }
//! "#)?;
//! let headers = http::HeaderMap::new();
//! let request = RequestView { method: &http::Method::GET, path: "/pets/rex", query: None, headers: &headers, body: b"" };
//! let violations = contract.check_request(&request);
//! assert_eq!(violations[0].to_string(), "readPet: request: path id: is the string \"rex\", expected integer");
//! # Ok::<(), mock_core::contract::ContractError>(())
//! ```

mod body;
mod checker;
mod coerce;
mod document;
mod guard;
mod message;
mod operation;
mod parameter;
mod route;
mod rules;
mod schema;
mod security;
mod text;
mod view;
mod violation;

pub use document::ContractError;
pub use guard::{Contract, Found, Match};
pub use operation::Operation;
pub use view::{AnswerView, RequestView};
pub use violation::{Side, Violation};

#[cfg(test)]
mod tests;
