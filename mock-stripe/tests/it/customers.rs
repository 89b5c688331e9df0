//! Customers, and the payment methods that they keep.

use serde_json::{Value, json};

use crate::support::Lab;

fn id(object: &Value) -> &str {
    object["id"].as_str().unwrap()
}

fn ids(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(id).collect()
}

async fn kinds(lab: &Lab) -> Vec<String> {
    let told = lab.get("/v1/events?limit=100").await.ok();
    let kinds = told["data"].as_array().unwrap().iter().rev();
    kinds.map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_customer_is_made_changed_found_and_deleted() {
    let lab = Lab::start().await;
    let form = "email=ada@x.test&name=Ada&phone=123&description=VIP&metadata[a]=1&address[city]=Oslo&address[country]=NO\
                &shipping[name]=Ada&shipping[address][city]=Bergen&preferred_locales[]=nb&preferred_locales[]=en";
    let ada = lab.post("/v1/customers", form).await.ok();
    assert_eq!((&ada["address"]["city"], &ada["address"]["line1"]), (&json!("Oslo"), &json!(null)));
    assert_eq!(ada["shipping"]["address"]["city"], "Bergen");
    assert_eq!(ada["preferred_locales"], json!(["nb", "en"]));
    let bob = lab.post("/v1/customers", "email=bob@x.test").await.ok();
    let found = lab.get("/v1/customers?email=ada@x.test").await.ok();
    assert_eq!(ids(&found), [id(&ada)]);
    assert_eq!(ids(&lab.get("/v1/customers").await.ok()), [id(&bob), id(&ada)]);

    let path = format!("/v1/customers/{}", id(&ada));
    let changed = lab.post(&path, "email=new@x.test&name=&metadata[b]=2&address=&tax_exempt=exempt").await.ok();
    assert_eq!(
        (&changed["email"], &changed["name"], &changed["address"]),
        (&json!("new@x.test"), &json!(null), &json!(null))
    );
    assert_eq!((&changed["metadata"], &changed["description"]), (&json!({"a": "1", "b": "2"}), &json!("VIP")));
    assert_eq!(ids(&lab.get("/v1/customers?email=ada@x.test").await.ok()), [""; 0]);
    assert_eq!(ids(&lab.get("/v1/customers?email=new@x.test").await.ok()), [id(&ada)]);
    let told = lab.get("/v1/events?type=customer.updated").await.ok();
    let previous = told["data"][0]["data"]["previous_attributes"].as_object().unwrap().clone();
    assert_eq!(previous.keys().collect::<Vec<_>>(), ["address", "email", "metadata", "name", "tax_exempt"]);

    let gone = lab.delete(&path).await.ok();
    assert_eq!(gone, json!({"id": id(&ada), "object": "customer", "deleted": true}));
    assert_eq!(lab.get(&path).await.ok(), gone);
    for answer in
        [lab.post(&path, "name=x").await, lab.delete(&path).await, lab.get(&format!("{path}/payment_methods")).await]
    {
        assert_eq!((answer.status, &answer.json()["error"]["code"]), (404, &json!("resource_missing")));
    }
    assert_eq!(ids(&lab.get("/v1/customers").await.ok()), [id(&bob)]);
    let paying = format!("amount=900&currency=usd&customer={}", id(&ada));
    assert_eq!(lab.post("/v1/payment_intents", &paying).await.json()["error"]["param"], "customer");
    assert_eq!(kinds(&lab).await, ["customer.created", "customer.created", "customer.updated", "customer.deleted"]);
    assert_eq!(lab.post("/v1/customers", "email=nobody").await.json()["error"]["code"], "email_invalid");
}

#[tokio::test]
async fn a_method_is_kept_changed_and_given_back() {
    let lab = Lab::start().await;
    let ada = lab.post("/v1/customers", "name=Ada").await.ok();
    let bob = lab.post("/v1/customers", "name=Bob").await.ok();
    let number = "type=card&card[number]=4000056655665556&card[exp_month]=3&card[exp_year]=2031&card[cvc]=123&allow_redisplay=always";
    let method = lab.post("/v1/payment_methods", number).await.ok();
    assert_eq!((&method["card"]["funding"], &method["customer"]), (&json!("debit"), &json!(null)));
    let path = format!("/v1/payment_methods/{}", id(&method));
    let early = lab.post(&path, "metadata[a]=b").await;
    assert!(early.text.contains("save this PaymentMethod to a customer"), "{}", early.text);

    let to = |customer: &Value| format!("customer={}", id(customer));
    let kept = lab.post(&format!("{path}/attach"), &to(&ada)).await.ok();
    assert_eq!(kept["customer"], ada["id"]);
    assert_eq!(lab.post(&format!("{path}/attach"), &to(&ada)).await.ok(), kept, "once more changes nothing");
    let other = lab.post(&format!("{path}/attach"), &to(&bob)).await;
    assert!(other.text.contains("already been attached"), "{}", other.text);
    let second = lab.post("/v1/payment_methods/pm_card_amex/attach", &to(&ada)).await.ok();

    let list = format!("/v1/customers/{}/payment_methods", id(&ada));
    assert_eq!(ids(&lab.get(&list).await.ok()), [id(&second), id(&method)]);
    assert_eq!(ids(&lab.get(&format!("{list}?allow_redisplay=always")).await.ok()), [id(&method)]);
    assert_eq!(ids(&lab.get(&format!("{list}?type=sepa_debit")).await.ok()), [""; 0]);
    assert_eq!(ids(&lab.get(&format!("{list}?limit=1&starting_after={}", id(&second))).await.ok()), [id(&method)]);
    assert_eq!(ids(&lab.get(&format!("/v1/payment_methods?customer={}", id(&ada))).await.ok()).len(), 2);
    assert_eq!(ids(&lab.get(&format!("/v1/payment_methods?customer={}", id(&bob))).await.ok()).len(), 0);
    let expanded = lab.get(&format!("{path}?expand[]=customer")).await.ok();
    assert_eq!(expanded["customer"]["name"], "Ada");

    let form = "card[exp_month]=4&card[exp_year]=2033&billing_details[email]=a@b.test&billing_details[address][city]=Oslo&metadata[a]=b";
    let changed = lab.post(&path, form).await.ok();
    assert_eq!((&changed["card"]["exp_month"], &changed["card"]["exp_year"]), (&json!(4), &json!(2033)));
    assert_eq!(changed["billing_details"]["address"]["city"], "Oslo");
    let default = format!("invoice_settings[default_payment_method]={}", id(&method));
    assert_eq!(lab.post(&format!("/v1/customers/{}", id(&bob)), &default).await.status, 400, "it is not Bob's");
    let ada_path = format!("/v1/customers/{}", id(&ada));
    let with = lab.post(&ada_path, &default).await.ok();
    assert_eq!(with["invoice_settings"]["default_payment_method"], method["id"]);
    let whole = lab.get(&format!("{ada_path}?expand[]=invoice_settings.default_payment_method")).await.ok();
    assert_eq!(whole["invoice_settings"]["default_payment_method"], changed);
    assert_eq!(lab.get(&format!("{list}/{}", id(&method))).await.ok(), changed);
    let bobs = lab.get(&format!("/v1/customers/{}/payment_methods/{}", id(&bob), id(&method))).await;
    assert_eq!((bobs.status, &bobs.json()["error"]["param"]), (404, &json!("payment_method")));

    let given_back = lab.post(&format!("{path}/detach"), "").await.ok();
    assert_eq!(given_back["customer"], json!(null));
    assert_eq!(lab.get(&ada_path).await.ok()["invoice_settings"]["default_payment_method"], json!(null));
    assert!(lab.post(&format!("{path}/detach"), "").await.text.contains("detachment is impossible"));
    let again = lab.post(&format!("{path}/attach"), &to(&ada)).await;
    assert!(again.text.contains("may not be used again"), "{}", again.text);
    let told = lab.get("/v1/events?type=payment_method.detached").await.ok();
    assert_eq!(told["data"][0]["data"]["previous_attributes"], json!({"customer": id(&ada)}));
    assert_eq!(
        kinds(&lab).await[2..],
        [
            "payment_method.attached",
            "payment_method.attached",
            "payment_method.updated",
            "customer.updated",
            "payment_method.detached"
        ]
    );
}

#[tokio::test]
async fn a_kept_method_pays_again_and_a_loose_one_once() {
    let lab = Lab::start().await;
    let ada = lab.post("/v1/customers", "name=Ada&payment_method=pm_card_visa").await.ok();
    let list = lab.get(&format!("/v1/customers/{}/payment_methods", id(&ada))).await.ok();
    let pay = |method: &str, more: &str| {
        format!("amount=900&currency=usd&payment_method_types[]=card&confirm=true&payment_method={method}&{more}")
    };
    let customer = format!("customer={}", id(&ada));
    for _ in 0..2 {
        let paid = lab.post("/v1/payment_intents", &pay(ids(&list)[0], &customer)).await.ok();
        assert_eq!((&paid["status"], &paid["customer"]), (&json!("succeeded"), &ada["id"]));
    }
    let charges = lab.get(&format!("/v1/charges?customer={}", id(&ada))).await.ok();
    assert_eq!(ids(&charges).len(), 2);
    assert_eq!(ids(&lab.get(&format!("/v1/payment_intents?customer={}", id(&ada))).await.ok()).len(), 2);
    let bob = lab.post("/v1/customers", "name=Bob").await.ok();
    let wrong = lab.post("/v1/payment_intents", &pay(ids(&list)[0], &format!("customer={}", id(&bob)))).await;
    assert_eq!((wrong.status, &wrong.json()["error"]["param"]), (400, &json!("payment_method")));

    let loose = lab.post("/v1/payment_methods", "type=card&card[token]=tok_visa").await.ok();
    assert_eq!(lab.post("/v1/payment_intents", &pay(id(&loose), "")).await.ok()["status"], "succeeded");
    let again = lab.post("/v1/payment_intents", &pay(id(&loose), "")).await;
    assert!(again.status == 400 && again.text.contains("may not be used again"), "{}", again.text);

    // Whom a customer leaves, their methods leave too.
    lab.delete(&format!("/v1/customers/{}", id(&ada))).await.ok();
    assert_eq!(lab.get(&format!("/v1/payment_methods/{}", ids(&list)[0])).await.ok()["customer"], json!(null));
}

#[tokio::test]
async fn a_card_that_its_bank_declines_is_not_kept() {
    let lab = Lab::start().await;
    let ada = lab.post("/v1/customers", "name=Ada").await.ok();
    let to = format!("customer={}", id(&ada));
    let refused = lab.post("/v1/payment_methods/pm_card_chargeDeclined/attach", &to).await;
    let error = &refused.json()["error"];
    assert_eq!((refused.status, &error["code"], &error["type"]), (402, &json!("card_declined"), &json!("card_error")));
    assert_eq!(error["decline_code"], "generic_decline");
    let none = lab.post("/v1/customers", "payment_method=pm_card_chargeDeclined").await;
    assert_eq!(none.status, 402);
    assert_eq!(ids(&lab.get("/v1/customers").await.ok()), [id(&ada)], "the customer was not made either");
    // The card that is kept, and declined when it is charged.
    let kept = lab.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", &to).await.ok();
    let form =
        format!("amount=900&currency=usd&payment_method_types[]=card&confirm=true&payment_method={}&{to}", id(&kept));
    assert_eq!(lab.post("/v1/payment_intents", &form).await.status, 402);
}

#[tokio::test]
async fn a_kept_method_pays_a_checkout_of_its_customer_only() {
    let lab = Lab::start().await;
    let ada = lab.post("/v1/customers", "name=Ada&email=ada@x.test&payment_method=pm_card_visa").await.ok();
    let list = lab.get(&format!("/v1/customers/{}/payment_methods", id(&ada))).await.ok();
    let session = |more: &str| {
        format!(
            "mode=payment&success_url=https://x.test/&line_items[0][quantity]=1&line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=500&line_items[0][price_data][product_data][name]=Tea&{more}"
        )
    };
    let hers = lab.post("/v1/checkout/sessions", &session(&format!("customer={}", id(&ada)))).await.ok();
    let nobodys = lab.post("/v1/checkout/sessions", &session("")).await.ok();
    let confirm = format!("payment_method={}&expected_amount=500", ids(&list)[0]);
    let wrong = lab.post(&format!("/v1/payment_pages/{}/confirm", id(&nobodys)), &confirm).await;
    assert_eq!((wrong.status, &wrong.json()["error"]["param"]), (400, &json!("payment_method")));
    for payment_status in ["paid", ""] {
        let answer = lab.post(&format!("/v1/payment_pages/{}/confirm", id(&hers)), &confirm).await;
        match payment_status {
            "" => assert_eq!(answer.json()["error"]["code"], "checkout_session_not_open"),
            paid => assert_eq!(answer.ok()["payment_status"], paid),
        }
    }
    assert_eq!(lab.get(&format!("/v1/payment_methods/{}", ids(&list)[0])).await.ok()["customer"], ada["id"]);
}
