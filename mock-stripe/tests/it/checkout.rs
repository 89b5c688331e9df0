//! The whole loop: price, link, page, payment, webhooks.

use mock_stripe::domain::signature;

use crate::support::{Lab, SECRET};

const ORDER: &str = "8ba9c6e2-6a35-4fd0-9e55-0d5f9a4ec3a1";

#[tokio::test]
async fn a_paid_link_redirects_and_tells_the_endpoint_in_the_documented_order() {
    let lab = Lab::start().await;
    let more = format!(
        "metadata[order_id]={ORDER}&after_completion[type]=redirect&after_completion[redirect][url]=https%3A%2F%2Fshop.test%2Fthanks%3Fs%3D%7BCHECKOUT_SESSION_ID%7D"
    );
    let link = lab.link(4950, "usd", &more).await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    let shown = lab.send(lab.http.get(&page)).await;
    assert!(shown.text.contains("$49.50") && shown.text.contains("Seat at the table"), "{}", shown.text);

    let done = lab.pay(&page, "4242424242424242").await;
    assert_eq!(done.status, 303, "{}", done.text);
    let session = Lab::session_of(&page);
    assert_eq!(done.header("location"), format!("https://shop.test/thanks?s={session}"));

    let kinds =
        ["charge.succeeded", "payment_intent.succeeded", "payment_intent.created", "checkout.session.completed"];
    assert_eq!(lab.receiver.payment_kinds(), kinds);
    for delivery in lab.receiver.all() {
        let header = delivery.headers["stripe-signature"].to_str().unwrap();
        let parts: Vec<_> = header.split(',').map(|part| part.split_once('=').unwrap()).collect();
        let t: i64 = parts[0].1.parse().unwrap();
        assert_eq!(parts[1], ("v1", signature::v1(&delivery.body, t, SECRET).as_str()));
    }
    let event = lab.receiver.all().pop().unwrap().json();
    let object = &event["data"]["object"];
    assert_eq!(object["id"], session);
    assert_eq!(object["metadata"]["order_id"], ORDER);
    assert_eq!((object["status"].as_str(), object["payment_status"].as_str()), (Some("complete"), Some("paid")));
    assert_eq!(object["amount_total"], 4950);

    lab.receiver.clear();
    lab.world.advance(mock_core::SignedDuration::from_secs(3)).await;
    assert_eq!(lab.receiver.payment_kinds(), ["charge.updated"]);
    let event = lab.receiver.all().pop().unwrap().json();
    assert_eq!(event["data"]["previous_attributes"]["balance_transaction"], serde_json::Value::Null);
}
