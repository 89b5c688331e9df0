//! Goods that are sent: shipping rates, what the page asks, and where it shows.

use serde_json::{Value, json};

use crate::support::{Answer, Lab};

const CARD: &str = "email=a%40b.test&name=Ada&method=card&card_number=4242424242424242&card_expiry=12/34&card_cvc=123";
const TO: &str =
    "shipping_name=Bo+Berg&shipping_line1=Gate+1&shipping_postal_code=0150&shipping_city=Oslo&shipping_country=no";

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

async fn rate(lab: &Lab, name: &str, amount: i64) -> String {
    let form = format!("display_name={name}&fixed_amount[amount]={amount}&fixed_amount[currency]=usd");
    text(&lab.post("/v1/shipping_rates", &form).await.ok()["id"]).to_owned()
}

async fn session(lab: &Lab, more: &str) -> Answer {
    let data = "line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=1500&line_items[0][price_data][product_data][name]=Book";
    let form = format!("mode=payment&success_url=https://x.test/ok&line_items[0][quantity]=1&{data}&{more}");
    lab.post("/v1/checkout/sessions", &form).await
}

#[track_caller]
fn refused(answer: &Answer, code: Option<&str>, param: &str, message: &str) {
    let error = &answer.json()["error"];
    let told = (answer.status, error["code"].as_str(), error["param"].as_str());
    assert_eq!(told, (400, code, Some(param)), "{}", answer.text);
    assert!(text(&error["message"]).starts_with(message), "{}", answer.text);
}

#[tokio::test]
async fn the_buyer_says_where_and_how_and_pays_for_it() {
    let lab = Lab::start().await;
    let (post, courier) = (rate(&lab, "Post", 500).await, rate(&lab, "Courier", 1200).await);
    let countries = "shipping_address_collection[allowed_countries][0]=NO&shipping_address_collection[allowed_countries][1]=SE&custom_text[shipping_address][message]=No+boxes";
    let options = format!("shipping_options[0][shipping_rate]={post}&shipping_options[1][shipping_rate]={courier}");
    let open = session(&lab, &format!("{countries}&{options}&expand[]=shipping_cost.shipping_rate")).await.ok();
    assert_eq!((&open["amount_subtotal"], &open["amount_total"]), (&json!(1500), &json!(2000)), "the first is chosen");
    assert_eq!(open["total_details"]["amount_shipping"], 500);
    assert_eq!(open["shipping_cost"]["shipping_rate"]["display_name"], "Post");
    assert_eq!(open["shipping_address_collection"], json!({"allowed_countries": ["NO", "SE"]}));
    assert_eq!(open["shipping_options"][1], json!({"shipping_amount": 1200, "shipping_rate": courier}));

    let url = text(&open["url"]);
    let page = lab.send(lab.http.get(url)).await.text;
    for shown in [
        "$20.00",
        "Courier ($12.00)",
        "<option value=\"SE\">SE",
        "No boxes",
        "Delivery: Postal code",
        "id=\"delivery\"",
    ] {
        assert!(page.contains(shown), "{shown} in {page}");
    }
    for (form, field) in [
        ("", "shipping_line1"),
        ("shipping_name=Bo&shipping_line1=Gate+1&shipping_country=DE", "shipping_country"),
        ("shipping_name=Bo&shipping_line1=Gate+1&shipping_country=NO&shipping_rate=shr_x", "shipping_rate"),
    ] {
        let wrong = lab.submit(url, &format!("{CARD}&{form}")).await;
        assert!(wrong.status == 200 && wrong.text.contains(&format!("href=\"#{field}\"")), "{form}: {}", wrong.text);
    }
    assert_eq!(lab.submit(url, &format!("{CARD}&{TO}&shipping_rate={courier}")).await.status, 303);
    let path = format!("/v1/checkout/sessions/{}", text(&open["id"]));
    let paid = lab.get(&format!("{path}?expand[]=payment_intent.latest_charge")).await.ok();
    assert_eq!((&paid["amount_total"], &paid["payment_intent"]["amount"]), (&json!(2700), &json!(2700)));
    let address = json!({"city": "Oslo", "country": "NO", "line1": "Gate 1", "line2": null, "postal_code": "0150", "state": null});
    assert_eq!(paid["collected_information"]["shipping_details"], json!({"address": address, "name": "Bo Berg"}));
    assert!(paid.get("shipping_details").is_none());
    let parcel =
        json!({"address": address, "carrier": null, "name": "Bo Berg", "phone": null, "tracking_number": null});
    assert_eq!(paid["payment_intent"]["shipping"], parcel);
    assert_eq!(paid["payment_intent"]["latest_charge"]["shipping"], parcel);
    let older = lab.http.get(format!("{}{path}", lab.base)).bearer_auth(crate::support::KEY);
    let older = lab.send(older.header("stripe-version", "2024-12-18.acacia")).await.ok();
    assert_eq!(older["shipping_details"], json!({"address": address, "name": "Bo Berg"}));
}

#[tokio::test]
async fn a_rate_can_be_described_on_the_way_and_a_coupon_does_not_touch_it() {
    let lab = Lab::start().await;
    lab.post("/v1/coupons", "id=ALL&percent_off=100").await.ok();
    let data = "shipping_options[0][shipping_rate_data]";
    let described = format!(
        "{data}[display_name]=Post&{data}[fixed_amount][amount]=500&{data}[fixed_amount][currency]=usd&{data}[delivery_estimate][maximum][unit]=day&{data}[delivery_estimate][maximum][value]=3"
    );
    let open = session(&lab, &format!("{described}&discounts[0][coupon]=ALL")).await.ok();
    assert_eq!(open["amount_total"], 500);
    let rates = lab.get("/v1/shipping_rates?currency=usd").await.ok();
    assert_eq!(rates["data"][0]["id"], open["shipping_options"][0]["shipping_rate"]);
    assert_eq!(rates["data"][0]["delivery_estimate"], json!({"maximum": {"unit": "day", "value": 3}, "minimum": null}));
    assert_eq!(
        lab.submit(text(&open["url"]), CARD).await.status,
        303,
        "an address is asked for only where it is wanted"
    );
}

