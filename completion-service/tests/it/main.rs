//! The whole service against a small stand-in for Dataverse, Entra and Stripe.

mod client;
#[cfg(feature = "defects")]
mod defects;
mod faults;
mod late_money;
mod lifecycle;
mod pages;
mod redirect;
mod stub;
mod token;
mod webhook;
