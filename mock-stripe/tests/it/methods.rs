//! Payment methods made by a caller, and what a payment carries along.

use crate::support::Lab;

async fn session(lab: &Lab, currency: &str, more: &str) -> String {
    let price = format!("unit_amount=1500&currency={currency}&product_data[name]=Seat");
    let price = lab.post("/v1/prices", &price).await.ok();
    let form = format!(
        "mode=payment&success_url=https://example.com/&line_items[0][price]={}&line_items[0][quantity]=2&{more}",
        price["id"].as_str().unwrap()
    );
    lab.post("/v1/checkout/sessions", &form).await.ok()["id"].as_str().unwrap().to_owned()
}

const BILLING: &str = "billing_details[email]=ada@example.com&billing_details[name]=Ada&billing_details[phone]=123\
                       &billing_details[address][line1]=1+Street&billing_details[address][country]=GB";

#[tokio::test]
async fn a_token_makes_a_method_that_pays_a_session() {
    let lab = Lab::start().await;
    let method =
        lab.post("/v1/payment_methods", &format!("type=card&card[token]=tok_visa&{BILLING}&metadata[a]=b")).await;
    let method = method.ok();
    let id = method["id"].as_str().unwrap();
    assert_eq!((method["card"]["last4"].as_str(), method["metadata"]["a"].as_str()), (Some("4242"), Some("b")));
    assert_eq!(method["billing_details"]["address"]["line1"], "1 Street");
    assert_eq!(method["billing_details"]["phone"], "123");
    assert_eq!(lab.get(&format!("/v1/payment_methods/{id}")).await.ok(), method);

    let shipping = "payment_intent_data[shipping][name]=Jenny&payment_intent_data[shipping][address][city]=Oslo\
                    &payment_intent_data[setup_future_usage]=off_session";
    let session = session(&lab, "usd", shipping).await;
    let confirm = format!("payment_method={id}&expected_amount=3000");
    let page = lab.post(&format!("/v1/payment_pages/{session}/confirm"), &confirm).await.ok();
    let intent = lab.get(&format!("/v1/payment_intents/{}", page["payment_intent"].as_str().unwrap())).await.ok();
    assert_eq!(
        (intent["payment_method"].as_str(), intent["setup_future_usage"].as_str()),
        (Some(id), Some("off_session"))
    );
    assert_eq!(
        (intent["shipping"]["name"].as_str(), intent["shipping"]["address"]["city"].as_str()),
        (Some("Jenny"), Some("Oslo"))
    );
    let charge = lab.get(&format!("/v1/charges/{}", intent["latest_charge"].as_str().unwrap())).await.ok();
    assert_eq!(charge["shipping"], intent["shipping"]);
    assert_eq!(charge["billing_details"], method["billing_details"]);
    // Without a customer there is nobody to keep it for.
    assert_eq!(lab.get(&format!("/v1/payment_methods/{id}")).await.ok()["customer"], serde_json::Value::Null);
}

#[tokio::test]
async fn a_method_is_kept_for_the_customer_when_later_payments_are_meant() {
    let lab = Lab::start().await;
    let link =
        lab.link(900, "usd", "customer_creation=always&payment_intent_data[setup_future_usage]=on_session").await;
    assert_eq!(link["payment_intent_data"]["setup_future_usage"], "on_session");
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    assert_eq!(lab.pay(&page, "4242424242424242").await.status, 303);
    let attached = lab.get("/v1/events?type=payment_method.attached").await.ok();
    let session = lab.get(&format!("/v1/checkout/sessions/{}", Lab::session_of(&page))).await.ok();
    assert_eq!(attached["data"][0]["data"]["object"]["customer"], session["customer"]);
    assert!(session["customer"].is_string());
}

