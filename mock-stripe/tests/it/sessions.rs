//! Checkout sessions made through the API, their end, and the page's security.

use mock_core::SignedDuration;
use serde_json::json;

use crate::support::Lab;

const TEA: &str = "line_items[0][quantity]=2&line_items[0][price_data][currency]=jpy&line_items[0][price_data][unit_amount]=500&line_items[0][price_data][product_data][name]=%3Cscript%3Ealert(1)%3C%2Fscript%3E";

async fn create(lab: &Lab, more: &str) -> serde_json::Value {
    let form = format!(
        "mode=payment&success_url=https%3A%2F%2Fshop.test%2Fok&cancel_url=https%3A%2F%2Fshop.test%2Fback&{TEA}&{more}"
    );
    lab.post("/v1/checkout/sessions", &form).await.ok()
}

#[tokio::test]
async fn a_session_is_made_shown_and_paid() {
    let lab = Lab::start().await;
    let session = create(&lab, "client_reference_id=r1&metadata[order_id]=9&customer_email=a@b.test").await;
    assert_eq!((&session["amount_total"], &session["currency"]), (&json!(1000), &json!("jpy")));
    let page = session["url"].as_str().unwrap();
    let shown = lab.send(lab.http.get(page)).await;
    assert!(shown.text.contains("¥1,000") && shown.text.contains("href=\"https://shop.test/back\""));
    assert!(!shown.text.contains("<script"), "names are escaped");
    assert_eq!(shown.header("x-frame-options"), "DENY");
    assert!(shown.header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!(lab.pay(page, "4242424242424242").await.header("location"), "https://shop.test/ok");
    let done = lab.get(&format!("/v1/checkout/sessions/{}", session["id"].as_str().unwrap())).await.ok();
    assert_eq!((&done["url"], &done["customer_details"]["email"]), (&json!(null), &json!("a@b.test")));
    let again = lab.pay(page, "4242424242424242").await;
    assert!(again.text.contains("Thanks for your payment"), "a session is paid once: {}", again.text);
    assert_eq!(lab.get("/v1/charges").await.ok()["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_not_a_payment_is_refused() {
    let lab = Lab::start().await;
    let base = format!("success_url=https%3A%2F%2Fx.test&{TEA}");
    for (form, param) in [
        (base.clone(), "mode"),
        (format!("{base}&mode=subscription"), "mode"),
        (format!("{base}&mode=rent"), "mode"),
        (format!("mode=payment&{TEA}"), "success_url"),
        ("mode=payment&success_url=https%3A%2F%2Fx.test".to_owned(), "line_items"),
        (format!("{base}&mode=payment&expires_at=1"), "expires_at"),
        (format!("{base}&mode=payment&customer=cus_x"), "customer"),
        (format!("{base}&mode=payment&customer=cus_x&customer_email=a@b.test"), "customer"),
        (format!("{base}&mode=payment&optional_items[0][price]=x"), "optional_items"),
    ] {
        let answer = lab.post("/v1/checkout/sessions", &form).await;
        assert_eq!((answer.status, answer.json()["error"]["param"].as_str()), (400, Some(param)), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_session_ends_by_its_maker_or_by_time() {
    let lab = Lab::start().await;
    let by_hand = create(&lab, "").await;
    let path = format!("/v1/checkout/sessions/{}/expire", by_hand["id"].as_str().unwrap());
    let expired = lab.post(&path, "").await.ok();
    assert_eq!((&expired["status"], &expired["url"]), (&json!("expired"), &json!(null)));
    let again = lab.post(&path, "").await;
    assert!(again.text.contains("has a status of `expired`."), "{}", again.text);

    let by_time = create(&lab, "").await;
    let page = by_time["url"].as_str().unwrap();
    lab.world.advance(SignedDuration::from_hours(25)).await;
    assert!(lab.send(lab.http.get(page)).await.text.contains("expired"));
    assert!(lab.pay(page, "4242424242424242").await.text.contains("expired"));
    let events = lab.get("/v1/events?type=checkout.session.expired").await.ok();
    let causes: Vec<_> =
        events["data"].as_array().unwrap().iter().map(|event| event["request"]["id"].is_string()).collect();
    assert_eq!(causes, [false, true], "the clock makes no request");
    assert!(lab.get("/v1/charges").await.ok()["data"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn an_unfinished_try_ends_with_its_session() {
    let lab = Lab::start().await;
    let session = create(&lab, "").await;
    lab.pay(session["url"].as_str().unwrap(), "4000000000000002").await;
    let id = session["id"].as_str().unwrap();
    lab.post(&format!("/v1/checkout/sessions/{id}/expire"), "").await.ok();
    let expired = lab.get(&format!("/v1/checkout/sessions/{id}?expand[]=payment_intent")).await.ok();
    assert_eq!(expired["payment_intent"]["status"], "canceled");
}

#[tokio::test]
async fn the_shortest_life_is_half_an_hour() {
    let lab = Lab::start().await;
    let now = lab.world.clock().now().as_second();
    let session = create(&lab, &format!("expires_at={}", now + 1_800)).await;
    assert_eq!(session["expires_at"], now + 1_800);
    lab.world.advance(SignedDuration::from_mins(31)).await;
    let session = lab.get(&format!("/v1/checkout/sessions/{}", session["id"].as_str().unwrap())).await.ok();
    assert_eq!(session["status"], "expired");
}

#[tokio::test]
async fn the_page_has_an_interface_of_its_own() {
    let lab = Lab::start().await;
    let session = create(&lab, "").await;
    let id = session["id"].as_str().unwrap();
    assert_eq!(lab.get(&format!("/v1/payment_pages/{id}")).await.ok()["status"], "open");
    let confirm = format!("/v1/payment_pages/{id}/confirm");
    let declined = lab.post(&confirm, "payment_method=pm_card_visa_chargeDeclined&expected_amount=1000").await;
    assert_eq!(declined.status, 402);
    let error = &declined.json()["error"];
    assert_eq!(
        (&error["type"], &error["code"], &error["decline_code"]),
        (&json!("card_error"), &json!("card_declined"), &json!("generic_decline"))
    );
    assert_eq!(error["payment_intent"]["status"], "requires_payment_method");
    assert_eq!(
        lab.post(&confirm, "payment_method=pm_card_visa&expected_amount=1").await.json()["error"]["param"],
        "expected_amount"
    );
    assert_eq!(lab.post(&confirm, "payment_method=pm_x").await.json()["error"]["code"], "resource_missing");
    assert_eq!(
        lab.post(&confirm, "payment_method=pm_card_visa&expected_amount=1000").await.ok()["payment_status"],
        "paid"
    );
}

#[tokio::test]
async fn same_seed_same_ids() {
    let order = "0b0c6f2e-43a5-4d25-b1a8-5d2f8b1f1a11";
    let mut runs = Vec::new();
    for _ in 0..2 {
        let lab = Lab::build(42, |_| {}).await;
        // Other work in between, of no consequence.
        if runs.len() == 1 {
            lab.link(700, "usd", "metadata[order_id]=9d3d6d52-2a0c-4b0e-9a53-d5a3f1f0a111").await;
        }
        let form = format!("unit_amount=500&currency=usd&product_data[name]=Payment+{order}");
        let price = lab.post("/v1/prices", &form).await.ok()["id"].as_str().unwrap().to_owned();
        let link = format!("line_items[0][price]={price}&line_items[0][quantity]=1&metadata[order_id]={order}");
        let link = lab.post("/v1/payment_links", &link).await.ok();
        let page = lab.visit(link["url"].as_str().unwrap()).await;
        lab.pay(&page, "4242424242424242").await;
        let session = lab.get(&format!("/v1/checkout/sessions/{}", Lab::session_of(&page))).await.ok();
        runs.push((price, link["id"].clone(), session["id"].clone(), session["payment_intent"].clone()));
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn a_session_may_want_the_buyer_asked() {
    let lab = Lab::start().await;
    let line = "line_items[0][quantity]=1&line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=500&line_items[0][price_data][product_data][name]=Tea";
    for (wish, shown, asked) in [
        ("", "automatic", false),
        ("&payment_method_options[card][request_three_d_secure]=any", "any", true),
        ("&payment_method_options[card][request_three_d_secure]=challenge", "challenge", true),
    ] {
        let form = format!("mode=payment&success_url=https://x.test/&{line}{wish}");
        let session = lab.post("/v1/checkout/sessions", &form).await.ok();
        assert_eq!(session["payment_method_options"]["card"]["request_three_d_secure"], shown);
        // The card that can be asked, and need not be.
        let page = session["url"].as_str().unwrap();
        let paid = lab.pay(page, "4000000000003055").await;
        assert_eq!(paid.header("location").starts_with("/c/pay/"), asked, "{wish}: {}", paid.text);
        if asked {
            assert_eq!(lab.submit(page, "three_d_secure=confirm").await.header("location"), "https://x.test/");
        }
        let intent = &lab.get("/v1/payment_intents?limit=1").await.ok()["data"][0];
        assert_eq!(intent["status"], "succeeded");
        assert_eq!(intent["payment_method_options"]["card"]["request_three_d_secure"], shown);
    }
}
