//! Amounts that the buyer chooses: prices with `custom_unit_amount`, and the page that asks.

use scraper::{Html, Selector};
use serde_json::{Value, json};

use crate::support::{Answer, Lab};

const CARD: &str = "email=a%40b.test&name=Ada&method=card&card_number=4242424242424242&card_expiry=12/34&card_cvc=123";

async fn price(lab: &Lab, currency: &str, bounds: &str) -> Value {
    let form = format!("currency={currency}&product_data[name]=Gift&custom_unit_amount[enabled]=true&{bounds}");
    lab.post("/v1/prices", &form).await.ok()
}

/// The page of a fresh link that sells one of this price.
async fn page(lab: &Lab, price: &Value) -> String {
    let form = format!("line_items[0][price]={}&line_items[0][quantity]=1", price["id"].as_str().unwrap());
    let link = lab.post("/v1/payment_links", &form).await.ok();
    lab.visit(link["url"].as_str().unwrap()).await
}

#[track_caller]
fn texts(page: &Answer, selector: &str) -> Vec<String> {
    let found = Html::parse_document(&page.text);
    let selector = Selector::parse(selector).unwrap();
    found.select(&selector).map(|element| element.text().collect::<String>().trim().to_owned()).collect()
}

#[tokio::test]
async fn a_buyer_chooses_what_to_pay() {
    let lab = Lab::start().await;
    let bounds = "custom_unit_amount[minimum]=500&custom_unit_amount[preset]=1000&custom_unit_amount[maximum]=5000";
    let price = price(&lab, "usd", bounds).await;
    assert_eq!(price["custom_unit_amount"], json!({"maximum": 5000, "minimum": 500, "preset": 1000}));
    assert_eq!((&price["unit_amount"], &price["unit_amount_decimal"]), (&Value::Null, &Value::Null));

    let page = page(&lab, &price).await;
    let shown = lab.send(lab.http.get(&page)).await;
    assert_eq!(texts(&shown, "label[for=amount]"), ["Amount (USD)"]);
    assert_eq!(texts(&shown, "#amount-range"), ["$5.00 – $50.00"]);
    assert!(shown.text.contains("value=\"10.00\""), "{}", shown.text);

    for wrong in ["4.99", "50.01", "ten", "", "10.001"] {
        let refused = lab.submit(&page, &format!("{CARD}&amount={wrong}")).await;
        assert_eq!(texts(&refused, "#amount-fault"), ["Enter an amount within the range offered."], "{wrong}");
        assert!(refused.text.contains(&format!("value=\"{wrong}\"")), "what was typed stays: {wrong}");
    }
    assert_eq!(lab.submit(&page, &format!("{CARD}&amount=23.45")).await.status, 303);
    let path = format!("/v1/checkout/sessions/{}", Lab::session_of(&page));
    let paid = lab.get(&path).await.ok();
    assert_eq!((&paid["amount_subtotal"], &paid["amount_total"]), (&json!(2345), &json!(2345)));
    assert_eq!(lab.get("/v1/charges").await.ok()["data"][0]["amount"], 2345);
    let line = &lab.get(&format!("{path}/line_items")).await.ok()["data"][0];
    assert_eq!((&line["amount_total"], &line["price"]["unit_amount"]), (&json!(2345), &Value::Null));
}

#[tokio::test]
async fn a_form_without_the_field_pays_the_preset_or_the_least() {
    let lab = Lab::start().await;
    for (currency, bounds, expect) in [
        ("usd", "custom_unit_amount[preset]=1500", 1500),
        ("usd", "custom_unit_amount[minimum]=700", 700),
        ("eur", "", 50),
    ] {
        let page = page(&lab, &price(&lab, currency, bounds).await).await;
        assert_eq!(lab.submit(&page, CARD).await.status, 303);
        let paid = lab.get(&format!("/v1/checkout/sessions/{}", Lab::session_of(&page))).await.ok();
        assert_eq!((&paid["amount_total"], &paid["payment_status"]), (&json!(expect), &json!("paid")), "{bounds}");
    }
}

