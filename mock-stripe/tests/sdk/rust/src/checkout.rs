//! What else a seller of one-off payments does: sessions of its own, delayed methods, customers, books, and taking things off sale.

use std::collections::HashMap;

use serde_json::json;
use stripe::Client;
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCheckoutSessionLineItemsPriceData,
    ExpireCheckoutSession, ListCheckoutSession, ProductData, RetrieveCheckoutSession,
};
use stripe_core::balance_transaction::ListBalanceTransaction;
use stripe_core::charge::ListCharge;
use stripe_core::customer::{RetrieveCustomer, RetrieveCustomerReturned};
use stripe_core::payment_intent::RetrievePaymentIntent;
use stripe_payment::payment_link::{
    CreatePaymentLink, CreatePaymentLinkCustomerCreation, CreatePaymentLinkLineItems,
    CreatePaymentLinkLineItemsPriceData, CreatePaymentLinkLineItemsPriceDataProductData, ListPaymentLink,
    UpdatePaymentLink,
};
use stripe_product::price::{CreatePrice, UpdatePrice};
use stripe_product::product::{CreateProduct, DeleteProduct, UpdateProduct};
use stripe_shared::{
    CheckoutSessionMode, CheckoutSessionPaymentStatus, CheckoutSessionStatus, PaymentIntentStatus,
    ThreeDSecureDetailsChargeResult,
};
use stripe_types::Currency;
use stripe_webhook::EventObject;

use crate::receiver::Receiver;
use crate::sale::{Sale, line};
use crate::world::World;
use crate::{ok, refusal};

const SELLER: &str = "https://seller.example/";

/// All of it, and last the link is taken off sale.
pub async fn checkout(world: &World, client: &Client, receiver: &Receiver, sale: &Sale) {
    let price = sale.price.id.as_str();
    let booked = session(world, client, receiver, price).await;
    session_expired(client, receiver, price).await;
    delayed_payment(world, client, receiver).await;
    three_d_secure(world, client, receiver, &sale.link.url).await;
    customer(world, client, receiver, price).await;
    balance_transaction(world, client, receiver, &booked).await;
    prices(client, sale.product.id.as_str()).await;
    metadata(client, receiver).await;
    archived_price(client, sale.product.id.as_str()).await;
    link_deactivated(world, client, receiver, sale).await;
}

fn item(price: &str) -> CreateCheckoutSessionLineItems {
    CreateCheckoutSessionLineItems { price: Some(price.to_owned()), quantity: Some(1), ..Default::default() }
}

/// Sells in a session of its own and gives the intent's id.
async fn session(world: &World, client: &Client, receiver: &Receiver, price: &str) -> String {
    let bag = CreateCheckoutSessionLineItemsPriceData {
        unit_amount: Some(50),
        product_data: Some(ProductData::new("Bag")),
        ..CreateCheckoutSessionLineItemsPriceData::new(Currency::USD)
    };
    let bags = CreateCheckoutSessionLineItems { price_data: Some(bag), quantity: Some(3), ..Default::default() };
    let own = CreateCheckoutSession::new()
        .mode(CheckoutSessionMode::Payment)
        .client_reference_id("cart-7")
        .customer_email("ada@example.com")
        .line_items([item(price), bags])
        .success_url(format!("{SELLER}done"))
        .cancel_url(format!("{SELLER}cart"))
        .expand(["line_items".to_owned()])
        .send(client)
        .await
        .unwrap();
    assert_eq!((own.status.as_ref(), own.amount_total), (Some(&CheckoutSessionStatus::Open), Some(5100)));
    assert_eq!(own.line_items.as_ref().unwrap().data.len(), 2);
    let paid = world.pay(own.url.as_ref().unwrap(), "5555555555554444").await;
    assert_eq!((paid.status, paid.location), (303, format!("{SELLER}done")));
    let done = receiver
        .event("checkout.session.completed", |object| {
            matches!(object, EventObject::CheckoutSessionCompleted(of) if of.id == own.id
                && of.client_reference_id.as_deref() == Some("cart-7"))
        })
        .await;
    let EventObject::CheckoutSessionCompleted(done) = &done.event.data.object else { unreachable!() };
    let intent = done.payment_intent.as_ref().unwrap().id().to_string();
    let found = ListCheckoutSession::new().payment_intent(&intent).send(client).await.unwrap().data;
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0].id, &found[0].payment_status), (&own.id, &CheckoutSessionPaymentStatus::Paid));
    ok("session");
    intent
}

async fn session_expired(client: &Client, receiver: &Receiver, price: &str) {
    let made = CreateCheckoutSession::new().mode(CheckoutSessionMode::Payment).line_items([item(price)]);
    let id = made.success_url(SELLER).send(client).await.unwrap().id;
    let over = ExpireCheckoutSession::new(&id).send(client).await.unwrap();
    assert_eq!(over.status, Some(CheckoutSessionStatus::Expired));
    let told = |object: &EventObject| matches!(object, EventObject::CheckoutSessionExpired(of) if of.id == id);
    receiver.event("checkout.session.expired", told).await;
    refusal(ExpireCheckoutSession::new(&id).send(client).await, 400);
    ok("session-expired");
}

