//! The seller's flow: from a price to a refund, with webhooks.

use std::collections::HashMap;

use serde_json::json;
use stripe::{ApiErrorsCode, ApiErrorsType, Client};
use stripe_checkout::checkout_session::RetrieveCheckoutSession;
use stripe_client_core::{RequestBuilder, StripeMethod};
use stripe_core::charge::ListCharge;
use stripe_core::event::RetrieveEvent;
use stripe_core::payment_intent::RetrievePaymentIntent;
use stripe_core::refund::CreateRefund;
use stripe_misc::WebhookEndpointId;
use stripe_misc::webhook_endpoint::{
    CreateWebhookEndpoint, CreateWebhookEndpointEnabledEvents, RetrieveWebhookEndpoint,
};
use stripe_payment::payment_link::{
    AfterCompletionRedirectParams, CreatePaymentLink, CreatePaymentLinkAfterCompletion,
    CreatePaymentLinkAfterCompletionType, CreatePaymentLinkLineItems, ListLineItemsPaymentLink,
};
use stripe_product::price::{CreatePrice, CreatePriceProductData};
use stripe_product::product::RetrieveProduct;
use stripe_shared::version::VERSION;
use stripe_shared::{
    CheckoutSession, CheckoutSessionPaymentStatus, CheckoutSessionStatus, PaymentIntentStatus, PaymentLink, Price,
    Product,
};
use stripe_types::Currency;
use stripe_webhook::EventObject;

use crate::receiver::{Receiver, Taken};
use crate::world::World;
use crate::{ok, refusal};

const ORDER: &str = "7d0f2f0e-7a47-4a86-9e2a-5b1f6f0c1a03";
const THANKS: &str = "https://seller.example/thanks?session={CHECKOUT_SESSION_ID}";

/// What was made on the way.
pub struct Sale {
    pub endpoint: WebhookEndpointId,
    pub secret: String,
    pub product: Product,
    pub price: Price,
    pub link: PaymentLink,
    pub session: String,
    /// The webhook that told of the payment.
    pub done: Taken,
}

/// Sells once.
pub async fn sale(world: &World, client: &Client, receiver: &Receiver) -> Sale {
    let endpoint = CreateWebhookEndpoint::new([CreateWebhookEndpointEnabledEvents::All], &receiver.url)
        .api_version(VERSION)
        .send(client)
        .await
        .unwrap();
    let secret = endpoint.secret.expect("the answer to the creation bears the secret");
    assert!(secret.starts_with("whsec_"));
    assert_eq!(RetrieveWebhookEndpoint::new(&endpoint.id).send(client).await.unwrap().secret, None);
    receiver.verify_with(&secret);
    ok("webhook-endpoint");

    let price = CreatePrice::new(Currency::USD)
        .unit_amount(4950)
        .product_data(CreatePriceProductData::new("Seat"))
        .send(client)
        .await
        .unwrap();
    assert_eq!(price.unit_amount, Some(4950));
    let product = RetrieveProduct::new(price.product.id().as_str()).send(client).await.unwrap();
    assert_eq!((product.name.as_str(), product.active), ("Seat", true));
    let id = price.id.clone();
    receiver.event("price.created", |object| matches!(object, EventObject::PriceCreated(made) if made.id == id)).await;
    ok("price-and-product");

    let redirect = CreatePaymentLinkAfterCompletion {
        redirect: Some(AfterCompletionRedirectParams::new(THANKS)),
        ..CreatePaymentLinkAfterCompletion::new(CreatePaymentLinkAfterCompletionType::Redirect)
    };
    let metadata = [("order_id", ORDER), ("time", "2026-08-03T12:00:00Z")];
    let link = CreatePaymentLink::new([line(price.id.as_str(), 2)])
        .metadata(HashMap::from(metadata.map(|(name, value)| (name.to_owned(), value.to_owned()))))
        .after_completion(redirect)
        .send(client)
        .await
        .unwrap();
    assert_eq!(link.metadata["order_id"], ORDER);
    assert_eq!(link.after_completion.redirect.as_ref().unwrap().url, THANKS);
    let lines = ListLineItemsPaymentLink::new(&link.id).send(client).await.unwrap();
    let lines: Vec<_> = lines
        .data
        .iter()
        .map(|line| (line.price.as_ref().map(|price| price.id.clone()), line.quantity, line.amount_total))
        .collect();
    assert_eq!(lines, [(Some(price.id.clone()), Some(2), 9900)]);
    ok("payment-link");

    let page = world.visit(&link.url).await;
    let shown = world.open(&page).await;
    assert_eq!(shown.status, 200);
    assert!(shown.text.contains("$99.00"), "{}", shown.text);
    let paid = world.pay(&page, "4242424242424242").await;
    assert_eq!(paid.status, 303, "{}", paid.text);
    let session = page.rsplit('/').next().unwrap().to_owned();
    assert_eq!(paid.location, THANKS.replace("{CHECKOUT_SESSION_ID}", &session));
    ok("hosted-page");

    let done = receiver
        .event(
            "checkout.session.completed",
            |object| matches!(object, EventObject::CheckoutSessionCompleted(of) if of.id.as_str() == session),
        )
        .await;
    let EventObject::CheckoutSessionCompleted(of) = &done.event.data.object else { unreachable!() };
    assert!(done.event.id.as_str().starts_with("evt_"));
    assert_eq!(done.event.api_version, Some(VERSION));
    assert_eq!(of.payment_status, CheckoutSessionPaymentStatus::Paid);
    assert_eq!(of.payment_link.as_ref().unwrap().id(), &link.id);
    assert_eq!(of.metadata.as_ref().unwrap()["order_id"], ORDER);
    assert_eq!(of.amount_total, Some(9900));
    receiver.event("charge.succeeded", |object| matches!(object, EventObject::ChargeSucceeded(_))).await;
    assert_eq!(receiver.refusals(), Vec::<String>::new());
    let kept = RetrieveEvent::new(done.event.id.as_str()).send(client).await.unwrap();
    assert_eq!(kept.type_, done.event.type_);
    ok("webhook");

    let intent = expand(client, &session, link.id.as_str()).await;
    refund(client, receiver, &intent).await;
    decline(world, client, receiver, &link.url).await;
    Sale { endpoint: endpoint.id, secret, product, price, link, session, done }
}

