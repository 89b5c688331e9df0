//! The whole service against a small stand-in for Dataverse, Entra and Stripe.

#![expect(clippy::expect_used, unreachable_pub, reason = "a test stops where its surroundings break")]

#[cfg(unix)]
mod binary;
mod client;
#[cfg(feature = "defects")]
mod defects;
mod faults;
mod fuzzed;
mod late_money;
mod lifecycle;
mod outbound;
mod outbound_stub;
mod pages;
mod redirect;
mod stub;
mod token;
mod webhook;
