//! Early fraud warnings: one follows a payment with the test card for it, and is answered by a full refund or a dispute.

use std::sync::Arc;

use crate::domain::charge::Charge;
use crate::domain::fraud_warning::FraudWarning;

use super::Tx;

/// The buyer's bank warns of a charge that was just taken.
pub(super) fn open(tx: &mut Tx<'_>, charge: &Charge) {
    let warning = tx.state.warnings.put(FraudWarning {
        id: tx.mint.plain("issfr_", &charge.belongs.scope),
        created: tx.seconds(),
        actionable: true,
        charge: charge.id.clone(),
        intent: charge.intent.clone(),
        belongs: charge.belongs.clone(),
    });
    tx.emit("radar.early_fraud_warning.created", Arc::clone(&warning), &warning.belongs);
}

/// The charge was refunded in full, or disputed: nothing can be done about its warnings any more.
pub(super) fn answered(tx: &mut Tx<'_>, charge: &str) {
    let open: Vec<_> = tx.state.warnings.by("charge", charge).filter_map(|row| Some((row.answered()?, row))).collect();
    for (after, before) in open {
        let after = tx.state.warnings.put(after);
        let belongs = after.belongs.clone();
        tx.emit_change("radar.early_fraud_warning.updated", before, after, &belongs, None);
    }
}
