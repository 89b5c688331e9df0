//! The buyer on the real hosted page of the fake.

use contract_tests::buyer::{Buyer, End, Means};
use mock_platform::Platform;
use serde_json::Value;

/// A payment link for 12.34 euros, made over the API as any client would.
async fn link(platform: &Platform) -> String {
    let stripe = &platform.endpoints().stripe;
    let call = |path: &str, form: &[(&str, &str)]| {
        let call =
            mock_core::http_client().post(format!("{}{path}", stripe.api_base)).bearer_auth(&stripe.api_key).form(form);
        async move { call.send().await.unwrap().json::<Value>().await.unwrap() }
    };
    let price =
        call("/v1/prices", &[("unit_amount", "1234"), ("currency", "eur"), ("product_data[name]", "Ticket")]).await;
    let price = price["id"].as_str().unwrap().to_owned();
    let back = "https://allowed.test/thanks?x=%2F";
    let link = call(
        "/v1/payment_links",
        &[
            ("line_items[0][price]", &price),
            ("line_items[0][quantity]", "1"),
            ("after_completion[type]", "redirect"),
            ("after_completion[redirect][url]", back),
            ("restrictions[completed_sessions][limit]", "1"),
        ],
    )
    .await;
    link["url"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_declined_card_can_be_tried_again_and_a_paid_link_is_closed() {
    let platform = Platform::builder().start().await.unwrap();
    let link = link(&platform).await;
    let mut buyer = Buyer::new();
    let page = buyer.open(&link).await.unwrap();
    assert!(page.text().contains("12.34"), "{}", page.text());

    let declined = buyer.pay(&page, &Means::declined_card()).await.unwrap();
    assert_eq!((declined.end, declined.landed), (End::Declined, None));

    let paid = buyer.pay(&declined.page, &Means::card()).await.unwrap();
    assert_eq!(paid.end, End::Paid);
    assert_eq!(paid.landed.as_deref(), Some("https://allowed.test/thanks?x=%2F"));

    let closed = Buyer::new().open(&link).await.unwrap();
    assert!(!closed.takes_payment());
    assert_eq!(Buyer::new().pay(&closed, &Means::card()).await.unwrap().end, End::Closed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_debit_is_paid_later() {
    let platform = Platform::builder().start().await.unwrap();
    let mut buyer = Buyer::new();
    let page = buyer.open(&link(&platform).await).await.unwrap();
    let bought = buyer.pay(&page, &Means::debit()).await.unwrap();
    assert_eq!(bought.end, End::Paid, "{}", bought.page.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_is_not_there_takes_no_payment() {
    let platform = Platform::builder().start().await.unwrap();
    let page = Buyer::new().open(&format!("{}/b/test_nothing", platform.endpoints().stripe.api_base)).await.unwrap();
    assert!(!page.takes_payment());
    let error = Buyer::new().open("http://127.0.0.1:9/").await.unwrap_err().to_string();
    assert!(error.contains("http://127.0.0.1:9/"), "{error}");
}