#[tokio::test]
async fn a_bank_account_pays_later_as_its_test_number_says() {
    let lab = Lab::start().await;
    for (iban, ending) in [("AT611904300234573201", "succeeded"), ("IT60X0542811101000000123456", "failed")] {
        let form = format!("type=sepa_debit&sepa_debit[iban]={iban}&{BILLING}");
        let method = lab.post("/v1/payment_methods", &form).await.ok();
        let session = session(&lab, "eur", "payment_method_types[]=sepa_debit").await;
        let confirm = format!("payment_method={}", method["id"].as_str().unwrap());
        lab.post(&format!("/v1/payment_pages/{session}/confirm"), &confirm).await.ok();
        lab.world.advance(mock_core::SignedDuration::from_mins(5)).await;
        let told = lab.get(&format!("/v1/events?type=checkout.session.async_payment_{ending}")).await.ok();
        assert_eq!(told["data"][0]["data"]["object"]["id"], session.as_str());
    }
}

#[tokio::test]
async fn a_declining_method_is_refused_with_402() {
    let lab = Lab::start().await;
    let method = lab.post("/v1/payment_methods", "type=card&card[token]=tok_chargeDeclined").await.ok();
    let session = session(&lab, "usd", "").await;
    let confirm = format!("payment_method={}", method["id"].as_str().unwrap());
    let answer = lab.post(&format!("/v1/payment_pages/{session}/confirm"), &confirm).await;
    assert_eq!((answer.status, answer.json()["error"]["code"].as_str()), (402, Some("card_declined")));
}

#[tokio::test]
async fn wrong_methods_are_named() {
    let lab = Lab::start().await;
    for (form, status, code, param) in [
        ("", 400, "parameter_missing", "type"),
        ("type=card", 400, "parameter_missing", "card"),
        ("type=card&card[token]=tok_nothing", 400, "resource_missing", "card[token]"),
        ("type=card&card[token]=pm_card_visa", 400, "resource_missing", "card[token]"),
        ("type=card&card[number]=4242424242424242", 400, "parameter_missing", "card[exp_month]"),
        (
            "type=card&card[number]=4242424242424241&card[exp_month]=1&card[exp_year]=2040",
            402,
            "incorrect_number",
            "card[number]",
        ),
        (
            "type=card&card[number]=4242424242424242&card[exp_month]=1&card[exp_year]=2020",
            402,
            "invalid_expiry_year",
            "card[exp_year]",
        ),
        (
            "type=card&card[number]=4242424242424242&card[exp_month]=1&card[exp_year]=40&card[cvc]=x",
            402,
            "invalid_cvc",
            "card[cvc]",
        ),
        ("type=sepa_debit&sepa_debit[iban]=AT611904300234573201", 400, "parameter_missing", "billing_details[email]"),
        (
            "type=sepa_debit&sepa_debit[iban]=AT00&billing_details[email]=a@b.co&billing_details[name]=A",
            400,
            "invalid_bank_account_iban",
            "sepa_debit[iban]",
        ),
    ] {
        let answer = lab.post("/v1/payment_methods", form).await;
        let error = answer.json()["error"].clone();
        let told = (answer.status, error["code"].as_str(), error["param"].as_str());
        assert_eq!(told, (status, Some(code), Some(param)), "{form}: {}", answer.text);
    }
    let other = lab.post("/v1/payment_methods", "type=ideal").await;
    assert!(other.text.contains("does not support the type"), "{}", other.text);
    // A method of a type that the session does not offer.
    let form = format!("type=sepa_debit&sepa_debit[iban]=AT611904300234573201&{BILLING}");
    let method = lab.post("/v1/payment_methods", &form).await.ok();
    let session = session(&lab, "usd", "payment_method_types[]=card").await;
    let confirm = format!("payment_method={}", method["id"].as_str().unwrap());
    let answer = lab.post(&format!("/v1/payment_pages/{session}/confirm"), &confirm).await;
    assert_eq!((answer.status, answer.json()["error"]["param"].as_str()), (400, Some("payment_method")));
}
