//! `refund`

use serde::Serialize;

use super::shape::{Either, End, Member, Object, shape};
use crate::domain::refund::{Refund, Status};

/// A refund.
pub fn refund(refund: &Refund) -> impl Serialize {
    let destination = match refund.method_kind {
        "card" => Either::One(shape!({
            "card": {
                "reference"?: refund.reference.as_deref(),
                "reference_status": if refund.reference.is_some() { "available" } else { "pending" },
                "reference_type": "acquirer_reference_number",
                "type": if refund.reversal { "reversal" } else { "refund" },
            },
            "type": "card",
        })),
        kind => Either::Other(Object(Member(kind, shape!({}), Member("type", kind, End)))),
    };
    shape!({
        "id": &refund.id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": &refund.balance_transaction,
        "charge": &refund.charge,
        "created": refund.created,
        "currency": refund.currency.code(),
        "customer": &refund.customer,
        "customer_account": null,
        "destination_details": destination,
        "metadata": &refund.metadata,
        "payment_intent": &refund.intent,
        "payment_method": &refund.payment_method,
        "reason": &refund.reason,
        "receipt_number": null,
        "source_transfer_reversal": null,
        "status": refund.status.as_str(),
        "transfer_reversal": null,
        "failure_balance_transaction"?: refund.failure_transaction.as_deref(),
        "failure_reason"?: (refund.status == Status::Failed).then_some("unknown"),
        "pending_reason"?: (refund.status == Status::Pending).then_some("processing"),
    })
}
