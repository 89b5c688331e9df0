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
