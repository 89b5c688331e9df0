//! What comes after a payment: disputes, refunds that wait or come back, holds that the buyer had to confirm.

use std::collections::HashMap;

use stripe::{ApiErrorsCode, Client};
use stripe_core::dispute::{CloseDispute, ListDispute, RetrieveDispute, UpdateDispute, UpdateDisputeEvidence};
use stripe_core::payment_intent::{CapturePaymentIntent, CreatePaymentIntent, RetrievePaymentIntent};
use stripe_core::refund::{CancelRefund, CreateRefund, CreateRefundReason, ListRefund, RetrieveRefund, UpdateRefund};
use stripe_shared::{
    BalanceTransactionType, DisputeStatus, PaymentIntentCaptureMethod, PaymentIntentStatus, RefundPendingReason,
    ThreeDSecureDetailsChargeResult,
};
use stripe_types::Currency;
use stripe_webhook::EventObject;

use crate::receiver::Receiver;
use crate::world::World;
use crate::{ok, refusal};

/// All of it.
pub async fn aftermath(world: &World, client: &Client, receiver: &Receiver) {
    dispute(world, client, receiver).await;
    dispute_closed(client, receiver).await;
    refund_failed(world, client, receiver).await;
    refund_pending(world, client, receiver).await;
    capture_three_d_secure(world, client, receiver).await;
}

fn card(method: &str) -> CreatePaymentIntent {
    let back = "https://seller.example/back";
    CreatePaymentIntent::new(4000, Currency::USD).payment_method(method).confirm(true).return_url(back)
}

/// Pays, and gives the ids of intent and charge.
pub async fn paid(client: &Client, method: &str) -> (String, String) {
    let intent = card(method).send(client).await.unwrap();
    assert_eq!(intent.status, PaymentIntentStatus::Succeeded);
    (intent.id.to_string(), intent.latest_charge.unwrap().id().to_string())
}

async fn dispute(world: &World, client: &Client, receiver: &Receiver) {
    let (intent, charge) = paid(client, "pm_card_createDisputeProductNotReceived").await;
    let listed = ListDispute::new().payment_intent(&intent).send(client).await.unwrap().data;
    assert_eq!(listed.iter().map(|row| (row.charge.id().as_str(), row.amount)).collect::<Vec<_>>(), [(&*charge, 4000)]);
    let id = listed[0].id.clone();
    let told = |object: &EventObject| matches!(object, EventObject::ChargeDisputeCreated(of) if of.id == id);
    receiver.event("charge.dispute.created", told).await;
    let told = |object: &EventObject| matches!(object, EventObject::ChargeDisputeFundsWithdrawn(of) if of.id == id);
    receiver.event("charge.dispute.funds_withdrawn", told).await;
    let paths = ["charge", "payment_intent.latest_charge"].map(str::to_owned);
    let open = RetrieveDispute::new(&id).expand(paths).send(client).await.unwrap();
    assert_eq!((&open.status, open.reason.as_str()), (&DisputeStatus::NeedsResponse, "product_not_received"));
    assert!(open.charge.as_object().unwrap().disputed);
    let of = open.payment_intent.as_ref().and_then(|intent| intent.as_object()).unwrap();
    assert_eq!(of.latest_charge.as_ref().unwrap().id().as_str(), charge);
    let books: Vec<_> = open.balance_transactions.iter().map(|entry| (&entry.type_, entry.amount, entry.fee)).collect();
    assert_eq!(books, [(&BalanceTransactionType::Adjustment, -4000, 1500)]);

    let evidence = UpdateDisputeEvidence {
        customer_name: Some("Ada Buyer".to_owned()),
        shipping_carrier: Some("DHL".to_owned()),
        ..UpdateDisputeEvidence::new()
    };
    let named = HashMap::from([("case".to_owned(), "7".to_owned())]);
    let kept = UpdateDispute::new(&id).evidence(evidence).metadata(named).submit(false).send(client).await.unwrap();
    assert_eq!((&kept.status, kept.metadata["case"].as_str()), (&DisputeStatus::NeedsResponse, "7"));
    assert_eq!(kept.evidence.shipping_carrier.as_deref(), Some("DHL"));
    let told = |object: &EventObject| matches!(object, EventObject::ChargeDisputeUpdated(of) if of.id == id);
    receiver.event("charge.dispute.updated", told).await;
    let text = |text: &str| UpdateDisputeEvidence {
        uncategorized_text: Some(text.to_owned()),
        ..UpdateDisputeEvidence::new()
    };
    let sent = UpdateDispute::new(&id).evidence(text("winning_evidence")).send(client).await.unwrap();
    assert_eq!((&sent.status, sent.evidence_details.submission_count), (&DisputeStatus::UnderReview, 1));
    assert_eq!(sent.evidence.customer_name.as_deref(), Some("Ada Buyer"));
    refusal(UpdateDispute::new(&id).evidence(text("more")).send(client).await, 400);

    world.later("5s").await;
    let told = |object: &EventObject| matches!(object, EventObject::ChargeDisputeClosed(of) if of.id == id && of.status == DisputeStatus::Won);
    receiver.event("charge.dispute.closed", told).await;
    let told = |object: &EventObject| matches!(object, EventObject::ChargeDisputeFundsReinstated(of) if of.id == id);
    receiver.event("charge.dispute.funds_reinstated", told).await;
    let won = RetrieveDispute::new(&id).send(client).await.unwrap();
    assert_eq!(won.balance_transactions.iter().map(|entry| entry.amount).collect::<Vec<_>>(), [-4000, 4000]);
    ok("dispute");
}

