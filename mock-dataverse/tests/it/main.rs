//! Tests of the fake Dataverse, one module per noun.

mod support;

mod calls;
mod filter;
mod finalize;
mod query;
mod reads;
mod schema;
mod signin;
mod store;
mod token;
mod writes;
