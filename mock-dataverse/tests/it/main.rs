//! Tests of the fake Dataverse, one module per noun.

mod schema;
mod store;