#[tokio::test]
async fn the_customer_keeps_what_the_session_says() {
    let lab = Lab::start().await;
    let customer = lab.post("/v1/customers", "name=Old&email=a@b.test").await.ok();
    let path = format!("/v1/customers/{}", text(&customer["id"]));
    let asked = format!(
        "customer={}&billing_address_collection=required&shipping_address_collection[allowed_countries][]=NO&adaptive_pricing[enabled]=false",
        text(&customer["id"])
    );
    let told = format!("{CARD}&{TO}&line1=Road+2&country=SE");
    let never = session(&lab, &format!("{asked}&customer_update[name]=never")).await.ok();
    assert_eq!(never["adaptive_pricing"], json!({"enabled": false}));
    assert_eq!(lab.submit(text(&never["url"]), &told).await.status, 303);
    assert_eq!(lab.get(&path).await.ok(), customer);
    let keeps = "customer_update[name]=auto&customer_update[address]=auto&customer_update[shipping]=auto";
    let all = session(&lab, &format!("{asked}&{keeps}")).await.ok();
    assert_eq!(lab.submit(text(&all["url"]), &told).await.status, 303);
    let after = lab.get(&path).await.ok();
    assert_eq!((&after["name"], &after["address"]["line1"]), (&json!("Ada"), &json!("Road 2")));
    assert_eq!(
        (&after["shipping"]["name"], &after["shipping"]["address"]["city"]),
        (&json!("Bo Berg"), &json!("Oslo"))
    );
    let updated = lab.get("/v1/events?type=customer.updated").await.ok();
    assert_eq!(updated["data"].as_array().unwrap().len(), 1);
    assert_eq!(updated["data"][0]["data"]["previous_attributes"]["name"], "Old");
    refused(
        &session(&lab, keeps).await,
        None,
        "customer_update",
        "`customer_update` can only be used together with `customer`.",
    );
}

#[tokio::test]
async fn a_link_sends_goods_too() {
    let lab = Lab::start().await;
    let post = rate(&lab, "Post", 500).await;
    let more = format!("shipping_options[0][shipping_rate]={post}&shipping_address_collection[allowed_countries][]=NO");
    let link = lab.link(1500, "usd", &more).await;
    assert_eq!(link["shipping_options"], json!([{"shipping_amount": 500, "shipping_rate": post}]));
    let page = lab.visit(text(&link["url"])).await;
    let shown = lab.send(lab.http.get(&page)).await.text;
    assert!(!shown.contains("name=\"shipping_rate\"") && shown.contains("value=\"NO\" selected"), "{shown}");
    assert_eq!(lab.submit(&page, &format!("{CARD}&{TO}")).await.status, 303);
    let paid = lab.get(&format!("/v1/checkout/sessions/{}", Lab::session_of(&page))).await.ok();
    assert_eq!((&paid["amount_total"], &paid["shipping_cost"]["amount_total"]), (&json!(2000), &json!(500)));
    let path = format!("/v1/payment_links/{}", text(&link["id"]));
    let changed = lab.post(&path, "shipping_address_collection=&shipping_options=").await.ok();
    assert_eq!((&changed["shipping_address_collection"], &changed["shipping_options"]), (&Value::Null, &json!([])));
}

#[tokio::test]
async fn rates_that_do_not_fit_are_refused() {
    let lab = Lab::start().await;
    let euro = lab
        .post("/v1/shipping_rates", "display_name=Post&fixed_amount[amount]=500&fixed_amount[currency]=eur")
        .await
        .ok();
    let old = rate(&lab, "Old", 100).await;
    assert_eq!(lab.post(&format!("/v1/shipping_rates/{old}"), "active=false").await.ok()["active"], false);
    let first = "shipping_options[0][shipping_rate]";
    let many: Vec<_> = (0..6).map(|at| format!("shipping_options[{at}][shipping_rate]={old}")).collect();
    for (more, code, param, message) in [
        (format!("{first}=shr_x"), Some("resource_missing"), first, "No such shipping rate: 'shr_x'"),
        (format!("{first}={old}"), None, first, "The shipping rate specified is inactive."),
        (format!("{first}={}", text(&euro["id"])), None, first, "The shipping rate specified only supports `eur`."),
        (
            many.join("&"),
            Some("parameter_invalid_array_length"),
            "shipping_options",
            "This array can have at most 5 elements.",
        ),
        (
            "shipping_address_collection[allowed_countries][]=XX".to_owned(),
            None,
            "shipping_address_collection[allowed_countries][0]",
            "Invalid shipping_address_collection[allowed_countries][0]: must be one of AC, AD, ",
        ),
        (
            "shipping_address_collection[enabled]=true".to_owned(),
            Some("parameter_unknown"),
            "shipping_address_collection[enabled]",
            "Received unknown parameter",
        ),
    ] {
        refused(&session(&lab, &more).await, code, param, message);
    }
    let named = lab.post("/v1/shipping_rates", "display_name=Post").await;
    refused(&named, Some("parameter_missing"), "fixed_amount", "Missing required param: fixed_amount.");
    let nothing = lab.get("/v1/shipping_rates/shr_x").await;
    assert_eq!((nothing.status, &nothing.json()["error"]["param"]), (404, &json!("shipping_rate_token")));
}
