//! Our objects against Stripe's published description and samples, where those are at hand (`STRIPE_OPENAPI_DIR`).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::published::{UNDOCUMENTED, as_json_schema, folder, read};
use crate::support::Lab;

/// Every kind of object, from one loop that was paid, declined, refunded, and one that is under way.
pub(crate) async fn specimens(lab: &Lab) -> BTreeMap<String, Vec<Value>> {
    let mut objects: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let link = lab
        .link(4950, "eur", "metadata[order_id]=1&customer_creation=always&restrictions[completed_sessions][limit]=9&payment_intent_data[metadata][a]=b")
        .await;
    let monthly = lab
        .post("/v1/prices", "unit_amount=900&currency=eur&recurring[interval]=month&product_data[name]=Club")
        .await
        .ok();
    let price = monthly["id"].as_str().unwrap();
    lab.post("/v1/payment_links", &format!("line_items[0][price]={price}&line_items[0][quantity]=1")).await.ok();
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    lab.pay(&page, "4000000000009995").await;
    let declined = lab.get("/v1/payment_intents?limit=1").await.ok()["data"][0].clone();
    objects.entry("payment_intent".into()).or_default().push(declined);
    lab.pay(&page, "4000002760003184").await;
    objects
        .entry("payment_intent".into())
        .or_default()
        .push(lab.get("/v1/payment_intents").await.ok()["data"][0].clone());
    lab.submit(&page, "three_d_secure=confirm").await;
    let debit = lab.visit(link["url"].as_str().unwrap()).await;
    lab.submit(&debit, "email=a@b.test&name=Ada&method=sepa_debit&iban=AT611904300234573201").await;
    lab.visit(link["url"].as_str().unwrap()).await;
    lab.world.advance(mock_core::SignedDuration::from_secs(3)).await;
    let charges = lab.get("/v1/charges").await.ok();
    let paid = charges["data"].as_array().unwrap().iter().find(|charge| charge["paid"] == true).unwrap();
    lab.post("/v1/refunds", &format!("charge={}&amount=100", paid["id"].as_str().unwrap())).await.ok();
    lab.world.advance(mock_core::SignedDuration::from_secs(3)).await;
    lab.post(
        "/v1/checkout/sessions",
        "mode=payment&success_url=https://x.test/&cancel_url=https://x.test/c&line_items[0][quantity]=2&line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=500&line_items[0][price_data][product_data][name]=Tea",
    )
    .await
    .ok();
    direct(lab, &mut objects).await;
    for method in [
        "createDispute",
        "createDisputeInquiry",
        "createDisputeProductNotReceived",
        "createIssuerFraudRecord",
        "pendingRefund",
        "refundFail",
    ] {
        let form =
            format!("amount=900&currency=usd&confirm=true&payment_method=pm_card_{method}&payment_method_types[]=card");
        let intent = lab.post("/v1/payment_intents", &form).await.ok();
        if method.contains("efund") {
            lab.post("/v1/refunds", &format!("payment_intent={}", intent["id"].as_str().unwrap())).await.ok();
        }
    }
    let disputes = lab.get("/v1/disputes").await.ok();
    let won = format!("/v1/disputes/{}", disputes["data"][2]["id"].as_str().unwrap());
    lab.post(&won, "evidence[uncategorized_text]=winning_evidence").await.ok();
    lab.world.advance(mock_core::SignedDuration::from_mins(4)).await;
    let balance = lab.get("/v1/balance").await.ok();
    objects.entry("balance".into()).or_default().push(balance);
    let endpoint = lab.post("/v1/webhook_endpoints", "url=http://127.0.0.1:9/&enabled_events[]=*").await.ok();
    objects.entry("webhook_endpoint".into()).or_default().push(endpoint);
    objects.entry("account".into()).or_default().push(lab.get("/v1/account").await.ok());
    let lists = [
        "products",
        "prices",
        "payment_links",
        "checkout/sessions",
        "payment_intents",
        "charges",
        "refunds",
        "disputes",
        "radar/early_fraud_warnings",
        "customers",
        "balance_transactions",
        "events",
        "webhook_endpoints",
    ];
    for list in lists {
        for object in lab.get(&format!("/v1/{list}?limit=100")).await.ok()["data"].as_array().unwrap() {
            let kind = object["object"].as_str().unwrap().to_owned();
            if let Some(method) = object["payment_method"].as_str() {
                let method = lab.get(&format!("/v1/payment_methods/{method}")).await.ok();
                objects.entry("payment_method".into()).or_default().push(method);
            }
            if kind == "event" {
                let inner = object["data"]["object"].clone();
                objects.entry(inner["object"].as_str().unwrap().to_owned()).or_default().push(inner);
            }
            objects.entry(kind).or_default().push(object.clone());
        }
    }
    let link = link["id"].as_str().unwrap();
    let items = lab.get(&format!("/v1/payment_links/{link}/line_items")).await.ok();
    objects.entry("item".into()).or_default().push(items["data"][0].clone());
    objects
}

