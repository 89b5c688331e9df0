//! The routes against the published document, in both directions. That every answer fits it is checked by every test, when its
//! [`Lab`](crate::support::Lab) ends.

use std::collections::BTreeSet;

use mock_core::contract::{Contract, Side};
use mock_core::journal::{Direction, Filter};
use mock_stripe::routes;

use crate::support::Lab;

const TEXT: &str = include_str!("../../../fixtures/openapi/stripe.yaml");

#[test]
fn the_contract_describes_the_routes_that_there_are_and_no_others() {
    let contract = Contract::parse("stripe", TEXT).unwrap();
    contract.verify().unwrap();
    let described: BTreeSet<_> = contract
        .operations()
        .map(|operation| (operation.method().as_str(), operation.path(), operation.id()))
        .collect();
    assert_eq!(described, routes().into_iter().collect());
}

#[test]
fn the_document_is_plain_openapi_3_0() {
    let value: serde_json::Value = serde_saphyr::from_str(TEXT).unwrap();
    let document: openapiv3::OpenAPI = serde_json::from_value(value).unwrap();
    assert_eq!(document.openapi, "3.0.3");
    assert!(document.operations().all(|(_, _, operation)| operation.operation_id.is_some()));
}

/// What official clients and curl send, in each of their spellings, must not count as a fault of the service.
#[tokio::test]
async fn right_requests_in_every_spelling_break_no_contract() {
    let lab = Lab::start().await;
    let price =
        lab.post("/v1/prices", "unit_amount=1999&currency=USD&product_data%5Bname%5D=Payment+x&active=true").await.ok();
    let price = price["id"].as_str().unwrap();
    let redirect = "after_completion[type]=redirect&after_completion[redirect][url]=https%3A%2F%2Fexample.com%2Fthanks%3Fa%3Db%26c%3Dd";
    let indexed = format!(
        "line_items[0][price]={price}&line_items[0][quantity]=1&metadata[order_id]=7&metadata[time]=2025-10-13T09%3A08%3A07.1234567Z&{redirect}&expand[0]=line_items"
    );
    let link = lab.post("/v1/payment_links", &indexed).await.ok();
    let id = link["id"].as_str().unwrap();
    let unindexed = format!(
        "line_items[][price]={price}&line_items[][quantity]=2&automatic_tax[enabled]=false&payment_method_types[]=card&expand[]=line_items.data.price"
    );
    lab.post("/v1/payment_links", &unindexed).await.ok();
    for form in [
        "metadata=",
        "metadata[a]=b&metadata[order_id]=",
        "inactive_message=",
        "restrictions=",
        "payment_intent_data=",
        "payment_method_types=",
        "active=true",
    ] {
        lab.post(&format!("/v1/payment_links/{id}"), form).await.ok();
    }
    let product = lab.get("/v1/products").await.ok()["data"][0]["id"].as_str().unwrap().to_owned();
    for form in ["images=", "description=", "images[]=https://x.test/a.png", "marketing_features[0][name]=a", "url="] {
        lab.post(&format!("/v1/products/{product}"), form).await.ok();
    }
    let page =
        lab.visit(&format!("{}?prefilled_email=a%40b.test&utm_source=x&fbclid=y", link["url"].as_str().unwrap())).await;
    lab.pay(&page, "4242424242424242").await;
    let session = Lab::session_of(&page);
    for path in [
        format!("/v1/checkout/sessions?payment_link={id}&expand[0]=data.line_items&limit=3"),
        format!("/v1/checkout/sessions/{session}?expand[]=payment_intent.latest_charge&expand[]=line_items"),
        format!("/v1/checkout/sessions/{session}/line_items?limit=100"),
        "/v1/events?types[]=price.created&types[1]=product.created&created[gte]=1&delivery_success=true".to_owned(),
        "/v1/events?type=checkout.session.completed&created=1785758400".to_owned(),
        "/v1/prices?lookup_keys[0]=a&active=true&currency=usd".to_owned(),
        "/v1/products?ids[]=a&ids[]=b".to_owned(),
        "/v1/account".to_owned(),
    ] {
        // Some clients name a content type though a GET has no body.
        let call = lab.http.get(format!("{}{path}", lab.base)).basic_auth(crate::support::KEY, Some(""));
        lab.send(call.header("content-type", "application/x-www-form-urlencoded")).await.ok();
    }
    let intent =
        lab.get(&format!("/v1/checkout/sessions/{session}")).await.ok()["payment_intent"].as_str().unwrap().to_owned();
    lab.post(
        "/v1/refunds",
        &format!("payment_intent={intent}&amount=99&metadata[why]=late&reason=requested_by_customer"),
    )
    .await
    .ok();
    let session = "mode=payment&success_url=https%3A%2F%2Fx.test&line_items[0][quantity]=1&line_items[0][price_data][currency]=EUR&line_items[0][price_data][unit_amount_decimal]=500.0&line_items[0][price_data][product_data][name]=Tea&invoice_creation[enabled]=false";
    let session = lab.post("/v1/checkout/sessions", session).await.ok();
    lab.post(&format!("/v1/checkout/sessions/{}/expire", session["id"].as_str().unwrap()), "").await.ok();
    direct_payments(&lab).await;
    for entry in lab.world.journal().find(&Filter::default()) {
        assert!(
            entry.direction == Direction::Outbound || entry.violations.is_empty(),
            "{} {}: {:#?}",
            entry.request.method,
            entry.request.target,
            entry.violations
        );
    }
}

