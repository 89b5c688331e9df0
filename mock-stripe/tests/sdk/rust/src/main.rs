//! The seller's flow and its errors, run by async-stripe against the fake.
//!
//! Prints one line per check and stops at the first that fails. What it needs is in the environment; see `../main.rs`.

mod receiver;
mod world;

use std::collections::{BTreeSet, HashMap};

use futures_util::StreamExt as _;
use serde_json::json;
use stripe::{
    ApiErrors, ApiErrorsCode, ApiErrorsType, Client, ClientBuilder, IdempotencyKey, RequestStrategy, StripeError,
    StripeRequest as _,
};
use stripe_checkout::checkout_session::RetrieveCheckoutSession;
use stripe_client_core::{RequestBuilder, StripeMethod};
use stripe_core::charge::ListCharge;
use stripe_core::event::RetrieveEvent;
use stripe_core::payment_intent::RetrievePaymentIntent;
use stripe_core::refund::CreateRefund;
use stripe_misc::webhook_endpoint::{
    CreateWebhookEndpoint, CreateWebhookEndpointEnabledEvents, DeleteWebhookEndpoint, RetrieveWebhookEndpoint,
};
use stripe_payment::payment_link::{
    AfterCompletionRedirectParams, CreatePaymentLink, CreatePaymentLinkAfterCompletion,
    CreatePaymentLinkAfterCompletionType, CreatePaymentLinkLineItems, ListLineItemsPaymentLink,
};
use stripe_product::price::{CreatePrice, CreatePriceProductData, ListPrice, RetrievePrice};
use stripe_product::product::{CreateProduct, ListProduct, RetrieveProduct};
use stripe_shared::{
    CheckoutSession, CheckoutSessionPaymentStatus, CheckoutSessionStatus, PaymentIntentStatus, Product,
};
use stripe_types::Currency;
use stripe_webhook::{EventObject, Webhook, WebhookError};

use receiver::Receiver;
use world::World;

const ORDER: &str = "7d0f2f0e-7a47-4a86-9e2a-5b1f6f0c1a03";
const THANKS: &str = "https://seller.example/thanks?session={CHECKOUT_SESSION_ID}";

/// A check is done; a panic before it names the line that failed.
fn ok(name: &str) {
    println!("ok {name}");
}

/// The error that a call must end in.
#[track_caller]
fn refusal<T>(result: Result<T, StripeError>, status: u16) -> Box<ApiErrors> {
    match result {
        Ok(_) => panic!("{status} expected, but it went well"),
        Err(StripeError::Stripe(error, is)) => {
            assert_eq!(is, status, "{error:#?}");
            error
        }
        Err(other) => panic!("{status} expected, got {other}"),
    }
}

fn line(price: &str, quantity: u64) -> CreatePaymentLinkLineItems {
    CreatePaymentLinkLineItems { price: Some(price.to_owned()), ..CreatePaymentLinkLineItems::new(quantity) }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let world = World::from_environment();
    let client = client(&world.key, &world.api, RequestStrategy::Once);
    let patient = self::client(&world.key, &world.api, RequestStrategy::ExponentialBackoff(3));
    let receiver = Receiver::open().await;

    refusals(&world, &client).await;

    let endpoint = CreateWebhookEndpoint::new([CreateWebhookEndpointEnabledEvents::All], &receiver.url)
        .send(&client)
        .await
        .unwrap();
    let secret = endpoint.secret.expect("the answer to the creation bears the secret");
    assert!(secret.starts_with("whsec_"));
    assert_eq!(RetrieveWebhookEndpoint::new(&endpoint.id).send(&client).await.unwrap().secret, None);
    receiver.verify_with(&secret);
    ok("webhook-endpoint");

    let price = CreatePrice::new(Currency::USD)
        .unit_amount(4950)
        .product_data(CreatePriceProductData::new("Seat"))
        .send(&client)
        .await
        .unwrap();
    assert_eq!(price.unit_amount, Some(4950));
    let product = RetrieveProduct::new(price.product.id().as_str()).send(&client).await.unwrap();
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
        .send(&client)
        .await
        .unwrap();
    assert_eq!(link.metadata["order_id"], ORDER);
    assert_eq!(link.after_completion.redirect.as_ref().unwrap().url, THANKS);
    let lines = ListLineItemsPaymentLink::new(&link.id).send(&client).await.unwrap();
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
    assert_eq!(of.payment_status, CheckoutSessionPaymentStatus::Paid);
    assert_eq!(of.payment_link.as_ref().unwrap().id(), &link.id);
    assert_eq!(of.metadata.as_ref().unwrap()["order_id"], ORDER);
    assert_eq!(of.amount_total, Some(9900));
    receiver.event("charge.succeeded", |object| matches!(object, EventObject::ChargeSucceeded(_))).await;
    assert_eq!(receiver.refusals(), Vec::<String>::new());
    let kept = RetrieveEvent::new(done.event.id.as_str()).send(&client).await.unwrap();
    assert_eq!(kept.type_, done.event.type_);
    ok("webhook");

    let intent = expand(&client, &session, link.id.as_str()).await;
    refund(&client, &receiver, &intent).await;
    signatures(&world, &receiver, &done, &secret, &session).await;
    decline(&world, &client, &receiver, &link.url).await;
    idempotency(&client, &product).await;
    pagination(&client).await;
    faults(&world, &client, &patient, &product).await;

    let gone = DeleteWebhookEndpoint::new(&endpoint.id).send(&client).await.unwrap();
    // Its type holds nothing but `deleted: true`.
    assert_eq!(gone.id, endpoint.id);
    ok("webhook-endpoint-deleted");
}