/// Payments without checkout in every state that shows in their members, and the customer behind them.
async fn direct(lab: &Lab, objects: &mut BTreeMap<String, Vec<Value>>) {
    let people = "email=a@b.test&name=Ada&phone=1&description=x&address[city]=Oslo&shipping[name]=A&shipping[address][city]=Oslo&preferred_locales[]=nb&metadata[a]=b&payment_method=pm_card_visa";
    let customer = lab.post("/v1/customers", people).await.ok();
    let customer = customer["id"].as_str().unwrap();
    let debit = "type=sepa_debit&sepa_debit[iban]=AT611904300234573201&billing_details[name]=Ada&billing_details[email]=a@b.test";
    let debit = lab.post("/v1/payment_methods", debit).await.ok();
    lab.post(&format!("/v1/payment_methods/{}/attach", debit["id"].as_str().unwrap()), &format!("customer={customer}"))
        .await
        .ok();
    let base = format!("amount=2000&currency=usd&customer={customer}&shipping[name]=A&shipping[address][line1]=Street");
    for more in [
        "",
        "automatic_payment_methods[enabled]=true&automatic_payment_methods[allow_redirects]=never&payment_method=pm_card_visa",
        "payment_method_types[]=card&confirm=true&payment_method=pm_card_visa&capture_method=manual",
        "payment_method_types[]=card&confirm=true&payment_method=pm_card_authenticationRequired",
        "payment_method_types[]=card&confirm=true&payment_method=pm_card_authenticationRequired&return_url=https://x.test/",
        "payment_method_types[]=card&confirm=true&payment_method=pm_card_visa&setup_future_usage=off_session&confirmation_method=manual",
    ] {
        let intent = lab.post("/v1/payment_intents", &format!("{base}&{more}")).await.ok();
        objects.entry("payment_intent".into()).or_default().push(intent.clone());
        if intent["status"] == "requires_capture" {
            let path = format!("/v1/payment_intents/{}/capture", intent["id"].as_str().unwrap());
            lab.post(&path, "amount_to_capture=1500").await.ok();
        }
    }
    let away = format!("{base}&payment_method_types[]=card&confirm=true&payment_method=pm_card_authenticationRequired");
    for more in ["off_session=true", "error_on_requires_action=true"] {
        let refused = lab.post("/v1/payment_intents", &format!("{away}&{more}")).await.json();
        objects.entry("payment_intent".into()).or_default().push(refused["error"]["payment_intent"].clone());
    }
    for method in lab.get(&format!("/v1/customers/{customer}/payment_methods")).await.ok()["data"].as_array().unwrap() {
        objects.entry("payment_method".into()).or_default().push(method.clone());
    }
}

#[tokio::test]
async fn every_object_fits_the_published_description() {
    let Some(dir) = folder() else { return };
    let mut spec = read(&dir, "spec3.json");
    let lab = Lab::start().await;
    let objects = specimens(&lab).await;
    let mut definitions = spec["components"]["schemas"].take();
    as_json_schema(&mut definitions);
    let mut wrong = BTreeSet::new();
    let kinds: serde_json::Map<String, Value> =
        objects.keys().map(|kind| (kind.clone(), json!({ "$ref": format!("#/$defs/{kind}") }))).collect();
    let validator = jsonschema::validator_for(&json!({ "properties": kinds, "$defs": definitions })).unwrap();
    for (kind, objects) in &objects {
        assert!(!objects.is_empty());
        for object in objects {
            for error in validator.iter_errors(&json!({ kind: object })) {
                wrong.insert(format!("{}: {:.300}", error.instance_path(), error.to_string()));
            }
            let known = &definitions[kind]["properties"];
            for member in object.as_object().unwrap().keys() {
                let listed = UNDOCUMENTED.contains(&(kind, member)) || (kind == "plan");
                if known.get(member).is_none() && !listed {
                    wrong.insert(format!("{kind}: the member {member} is not in the description"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(objects.len() >= 14, "only {:?}", objects.keys());
}