/// The calls that take payments without checkout.
async fn direct_payments(lab: &Lab) {
    let person = "email=a%40b.test&name=&address[city]=Oslo&address[line2]=&shipping[name]=A&shipping[address][city]=Oslo&preferred_locales[0]=nb";
    let customer = lab.post("/v1/customers", person).await.ok();
    let customer = format!("/v1/customers/{}", customer["id"].as_str().unwrap());
    let id = customer.rsplit('/').next().unwrap();
    for form in ["address=", "shipping=", "metadata=", "email=", "preferred_locales=", "name=Ada&metadata[a]=b"] {
        lab.post(&customer, form).await.ok();
    }
    let card = "type=card&card[number]=4242+4242+4242+4242&card[exp_month]=12&card[exp_year]=2034&card[cvc]=123&billing_details[address]=&billing_details[email]=";
    let method = lab.post("/v1/payment_methods", card).await.ok();
    let method = method["id"].as_str().unwrap();
    lab.post(&format!("/v1/payment_methods/{method}/attach"), &format!("customer={id}&expand[]=customer")).await.ok();
    lab.post(&format!("/v1/payment_methods/{method}"), "billing_details[phone]=1&card[exp_month]=1").await.ok();
    let form = format!(
        "amount=2000&currency=USD&customer={id}&payment_method_types[0]=card&capture_method=manual&shipping[name]=A&shipping[address][line1]=S&use_stripe_sdk=true"
    );
    let intent = lab.post("/v1/payment_intents", &form).await.ok();
    let intent = format!("/v1/payment_intents/{}", intent["id"].as_str().unwrap());
    for form in [
        "shipping=",
        "description=&receipt_email=",
        "setup_future_usage=on_session",
        "setup_future_usage=",
        "amount=2100&metadata[a]=b",
    ] {
        lab.post(&intent, form).await.ok();
    }
    let mandate = "mandate_data[customer_acceptance][type]=online&mandate_data[customer_acceptance][online][ip_address]=1.1.1.1&mandate_data[customer_acceptance][online][user_agent]=x";
    lab.post(&format!("{intent}/confirm"), &format!("payment_method={method}&off_session=recurring&{mandate}"))
        .await
        .ok();
    lab.post(&format!("{intent}/capture"), "amount_to_capture=2000&final_capture=true&expand[]=latest_charge")
        .await
        .ok();
    lab.get(&format!("{customer}/payment_methods?type=card&limit=2&expand[]=data.customer")).await.ok();
    lab.get(&format!("/v1/payment_methods?customer={id}&type=card")).await.ok();
    lab.post(&format!("/v1/payment_methods/{method}/detach"), "").await.ok();
    lab.delete(&customer).await.ok();
}

#[tokio::test]
async fn a_wrong_request_is_its_senders_fault_and_belongs_to_its_purchase() {
    let lab = Lab::start().await;
    let order = "8ba9c6e2-6a35-4fd0-9e55-0d5f9a4ec3a1";
    let link = lab.link(4950, "usd", &format!("metadata[order_id]={order}")).await;
    let path = format!("/v1/payment_links/{}", link["id"].as_str().unwrap());
    lab.post(&path, "nonsense=1").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    lab.pay(&page, "4242424242424242").await;
    lab.get(&format!("/v1/checkout/sessions/{}/line_items", Lab::session_of(&page))).await.ok();
    let entries = lab.world.journal().find(&Filter::about(order.parse().unwrap()));
    let targets: Vec<_> = entries.iter().map(|entry| entry.request.path().to_owned()).collect();
    let session = format!("/v1/checkout/sessions/{}/line_items", Lab::session_of(&page));
    for path in ["/v1/payment_links", path.as_str(), session.as_str()] {
        assert!(targets.iter().any(|target| target == path), "{path} is not among {targets:?}");
    }
    assert!(targets.iter().filter(|target| target.starts_with("/c/pay/")).count() == 1, "{targets:?}");
    assert!(targets.iter().filter(|target| target.ends_with("/hook")).count() >= 4, "{targets:?}");
    let wrong = entries.iter().find(|entry| entry.request.path() == path).unwrap();
    assert!(wrong.violations.iter().any(|violation| violation.side == Side::Request), "{wrong:?}");
}
