//! What a seller may write on a charge that was made.

use std::sync::Arc;

use crate::domain::charge::Charge;
use crate::error::Error;
use crate::params::Params;

use super::{Tx, addresses};

/// Changes a charge's texts.
pub(crate) fn update(tx: &mut Tx<'_>, charge: &Arc<Charge>, params: &Params) -> Result<Arc<Charge>, Error> {
    let mut after = charge.as_ref().clone();
    after.metadata = params.metadata().apply(&charge.metadata).map_err(|fault| Error::metadata(&fault))?;
    if params.has("description") {
        after.description = params.string("description");
    }
    for (name, slot) in [("receipt_email", &mut after.receipt_email), ("transfer_group", &mut after.transfer_group)] {
        if let Some(text) = params.string(name) {
            *slot = Some(text);
        }
    }
    if let Some(fraud) = params.object("fraud_details")
        && fraud.has("user_report")
    {
        after.user_report = fraud.string("user_report");
    }
    if let Some(shipping) = params.object("shipping") {
        after.shipping = Some(Box::new(addresses::shipping(shipping)));
    }
    let after = tx.state.charges.put(after);
    tx.emit_change("charge.updated", Arc::clone(charge), Arc::clone(&after), &after.belongs, Some(&after.core));
    Ok(after)
}
