//! Payments without checkout: intents from their making to their end.

use mock_core::SignedDuration;
use serde_json::{Value, json};

use crate::support::{Answer, Lab};

const CARD: &str = "amount=2000&currency=usd&payment_method_types[]=card";

pub(crate) async fn create(lab: &Lab, more: &str) -> Answer {
    lab.post("/v1/payment_intents", &format!("{CARD}&{more}")).await
}

pub(crate) async fn act(lab: &Lab, intent: &Value, action: &str, form: &str) -> Answer {
    let slash = if action.is_empty() { "" } else { "/" };
    lab.post(&format!("/v1/payment_intents/{}{slash}{action}", id(intent)), form).await
}

pub(crate) async fn charge_of(lab: &Lab, intent: &Value) -> Value {
    lab.get(&format!("/v1/charges/{}", intent["latest_charge"].as_str().unwrap())).await.ok()
}

pub(crate) fn id(object: &Value) -> &str {
    object["id"].as_str().unwrap()
}

/// The types of all events so far, in the order in which they were emitted.
pub(crate) async fn events(lab: &Lab) -> Vec<String> {
    let told = lab.get("/v1/events?limit=100").await.ok();
    let mut kinds: Vec<_> =
        told["data"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect();
    kinds.reverse();
    kinds
}

#[track_caller]
pub(crate) fn refused(answer: &Answer, status: u16, code: &str, param: Option<&str>) -> Value {
    let error = answer.json()["error"].clone();
    let told = (answer.status, error["code"].as_str().unwrap_or_default(), error["param"].as_str());
    assert_eq!(told, (status, code, param), "{}", answer.text);
    error
}

#[tokio::test]
async fn an_intent_is_made_given_a_method_confirmed_and_paid() {
    let lab = Lab::start().await;
    let made = create(&lab, "metadata[order]=7&description=Tea&receipt_email=a@b.test&transfer_group=G").await.ok();
    assert_eq!((&made["status"], &made["amount_received"]), (&json!("requires_payment_method"), &json!(0)));
    let bare = refused(&act(&lab, &made, "confirm", "").await, 400, "payment_intent_unexpected_state", None);
    assert!(bare["message"].as_str().unwrap().contains("missing a payment method"));
    assert_eq!(bare["payment_intent"]["id"], made["id"]);

    let chosen = act(&lab, &made, "", "payment_method=pm_card_mastercard&amount=2500").await.ok();
    assert_eq!((&chosen["status"], &chosen["amount"]), (&json!("requires_confirmation"), &json!(2500)));
    assert!(chosen["payment_method"].as_str().unwrap().starts_with("pm_1"));
    let paid = act(&lab, &made, "confirm", "").await.ok();
    assert_eq!((&paid["status"], &paid["amount_received"]), (&json!("succeeded"), &json!(2500)));
    let charge = charge_of(&lab, &paid).await;
    assert_eq!((&charge["amount"], &charge["captured"], &charge["paid"]), (&json!(2500), &json!(true), &json!(true)));
    assert_eq!((&charge["metadata"]["order"], &charge["description"]), (&json!("7"), &json!("Tea")));
    assert_eq!((&charge["receipt_email"], &charge["transfer_group"]), (&json!("a@b.test"), &json!("G")));
    assert_eq!(charge["payment_method_details"]["card"]["brand"], "mastercard");
    assert_eq!(id(&charge)[3..20], id(&paid)[3..20], "ids of one payment share their core");
    assert_eq!(events(&lab).await, ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]);

    let again = refused(&act(&lab, &made, "confirm", "").await, 400, "payment_intent_unexpected_state", None);
    assert!(again["message"].as_str().unwrap().contains("already succeeded"));
    let late = refused(&act(&lab, &made, "", "amount=1").await, 400, "payment_intent_unexpected_state", None);
    assert!(late["message"].as_str().unwrap().starts_with("This PaymentIntent's amount could not be updated"));
    let text = act(&lab, &made, "", "description=&metadata[order]=").await.ok();
    assert_eq!((&text["description"], &text["metadata"]), (&json!(null), &json!({})));
    refused(&act(&lab, &made, "cancel", "").await, 400, "payment_intent_unexpected_state", None);
    lab.world.advance(SignedDuration::from_secs(3)).await;
    assert_eq!(events(&lab).await.last().unwrap(), "charge.updated");
}

