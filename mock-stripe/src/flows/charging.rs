//! What a payment makes on its way: the customer and the charge.

use std::sync::Arc;

use crate::domain::cards::Decline;
use crate::domain::charge::{Charge, Status as ChargeStatus};
use crate::domain::intent::Intent;
use crate::domain::payer::{Customer, Instrument, Payer, PaymentMethod};
use crate::domain::session::Session;

use super::Tx;

/// The session's customer: its own, or a new one when it always makes one.
pub(super) fn customer_of(tx: &mut Tx<'_>, session: Session, payer: &Payer) -> (Session, Option<String>) {
    if session.customer.is_some() || session.presentation.customer_creation.as_deref() != Some("always") {
        let customer = session.customer.clone();
        return (session, customer);
    }
    let scope = &session.belongs.scope;
    let mut customer = Customer {
        id: tx.mint.short("cus_", scope),
        created: tx.seconds(),
        payer: Payer { email: payer.email.clone(), ..Payer::default() },
        invoice_prefix: tx.mint.draw("invoice prefix", scope, 8).to_ascii_uppercase(),
        belongs: session.belongs.clone(),
    };
    let nameless = Arc::new(customer.clone());
    tx.emit("customer.created", Arc::clone(&nameless), &customer.belongs);
    customer.payer.name.clone_from(&payer.name);
    let customer = tx.state.customers.put(customer);
    tx.emit_change("customer.updated", nameless, Arc::clone(&customer), &customer.belongs, None);
    let session = Session { customer: Some(customer.id.clone()), ..session };
    (session, Some(customer.id.clone()))
}

pub(super) fn new_charge(
    tx: &Tx<'_>,
    intent: &Intent,
    method: &PaymentMethod,
    payer: Payer,
    status: ChargeStatus,
    decline: Option<Decline>,
    customer: Option<String>,
) -> Charge {
    let scope = &intent.belongs.scope;
    let card = matches!(method.instrument, Instrument::Card(_));
    Charge {
        id: tx.mint.of_payment(if card { "ch_" } else { "py_" }, &intent.core, scope),
        core: intent.core.clone(),
        created: tx.seconds(),
        amount: intent.amount,
        amount_refunded: 0,
        currency: intent.currency,
        status,
        decline,
        intent: intent.id.clone(),
        payment_method: method.id.clone(),
        instrument: method.instrument.clone(),
        // The step was for the method that waited for it; a method given since has not been through one.
        authenticated: intent.challenge.is_some() && intent.payment_method.as_ref() == Some(&method.id),
        payer,
        customer,
        description: intent.description.clone(),
        metadata: intent.metadata.clone(),
        balance_transaction: None,
        risk_score: tx.mint.percent("risk", scope),
        authorization_code: tx.mint.digits("authorization", scope, 6),
        network_transaction_id: tx.mint.digits("network", scope, 15),
        receipt_token: tx.mint.draw("receipt", scope, 60),
        receipt_email: intent.receipt_email.clone(),
        shipping: intent.shipping.clone(),
        statement_descriptor: intent.statement_descriptor.clone(),
        statement_descriptor_suffix: intent.statement_descriptor_suffix.clone(),
        transfer_group: intent.transfer_group.clone(),
        belongs: intent.belongs.clone(),
    }
}

pub(super) fn put_charge(tx: &mut Tx<'_>, kind: &'static str, charge: Charge) {
    let charge = tx.state.charges.put(charge);
    tx.emit_of_payment(kind, Arc::clone(&charge), &charge.belongs, &charge.core);
}
