//! Payments without checkout: methods kept by customers, intents confirmed, declined, held and captured, and the buyer's confirmation.

use std::collections::HashMap;

use stripe::{ApiErrorsCode, ApiErrorsType, Client};
use stripe_core::charge::RetrieveCharge;
use stripe_core::customer::{CreateCustomer, DeleteCustomer, ListCustomer, ListPaymentMethodsCustomer, UpdateCustomer};
use stripe_core::payment_intent::{
    CancelPaymentIntent, CancelPaymentIntentCancellationReason, CapturePaymentIntent, ConfirmPaymentIntent,
    CreatePaymentIntent, CreatePaymentIntentAutomaticPaymentMethods,
    CreatePaymentIntentAutomaticPaymentMethodsAllowRedirects, CreatePaymentIntentOffSession, RetrievePaymentIntent,
    UpdatePaymentIntent,
};
use stripe_payment::payment_method::{
    AttachPaymentMethod, CreatePaymentMethod, CreatePaymentMethodCard, CreatePaymentMethodTokenParams,
    CreatePaymentMethodType, DetachPaymentMethod,
};
use stripe_shared::{PaymentIntentStatus, PaymentMethod};
use stripe_types::Currency;
use stripe_webhook::EventObject;

use crate::receiver::Receiver;
use crate::world::World;
use crate::{ok, refusal};

/// All of it, and last the customer is deleted.
pub async fn direct(world: &World, client: &Client, receiver: &Receiver) {
    let (customer, kept) = kept_method(client, receiver).await;
    payment(client, receiver, &customer, &kept).await;
    decline(client, receiver).await;
    capture(client, receiver).await;
    three_d_secure(world, client, receiver).await;
    assert!(DeleteCustomer::new(customer.as_str()).send(client).await.is_ok());
    ok("direct-three-d-secure");
}

fn card() -> CreatePaymentIntent {
    // No method that leads away, so that no address to come back to is asked for.
    let never = Some(CreatePaymentIntentAutomaticPaymentMethodsAllowRedirects::Never);
    let own = CreatePaymentIntentAutomaticPaymentMethods { allow_redirects: never, enabled: true };
    CreatePaymentIntent::new(2000, Currency::USD).automatic_payment_methods(own)
}

/// Keeps a card for a new customer and gives the ids of both.
async fn kept_method(client: &Client, receiver: &Receiver) -> (String, String) {
    let club = HashMap::from([("club".to_owned(), "7".to_owned())]);
    let customer =
        CreateCustomer::new().name("Ada").email("ada@example.com").metadata(club).send(client).await.unwrap();
    let token = CreatePaymentMethodCard::TokenParams(CreatePaymentMethodTokenParams::new("tok_visa"));
    let made = CreatePaymentMethod::new().type_(CreatePaymentMethodType::Card).card(token);
    let made = made.send(client).await.unwrap();
    let attach = |id: &str| AttachPaymentMethod::new(id).customer(customer.id.as_str());
    let kept = attach(made.id.as_str()).send(client).await.unwrap();
    assert_eq!((&kept.id, kept.card.as_ref().unwrap().last4.as_str()), (&made.id, "4242"));
    assert_eq!(kept.customer.as_ref().unwrap().id(), &customer.id);
    let other = attach("pm_card_mastercard").send(client).await.unwrap();
    let listed: Vec<PaymentMethod> =
        ListPaymentMethodsCustomer::new(customer.id.as_str()).send(client).await.unwrap().data;
    assert_eq!(listed.iter().map(|method| &method.id).collect::<Vec<_>>(), [&other.id, &kept.id]);
    assert!(DetachPaymentMethod::new(other.id.as_str()).send(client).await.unwrap().customer.is_none());
    let told = |object: &EventObject| matches!(object, EventObject::PaymentMethodDetached(of) if of.id == other.id);
    receiver.event("payment_method.detached", told).await;
    let changed = UpdateCustomer::new(customer.id.as_str()).phone("123").send(client).await.unwrap();
    assert_eq!(changed.phone.as_deref(), Some("123"));
    let found = ListCustomer::new().email("ada@example.com").limit(1).send(client).await.unwrap().data;
    assert_eq!(found[0].id, customer.id);
    ok("kept-method");
    (customer.id.to_string(), kept.id.to_string())
}