async fn dispute_closed(client: &Client, receiver: &Receiver) {
    let (intent, charge) = paid(client, "pm_card_createDispute").await;
    let id = ListDispute::new().charge(charge).send(client).await.unwrap().data.remove(0).id;
    let refund = CreateRefund::new().payment_intent(&intent);
    assert_eq!(refusal(refund.send(client).await, 400).code, Some(ApiErrorsCode::ChargeDisputed));
    assert_eq!(CloseDispute::new(&id).send(client).await.unwrap().status, DisputeStatus::Lost);
    let told = |object: &EventObject| matches!(object, EventObject::ChargeDisputeClosed(of) if of.id == id && of.status == DisputeStatus::Lost);
    receiver.event("charge.dispute.closed", told).await;
    let again = refusal(CloseDispute::new(&id).send(client).await, 400);
    assert_eq!(again.message.as_deref(), Some("This dispute is already closed"));
    assert_eq!(refusal(refund.send(client).await, 400).code, Some(ApiErrorsCode::ChargeDisputed));
    let nobody = refusal(RetrieveDispute::new("du_nowhere").send(client).await, 404);
    assert_eq!(nobody.code, Some(ApiErrorsCode::ResourceMissing));
    assert_eq!(nobody.message.as_deref(), Some("No such dispute: 'du_nowhere'"));
    ok("dispute-closed");
}

async fn refund_failed(world: &World, client: &Client, receiver: &Receiver) {
    let (intent, _) = paid(client, "pm_card_refundFail").await;
    world.later("3s").await;
    let made = CreateRefund::new().payment_intent(&intent).amount(1000);
    let made = made.reason(CreateRefundReason::RequestedByCustomer).send(client).await.unwrap();
    assert_eq!((made.status.as_deref(), made.amount), (Some("succeeded"), 1000));
    let ticket = HashMap::from([("ticket".to_owned(), "9".to_owned())]);
    let named = UpdateRefund::new(&made.id).metadata(ticket).send(client).await.unwrap();
    assert_eq!(named.metadata.unwrap()["ticket"], "9");
    world.later("3m").await;
    let told = |object: &EventObject| matches!(object, EventObject::RefundFailed(of) if of.id == made.id);
    receiver.event("refund.failed", told).await;
    let paths = ["failure_balance_transaction", "charge"].map(str::to_owned);
    let failed = RetrieveRefund::new(&made.id).expand(paths).send(client).await.unwrap();
    assert_eq!((failed.status.as_deref(), failed.failure_reason.as_deref()), (Some("failed"), Some("unknown")));
    assert_eq!(failed.charge.as_ref().and_then(|charge| charge.as_object()).unwrap().amount_refunded, 0);
    let entry = failed.failure_balance_transaction.as_ref().and_then(|entry| entry.as_object()).unwrap();
    assert_eq!((&entry.type_, entry.amount), (&BalanceTransactionType::RefundFailure, 1000));
    ok("refund-failed");
}