/// So many of a price.
pub fn line(price: &str, quantity: u64) -> CreatePaymentLinkLineItems {
    CreatePaymentLinkLineItems { price: Some(price.to_owned()), ..CreatePaymentLinkLineItems::new(quantity) }
}

/// Looks through the paid session and gives its intent's id.
async fn expand(client: &Client, session: &str, link: &str) -> String {
    let paths = ["payment_intent.latest_charge", "line_items.data.price.product", "payment_link"].map(str::to_owned);
    let full = RetrieveCheckoutSession::new(session).expand(paths).send(client).await.unwrap();
    let intent = full.payment_intent.as_ref().and_then(|intent| intent.as_object()).expect("the intent is there");
    assert_eq!(intent.status, PaymentIntentStatus::Succeeded);
    let charge = intent.latest_charge.as_ref().and_then(|charge| charge.as_object()).expect("the charge is there");
    assert_eq!(charge.amount, 9900);
    let lines = full.line_items.expect("the lines are there").data;
    let product = lines[0].price.as_ref().and_then(|price| price.product.as_object()).expect("the product is there");
    assert_eq!(product.name, "Seat");
    assert_eq!(full.payment_link.as_ref().and_then(|link| link.as_object()).unwrap().id.as_str(), link);
    let listed = ListCharge::new().payment_intent(intent.id.as_str()).expand(["data.payment_intent".to_owned()]);
    let listed = listed.send(client).await.unwrap().data;
    assert_eq!(listed[0].payment_intent.as_ref().and_then(|of| of.as_object()).unwrap().id, intent.id);
    let plain = RetrieveCheckoutSession::new(session).expand(["metadata".to_owned()]).send(client).await;
    let message = refusal(plain, 400).message.unwrap();
    assert!(message.starts_with("This property cannot be expanded (metadata)."), "{message}");
    ok("expand");
    intent.id.to_string()
}

async fn refund(client: &Client, receiver: &Receiver, intent: &str) {
    let refund = CreateRefund::new().payment_intent(intent).amount(4950).send(client).await.unwrap();
    assert_eq!((refund.status.as_deref(), refund.amount), (Some("succeeded"), 4950));
    let told = receiver.event("charge.refunded", |object| matches!(object, EventObject::ChargeRefunded(_))).await;
    let EventObject::ChargeRefunded(charge) = &told.event.data.object else { unreachable!() };
    assert_eq!(charge.amount_refunded, 4950);
    let error = refusal(CreateRefund::new().payment_intent(intent).amount(4951).send(client).await, 400);
    assert_eq!(error.param.as_deref(), Some("amount"));
    ok("refund");
}

async fn decline(world: &World, client: &Client, receiver: &Receiver, link: &str) {
    let page = world.visit(link).await;
    let session = page.rsplit('/').next().unwrap();
    let shown = world.pay(&page, "4000000000009995").await;
    assert_eq!(shown.status, 200);
    let alert = shown.text.split_once("role=\"alert\"").map(|(_, after)| after);
    assert!(alert.is_some_and(|alert| alert.contains("Your card has insufficient funds.")), "{}", shown.text);
    let seen = RetrieveCheckoutSession::new(session).send(client).await.unwrap();
    assert_eq!(seen.status, Some(CheckoutSessionStatus::Open));

    let form = json!({"payment_method": "pm_card_chargeDeclined", "expected_amount": 9900});
    let path = format!("/payment_pages/{session}/confirm");
    let confirm = RequestBuilder::new(StripeMethod::Post, path).form(&form).customize::<CheckoutSession>();
    let error = refusal(confirm.send(client).await, 402);
    assert_eq!((&error.type_, error.code.as_ref()), (&ApiErrorsType::CardError, Some(&ApiErrorsCode::CardDeclined)));
    assert_eq!(error.decline_code.as_deref(), Some("generic_decline"));
    assert_eq!(error.message.as_deref(), Some("Your card was declined."));
    let intent = error.payment_intent.as_ref().expect("the refusal bears the intent").id.clone();
    let intent = RetrievePaymentIntent::new(&intent).send(client).await.unwrap();
    assert_eq!(intent.status, PaymentIntentStatus::RequiresPaymentMethod);
    assert_eq!(intent.last_payment_error.unwrap().decline_code.as_deref(), Some("generic_decline"));
    let charges = ListCharge::new().payment_intent(intent.id.as_str()).send(client).await.unwrap().data;
    let reasons: Vec<_> = charges.iter().map(|charge| charge.outcome.as_ref().unwrap().reason.as_deref()).collect();
    assert_eq!(reasons, [Some("generic_decline"), Some("insufficient_funds")]);
    let told =
        |object: &EventObject| matches!(object, EventObject::PaymentIntentPaymentFailed(of) if of.id == intent.id);
    receiver.event("payment_intent.payment_failed", told).await;
    ok("declined-card");
}