#[tokio::test]
async fn an_intent_confirmed_at_its_making_tells_of_it_in_the_usual_order() {
    let lab = Lab::start().await;
    let shipping = "shipping[name]=Jenny&shipping[address][line1]=Street+1&shipping[address][country]=US";
    let paid = create(&lab, &format!("confirm=true&payment_method=pm_card_visa&{shipping}")).await.ok();
    assert_eq!((&paid["status"], &paid["shipping"]["name"]), (&json!("succeeded"), &json!("Jenny")));
    assert_eq!(charge_of(&lab, &paid).await["shipping"], paid["shipping"]);
    // As in recorded traffic: the making is told after the success.
    assert_eq!(events(&lab).await, ["charge.succeeded", "payment_intent.succeeded", "payment_intent.created"]);
    let told = lab.get("/v1/events?type=payment_intent.created").await.ok();
    assert_eq!(told["data"][0]["data"]["object"]["status"], "requires_payment_method");
    assert_eq!(told["data"][0]["request"]["id"].as_str().unwrap().len(), 18);
}

#[tokio::test]
async fn a_declined_card_answers_402_with_the_intent_inside_and_the_next_one_may_pay() {
    let lab = Lab::start().await;
    for (method, code, decline) in [
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
        ("pm_card_chargeCustomerFail", "card_declined", "generic_decline"),
    ] {
        let error = refused(&create(&lab, &format!("confirm=true&payment_method={method}")).await, 402, code, None);
        assert_eq!((&error["type"], &error["decline_code"]), (&json!("card_error"), &json!(decline)), "{method}");
        assert!(error["charge"].as_str().unwrap().starts_with("ch_3"));
        assert_eq!(error["payment_intent"]["status"], "requires_payment_method");
        assert_eq!(error["payment_intent"]["last_payment_error"]["code"], code);
        assert_eq!(error["payment_intent"]["latest_charge"], error["charge"]);
        assert_eq!(error["payment_method"]["object"], "payment_method");
    }
    let last = lab.get("/v1/payment_intents?limit=1").await.ok()["data"][0].clone();
    let paid = act(&lab, &last, "confirm", "payment_method=pm_card_visa").await.ok();
    assert_eq!((&paid["status"], &paid["last_payment_error"]), (&json!("succeeded"), &json!(null)));
    let kinds = events(&lab).await;
    assert_eq!(kinds[..3], ["charge.failed", "payment_intent.created", "payment_intent.payment_failed"]);
    assert_eq!(kinds[kinds.len() - 2..], ["charge.succeeded", "payment_intent.succeeded"]);
}

#[tokio::test]
async fn an_intent_is_canceled_in_every_status_that_allows_it() {
    let lab = Lab::start().await;
    for (more, status) in [
        ("", "requires_payment_method"),
        ("payment_method=pm_card_visa", "requires_confirmation"),
        ("payment_method=pm_card_authenticationRequired&confirm=true", "requires_action"),
        ("payment_method=pm_card_visa&confirm=true&capture_method=manual", "requires_capture"),
    ] {
        let intent = create(&lab, more).await.ok();
        assert_eq!(intent["status"], status);
        let over = act(&lab, &intent, "cancel", "cancellation_reason=requested_by_customer").await.ok();
        assert_eq!((&over["status"], &over["next_action"]), (&json!("canceled"), &json!(null)), "{status}");
        for (action, form) in [("cancel", ""), ("confirm", "payment_method=pm_card_visa"), ("", "amount=900")] {
            let error = refused(&act(&lab, &over, action, form).await, 400, "payment_intent_unexpected_state", None);
            assert!(error["message"].as_str().unwrap().contains("a status of canceled"), "{error}");
        }
    }
    let iban = "payment_method_data[type]=sepa_debit&payment_method_data[sepa_debit][iban]=AT611904300234573201\
                &payment_method_data[billing_details][name]=Ada&payment_method_data[billing_details][email]=a@b.test";
    let debit = format!("amount=2000&currency=eur&payment_method_types[]=sepa_debit&confirm=true&{iban}");
    let debit = lab.post("/v1/payment_intents", &debit).await.ok();
    assert_eq!(debit["status"], "processing");
    refused(&act(&lab, &debit, "cancel", "").await, 400, "payment_intent_unexpected_state", None);
    lab.world.advance(SignedDuration::from_mins(4)).await;
    let settled = lab.get(&format!("/v1/payment_intents/{}", id(&debit))).await.ok();
    assert_eq!((&settled["status"], &settled["amount_received"]), (&json!("succeeded"), &json!(2000)));
}

