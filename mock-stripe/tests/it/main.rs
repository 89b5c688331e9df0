//! The fake as its clients meet it: over HTTP, on a port of its own.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::default_trait_access,
    reason = "a test that meets the unexpected stops; its helpers are plain functions"
)]

mod authentication;
mod balance;
mod captures;
mod catalog;
mod checkout;
mod cli_client;
mod cli_socket;
mod collecting;
mod contract;
mod control;
mod crowds;
mod customers;
mod discounts;
mod dispute_cases;
mod dispute_machine;
mod disputes;
mod errors;
mod fidelity;
mod files;
mod fraud_warnings;
mod fuzzed;
mod held;
mod idempotency;
mod intent_books;
mod intents;
mod junk;
mod links;
mod machines;
mod method_types;
mod methods;
mod official;
mod open_amounts;
mod pages;
mod payment_machines;
mod payments;
mod published;
mod published_answers;
mod published_expansion;
mod published_parameters;
mod published_samples;
mod published_script;
mod rates;
mod refusals;
mod rolling;
mod search;
mod sequences;
mod sessions;
mod settings;
mod shapes;
mod shipping;
mod stripe_cli;
mod stripe_program;
mod support;
mod webhooks;
