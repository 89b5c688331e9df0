//! Tests of the fake Dataverse, one module per noun.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what cannot be set up is a failed test")]

mod support;

mod aggregate;
mod anything;
mod assertion;
mod batch;
mod calls;
mod contract;
mod control;
mod custom;
mod detail;
mod errors;
mod fetch_xml;
mod fidelity;
mod filter;
mod finalize;
mod functions;
mod fuzzed;
mod impersonation;
mod legacy;
mod links;
mod metadata;
mod multiple;
mod nested;
mod order;
mod pages;
mod protection;
mod query;
mod reads;
mod schema;
mod signin;
mod sql;
mod store;
mod sweep;
mod token;
mod writes;
