//! An object as it was at one moment, to be told of later.

use std::sync::Arc;

use serde_json::Value;

use super::catalog::{Price, Product};
use super::charge::Charge;
use super::discount::{Coupon, PromotionCode};
use super::dispute::Dispute;
use super::file::StoredFile;
use super::fraud_warning::FraudWarning;
use super::intent::Intent;
use super::link::PaymentLink;
use super::payer::{Customer, PaymentMethod};
use super::refund::Refund;
use super::session::Session;
use super::shipping::ShippingRate;
use super::transaction::BalanceTransaction;

/// An object as it was at one moment.
///
/// Rows never change once they are stored: a change stores another. So an event or an answer keeps the row itself and is written when
/// somebody reads it, which happens to few events.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// A product.
    Product(Arc<Product>),
    /// A price.
    Price(Arc<Price>),
    /// A payment link.
    Link(Arc<PaymentLink>),
    /// A checkout session.
    Session(Arc<Session>),
    /// A payment intent, and the method of its last failed try.
    Intent(Arc<Intent>, Option<Arc<PaymentMethod>>),
    /// A charge.
    Charge(Arc<Charge>),
    /// A refund.
    Refund(Arc<Refund>),
    /// A dispute.
    Dispute(Arc<Dispute>),
    /// A coupon.
    Coupon(Arc<Coupon>),
    /// A promotion code.
    Promotion(Arc<PromotionCode>),
    /// A shipping rate.
    Shipping(Arc<ShippingRate>),
    /// An uploaded file.
    File(Arc<StoredFile>),
    /// An early fraud warning.
    Warning(Arc<FraudWarning>),
    /// A customer.
    Customer(Arc<Customer>),
    /// A payment method.
    Method(Arc<PaymentMethod>),
    /// A line of the books.
    Transaction(Arc<BalanceTransaction>),
    /// Anything else, in its newest shape.
    Other(Arc<Value>),
}

impl Told {
    /// The object's id; empty where it has none.
    pub fn id(&self) -> &str {
        match self {
            Self::Product(row) => &row.id,
            Self::Price(row) => &row.id,
            Self::Link(row) => &row.id,
            Self::Session(row) => &row.id,
            Self::Intent(row, _) => &row.id,
            Self::Charge(row) => &row.id,
            Self::Refund(row) => &row.id,
            Self::Dispute(row) => &row.id,
            Self::Coupon(row) => &row.id,
            Self::Promotion(row) => &row.id,
            Self::Shipping(row) => &row.id,
            Self::File(row) => &row.id,
            Self::Warning(row) => &row.id,
            Self::Customer(row) => &row.id,
            Self::Method(row) => &row.id,
            Self::Transaction(row) => &row.id,
            Self::Other(tree) => tree.get("id").and_then(Value::as_str).unwrap_or_default(),
        }
    }
}

impl From<Value> for Told {
    fn from(tree: Value) -> Self {
        Self::Other(Arc::new(tree))
    }
}

macro_rules! rows {
    ($($kind:ident($row:ty)),* $(,)?) => {$(
        impl From<Arc<$row>> for Told {
            fn from(row: Arc<$row>) -> Self {
                Self::$kind(row)
            }
        }
    )*};
}

rows!(
    Product(Product),
    Price(Price),
    Link(PaymentLink),
    Session(Session),
    Charge(Charge),
    Refund(Refund),
    Dispute(Dispute),
    Coupon(Coupon),
    Promotion(PromotionCode),
    Shipping(ShippingRate),
    File(StoredFile),
    Warning(FraudWarning),
    Customer(Customer),
    Method(PaymentMethod),
    Transaction(BalanceTransaction),
);