#[tokio::test]
async fn the_amount_of_a_later_try_counts() {
    let lab = Lab::start().await;
    let page = page(&lab, &price(&lab, "usd", "").await).await;
    let with = |number: &str, amount: &str| format!("{}&amount={amount}", CARD.replace("4242424242424242", number));
    assert_eq!(lab.submit(&page, &with("4000000000000002", "30")).await.status, 200);
    assert_eq!(lab.submit(&page, &with("4000002500003155", "20")).await.status, 303);
    assert_eq!(lab.submit(&page, "three_d_secure=confirm").await.status, 303);
    let paid = lab.get(&format!("/v1/checkout/sessions/{}", Lab::session_of(&page))).await.ok();
    assert_eq!(paid["amount_total"], 2000);
    let intent = lab.get(&format!("/v1/payment_intents/{}", paid["payment_intent"].as_str().unwrap())).await.ok();
    assert_eq!((&intent["amount"], &intent["amount_received"]), (&json!(2000), &json!(2000)));
}

#[tokio::test]
async fn a_products_first_price_can_leave_the_amount_open() {
    let lab = Lab::start().await;
    let form = "name=Gift&default_price_data[currency]=usd&default_price_data[custom_unit_amount][enabled]=true&expand[]=default_price";
    let product = lab.post("/v1/products", form).await.ok();
    assert_eq!(
        product["default_price"]["custom_unit_amount"],
        json!({"maximum": null, "minimum": null, "preset": null})
    );
}

#[tokio::test]
async fn bounds_that_cannot_be_are_refused() {
    let lab = Lab::start().await;
    for (form, param) in [
        ("custom_unit_amount[enabled]=false", "custom_unit_amount[enabled]"),
        ("custom_unit_amount[minimum]=500", "custom_unit_amount[enabled]"),
        ("custom_unit_amount[enabled]=true&custom_unit_amount[minimum]=49", "custom_unit_amount[minimum]"),
        ("custom_unit_amount[enabled]=true&custom_unit_amount[maximum]=100000000", "custom_unit_amount[maximum]"),
        ("custom_unit_amount[enabled]=true&custom_unit_amount[preset]=10", "custom_unit_amount[preset]"),
        ("custom_unit_amount[enabled]=true&unit_amount=500", "unit_amount"),
        ("custom_unit_amount[enabled]=true&recurring[interval]=month", "recurring"),
    ] {
        let refused = lab.post("/v1/prices", &format!("currency=usd&product_data[name]=Gift&{form}")).await;
        assert_eq!((refused.status, &refused.json()["error"]["param"]), (400, &json!(param)), "{form}");
    }
}

#[tokio::test]
async fn an_open_amount_is_sold_alone_once_and_in_full() {
    let lab = Lab::start().await;
    let open = price(&lab, "usd", "").await;
    let open = format!("line_items[0][price]={}", open["id"].as_str().unwrap());
    let other = "line_items[1][quantity]=1&line_items[1][price_data][currency]=usd&line_items[1][price_data][unit_amount]=500&line_items[1][price_data][product_data][name]=Tea";
    let session = "mode=payment&success_url=https://x.test/";
    lab.post("/v1/coupons", "id=TEN&percent_off=10").await.ok();
    for (path, form, param) in [
        ("/v1/payment_links", format!("{open}&line_items[0][quantity]=1&{other}"), "line_items"),
        ("/v1/payment_links", format!("{open}&line_items[0][quantity]=2"), "line_items[0][quantity]"),
        (
            "/v1/payment_links",
            format!("{open}&line_items[0][quantity]=1&line_items[0][adjustable_quantity][enabled]=true"),
            "line_items[0][quantity]",
        ),
        (
            "/v1/payment_links",
            format!("{open}&line_items[0][quantity]=1&allow_promotion_codes=true"),
            "allow_promotion_codes",
        ),
        (
            "/v1/checkout/sessions",
            format!("{session}&{open}&line_items[0][quantity]=1&discounts[0][coupon]=TEN"),
            "discounts",
        ),
    ] {
        let refused = lab.post(path, &form).await;
        assert_eq!((refused.status, &refused.json()["error"]["param"]), (400, &json!(param)), "{form}");
    }
    let link = lab.post("/v1/payment_links", &format!("{open}&line_items[0][quantity]=1")).await.ok();
    let path = format!("/v1/payment_links/{}", link["id"].as_str().unwrap());
    assert_eq!(lab.post(&path, "allow_promotion_codes=true").await.status, 400);
    let line = lab.get(&format!("{path}/line_items")).await.ok()["data"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(lab.post(&path, &format!("line_items[0][id]={line}&line_items[0][quantity]=3")).await.status, 400);
    let other_tries = format!("{session}&{open}&line_items[0][quantity]=1&allow_promotion_codes=false");
    lab.post("/v1/checkout/sessions", &other_tries).await.ok();
}
