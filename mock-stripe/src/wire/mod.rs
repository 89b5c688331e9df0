//! Objects exactly as they go over the wire: every member present, `id` and `object` first, the rest in the service's order.
//!
//! Domain types are never serialised themselves: a function for each kind of object says what its [`shape`] is. What versions of the API name otherwise depends on the
//! [`Version`] that is shown.

mod account;
mod address;
mod balance;
mod charge;
mod collection;
mod customer;
mod discount;
mod dispute;
mod event;
mod file;
mod fraud_warning;
mod intent;
mod link;
mod list;
mod pretty;
mod price;
mod product;
mod refund;
mod session;
pub mod shape;
mod shipping;
mod told;
pub mod version;

use std::sync::Arc;

pub use account::account;
pub use balance::balance;
pub use charge::{balance_transaction, charge};
pub use customer::{customer, payment_method};
pub use discount::{coupon, discount_share, promotion_code};
pub use dispute::dispute;
pub use event::{endpoint, event};
pub use file::file;
pub use fraud_warning::fraud_warning;
pub use intent::{authentication_url, intent, payment_error};
pub use link::payment_link;
pub use list::{deleted, line_item, list, search_result};
pub use pretty::pretty;
pub use price::price;
pub use product::product;
pub use refund::refund;
pub use session::session;
pub use shipping::shipping_rate;
pub use told::{InVersion, Told};
pub use version::Version;

/// What every shape needs to know beside its object.
#[derive(Clone, Debug)]
pub struct View {
    /// Whether this is live mode.
    pub livemode: bool,
    /// Where the hosted pages are, without a trailing slash.
    pub base: Arc<str>,
    /// The account.
    pub account: Arc<str>,
    /// The world's time in Unix seconds.
    pub now: i64,
    /// The version of the API that is shown.
    pub version: Version,
}