fn client(key: &str, api: &str, strategy: RequestStrategy) -> Client {
    // The library appends `v1/…`, so the slash counts.
    ClientBuilder::new(key).url(format!("{api}/")).request_strategy(strategy).build().unwrap()
}

async fn refusals(world: &World, client: &Client) {
    let stranger = self::client("sk_test_ThisIsNobodysKey1234", &world.api, RequestStrategy::Once);
    let error = refusal(ListPrice::new().send(&stranger).await, 401);
    assert_eq!(error.type_, ApiErrorsType::InvalidRequestError);
    assert_eq!(error.message.as_deref(), Some("Invalid API Key provided: sk_test_****************1234"));
    ok("wrong-key");

    let error = refusal(CreatePrice::new(Currency::USD).send(client).await, 400);
    assert_eq!(error.code, Some(ApiErrorsCode::ParameterMissing));
    assert_eq!(error.param.as_deref(), Some("unit_amount"));
    assert_eq!(error.message.as_deref(), Some("Missing required param: unit_amount."));
    ok("missing-parameter");

    // The typed requests cannot say it; the library's own untyped one can.
    let form = json!({"name": "Seat", "colour": "red"});
    let request = RequestBuilder::new(StripeMethod::Post, "/products").form(&form).customize::<Product>();
    let error = refusal(request.send(client).await, 400);
    assert_eq!(error.code, Some(ApiErrorsCode::ParameterUnknown));
    assert_eq!(error.param.as_deref(), Some("colour"));
    ok("unknown-parameter");

    let error = refusal(RetrievePrice::new("price_nowhere").send(client).await, 404);
    assert_eq!(error.code, Some(ApiErrorsCode::ResourceMissing));
    assert_eq!(error.message.as_deref(), Some("No such price: 'price_nowhere'"));
    let error = refusal(CreatePaymentLink::new([line("price_nowhere", 1)]).send(client).await, 400);
    assert_eq!(error.code, Some(ApiErrorsCode::ResourceMissing));
    assert_eq!(error.param.as_deref(), Some("line_items[0][price]"));
    ok("no-such-object");
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

async fn signatures(world: &World, receiver: &Receiver, done: &receiver::Taken, secret: &str, session: &str) {
    let (body, header) = (done.body.as_str(), done.header.as_str());
    let event = Webhook::construct_event(body, header, secret).unwrap();
    assert!(matches!(event.data.object, EventObject::CheckoutSessionCompleted(of) if of.id.as_str() == session));
    let tampered = body.replace(r#""amount_total": 9900"#, r#""amount_total": 1"#);
    assert_ne!(tampered, body);
    let compact = serde_json::from_str::<serde_json::Value>(body).unwrap().to_string();
    for (body, secret) in [(tampered.as_str(), secret), (compact.as_str(), secret), (body, "whsec_another")] {
        let refused = Webhook::construct_event(body, header, secret);
        assert!(matches!(refused, Err(WebhookError::BadSignature)), "{refused:?}");
    }
    ok("webhook-tampered");

    for (signing, status, says) in [
        ("valid", 200, ""),
        ("rolled", 200, ""),
        ("shuffled", 200, ""),
        ("wrong-secret", 400, "error comparing signatures"),
        ("other-body", 400, "error comparing signatures"),
        ("changed-timestamp", 400, "error comparing signatures"),
        ("broken", 400, "error comparing signatures"),
        ("only-v0", 400, "error comparing signatures"),
        ("none", 400, "no signature"),
        ("old", 400, "error comparing timestamps - over tolerance"),
    ] {
        let ask = json!({"event": done.event.id.as_str(), "signing": signing});
        let answer = world.control("/v1/stripe/deliveries", &ask).await["answers"][0].clone();
        assert_eq!((answer["status"].as_u64(), answer["body"].as_str()), (Some(status), Some(says)), "{signing}");
    }
    assert_eq!(receiver.refusals().len(), 7);
    ok("webhook-signatures");
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

async fn idempotency(client: &Client, product: &Product) {
    let strategy = RequestStrategy::Idempotent(IdempotencyKey::new("order-7").unwrap());
    let seat = |amount: i64| {
        let price = CreatePrice::new(Currency::USD).unit_amount(amount).product(product.id.as_str());
        price.customize().request_strategy(strategy.clone())
    };
    let first = seat(700).send(client).await.unwrap();
    let again = seat(700).send(client).await.unwrap();
    assert_eq!(again.id, first.id);
    let error = refusal(seat(701).send(client).await, 400);
    assert_eq!(error.type_, ApiErrorsType::IdempotencyError);
    let message = error.message.unwrap();
    assert!(message.starts_with("Keys for idempotent requests can only be used with the same parameters"), "{message}");
    let other = CreateProduct::new("Seat").customize().request_strategy(strategy.clone());
    assert_eq!(refusal(other.send(client).await, 400).type_, ApiErrorsType::IdempotencyError);
    ok("idempotency");
}

async fn pagination(client: &Client) {
    for n in 0..105 {
        let metadata = HashMap::from([("n".to_owned(), n.to_string())]);
        CreateProduct::new(format!("Row {n}")).metadata(metadata).send(client).await.unwrap();
    }
    let walked: Vec<_> = ListProduct::new().limit(100).paginate().stream(client).collect().await;
    let walked: Vec<_> = walked.into_iter().map(Result::unwrap).collect();
    let rows: Vec<_> = walked.iter().filter_map(|product| product.metadata.get("n")?.parse::<u32>().ok()).collect();
    assert_eq!(rows, (0..105).rev().collect::<Vec<_>>());
    assert_eq!(walked.iter().map(|product| product.id.as_str()).collect::<BTreeSet<_>>().len(), walked.len());
    ok("auto-pagination");
}

async fn faults(world: &World, client: &Client, patient: &Client, product: &Product) {
    let seat = |amount: i64, product: &Product| {
        CreatePrice::new(Currency::USD).unit_amount(amount).product(product.id.as_str())
    };
    let matching = json!({"fake": "stripe", "operation": "createPrice"});
    let limited = json!({"match": matching, "effect": {"kind": "answer", "status": 429}});

    world.control("/v1/faults", &limited).await;
    let error = refusal(seat(800, product).send(client).await, 429);
    assert_eq!(error.code, Some(ApiErrorsCode::RateLimit));
    ok("rate-limit");

    world.control("/v1/faults", &limited).await;
    assert_eq!(seat(801, product).send(patient).await.unwrap().unit_amount, Some(801));
    ok("rate-limit-retried");

    let lost = json!({"match": matching, "when": "after-commit", "effect": {"kind": "reset"}});
    world.control("/v1/faults", &lost).await;
    let product = CreateProduct::new("Once").send(client).await.unwrap();
    let made = seat(802, &product).send(patient).await.unwrap();
    let prices = ListPrice::new().product(product.id.as_str()).send(client).await.unwrap().data;
    assert_eq!(prices.iter().map(|price| &price.id).collect::<Vec<_>>(), [&made.id]);
    ok("lost-answer-retried");
}
