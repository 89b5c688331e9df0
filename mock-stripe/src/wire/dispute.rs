//! `dispute`

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::View;
use super::charge::balance_transaction;
use super::shape::shape;
use crate::domain::dispute::{Dispute, EVIDENCE, Evidence};

/// A dispute.
pub fn dispute<'a>(dispute: &'a Dispute, view: &View) -> impl Serialize + use<'a> {
    let transactions: Vec<_> = dispute.transactions.iter().map(|row| balance_transaction(row, view)).collect();
    shape!({
        "id": &dispute.id,
        "object": "dispute",
        "amount": dispute.amount,
        "balance_transaction": dispute.transactions.first().map(|row| row.id.as_str()),
        "balance_transactions": transactions,
        "charge": &dispute.charge,
        "created": dispute.created,
        "currency": dispute.currency.code(),
        "enhanced_eligibility_types": [],
        "evidence": Said(&dispute.evidence),
        "evidence_details": {
            "due_by": dispute.due_by,
            "enhanced_eligibility": {},
            "has_evidence": !dispute.evidence.is_empty(),
            "past_due": dispute.is_past_due(view.now),
            "submission_count": dispute.submissions,
        },
        "is_charge_refundable": dispute.status.leaves_money(),
        "livemode": view.livemode,
        "metadata": &dispute.metadata,
        "payment_intent": &dispute.intent,
        "payment_method_details": {
            "card": {
                "brand": dispute.brand,
                "case_type": if dispute.status.is_inquiry() { "inquiry" } else { "chargeback" },
                "network": dispute.brand,
                "network_reason_code": dispute.reason.network_code(),
            },
            "type": "card",
        },
        "reason": dispute.reason.as_str(),
        "status": dispute.status.as_str(),
    })
}

/// Every member, said or not.
struct Said<'a>(&'a Evidence);

impl Serialize for Said<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(EVIDENCE.len() + 1))?;
        for (member, _) in EVIDENCE {
            if member == "product_description" {
                map.serialize_entry("enhanced_evidence", &shape!({}))?;
            }
            map.serialize_entry(member, &self.0.get(member))?;
        }
        map.end()
    }
}
