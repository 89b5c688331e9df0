//! Rows in memory: typed values, all-or-nothing writes over several tables, versions, history and indexes.
//!
//! One lock holds everything. Time and ids are arguments, so a write is a pure function of the state before it.

mod data;
mod draft;
mod error;
mod fields;
mod form;
mod handle;
mod ids;
mod index;
mod order;
mod removal;
mod row;
mod rows;
mod settle;
mod sorted;
mod trace;
mod tx;
mod undo;
mod value;

pub use data::{Change, Data};
pub use error::StoreError;
pub use fields::Fields;
pub(crate) use form::Form;
pub use handle::Store;
pub(crate) use order::{OrderKey, Span};
pub use row::Row;
pub use tx::Tx;
pub use value::Value;
pub(crate) use value::choices;
