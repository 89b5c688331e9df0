//! Whole answers as they go over the wire. The world starts at a fixed time with a fixed seed, so ids and times are what they are.

use mock_core::SignedDuration;

use crate::support::Lab;

const ORDER: &str = "8ba9c6e2-6a35-4fd0-9e55-0d5f9a4ec3a1";

/// Compares an answer with its snapshot; only the port, which differs from run to run, is masked.
fn check(name: &str, text: &str) {
    insta::with_settings!({ filters => vec![(r"http://127\.0\.0\.1:\d+", "http://[base]")], prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

#[tokio::test]
async fn the_answers_of_one_loop() {
    let lab = Lab::start().await;
    let price =
        lab.post("/v1/prices", &format!("unit_amount=4950&currency=USD&product_data[name]=Payment+{ORDER}")).await;
    check("price", &price.text);
    let id = price.ok()["id"].as_str().unwrap().to_owned();
    let form = format!(
        "line_items[0][price]={id}&line_items[0][quantity]=1&metadata[order_id]={ORDER}&after_completion[type]=redirect&after_completion[redirect][url]=https%3A%2F%2Fshop.test%2F%3Fa%3D1%26s%3D%7BCHECKOUT_SESSION_ID%7D&restrictions[completed_sessions][limit]=1"
    );
    let link = lab.post("/v1/payment_links", &form).await;
    check("payment_link", &link.text);
    let page = lab.visit(link.ok()["url"].as_str().unwrap()).await;
    let session = format!("/v1/checkout/sessions/{}", Lab::session_of(&page));
    check("session_open", &lab.get(&session).await.text);
    check("page_open", &lab.send(lab.http.get(&page)).await.text);
    check("page_declined", &lab.pay(&page, "4000000000000002").await.text);
    let intent = lab.get(&session).await.ok()["payment_intent"].as_str().unwrap().to_owned();
    check("intent_declined", &lab.get(&format!("/v1/payment_intents/{intent}?expand[]=latest_charge")).await.text);
    lab.settled().await;
    lab.receiver.clear();
    lab.pay(&page, "4242424242424242").await;
    lab.world.advance(SignedDuration::from_secs(3)).await;
    lab.settled().await;
    check("session_paid", &lab.get(&session).await.text);
    check("page_paid", &lab.send(lab.http.get(&page)).await.text);
    let path = format!("/v1/payment_intents/{intent}?expand[]=latest_charge.balance_transaction");
    check("intent_paid", &lab.get(&path).await.text);
    let refund = lab.post("/v1/refunds", &format!("payment_intent={intent}&reason=requested_by_customer")).await;
    check("refund", &refund.text);
    let updated = lab.receiver.all().into_iter().find(|received| received.kind() == "payment_link.updated").unwrap();
    check("event_link_updated", str::from_utf8(&updated.body).unwrap());
    check("error", &lab.post("/v1/prices", "unit_amount=1&currency=usd&nonsense=1").await.text);
}

#[tokio::test]
async fn the_answers_of_a_payment_without_checkout() {
    let lab = Lab::start().await;
    let customer = lab.post("/v1/customers", &format!("name=Ada&email=ada@x.test&metadata[order_id]={ORDER}")).await;
    check("customer", &customer.text);
    let customer = customer.ok()["id"].as_str().unwrap().to_owned();
    let card = format!("type=card&card[token]=tok_mastercard&billing_details[name]=Ada&metadata[order_id]={ORDER}");
    let method = lab.post("/v1/payment_methods", &card).await.ok()["id"].as_str().unwrap().to_owned();
    let attach = format!("customer={customer}");
    check("payment_method", &lab.post(&format!("/v1/payment_methods/{method}/attach"), &attach).await.text);
    let base = format!("amount=4950&currency=eur&metadata[order_id]={ORDER}");
    let ship = "shipping[name]=Ada&shipping[address][city]=Oslo&shipping[address][country]=NO";
    let form = format!("{base}&customer={customer}&capture_method=manual&{ship}");
    let held = lab.post("/v1/payment_intents", &form).await;
    check("intent_new", &held.text);
    let intent = format!("/v1/payment_intents/{}", held.ok()["id"].as_str().unwrap());
    let confirm = format!("payment_method={method}&return_url=https://x.test/&expand[]=latest_charge");
    check("intent_held", &lab.post(&format!("{intent}/confirm"), &confirm).await.text);
    lab.settled().await;
    lab.receiver.clear();
    check("intent_captured", &lab.post(&format!("{intent}/capture"), "amount_to_capture=4000").await.text);
    lab.settled().await;
    let captured = lab.receiver.all().into_iter().find(|received| received.kind() == "charge.captured").unwrap();
    check("event_charge_captured", str::from_utf8(&captured.body).unwrap());
    let now = format!("{base}&confirm=true&payment_method_types[]=card");
    let secure = format!("{now}&payment_method=pm_card_authenticationRequired&return_url=https://x.test/");
    check("intent_requires_action", &lab.post("/v1/payment_intents", &secure).await.text);
    let declined = format!("{now}&payment_method=pm_card_visa_chargeDeclined");
    check("error_declined", &lab.post("/v1/payment_intents", &declined).await.text);
}
