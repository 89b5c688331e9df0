//! The public side: a table of operations and what serves them.

mod account;
mod addresses;
mod answer;
mod authentication;
mod balance;
mod call;
mod charges;
mod collection_fields;
mod content;
mod customers;
mod dialect;
mod disputes;
mod events;
mod expand;
mod files;
mod fraud_warnings;
mod intent_fields;
mod intents;
mod links;
mod listing;
mod methods;
mod page;
mod page_asked;
mod page_form;
mod page_view;
mod payment_pages;
mod prices;
mod products;
mod refunds;
mod router;
mod search;
mod sessions;
mod stripecli;
mod webhook_endpoints;

pub use router::routes;
pub(crate) use {dialect::StripeDialect, router::router};