#[tokio::test]
async fn amounts_follow_the_rules_of_their_currency() {
    let lab = Lab::start().await;
    for (form, status, code) in [
        ("amount=49&currency=usd", 400, "amount_too_small"),
        ("amount=50&currency=usd", 200, ""),
        ("amount=50&currency=jpy", 200, ""),
        ("amount=49&currency=jpy", 400, "amount_too_small"),
        ("amount=100000000&currency=usd", 400, "amount_too_large"),
        ("amount=99999999&currency=usd", 200, ""),
        ("amount=1234&currency=kwd", 400, "parameter_invalid_integer"),
        ("amount=1230&currency=kwd", 200, ""),
        ("amount=150&currency=isk", 400, "parameter_invalid_integer"),
        ("amount=0&currency=usd", 400, "parameter_invalid_integer"),
    ] {
        let answer = lab.post("/v1/payment_intents", form).await;
        assert_eq!(answer.status, status, "{form}: {}", answer.text);
        if status != 200 {
            refused(&answer, status, code, Some("amount"));
        }
    }
    let small = lab.post("/v1/payment_intents", "amount=1&currency=huf").await;
    assert_eq!(small.json()["error"]["message"], "Amount must be at least 175.00 Ft huf");
    let intent = create(&lab, "").await.ok();
    refused(&act(&lab, &intent, "", "amount=49").await, 400, "amount_too_small", Some("amount"));
    let other = act(&lab, &intent, "", "amount=900&currency=jpy").await.ok();
    assert_eq!((&other["amount"], &other["currency"]), (&json!(900), &json!("jpy")));
}

#[tokio::test]
async fn parameters_that_do_not_fit_each_other_are_refused() {
    let lab = Lab::start().await;
    let early = create(&lab, "return_url=https://x.test/").await;
    refused(&early, 400, "", Some("return_url"));
    let both = create(&lab, "automatic_payment_methods[enabled]=true").await;
    refused(&both, 400, "parameters_exclusive", Some("automatic_payment_methods"));
    let debit = lab.post("/v1/payment_intents", "amount=900&currency=usd&payment_method_types[]=sepa_debit").await;
    refused(&debit, 400, "payment_intent_invalid_parameter", Some("currency"));
    let unknown = create(&lab, "payment_method=pm_1none").await;
    refused(&unknown, 400, "resource_missing", Some("payment_method"));
    let nobody = create(&lab, "customer=cus_none").await;
    refused(&nobody, 400, "resource_missing", Some("customer"));
    let later = create(&lab, "payment_method_options[card][network]=visa").await;
    assert!(later.text.contains("does not support the parameter payment_method_options"), "{}", later.text);
    let other = lab.post("/v1/payment_intents", "amount=900&currency=eur&payment_method_types[]=ideal").await;
    assert!(other.text.contains("does not support payment methods of type \\\"ideal\\\""), "{}", other.text);
    let hand = "amount=900&currency=eur&payment_method_types[]=sepa_debit&capture_method=manual";
    refused(
        &lab.post("/v1/payment_intents", hand).await,
        400,
        "payment_intent_invalid_parameter",
        Some("capture_method"),
    );
    let parts = create(&lab, "confirm=true&payment_method=pm_card_visa&capture_method=manual").await.ok();
    let parts = act(&lab, &parts, "capture", "final_capture=false").await;
    assert!(parts.text.contains("does not support capturing an amount in several parts"), "{}", parts.text);

    // The account's own methods may lead away from the page.
    let own = lab.post("/v1/payment_intents", "amount=900&currency=usd").await.ok();
    assert_eq!(own["automatic_payment_methods"], json!({"allow_redirects": "always", "enabled": true}));
    let nowhere = act(&lab, &own, "confirm", "payment_method=pm_card_visa").await;
    assert!(nowhere.text.contains("you must provide a `return_url`"), "{}", nowhere.text);
    let paid = act(&lab, &own, "confirm", "payment_method=pm_card_visa&return_url=https://x.test/").await.ok();
    assert_eq!(paid["status"], "succeeded");
    let never = "amount=900&currency=usd&confirm=true&payment_method=pm_card_visa&automatic_payment_methods[enabled]=true\
                 &automatic_payment_methods[allow_redirects]=never";
    assert_eq!(lab.post("/v1/payment_intents", never).await.ok()["status"], "succeeded");
    let old = lab.posting("/v1/payment_intents", "amount=900&currency=usd").header("stripe-version", "2022-11-15");
    let old = lab.send(old).await.ok();
    assert_eq!((&old["automatic_payment_methods"], &old["payment_method_types"]), (&json!(null), &json!(["card"])));
}

