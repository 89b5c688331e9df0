//! Payment links from the buyer's side.

use serde_json::json;

use crate::support::Lab;

#[tokio::test]
async fn each_visit_opens_a_session_that_takes_over_what_the_link_says() {
    let lab = Lab::start().await;
    let more =
        "metadata[order_id]=7&payment_intent_data[metadata][seat]=12&allow_promotion_codes=true&submit_type=book";
    let link = lab.link(1500, "usd", more).await;
    let url = link["url"].as_str().unwrap();
    let page = lab
        .visit(&format!("{url}?client_reference_id=abc_1&prefilled_email=ada%40example.com&utm_source=mail&locale=de"))
        .await;
    let second = lab.visit(&format!("{url}?client_reference_id=not%20clean")).await;
    assert_ne!(page, second);
    let session = lab.get(&format!("/v1/checkout/sessions/{}", Lab::session_of(&page))).await.ok();
    let created = session["created"].as_i64().unwrap();
    for (member, expect) in [
        ("payment_link", link["id"].clone()),
        ("metadata", json!({"order_id": "7"})),
        ("client_reference_id", json!("abc_1")),
        ("status", json!("open")),
        ("payment_status", json!("unpaid")),
        ("payment_intent", json!(null)),
        ("customer_details", json!(null)),
        ("expires_at", json!(created + 86_400)),
        ("locale", json!("de")),
        ("submit_type", json!("book")),
        ("success_url", json!("https://stripe.com")),
        ("allow_promotion_codes", json!(true)),
        ("url", json!(page)),
    ] {
        assert_eq!(session[member], expect, "{member}");
    }
    assert!(Lab::session_of(&page).starts_with("cs_test_b1") && Lab::session_of(&page).len() == 66);
    let shown = lab.send(lab.http.get(&page)).await;
    assert!(shown.text.contains("ada@example.com") && shown.text.contains("Buchen für 15,00\u{a0}$"));
    assert_eq!(
        lab.get(&format!("/v1/checkout/sessions/{}", Lab::session_of(&second))).await.ok()["client_reference_id"],
        json!(null)
    );

    lab.pay(&page, "4242424242424242").await;
    let found = lab
        .get(&format!(
            "/v1/checkout/sessions?payment_link={}&expand[]=data.line_items&expand[]=data.payment_intent.latest_charge",
            link["id"].as_str().unwrap()
        ))
        .await
        .ok();
    assert_eq!(found["data"].as_array().unwrap().len(), 2);
    let paid = &found["data"][1];
    assert_eq!(paid["line_items"]["data"][0]["price"]["unit_amount"], 1500);
    assert_eq!(
        paid["payment_intent"]["metadata"],
        json!({"seat": "12"}),
        "the link's metadata goes to the session only"
    );
    assert_eq!(paid["payment_intent"]["latest_charge"]["metadata"], json!({"seat": "12"}));
}

#[tokio::test]
async fn campaign_words_follow_the_buyer_and_only_literal_braces_are_replaced() {
    let lab = Lab::start().await;
    let target = "after_completion[type]=redirect&after_completion[redirect][url]=https%3A%2F%2Fx.test%2Ft%3Fa%3D%257BCHECKOUT_SESSION_ID%257D%26b%3D%7BCHECKOUT_SESSION_ID%7D%23end";
    let link = lab.link(1500, "usd", target).await;
    let page = lab.visit(&format!("{}?utm_source=mail&utm_campaign=may", link["url"].as_str().unwrap())).await;
    let done = lab.pay(&page, "4242424242424242").await;
    let session = Lab::session_of(&page);
    let expect =
        format!("https://x.test/t?a=%7BCHECKOUT_SESSION_ID%7D&b={session}&utm_source=mail&utm_campaign=may#end");
    assert_eq!(done.header("location"), expect);
    let stored = lab.get(&format!("/v1/checkout/sessions/{session}")).await.ok();
    assert!(stored["success_url"].as_str().unwrap().contains("b={CHECKOUT_SESSION_ID}"), "stored as it was given");
}

#[tokio::test]
async fn what_a_link_hands_to_its_payments_changes_member_by_member() {
    let lab = Lab::start().await;
    let link = lab.link(1500, "usd", "payment_intent_data[description]=Seat&payment_intent_data[metadata][a]=1&payment_intent_data[setup_future_usage]=off_session").await;
    let path = format!("/v1/payment_links/{}", link["id"].as_str().unwrap());
    let change = "payment_intent_data[setup_future_usage]=&payment_intent_data[metadata][b]=2&payment_intent_data[transfer_group]=G";
    let data = lab.post(&path, change).await.ok()["payment_intent_data"].clone();
    assert_eq!(
        (&data["description"], &data["setup_future_usage"], &data["transfer_group"], &data["metadata"]),
        (&json!("Seat"), &json!(null), &json!("G"), &json!({"a": "1", "b": "2"}))
    );
    assert_eq!(lab.post(&path, "payment_intent_data=").await.ok()["payment_intent_data"], json!(null));
}