async fn delayed_payment(world: &World, client: &Client, receiver: &Receiver) {
    let ticket = CreatePaymentLinkLineItemsPriceData {
        unit_amount: Some(2500),
        product_data: Some(CreatePaymentLinkLineItemsPriceDataProductData::new("Ticket")),
        ..CreatePaymentLinkLineItemsPriceData::new(Currency::EUR)
    };
    let line = CreatePaymentLinkLineItems { price_data: Some(ticket), ..CreatePaymentLinkLineItems::new(1_u64) };
    let link = CreatePaymentLink::new([line]).send(client).await.unwrap();
    for (verb, iban, status) in [
        ("settle", "AT611904300234573201", PaymentIntentStatus::Succeeded),
        ("fail", "IT60X0542811101000000123456", PaymentIntentStatus::RequiresPaymentMethod),
    ] {
        let page = world.visit(&link.url).await;
        let session = page.rsplit('/').next().unwrap();
        let form = format!("email=ada%40example.com&name=Ada+Buyer&method=sepa_debit&iban={iban}");
        assert_eq!(world.submit(&page, form).await.status, 303);
        let done = receiver
            .event("checkout.session.completed", |object| {
                matches!(object, EventObject::CheckoutSessionCompleted(of) if of.id.as_str() == session
                    && of.payment_status == CheckoutSessionPaymentStatus::Unpaid)
            })
            .await;
        let EventObject::CheckoutSessionCompleted(done) = &done.event.data.object else { unreachable!() };
        let intent = done.payment_intent.as_ref().unwrap().id();
        let now = RetrievePaymentIntent::new(intent).send(client).await.unwrap();
        assert_eq!(now.status, PaymentIntentStatus::Processing);
        world.control(&format!("/v1/stripe/payments/{intent}/{verb}"), &json!({})).await;
        receiver
            .event("checkout.session.async_payment_…", |object| match object {
                EventObject::CheckoutSessionAsyncPaymentSucceeded(of) => {
                    verb == "settle"
                        && of.id.as_str() == session
                        && of.payment_status == CheckoutSessionPaymentStatus::Paid
                }
                EventObject::CheckoutSessionAsyncPaymentFailed(of) => {
                    verb == "fail"
                        && of.id.as_str() == session
                        && of.payment_status == CheckoutSessionPaymentStatus::Unpaid
                }
                _ => false,
            })
            .await;
        assert_eq!(RetrievePaymentIntent::new(intent).send(client).await.unwrap().status, status);
    }
    ok("delayed-payment");
}

async fn three_d_secure(world: &World, client: &Client, receiver: &Receiver, link: &str) {
    let page = world.visit(link).await;
    assert_eq!(world.pay(&page, "4000002760003184").await.status, 303);
    let asked = RetrieveCheckoutSession::new(page.rsplit('/').next().unwrap());
    let asked = asked.expand(["payment_intent".to_owned()]).send(client).await.unwrap();
    let asked = asked.payment_intent.and_then(|intent| intent.into_object()).expect("the intent is there");
    assert_eq!(asked.status, PaymentIntentStatus::RequiresAction);
    assert_eq!(asked.next_action.unwrap().type_, "redirect_to_url");
    assert_eq!(world.submit(&page, "three_d_secure=confirm".to_owned()).await.status, 303);
    let told = |object: &EventObject| matches!(object, EventObject::PaymentIntentSucceeded(of) if of.id == asked.id);
    receiver.event("payment_intent.succeeded", told).await;
    let done = RetrievePaymentIntent::new(&asked.id).expand(["latest_charge".to_owned()]).send(client).await.unwrap();
    let charge = done.latest_charge.and_then(|charge| charge.into_object()).expect("the charge is there");
    let card = charge.payment_method_details.unwrap().card.unwrap();
    assert_eq!(card.three_d_secure.unwrap().result, Some(ThreeDSecureDetailsChargeResult::Authenticated));
    ok("three-d-secure");
}

async fn customer(world: &World, client: &Client, receiver: &Receiver, price: &str) {
    let link = CreatePaymentLink::new([line(price, 1)]).customer_creation(CreatePaymentLinkCustomerCreation::Always);
    let page = world.visit(&link.send(client).await.unwrap().url).await;
    world.pay(&page, "4242424242424242").await;
    let session = RetrieveCheckoutSession::new(page.rsplit('/').next().unwrap()).send(client).await.unwrap();
    let id = session.customer.unwrap().into_id();
    let RetrieveCustomerReturned::Customer(known) = RetrieveCustomer::new(&id).send(client).await.unwrap() else {
        panic!("the customer is gone")
    };
    assert_eq!((known.email.as_deref(), known.name.as_deref()), (Some("ada@example.com"), Some("Ada Buyer")));
    let told = |object: &EventObject| matches!(object, EventObject::CustomerCreated(of) if of.id == id);
    receiver.event("customer.created", told).await;
    let charges =
        ListCharge::new().customer(id.as_str()).expand(["data.customer".to_owned()]).send(client).await.unwrap();
    let whose: Vec<_> = charges.data.iter().map(|charge| charge.customer.as_ref().unwrap()).collect();
    assert_eq!(whose.iter().map(|customer| customer.id()).collect::<Vec<_>>(), [&id]);
    assert!(whose[0].is_object());
    ok("customer");
}

