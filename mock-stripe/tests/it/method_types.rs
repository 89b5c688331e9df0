//! Which methods a payment offers, and how that is said from one release train of the API to the next.

use serde_json::{Value, json};

use crate::support::{Answer, Lab};

const DAHLIA: &str = "2026-08-26.dahlia";
const ENDIVE: &str = "2026-10-28.endive";

async fn post(lab: &Lab, version: &str, path: &str, form: &str) -> Answer {
    lab.send(lab.posting(path, form).header("stripe-version", version)).await
}

async fn session(lab: &Lab, version: &str, more: &str) -> Answer {
    let line = "line_items[0][quantity]=1&line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=900&line_items[0][price_data][product_data][name]=Tea";
    post(lab, version, "/v1/checkout/sessions", &format!("mode=payment&success_url=https://x.test/&{line}&{more}"))
        .await
}

async fn intent(lab: &Lab, version: &str, more: &str) -> Answer {
    post(lab, version, "/v1/payment_intents", &format!("amount=900&currency=eur&{more}")).await
}

#[track_caller]
fn refused(answer: &Answer, code: Option<&str>, param: &str) {
    assert_eq!(answer.status, 400, "{}", answer.text);
    let error = &answer.json()["error"];
    assert_eq!((error["code"].as_str(), error["param"].as_str()), (code, Some(param)), "{}", answer.text);
}

#[tokio::test]
async fn types_are_named_up_to_dahlia_and_only_filtered_since_endive() {
    let lab = Lab::start().await;
    let gone = Some("payment_method_types_no_longer_supported");
    let named = "payment_method_types[]=card";
    session(&lab, DAHLIA, named).await.ok();
    refused(&session(&lab, ENDIVE, named).await, gone, "payment_method_types");
    let made = intent(&lab, DAHLIA, named).await.ok();
    refused(&intent(&lab, ENDIVE, named).await, gone, "payment_method_types");
    let path = format!("/v1/payment_intents/{}", made["id"].as_str().unwrap());
    refused(&post(&lab, ENDIVE, &path, named).await, gone, "payment_method_types");
    post(&lab, DAHLIA, &path, named).await.ok();

    let allowed = "allowed_payment_method_types[]=klarna&allowed_payment_method_types[]=card";
    refused(&session(&lab, DAHLIA, allowed).await, Some("parameter_unknown"), "allowed_payment_method_types");
    let shown = session(&lab, ENDIVE, allowed).await.ok();
    assert_eq!(shown["payment_method_types"], json!(["card"]), "what does not fit is dropped silently");
    assert_eq!(shown["allowed_payment_method_types"], json!(["klarna", "card"]));
    for version in [DAHLIA, ENDIVE] {
        let shown = intent(&lab, version, allowed).await.ok();
        assert_eq!(shown["payment_method_types"], json!(["card"]));
        assert_eq!(shown["allowed_payment_method_types"], json!(["klarna", "card"]));
    }
}

#[tokio::test]
async fn a_filter_stands_alone_and_leaves_something_to_pay_with() {
    let lab = Lab::start().await;
    for (other, param) in [
        ("excluded_payment_method_types[]=card", "allowed_payment_method_types"),
        ("automatic_payment_methods[enabled]=true", "allowed_payment_method_types"),
        ("payment_method_types[]=card", "allowed_payment_method_types"),
    ] {
        let answer = intent(&lab, DAHLIA, &format!("allowed_payment_method_types[]=card&{other}")).await;
        refused(&answer, Some("parameters_exclusive"), param);
    }
    let nothing = intent(&lab, ENDIVE, "allowed_payment_method_types[]=klarna").await;
    refused(&nothing, None, "allowed_payment_method_types");
    refused(&session(&lab, ENDIVE, "allowed_payment_method_types[]=ideal").await, None, "allowed_payment_method_types");
    let without = session(&lab, ENDIVE, "excluded_payment_method_types[]=card").await.ok();
    assert_eq!(without["payment_method_types"], json!(["sepa_debit"]));
    assert_eq!(without["excluded_payment_method_types"], json!(["card"]));
    assert_eq!(without["allowed_payment_method_types"], Value::Null);
    let page = lab.send(lab.http.get(without["url"].as_str().unwrap())).await;
    assert!(page.text.contains("IBAN") && !page.text.contains("card_number"));
}

#[tokio::test]
async fn a_filtered_payment_is_paid_and_can_be_filtered_anew() {
    let lab = Lab::start().await;
    let made =
        intent(&lab, ENDIVE, "allowed_payment_method_types[]=card&confirm=true&payment_method=pm_card_visa").await;
    assert_eq!(made.ok()["status"], "succeeded");
    let made = intent(&lab, ENDIVE, "excluded_payment_method_types[]=sepa_debit").await.ok();
    assert_eq!(made["payment_method_types"], json!(["card"]));
    assert_eq!(made["automatic_payment_methods"]["enabled"], true);
    let path = format!("/v1/payment_intents/{}", made["id"].as_str().unwrap());
    let anew = post(&lab, ENDIVE, &path, "allowed_payment_method_types[]=sepa_debit").await.ok();
    assert_eq!(anew["payment_method_types"], json!(["sepa_debit"]));
    assert_eq!(
        (&anew["excluded_payment_method_types"], &anew["allowed_payment_method_types"]),
        (&Value::Null, &json!(["sepa_debit"]))
    );
}

#[tokio::test]
async fn answers_lists_and_events_have_the_members_of_their_version() {
    let lab = Lab::with(|config| config.webhook_api_version = Some(ENDIVE.to_owned())).await;
    let link = lab.link(4950, "usd", "").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    lab.pay(&page, "4242424242424242").await;
    lab.settled().await;
    let events = lab.receiver.all();
    let of = |kind: &str| events.iter().find(|event| event.kind() == kind).unwrap().json()["data"]["object"].clone();
    assert!(of("checkout.session.completed").get("allowed_payment_method_types").is_some());
    assert!(of("payment_intent.succeeded").get("payment_record").is_some());

    let path = "/v1/checkout/sessions?expand[]=data.payment_intent";
    let read = async |version: &str| {
        let call = lab.http.get(format!("{}{path}", lab.base)).bearer_auth(crate::support::KEY);
        lab.send(call.header("stripe-version", version)).await.ok()["data"][0].clone()
    };
    for (version, mode, endive) in
        [("2025-12-15.clover", "hosted", false), (DAHLIA, "hosted_page", false), (ENDIVE, "hosted_page", true)]
    {
        let session = read(version).await;
        assert_eq!(session["ui_mode"], mode, "{version}");
        assert_eq!(session.get("allowed_payment_method_types").is_some(), endive, "{version}");
        assert_eq!(session["payment_intent"].get("payment_record").is_some(), endive, "{version}");
    }
}