#[tokio::test]
async fn a_link_that_is_switched_off_opens_nothing() {
    let lab = Lab::start().await;
    let link = lab.link(1500, "usd", "").await;
    let (id, url) = (link["id"].as_str().unwrap(), link["url"].as_str().unwrap());
    let open = lab.visit(url).await;
    let off = lab.post(&format!("/v1/payment_links/{id}"), "active=false&inactive_message=Sold+%3Cb%3Eout").await.ok();
    assert_eq!(off["active"], false);
    let page = lab.send(lab.http.get(url)).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("Sold &#60;b&#62;out"), "{}", page.text);
    assert_eq!(
        lab.get(&format!("/v1/checkout/sessions?payment_link={id}")).await.ok()["data"].as_array().unwrap().len(),
        1
    );
    assert_eq!(lab.pay(&open, "4242424242424242").await.status, 303, "a session that was open stays payable");
    let events = lab.get("/v1/events?type=payment_link.updated").await.ok();
    assert_eq!(events["data"][0]["data"]["previous_attributes"], json!({"active": true, "inactive_message": null}));
}

#[tokio::test]
async fn a_link_whose_limit_is_used_up_opens_nothing_until_the_limit_is_raised() {
    let lab = Lab::start().await;
    let link = lab.link(1500, "usd", "restrictions[completed_sessions][limit]=1").await;
    let (path, url) = (format!("/v1/payment_links/{}", link["id"].as_str().unwrap()), link["url"].as_str().unwrap());
    let page = lab.visit(url).await;
    lab.pay(&page, "4242424242424242").await;
    assert_eq!(lab.get(&path).await.ok()["active"], false);
    lab.world.switches().set("STRIPE-LIMIT-REACTIVATE", None, "refused").unwrap();
    let refused = lab.post(&path, "active=true").await;
    assert_eq!((refused.status, &refused.json()["error"]["param"]), (400, &json!("active")), "{}", refused.text);
    assert_eq!(lab.get(&path).await.ok()["active"], false, "a refused change changes nothing");
    lab.world.switches().set("STRIPE-LIMIT-REACTIVATE", None, "taken").unwrap();
    assert_eq!(lab.post(&path, "active=true").await.ok()["active"], true);
    assert_eq!(lab.send(lab.http.get(url)).await.status, 200, "visitors are turned away by the limit alone");
    lab.world.switches().set("STRIPE-LIMIT-REACTIVATE", None, "refused").unwrap();
    let raised = lab.post(&path, "active=true&restrictions[completed_sessions][limit]=2").await.ok();
    assert_eq!(raised["restrictions"]["completed_sessions"], json!({"count": 1, "limit": 2}));
    lab.visit(url).await;
}

#[tokio::test]
async fn looking_at_a_link_with_head_opens_nothing() {
    let lab = Lab::start().await;
    let link = lab.link(1500, "usd", "").await;
    assert_eq!(lab.send(lab.http.head(link["url"].as_str().unwrap())).await.status, 200);
    assert!(lab.get("/v1/checkout/sessions").await.ok()["data"].as_array().unwrap().is_empty());
    assert_eq!(lab.send(lab.http.get(format!("{}/b/test_nothing", lab.base))).await.status, 404);
}

#[tokio::test]
async fn a_link_on_a_monthly_price_can_be_made_but_not_paid_here() {
    let lab = Lab::start().await;
    let price = lab
        .post("/v1/prices", "unit_amount=900&currency=eur&recurring[interval]=month&product_data[name]=Club")
        .await
        .ok();
    let link = lab
        .post(
            "/v1/payment_links",
            &format!("line_items[][price]={}&line_items[][quantity]=1", price["id"].as_str().unwrap()),
        )
        .await
        .ok();
    assert_eq!(link["payment_method_collection"], "always");
    let page = lab.send(lab.http.get(link["url"].as_str().unwrap())).await;
    assert!(page.text.contains("subscription"), "{}", page.text);
}

#[tokio::test]
async fn the_buyer_may_choose_a_quantity_within_the_range() {
    let lab = Lab::start().await;
    let more = "line_items[0][adjustable_quantity][enabled]=true&line_items[0][adjustable_quantity][maximum]=3";
    let link = lab.link(1000, "usd", more).await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    let items = lab.get(&format!("/v1/checkout/sessions/{}/line_items", Lab::session_of(&page))).await.ok();
    let item = items["data"][0]["id"].as_str().unwrap();
    let form = |quantity: &str| {
        format!(
            "email=a@b.test&method=card&card_number=4242424242424242&card_expiry=12/34&card_cvc=123&quantity[{item}]={quantity}"
        )
    };
    let refused = lab.submit(&page, &form("4")).await;
    assert!(refused.text.contains("within the range"), "{}", refused.text);
    assert_eq!(lab.submit(&page, &form("3")).await.status, 303);
    let session = lab.get(&format!("/v1/checkout/sessions/{}", Lab::session_of(&page))).await.ok();
    assert_eq!(session["amount_total"], 3000);
}