#[tokio::test]
async fn a_seller_writes_on_a_charge() {
    let lab = Lab::start().await;
    let paid = create(&lab, "confirm=true&payment_method=pm_card_visa&metadata[a]=1&description=Tea").await.ok();
    let path = format!("/v1/charges/{}", paid["latest_charge"].as_str().unwrap());
    let form = "description=&metadata[b]=2&receipt_email=a@b.test&shipping[name]=A&shipping[address][city]=Oslo";
    let charge = lab.post(&path, form).await.ok();
    assert_eq!((&charge["description"], &charge["metadata"]), (&json!(null), &json!({"a": "1", "b": "2"})));
    assert_eq!((&charge["receipt_email"], &charge["shipping"]["name"]), (&json!("a@b.test"), &json!("A")));
    assert_eq!(lab.get(&format!("/v1/payment_intents/{}", id(&paid))).await.ok()["metadata"], json!({"a": "1"}));
    let told = lab.get("/v1/events?type=charge.updated").await.ok();
    assert_eq!(told["data"][0]["data"]["previous_attributes"]["description"], "Tea");
    refused(&lab.post("/v1/charges/ch_none", "").await, 404, "resource_missing", Some("id"));
}

#[tokio::test]
async fn an_intent_of_checkout_is_left_to_checkout() {
    let lab = Lab::start().await;
    let link = lab.link(4950, "usd", "").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    lab.pay(&page, "4000000000000002").await;
    let intent = lab.get("/v1/payment_intents?limit=1").await.ok()["data"][0].clone();
    let confirm = act(&lab, &intent, "confirm", "payment_method=pm_card_visa").await;
    refused(&confirm, 400, "payment_intent_invalid_parameter", Some("payment_method"));
    refused(&act(&lab, &intent, "", "amount=100").await, 400, "payment_intent_invalid_parameter", Some("amount"));
    assert_eq!(act(&lab, &intent, "", "description=x").await.ok()["description"], "x");
    assert_eq!(lab.pay(&page, "4242424242424242").await.status, 303);
}

#[tokio::test]
async fn one_key_makes_one_payment_whether_it_is_paid_or_declined() {
    let lab = Lab::start().await;
    for (method, status) in [("pm_card_visa", 200), ("pm_card_chargeDeclined", 402)] {
        let form = format!("{CARD}&confirm=true&payment_method={method}");
        let call = || lab.posting("/v1/payment_intents", &form).header("idempotency-key", method);
        let (first, second) = (lab.send(call()).await, lab.send(call()).await);
        assert_eq!((first.status, second.status), (status, status));
        assert_eq!(first.text, second.text);
        assert_eq!(second.header("idempotent-replayed"), "true");
    }
    assert_eq!(lab.get("/v1/charges").await.ok()["data"].as_array().unwrap().len(), 2);
}
