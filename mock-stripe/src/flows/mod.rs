//! What happens, step by step: decisions of the domain carried out on the state, with their events.

mod addresses;
pub(crate) mod booking;
pub(crate) mod capture;
pub(crate) mod charges;
mod charging;
pub(crate) mod checkout;
mod collecting;
pub(crate) mod confirming;
pub(crate) mod customers;
pub(crate) mod debit;
pub(crate) mod discounts;
pub(crate) mod disputes;
pub(crate) mod intents;
pub(crate) mod lines;
pub(crate) mod links;
pub(crate) mod methods;
mod offering;
pub(crate) mod prices;
pub(crate) mod products;
pub(crate) mod redeeming;
pub(crate) mod refunds;
pub(crate) mod sessions;
pub(crate) mod shipping;
mod tx;
mod warnings;

pub(crate) use tx::{Batch, Tx};