async fn balance_transaction(world: &World, client: &Client, receiver: &Receiver, intent: &str) {
    world.control("/v1/clock/advance", &json!({"by": "3s"})).await;
    let paths = ["latest_charge.balance_transaction".to_owned()];
    let intent = RetrievePaymentIntent::new(intent).expand(paths).send(client).await.unwrap();
    let charge = intent.latest_charge.and_then(|charge| charge.into_object()).expect("the charge is there");
    let told = |object: &EventObject| matches!(object, EventObject::ChargeUpdated(of) if of.id == charge.id);
    receiver.event("charge.updated", told).await;
    let entry = charge.balance_transaction.and_then(|entry| entry.into_object()).expect("the entry is there");
    assert_eq!((entry.amount, entry.net + entry.fee), (5100, 5100));
    let entries = ListBalanceTransaction::new().source(charge.id.as_str()).send(client).await.unwrap().data;
    assert_eq!(entries.iter().map(|row| &row.id).collect::<Vec<_>>(), [&entry.id]);
    ok("balance-transaction");
}

async fn prices(client: &Client, product: &str) {
    let cent = CreatePrice::new(Currency::USD).unit_amount_decimal("0.5").product(product);
    let cent = cent.send(client).await.unwrap();
    assert_eq!((cent.unit_amount, cent.unit_amount_decimal.as_deref()), (None, Some("0.5")));
    let yen = CreatePrice::new(Currency::JPY).unit_amount(500).product(product).send(client).await.unwrap();
    assert_eq!((yen.unit_amount, yen.unit_amount_decimal.as_deref()), (Some(500), Some("500")));
    ok("fractional-price");
}

async fn metadata(client: &Client, receiver: &Receiver) {
    let map = |pairs: &[(&str, &str)]| -> HashMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let first = map(&[("size", "M"), ("colour", "red"), ("weight", "9")]);
    let made = CreateProduct::new("Hat").metadata(first).send(client).await.unwrap();
    let change = map(&[("colour", ""), ("size", "L")]);
    let less = UpdateProduct::new(&made.id).metadata(change).send(client).await.unwrap();
    assert_eq!(less.metadata, map(&[("size", "L"), ("weight", "9")]));
    let told = |object: &EventObject| matches!(object, EventObject::ProductUpdated(of) if of.id == made.id);
    let told = receiver.event("product.updated", told).await;
    let event: serde_json::Value = serde_json::from_str(&told.body).unwrap();
    let before = &event["data"]["previous_attributes"]["metadata"];
    assert_eq!(before, &json!({"colour": "red", "size": "M"}));
    // The typed request has no way to unset all at once.
    assert_eq!(DeleteProduct::new(&made.id).send(client).await.unwrap().id, made.id);
    ok("metadata");
}

async fn archived_price(client: &Client, product: &str) {
    let old = CreatePrice::new(Currency::USD).unit_amount(900).product(product).send(client).await.unwrap();
    assert!(!UpdatePrice::new(&old.id).active(false).send(client).await.unwrap().active);
    let error = refusal(CreatePaymentLink::new([line(old.id.as_str(), 1)]).send(client).await, 400);
    assert_eq!(error.param.as_deref(), Some("line_items[0][price]"));
    let message = "The price specified is inactive. This field only accepts active prices.";
    assert_eq!(error.message.as_deref(), Some(message));
    ok("archived-price");
}

async fn link_deactivated(world: &World, client: &Client, receiver: &Receiver, sale: &Sale) {
    let off = UpdatePaymentLink::new(&sale.link.id).active(false).inactive_message("Sold out").send(client).await;
    assert!(!off.unwrap().active);
    let told = |object: &EventObject| matches!(object, EventObject::PaymentLinkUpdated(of) if of.id == sale.link.id);
    let told = receiver.event("payment_link.updated", told).await;
    let event: serde_json::Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!(event["data"]["previous_attributes"], json!({"active": true, "inactive_message": null}));
    assert!(world.open(&sale.link.url).await.text.contains("Sold out"));
    let left = ListPaymentLink::new().active(false).send(client).await.unwrap().data;
    assert_eq!(left.iter().map(|link| &link.id).collect::<Vec<_>>(), [&sale.link.id]);
    ok("link-deactivated");
}
