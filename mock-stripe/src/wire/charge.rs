//! `charge` and `balance_transaction`

use serde::Serialize;

use super::View;
use super::address::{billing_details, shipping};
use super::shape::{Either, shape};
use crate::domain::charge::{Charge, Status};
use crate::domain::payer::{CardSummary, Instrument};
use crate::domain::transaction::BalanceTransaction;

/// A charge.
pub fn charge<'a>(charge: &'a Charge, view: &View) -> impl Serialize + use<'a> {
    let paid = charge.status == Status::Succeeded;
    // The address of a receipt changes with what it shows: the booking, and what was given back.
    let receipt = paid.then(|| {
        let booked = if charge.balance_transaction.is_some() { "b" } else { "a" };
        format!("https://pay.stripe.com/receipts/payment/{}{booked}{}", charge.receipt_token, charge.amount_refunded)
    });
    shape!({
        "id": &charge.id,
        "object": "charge",
        "amount": charge.amount,
        "amount_captured": charge.captured.unwrap_or_default(),
        "amount_refunded": charge.amount_refunded,
        "application": null,
        "application_fee": null,
        "application_fee_amount": null,
        "balance_transaction": &charge.balance_transaction,
        "billing_details": billing_details(&charge.payer),
        "calculated_statement_descriptor": "SANDBOX",
        "captured": charge.captured.is_some(),
        "created": charge.created,
        "currency": charge.currency.code(),
        "customer": &charge.customer,
        "description": &charge.description,
        "destination": null,
        "dispute": &charge.dispute,
        "disputed": charge.dispute.is_some(),
        "failure_balance_transaction": null,
        "failure_code": charge.decline.map(|decline| decline.code),
        "failure_message": charge.decline.map(|decline| decline.message),
        "fraud_details": { "user_report"?: charge.user_report.as_deref() },
        "livemode": view.livemode,
        "metadata": &charge.metadata,
        "on_behalf_of": null,
        "order": null,
        "outcome": outcome(charge),
        "paid": paid,
        "payment_intent": &charge.intent,
        "payment_method": &charge.payment_method,
        "payment_method_details": method_details(charge),
        "radar_options": {},
        "receipt_email": &charge.receipt_email,
        "receipt_number": null,
        "receipt_url": receipt,
        "refunded": charge.is_refunded(),
        "review": null,
        "shipping": charge.shipping.as_deref().map(shipping),
        "source": null,
        "source_transfer": null,
        "statement_descriptor": &charge.statement_descriptor,
        "statement_descriptor_suffix": &charge.statement_descriptor_suffix,
        "status": charge.status.as_str(),
        "transfer_data": null,
        "transfer_group": &charge.transfer_group,
    })
}

fn outcome(charge: &Charge) -> impl Serialize {
    let (code, network, reason, risk, message, kind) = match charge.decline {
        None => (None, "approved_by_network", None, "normal", "Payment complete.", "authorized"),
        Some(decline) if decline.blocked => (
            None,
            "not_sent_to_network",
            Some("highest_risk_level"),
            "highest",
            "Stripe blocked this payment as too risky.",
            "blocked",
        ),
        Some(decline) => (
            Some(("try_again_later", "01")),
            "declined_by_network",
            Some(decline.decline_code),
            "normal",
            "The bank did not return any further details with this decline.",
            "issuer_declined",
        ),
    };
    shape!({
        "advice_code": code.map(|(advice, _)| advice),
        "network_advice_code": null,
        "network_decline_code": code.map(|(_, decline)| decline),
        "network_status": network,
        "reason": reason,
        "risk_level": risk,
        "risk_score": charge.risk_score,
        "seller_message": message,
        "type": kind,
    })
}

fn method_details(charge: &Charge) -> impl Serialize {
    match &charge.instrument {
        Instrument::Card(card) => Either::One(shape!({ "card": card_details(charge, card), "type": "card" })),
        Instrument::SepaDebit { bank_code, country, fingerprint, last4, .. } => Either::Other(shape!({
            "sepa_debit": {
                "bank_code": bank_code,
                "branch_code": "",
                "country": country,
                "fingerprint": fingerprint,
                "last4": last4,
                "mandate": null,
            },
            "type": "sepa_debit",
        })),
    }
}

fn card_details(charge: &Charge, card: &CardSummary) -> impl Serialize {
    let failed = charge.status == Status::Failed;
    let cvc_check = match (card.cvc_given, charge.decline.map(|decline| decline.code)) {
        (false, _) => None,
        (true, Some("incorrect_cvc")) => Some("fail"),
        (true, _) => Some("pass"),
    };
    let approved = (!failed).then_some(charge.authorization_code.as_str());
    shape!({
        "amount_authorized": (!failed).then_some(charge.amount),
        "authorization_code": approved,
        "brand": &card.brand,
        "capture_before"?: charge.capture_before(),
        "checks": { "address_line1_check": null, "address_postal_code_check": null, "cvc_check": cvc_check },
        "country": &card.country,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "extended_authorization": { "status": "disabled" },
        "fingerprint": &card.fingerprint,
        "funding": &card.funding,
        "incremental_authorization": { "status": "unavailable" },
        "installments": null,
        "last4": &card.last4,
        "mandate": null,
        "multicapture": { "status": "unavailable" },
        "network": &card.brand,
        "network_token": { "used": false },
        "network_transaction_id": &charge.network_transaction_id,
        "overcapture": {
            "maximum_amount_capturable": if failed { 0 } else { charge.amount },
            "status": "unavailable",
        },
        "regulated_status": "unregulated",
        "three_d_secure": charge.authenticated.then(|| three_d_secure(card)),
        "transaction_link_id": null,
        "wallet": null,
    })
}

/// A step that the buyer confirmed. The indicator is the network's: 02 at Mastercard, 05 elsewhere.
fn three_d_secure(card: &CardSummary) -> impl Serialize + use<> {
    shape!({
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": if card.brand == "mastercard" { "02" } else { "05" },
        "exemption_indicator": null,
        "result": "authenticated",
        "result_reason": null,
        "transaction_id": null,
        "version": "2.2.0",
    })
}

/// One line of the account's books.
pub fn balance_transaction<'a>(transaction: &'a BalanceTransaction, view: &View) -> impl Serialize + use<'a> {
    let fee = (transaction.fee != 0).then(|| {
        shape!({
            "amount": transaction.fee,
            "application": null,
            "currency": transaction.currency.code(),
            "description": transaction.kind.fee_description(),
            "type": "stripe_fee",
        })
    });
    shape!({
        "id": &transaction.id,
        "object": "balance_transaction",
        "amount": transaction.amount,
        "available_on": transaction.available_on,
        "balance_type": "payments",
        "created": transaction.created,
        "currency": transaction.currency.code(),
        "description": &transaction.description,
        "exchange_rate": null,
        "fee": transaction.fee,
        "fee_details": fee.into_iter().collect::<Vec<_>>(),
        "net": transaction.net(),
        "reporting_category": transaction.kind.category(),
        "source": &transaction.source,
        "status": if view.now >= transaction.available_on { "available" } else { "pending" },
        "type": transaction.kind.as_str(),
    })
}
