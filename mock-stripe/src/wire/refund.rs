//! `refund`

use serde_json::{Value, json};

use crate::domain::refund::{Refund, Status};

/// A refund.
pub fn refund(refund: &Refund) -> Value {
    let destination = match refund.method_kind {
        "card" => {
            let mut card = json!({
                "reference": refund.reference,
                "reference_status": if refund.reference.is_some() { "available" } else { "pending" },
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            });
            if refund.reference.is_none()
                && let Some(members) = card.as_object_mut()
            {
                members.shift_remove("reference");
            }
            json!({ "card": card, "type": "card" })
        }
        kind => json!({ kind: {}, "type": kind }),
    };
    let mut body = json!({
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": refund.balance_transaction,
        "charge": refund.charge,
        "created": refund.created,
        "currency": refund.currency.code(),
        "customer": refund.customer,
        "customer_account": null,
        "destination_details": destination,
        "metadata": refund.metadata,
        "payment_intent": refund.intent,
        "payment_method": refund.payment_method,
        "reason": refund.reason,
        "receipt_number": null,
        "source_transfer_reversal": null,
        "status": refund.status.as_str(),
        "transfer_reversal": null,
    });
    if refund.status == Status::Failed
        && let Some(members) = body.as_object_mut()
    {
        members.insert("failure_reason".to_owned(), "unknown".into());
    }
    body
}