async fn refund_pending(world: &World, client: &Client, receiver: &Receiver) {
    let (intent, _) = paid(client, "pm_card_pendingRefund").await;
    let made = CreateRefund::new().payment_intent(&intent).send(client).await.unwrap();
    assert_eq!(made.status.as_deref(), Some("pending"));
    assert_eq!(made.pending_reason, Some(RefundPendingReason::Processing));
    refusal(CancelRefund::new(&made.id).send(client).await, 400);
    world.later("3m").await;
    let told = |object: &EventObject| matches!(object, EventObject::RefundUpdated(of) if of.id == made.id);
    receiver.event("refund.updated", told).await;
    let listed = ListRefund::new().payment_intent(&intent).send(client).await.unwrap().data;
    let listed: Vec<_> = listed.iter().map(|refund| (&refund.id, refund.status.as_deref())).collect();
    assert_eq!(listed, [(&made.id, Some("succeeded"))]);
    ok("refund-pending");
}

async fn capture_three_d_secure(world: &World, client: &Client, receiver: &Receiver) {
    let hold = || card("pm_card_authenticationRequired").capture_method(PaymentIntentCaptureMethod::Manual);
    let asked = hold().send(client).await.unwrap();
    assert_eq!((&asked.status, asked.amount_capturable), (&PaymentIntentStatus::RequiresAction, 0));
    let capture = CapturePaymentIntent::new(&asked.id);
    let early = refusal(capture.send(client).await, 400);
    assert_eq!(early.code, Some(ApiErrorsCode::PaymentIntentUnexpectedState));
    let step = |intent: &stripe_shared::PaymentIntent| {
        let leading = intent.next_action.as_ref().and_then(|action| action.redirect_to_url.as_ref());
        leading.and_then(|leading| leading.url.clone()).unwrap()
    };
    assert_eq!(world.submit(&step(&asked), "three_d_secure=confirm".to_owned()).await.status, 303);
    let told = |object: &EventObject| matches!(object, EventObject::PaymentIntentAmountCapturableUpdated(of) if of.id == asked.id);
    receiver.event("payment_intent.amount_capturable_updated", told).await;
    let held = RetrievePaymentIntent::new(&asked.id).expand(["latest_charge".to_owned()]).send(client).await.unwrap();
    assert_eq!((&held.status, held.amount_capturable), (&PaymentIntentStatus::RequiresCapture, 4000));
    let charge = held.latest_charge.as_ref().and_then(|charge| charge.as_object()).unwrap();
    let card = charge.payment_method_details.as_ref().and_then(|details| details.card.as_ref()).unwrap();
    let result = card.three_d_secure.as_ref().and_then(|secure| secure.result.clone());
    assert_eq!((charge.captured, result), (false, Some(ThreeDSecureDetailsChargeResult::Authenticated)));
    let taken = capture.send(client).await.unwrap();
    assert_eq!((&taken.status, taken.amount_received), (&PaymentIntentStatus::Succeeded, 4000));
    let told = |object: &EventObject| matches!(object, EventObject::ChargeCaptured(of) if of.id == charge.id);
    receiver.event("charge.captured", told).await;

    let failing = hold().send(client).await.unwrap();
    world.submit(&step(&failing), "three_d_secure=fail".to_owned()).await;
    let over = RetrievePaymentIntent::new(&failing.id).send(client).await.unwrap();
    assert_eq!(over.status, PaymentIntentStatus::RequiresPaymentMethod);
    let code = over.last_payment_error.and_then(|error| error.code);
    assert_eq!(code, Some(ApiErrorsCode::PaymentIntentAuthenticationFailure));
    ok("capture-three-d-secure");
}
