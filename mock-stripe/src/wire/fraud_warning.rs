//! `radar.early_fraud_warning`

use serde::Serialize;

use super::View;
use super::shape::shape;
use crate::domain::fraud_warning::{FRAUD_TYPE, FraudWarning};

/// An early fraud warning.
pub fn fraud_warning<'a>(warning: &'a FraudWarning, view: &View) -> impl Serialize + use<'a> {
    shape!({
        "id": &warning.id,
        "object": "radar.early_fraud_warning",
        "actionable": warning.actionable,
        "charge": &warning.charge,
        "created": warning.created,
        "fraud_type": FRAUD_TYPE,
        "livemode": view.livemode,
        "payment_intent": &warning.intent,
    })
}
