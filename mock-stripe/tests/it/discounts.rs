//! Coupons and promotion codes: what they are, what they take off, and who may not have them.

use scraper::{Html, Selector};
use serde_json::{Value, json};

use crate::support::{Answer, Lab};

const CARD: &str = "email=a%40b.test&name=Ada&method=card&card_number=4242424242424242&card_expiry=12/34&card_cvc=123";

#[track_caller]
fn refused(answer: &Answer, code: Option<&str>, param: Option<&str>, message: &str) {
    let error = &answer.json()["error"];
    assert_eq!((answer.status, error["code"].as_str(), error["param"].as_str()), (400, code, param), "{}", answer.text);
    assert_eq!(error["message"], message);
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// A session over 10.00 and 5.00.
async fn session(lab: &Lab, more: &str) -> Answer {
    let line = |at: usize, name: &str, amount: i64| {
        let data = format!("line_items[{at}][price_data]");
        format!(
            "line_items[{at}][quantity]=1&{data}[currency]=usd&{data}[unit_amount]={amount}&{data}[product_data][name]={name}"
        )
    };
    let lines = format!("{}&{}", line(0, "Seat", 1000), line(1, "Meal", 500));
    lab.post("/v1/checkout/sessions", &format!("mode=payment&success_url=https://x.test/ok&{lines}&{more}")).await
}

async fn code(lab: &Lab, coupon: &str, more: &str) -> Value {
    let form = format!("promotion[type]=coupon&promotion[coupon]={coupon}&{more}");
    lab.post("/v1/promotion_codes", &form).await.ok()
}

async fn now(lab: &Lab, session: &Value) -> Value {
    let expand = "expand[]=line_items&expand[]=total_details.breakdown&expand[]=payment_intent";
    lab.get(&format!("/v1/checkout/sessions/{}?{expand}", text(&session["id"]))).await.ok()
}

#[tokio::test]
async fn a_coupon_takes_off_a_percentage_or_an_amount() {
    let lab = Lab::start().await;
    let percent = lab.post("/v1/coupons", "percent_off=22.5&name=Spring").await.ok();
    assert_eq!(
        (
            &percent["percent_off"],
            &percent["amount_off"],
            &percent["currency"],
            &percent["duration"],
            &percent["valid"]
        ),
        (&json!(22.5), &Value::Null, &Value::Null, &json!("once"), &json!(true))
    );
    assert_eq!(text(&percent["id"]).len(), 8);
    let whole = lab.post("/v1/coupons", "percent_off=10.0&id=TENOFF&duration=forever").await;
    assert!(whole.text.contains("\"percent_off\": 10,"), "{}", whole.text);
    let renamed = lab.post("/v1/coupons/TENOFF", "name=Ten&metadata[a]=b").await.ok();
    assert_eq!((&renamed["name"], &renamed["metadata"]), (&json!("Ten"), &json!({"a": "b"})));
    let product = lab.post("/v1/products", "name=Seat").await.ok();
    let form =
        format!("amount_off=500&currency=USD&applies_to[products][]={}&expand[]=applies_to", text(&product["id"]));
    let amount = lab.post("/v1/coupons", &form).await.ok();
    assert_eq!((&amount["amount_off"], &amount["currency"]), (&json!(500), &json!("usd")));
    assert_eq!(amount["applies_to"], json!({"products": [product["id"]]}));
    assert_eq!(
        lab.delete("/v1/coupons/TENOFF").await.ok(),
        json!({"id": "TENOFF", "object": "coupon", "deleted": true})
    );
    assert_eq!(lab.get("/v1/coupons/TENOFF").await.status, 404);
    assert_eq!(lab.get("/v1/coupons").await.ok()["data"].as_array().unwrap().len(), 2);
    let events = lab.get("/v1/events?types[]=coupon.created&types[]=coupon.updated&types[]=coupon.deleted").await.ok();
    let kinds: Vec<_> = events["data"].as_array().unwrap().iter().map(|event| text(&event["type"])).collect();
    assert_eq!(kinds, ["coupon.deleted", "coupon.created", "coupon.updated", "coupon.created", "coupon.created"]);
    assert_eq!(events["data"][0]["data"]["object"]["valid"], false);
    assert_eq!(events["data"][2]["data"]["previous_attributes"], json!({"metadata": {"a": null}, "name": null}));
}

#[tokio::test]
async fn coupons_and_codes_are_refused_as_the_service_words_it() {
    let lab = Lab::start().await;
    lab.post("/v1/coupons", "id=HAVE&percent_off=10&max_redemptions=3&redeem_by=1790000000").await.ok();
    code(&lab, "HAVE", "code=TAKEN").await;
    let only = "The parameter `redeem_by` expects a unix timestamp representing a date and time in the future. You specified the value `1000` which is in the past.";
    for (form, code, param, message) in [
        ("", Some("parameter_missing"), None, "Must provide percent_off or amount_off."),
        (
            "percent_off=1&amount_off=1",
            None,
            None,
            "Received both percent_off and amount_off parameters. Please pass in only one.",
        ),
        ("amount_off=1", None, Some("currency"), "You must pass currency when passing amount_off"),
        (
            "percent_off=0",
            None,
            Some("percent_off"),
            "This value must be greater than or equal to 0.01 (it currently is '0.0').",
        ),
        (
            "percent_off=100.5",
            None,
            Some("percent_off"),
            "This value must be less than or equal to 100 (it currently is '100.5').",
        ),
        (
            "percent_off=1&duration=repeating",
            None,
            Some("duration"),
            "The duration_in_months param must be set when creating a coupon with a repeating duration",
        ),
        ("percent_off=1&redeem_by=1000", None, Some("redeem_by"), only),
        ("percent_off=1&id=HAVE", Some("resource_already_exists"), None, "Coupon already exists."),
        (
            "percent_off=1&applies_to[products][]=prod_x",
            Some("resource_missing"),
            Some("applies_to[products][0]"),
            "No such product: 'prod_x'",
        ),
    ] {
        refused(&lab.post("/v1/coupons", form).await, code, param, message);
    }
    let of = "promotion[type]=coupon&promotion[coupon]=HAVE";
    for (form, code, param, message) in [
        (
            "promotion[type]=coupon".to_owned(),
            None,
            "promotion.coupon",
            "You must pass promotion.coupon when passing promotion",
        ),
        (
            "promotion[type]=coupon&promotion[coupon]=NONE".to_owned(),
            Some("resource_missing"),
            "promotion[coupon]",
            "No such coupon: 'NONE'",
        ),
        (
            format!("{of}&code=a+b"),
            None,
            "code",
            "This value must match the regex pattern. (/\\A[a-zA-Z0-9\\-_]+\\z/ does not match for the value a b).",
        ),
        (
            format!("{of}&expires_at=1950000000"),
            None,
            "expires_at",
            "Invalid timestamp: can be no more than five years in the future.",
        ),
        (
            format!("{of}&max_redemptions=4"),
            None,
            "max_redemptions",
            "The promotion code's `max_redemptions` cannot be beyond the `max_redemptions` of its coupon.",
        ),
    ] {
        refused(&lab.post("/v1/promotion_codes", &form).await, code, Some(param), message);
    }
    let twice = lab.post("/v1/promotion_codes", &format!("{of}&code=taken")).await;
    refused(&twice, None, None, "An active promotion code with `code: taken` already exists.");
}

#[tokio::test]
async fn what_the_seller_attaches_is_taken_off_and_counted() {
    let lab = Lab::start().await;
    lab.post("/v1/coupons", "id=OFF&percent_off=10&name=Friends").await.ok();
    let cheaper =
        session(&lab, "discounts[0][coupon]=OFF&expand[]=line_items.data.discounts&expand[]=discounts.coupon")
            .await
            .ok();
    assert_eq!((&cheaper["amount_subtotal"], &cheaper["amount_total"]), (&json!(1500), &json!(1350)));
    assert_eq!(cheaper["total_details"], json!({"amount_discount": 150, "amount_shipping": 0, "amount_tax": 0}));
    assert_eq!(
        (&cheaper["discounts"][0]["coupon"]["name"], &cheaper["discounts"][0]["promotion_code"]),
        (&json!("Friends"), &Value::Null)
    );
    let lines = cheaper["line_items"]["data"].as_array().unwrap();
    let amounts: Vec<_> =
        lines.iter().map(|line| [&line["amount_subtotal"], &line["amount_discount"], &line["amount_total"]]).collect();
    assert_eq!(amounts, [[&json!(1000), &json!(100), &json!(900)], [&json!(500), &json!(50), &json!(450)]]);
    assert_eq!(
        (&lines[1]["discounts"][0]["amount"], &lines[1]["discounts"][0]["discount"]["object"]),
        (&json!(50), &json!("discount"))
    );
    let path = format!(
        "/v1/checkout/sessions/{}/line_items?expand[]=data.discounts&expand[]=data.taxes",
        text(&cheaper["id"])
    );
    let listed = lab.get(&path).await.ok();
    assert_eq!((&listed["data"][0]["discounts"][0]["amount"], &listed["data"][0]["taxes"]), (&json!(100), &json!([])));
    let page = lab.send(lab.http.get(text(&cheaper["url"]))).await;
    let html = Html::parse_document(&page.text);
    let shown = |css: &str| {
        html.select(&Selector::parse(css).unwrap())
            .flat_map(|found| found.text().collect::<Vec<_>>())
            .collect::<String>()
    };
    assert_eq!((shown("#discount").as_str(), shown("#total").as_str()), ("Friends−$1.50", "$13.50"));
    assert_eq!(lab.submit(text(&cheaper["url"]), CARD).await.status, 303);
    let paid = now(&lab, &cheaper).await;
    assert_eq!(
        (&paid["payment_intent"]["amount"], &paid["total_details"]["breakdown"]["discounts"][0]["amount"]),
        (&json!(1350), &json!(150))
    );
    assert_eq!(lab.get("/v1/coupons/OFF").await.ok()["times_redeemed"], 1);
}

#[tokio::test]
async fn a_coupon_of_everything_leaves_nothing_to_pay() {
    let lab = Lab::start().await;
    lab.post("/v1/coupons", "id=ALL&percent_off=100").await.ok();
    let free = session(&lab, "discounts[0][coupon]=ALL").await.ok();
    assert_eq!(free["amount_total"], 0);
    assert_eq!(lab.submit(text(&free["url"]), "email=a@b.test").await.status, 303);
    let done = now(&lab, &free).await;
    assert_eq!((&done["payment_status"], &done["payment_intent"]), (&json!("no_payment_required"), &Value::Null));
    lab.post("/v1/coupons", "id=ALMOST&amount_off=1499&currency=usd").await.ok();
    let tiny = session(&lab, "discounts[0][coupon]=ALMOST").await;
    let message = "The Checkout Session's total amount due must add up to at least $0.50 usd";
    refused(&tiny, Some("amount_too_small"), None, message);
}

#[tokio::test]
async fn a_session_that_may_not_have_a_discount_is_told_why() {
    let lab = Lab::start().await;
    for form in
        ["id=EURO&amount_off=100&currency=eur", "id=ONE&percent_off=50&max_redemptions=1", "id=OFF&percent_off=10"]
    {
        lab.post("/v1/coupons", form).await.ok();
    }
    let product = lab.post("/v1/products", "name=Other").await.ok();
    lab.post("/v1/coupons", &format!("id=OTHER&percent_off=10&applies_to[products][]={}", text(&product["id"])))
        .await
        .ok();
    let used = session(&lab, "discounts[0][coupon]=ONE").await.ok();
    let late = session(&lab, "discounts[0][coupon]=ONE").await.ok();
    lab.submit(text(&used["url"]), CARD).await;
    let beaten = lab.submit(text(&late["url"]), CARD).await;
    assert!(beaten.status == 200 && beaten.text.contains("This code is invalid."), "{}", beaten.text);
    let customer = lab.post("/v1/customers", "name=Ada").await.ok();
    let customer = text(&customer["id"]);
    let id = async |more: &str| text(&code(&lab, "OFF", more).await["id"]).to_owned();
    let off = id("active=false").await;
    let own = id(&format!("customer={customer}")).await;
    let rich = id("restrictions[minimum_amount]=1501&restrictions[minimum_amount_currency]=usd").await;
    let first = id("restrictions[first_time_transaction]=true").await;
    let paid = session(&lab, &format!("customer={customer}&discounts[0][promotion_code]={first}")).await.ok();
    lab.submit(text(&paid["url"]), CARD).await;
    let (coupon, promotion) = ("discounts[0][coupon]", "discounts[0][promotion_code]");
    for (more, code, param, message) in [
        (
            "discounts[0][coupon]=EURO".to_owned(),
            None,
            coupon,
            "This coupon cannot be redeemed because it is in another currency.",
        ),
        ("discounts[0][coupon]=ONE".to_owned(), Some("coupon_expired"), coupon, "Coupon expired: ONE"),
        ("discounts[0][coupon]=NONE".to_owned(), Some("resource_missing"), coupon, "No such coupon: 'NONE'"),
        (
            "discounts[0][coupon]=OTHER".to_owned(),
            None,
            coupon,
            "This coupon cannot be redeemed because it does not apply to any of the line items.",
        ),
        (
            "discounts[0][promotion_code]=promo_x".to_owned(),
            Some("resource_missing"),
            promotion,
            "No such promotion code: 'promo_x'",
        ),
        (format!("{promotion}={off}"), None, promotion, "This promotion code cannot be redeemed."),
        (
            format!("{promotion}={own}"),
            None,
            promotion,
            "This promotion code cannot be redeemed because it is for another customer.",
        ),
        (
            format!("{promotion}={rich}"),
            None,
            promotion,
            "This promotion code cannot be redeemed because the order is below its minimum amount.",
        ),
        (
            format!("{promotion}={first}&customer={customer}"),
            None,
            promotion,
            "This promotion code cannot be redeemed because the associated customer has prior transactions.",
        ),
        (
            "discounts[0][coupon]=OFF&allow_promotion_codes=false".to_owned(),
            Some("parameters_exclusive"),
            "allow_promotion_codes",
            "You may only specify one of these parameters: allow_promotion_codes, discounts.",
        ),
    ] {
        refused(&session(&lab, &more).await, code, Some(param), message);
    }
    session(&lab, &format!("{promotion}={own}&customer={customer}")).await.ok();
}

#[tokio::test]
async fn the_buyer_types_a_code_sees_the_new_total_and_pays_it() {
    let lab = Lab::start().await;
    lab.post("/v1/coupons", "id=OFF&amount_off=500&currency=usd").await.ok();
    let promotion = code(&lab, "OFF", "code=SPRING20&max_redemptions=1").await;
    let link = lab.link(1500, "usd", "allow_promotion_codes=true").await;
    let page = lab.visit(&format!("{}?prefilled_promo_code=SPRING20", text(&link["url"]))).await;
    let other = lab.visit(text(&link["url"])).await;
    let shown = lab.send(lab.http.get(&page)).await;
    assert!(shown.text.contains("value=\"SPRING20\"") && shown.text.contains("$15.00"), "{}", shown.text);
    let wrong = lab.submit(&page, &format!("{CARD}&promotion_code=SUMMER")).await;
    assert!(wrong.text.contains("href=\"#promotion_code\">This code is invalid."), "{}", wrong.text);
    let applied = lab.submit(&page, "promotion_code=spring20&apply=code").await;
    assert!(
        applied.status == 200 && applied.text.contains("$10.00") && !applied.text.contains("role=\"alert\""),
        "{}",
        applied.text
    );
    let id = Lab::session_of(&page);
    let seen = lab.get(&format!("/v1/checkout/sessions/{id}")).await.ok();
    assert!(id.starts_with("cs_test_b1"), "{id}");
    assert_eq!(
        (&seen["discounts"], &seen["amount_total"]),
        (&json!([{"coupon": null, "promotion_code": promotion["id"]}]), &json!(1000))
    );
    assert!(lab.send(lab.http.get(&page)).await.text.contains("value=\"SPRING20\""), "the field keeps what is applied");
    let removed = lab.submit(&page, "promotion_code=&apply=code").await;
    assert!(removed.text.contains("$15.00"), "{}", removed.text);
    assert_eq!(
        lab.submit(&other, &format!("{CARD}&promotion_code=SPRING20")).await.status,
        303,
        "applied and paid at once"
    );
    let paid = lab.get(&format!("/v1/checkout/sessions/{}", Lab::session_of(&other))).await.ok();
    assert_eq!((&paid["amount_total"], &paid["payment_status"]), (&json!(1000), &json!("paid")));
    let used = lab.get(&format!("/v1/promotion_codes/{}", text(&promotion["id"]))).await.ok();
    assert_eq!((&used["times_redeemed"], &used["active"]), (&json!(1), &json!(false)));
    let gone = lab.submit(&page, "promotion_code=SPRING20&apply=code").await;
    assert!(gone.text.contains("This code is invalid."), "{}", gone.text);
    let closed = lab.visit(text(&lab.link(1500, "usd", "").await["url"])).await;
    assert!(!lab.send(lab.http.get(&closed)).await.text.contains("promotion_code"));
    lab.submit(&closed, &format!("{CARD}&promotion_code=SPRING20")).await;
    let full = lab.get(&format!("/v1/checkout/sessions/{}", Lab::session_of(&closed))).await.ok();
    assert_eq!(full["amount_total"], 1500, "a page without the field takes no code");
}

#[tokio::test]
async fn codes_are_found_switched_and_end_with_their_coupon() {
    let lab = Lab::start().await;
    lab.post("/v1/coupons", "id=OFF&percent_off=10").await.ok();
    let first = code(&lab, "OFF", "code=Hello").await;
    let path = format!("/v1/promotion_codes/{}", text(&first["id"]));
    let found = lab.get("/v1/promotion_codes?code=HELLO&active=true").await.ok();
    assert_eq!(found["data"][0]["id"], first["id"]);
    assert_eq!(lab.post(&path, "active=false").await.ok()["active"], false);
    let second = code(&lab, "OFF", "code=HELLO").await;
    refused(
        &lab.post(&path, "active=true").await,
        None,
        None,
        "An active promotion code with `code: Hello` already exists.",
    );
    let drawn = code(&lab, "OFF", "").await;
    assert!(text(&drawn["code"]).len() == 8 && !text(&drawn["code"]).bytes().any(|byte| byte.is_ascii_lowercase()));
    let minute = lab.world.clock().now().as_second() + 60;
    let brief = code(&lab, "OFF", &format!("expires_at={minute}")).await;
    assert_eq!(brief["active"], true);
    lab.world.advance(mock_core::SignedDuration::from_secs(61)).await;
    assert_eq!(lab.get(&format!("/v1/promotion_codes/{}", text(&brief["id"]))).await.ok()["active"], false);
    lab.delete("/v1/coupons/OFF").await.ok();
    assert_eq!(lab.get(&format!("/v1/promotion_codes/{}", text(&second["id"]))).await.ok()["active"], false);
    let events = lab.get("/v1/events?type=promotion_code.updated").await.ok();
    assert_eq!(events["data"][0]["data"]["previous_attributes"], json!({"active": true}));
}
