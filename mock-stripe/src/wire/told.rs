//! Whatever stands in a [`Told`], in its wire shape.

use serde::{Serialize, Serializer};

use super::{
    Version, View, balance_transaction, charge, coupon, customer, deleted, dispute, file, fraud_warning, intent,
    payment_link, payment_method, price, product, promotion_code, refund, session, shipping_rate,
};
use crate::domain::told::Told as Row;

/// A row and how it is seen.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a>(pub &'a Row, pub &'a View);

impl Serialize for Told<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        InVersion(self.0, self.1, self.1.version).serialize(serializer)
    }
}

/// The same, in another version than the view's.
#[derive(Clone, Copy, Debug)]
pub struct InVersion<'a>(pub &'a Row, pub &'a View, pub Version);

impl Serialize for InVersion<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(row, view, version) = *self;
        match row {
            Row::Product(row) if row.deleted => deleted(&row.id, "product").serialize(serializer),
            Row::Product(row) => product(row, view).serialize(serializer),
            Row::Price(row) => price(row, view).serialize(serializer),
            Row::Link(row) => payment_link(row, view).serialize(serializer),
            Row::Session(row) => session(row, view, version).serialize(serializer),
            Row::Intent(row, tried) => intent(row, tried.as_deref(), view, version).serialize(serializer),
            Row::Charge(row) => charge(row, view).serialize(serializer),
            Row::Refund(row) => refund(row).serialize(serializer),
            Row::Coupon(row) => coupon(row, view).serialize(serializer),
            Row::Promotion(row) => promotion_code(row, view).serialize(serializer),
            Row::Shipping(row) => shipping_rate(row, view).serialize(serializer),
            Row::File(row) => file(row, view).serialize(serializer),
            Row::Warning(row) => fraud_warning(row, view).serialize(serializer),
            Row::Dispute(row) => dispute(row, view).serialize(serializer),
            Row::Customer(row) if row.deleted => deleted(&row.id, "customer").serialize(serializer),
            Row::Customer(row) => customer(row, view).serialize(serializer),
            Row::Method(row) => payment_method(row, view).serialize(serializer),
            Row::Transaction(row) => balance_transaction(row, view).serialize(serializer),
            Row::Other(tree) => tree.serialize(serializer),
        }
    }
}