async fn payment(client: &Client, receiver: &Receiver, customer: &str, kept: &str) {
    let made = card().customer(customer).description("Tea").send(client).await.unwrap();
    assert_eq!(made.status, PaymentIntentStatus::RequiresPaymentMethod);
    let chosen = UpdatePaymentIntent::new(made.id.as_str()).payment_method(kept).amount(2500);
    let chosen = chosen.send(client).await.unwrap();
    assert_eq!((&chosen.status, chosen.amount), (&PaymentIntentStatus::RequiresConfirmation, 2500));
    let confirm = ConfirmPaymentIntent::new(made.id.as_str()).expand(["latest_charge".to_owned()]);
    let paid = confirm.send(client).await.unwrap();
    assert_eq!((&paid.status, paid.amount_received), (&PaymentIntentStatus::Succeeded, 2500));
    assert!(paid.latest_charge.as_ref().and_then(|charge| charge.as_object()).unwrap().captured);
    let told = |object: &EventObject| matches!(object, EventObject::PaymentIntentSucceeded(of) if of.id == made.id);
    receiver.event("payment_intent.succeeded", told).await;
    let late = refusal(CancelPaymentIntent::new(made.id.as_str()).send(client).await, 400);
    assert_eq!(late.code, Some(ApiErrorsCode::PaymentIntentUnexpectedState));
    assert_eq!(late.payment_intent.unwrap().id, made.id);
    ok("direct-payment");
}

async fn decline(client: &Client, receiver: &Receiver) {
    let poor = card().payment_method("pm_card_visa_chargeDeclinedInsufficientFunds").confirm(true);
    let error = refusal(poor.send(client).await, 402);
    assert_eq!((&error.type_, error.code.as_ref()), (&ApiErrorsType::CardError, Some(&ApiErrorsCode::CardDeclined)));
    assert_eq!(error.decline_code.as_deref(), Some("insufficient_funds"));
    assert_eq!(error.message.as_deref(), Some("Your card has insufficient funds."));
    let intent = error.payment_intent.unwrap();
    assert_eq!(intent.status, PaymentIntentStatus::RequiresPaymentMethod);
    let told = |object: &EventObject| matches!(object, EventObject::PaymentIntentPaymentFailed(of) if of.id == intent.id && of.last_payment_error.is_some());
    receiver.event("payment_intent.payment_failed", told).await;
    let again = ConfirmPaymentIntent::new(intent.id.as_str()).payment_method("pm_card_visa");
    assert_eq!(again.send(client).await.unwrap().status, PaymentIntentStatus::Succeeded);
    ok("direct-decline");
}

async fn capture(client: &Client, receiver: &Receiver) {
    let hold = || {
        let manual = stripe_shared::PaymentIntentCaptureMethod::Manual;
        card().payment_method("pm_card_visa").confirm(true).capture_method(manual)
    };
    let held = hold().send(client).await.unwrap();
    assert_eq!((&held.status, held.amount_capturable), (&PaymentIntentStatus::RequiresCapture, 2000));
    let told = |object: &EventObject| matches!(object, EventObject::PaymentIntentAmountCapturableUpdated(of) if of.id == held.id);
    receiver.event("payment_intent.amount_capturable_updated", told).await;
    let taken = CapturePaymentIntent::new(held.id.as_str()).amount_to_capture(1500).send(client).await.unwrap();
    assert_eq!((&taken.status, taken.amount_received), (&PaymentIntentStatus::Succeeded, 1500));
    let charge = taken.latest_charge.as_ref().unwrap().id().to_string();
    let charge = RetrieveCharge::new(charge.as_str()).send(client).await.unwrap();
    assert_eq!((charge.amount_captured, charge.amount_refunded, charge.refunded), (1500, 500, false));
    let dropped = hold().send(client).await.unwrap();
    let cancel = CancelPaymentIntent::new(dropped.id.as_str());
    let over = cancel.cancellation_reason(CancelPaymentIntentCancellationReason::Abandoned).send(client).await.unwrap();
    assert_eq!(over.status, PaymentIntentStatus::Canceled);
    let told = |object: &EventObject| matches!(object, EventObject::PaymentIntentCanceled(of) if of.id == dropped.id);
    receiver.event("payment_intent.canceled", told).await;
    ok("direct-capture");
}

async fn three_d_secure(world: &World, client: &Client, receiver: &Receiver) {
    let secure = |intent: CreatePaymentIntent| intent.payment_method("pm_card_authenticationRequired").confirm(true);
    let returning = CreatePaymentIntent::new(2000, Currency::USD).return_url("https://seller.example/back");
    let asked = secure(returning).send(client).await.unwrap();
    assert_eq!(asked.status, PaymentIntentStatus::RequiresAction);
    let told =
        |object: &EventObject| matches!(object, EventObject::PaymentIntentRequiresAction(of) if of.id == asked.id);
    receiver.event("payment_intent.requires_action", told).await;
    let url = asked.next_action.as_ref().and_then(|action| action.redirect_to_url.as_ref()).unwrap().url.clone();
    let back = world.submit(&url.unwrap(), "three_d_secure=confirm".to_owned()).await;
    assert!(back.location.contains(asked.id.as_str()) && back.location.ends_with("redirect_status=succeeded"));
    let done = RetrievePaymentIntent::new(asked.id.as_str()).send(client).await.unwrap();
    assert_eq!(done.status, PaymentIntentStatus::Succeeded);
    let away = secure(card()).off_session(CreatePaymentIntentOffSession::Bool(true));
    let error = refusal(away.send(client).await, 402);
    assert_eq!(error.code, Some(ApiErrorsCode::AuthenticationRequired));
}
