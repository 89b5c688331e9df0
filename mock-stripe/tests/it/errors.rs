//! Refusals: the table of errors, key checks, headers, and routes that are not there.

use crate::support::{KEY, Lab};

/// Posts a form and compares status, code, param and the beginning of the message.
#[track_caller]
fn same(answer: &crate::support::Answer, expect: (u16, &str, &str, &str)) {
    let body = answer.json();
    let text = |name: &str| body["error"][name].as_str().unwrap_or_default().to_owned();
    let (status, code, param, message) = expect;
    assert_eq!(
        (answer.status, text("code").as_str(), text("param").as_str()),
        (status, code, param),
        "{}",
        answer.text
    );
    assert!(text("message").starts_with(message), "{}", answer.text);
}

#[tokio::test]
async fn prices_and_products_are_refused_as_documented() {
    let lab = Lab::start().await;
    for (form, expect) in [
        (
            "currency=usd&product_data[name]=x",
            (400, "parameter_missing", "unit_amount", "Missing required param: unit_amount."),
        ),
        ("unit_amount=1", (400, "parameter_missing", "currency", "Missing required param: currency.")),
        ("unit_amount=1&currency=usd&foo=1", (400, "parameter_unknown", "foo", "Received unknown parameter: foo")),
        (
            "unit_amount=1&currency=usd&foo=1&bar[a]=2",
            (400, "parameter_unknown", "foo", "Received unknown parameters: foo, bar"),
        ),
        ("unit_amount=abc&currency=usd", (400, "parameter_invalid_integer", "unit_amount", "Invalid integer: abc")),
        (
            "unit_amount=-1&currency=usd",
            (400, "parameter_invalid_integer", "unit_amount", "This value must be greater than or equal to 0"),
        ),
        ("unit_amount=1.5&currency=usd", (400, "parameter_invalid_integer", "unit_amount", "Invalid integer: 1.5")),
        (
            "unit_amount=1&currency=xxx&product_data[name]=x",
            (400, "", "currency", "Invalid currency: xxx. Stripe currently supports these currencies: usd, aed, afn"),
        ),
        ("unit_amount=1&currency=usd", (400, "parameter_missing", "product", "Missing required param: product.")),
        (
            "unit_amount=1&currency=usd&product_data[id]=x",
            (400, "parameter_missing", "product_data[name]", "Missing required param: product_data[name]."),
        ),
        (
            "unit_amount=1&currency=usd&product_data[name]=",
            (400, "parameter_invalid_empty", "product_data[name]", "You passed an empty string"),
        ),
        (
            "unit_amount=1&currency=usd&product=prod_x",
            (400, "resource_missing", "product", "No such product: 'prod_x'"),
        ),
        (
            "unit_amount=1&currency=usd&product=prod_x&product_data[name]=y",
            (400, "parameters_exclusive", "product", "You may only specify one"),
        ),
        (
            "unit_amount=1&unit_amount_decimal=2&currency=usd&product_data[name]=y",
            (400, "parameters_exclusive", "unit_amount", "You may only specify one"),
        ),
        (
            "unit_amount=100000000&currency=usd&product_data[name]=y",
            (400, "amount_too_large", "unit_amount", "Amount must be no more than $999,999.99 usd"),
        ),
        (
            "unit_amount=1235&currency=kwd&product_data[name]=y",
            (400, "parameter_invalid_integer", "unit_amount", "Invalid amount"),
        ),
        (
            "unit_amount=1&currency=usd&tiers[0][up_to]=3",
            (400, "", "tiers", "This fake of Stripe does not support the parameter tiers"),
        ),
        ("currency=usd&currency[a]=b", (400, "", "currency", "Invalid request")),
    ] {
        same(&lab.post("/v1/prices", form).await, expect);
    }
    assert!(
        lab.get("/v1/products").await.ok()["data"].as_array().unwrap().is_empty(),
        "a refused price leaves nothing behind"
    );
    let calls: mock_stripe::control::dto::UnsupportedCalls = lab.control.get("/v1/stripe/unsupported").await.unwrap();
    assert_eq!(calls.calls[0].what, "the parameter tiers");
}

#[tokio::test]
async fn links_are_refused_as_documented() {
    let lab = Lab::start().await;
    let price = |form: &'static str| {
        let lab = &lab;
        async move { lab.post("/v1/prices", form).await.ok()["id"].as_str().unwrap().to_owned() }
    };
    let cheap = price("unit_amount=49&currency=usd&product_data[name]=x").await;
    let forint = price("unit_amount=100&currency=huf&product_data[name]=x").await;
    let euro = price("unit_amount=500&currency=eur&product_data[name]=x").await;
    let old = price("unit_amount=500&currency=eur&product_data[name]=x&active=false").await;
    let one = |price: &str| format!("line_items[0][price]={price}&line_items[0][quantity]=1");
    let minimum = "The Checkout Session's total amount due must add up to at least ";
    for (form, expect) in [
        (String::new(), (400, "parameter_missing", "line_items", "Missing required param: line_items.")),
        (
            "line_items[0][quantity]=1".into(),
            (400, "parameter_missing", "line_items[0][price]", "Missing required param: line_items[0][price]."),
        ),
        (
            format!("line_items[0][price]={euro}"),
            (400, "parameter_missing", "line_items[0][quantity]", "Missing required param"),
        ),
        (one("price_x"), (400, "resource_missing", "line_items[0][price]", "No such price: 'price_x'")),
        (
            one(&old),
            (
                400,
                "",
                "line_items[0][price]",
                "The price specified is inactive. This field only accepts active prices.",
            ),
        ),
        (one(&cheap), (400, "amount_too_small", "", &format!("{minimum}$0.50 usd"))),
        (one(&forint), (400, "amount_too_small", "", &format!("{minimum}175.00 Ft huf"))),
        (
            format!("{}&line_items[1][price]={cheap}&line_items[1][quantity]=9", one(&euro)),
            (400, "", "line_items[1][price]", "The price specified only supports `usd`"),
        ),
        (
            format!("{}&after_completion[type]=redirect", one(&euro)),
            (400, "parameter_missing", "after_completion[redirect][url]", "Missing required param"),
        ),
        (
            format!("{}&after_completion[type]=redirect&after_completion[redirect][url]=nowhere", one(&euro)),
            (400, "url_invalid", "after_completion[redirect][url]", "Not a valid URL"),
        ),
        (
            format!("{}&after_completion[type]=elsewhere", one(&euro)),
            (
                400,
                "",
                "after_completion[type]",
                "Invalid after_completion[type]: must be one of hosted_confirmation or redirect",
            ),
        ),
        (
            format!("{}&metadata[{}]=1", one(&euro), "k".repeat(41)),
            (
                400,
                "",
                "metadata",
                "Metadata keys can have up to 40 characters, but you passed in a key that is 41 characters. Invalid key: kkk",
            ),
        ),
        (
            format!("{}&metadata[k]={}", one(&euro), "v".repeat(501)),
            (
                400,
                "",
                "metadata[k]",
                "Metadata values can have up to 500 characters, but you passed in a value that is 501 characters. Invalid value: vvv",
            ),
        ),
        (
            format!("{}&automatic_tax[enabled]=true", one(&euro)),
            (400, "", "automatic_tax[enabled]", "This fake of Stripe does not support"),
        ),
        (
            format!("{}&expand[]=metadata", one(&euro)),
            (400, "", "expand", "This property cannot be expanded (metadata)."),
        ),
        (
            format!("{}&expand[]=line_items.data.price.product.x", one(&euro)),
            (400, "property_expansion_max_depth", "expand", "You cannot expand more than 4 levels"),
        ),
    ] {
        same(&lab.post("/v1/payment_links", &form).await, expect);
    }
    // A product that was archived cannot be sold, though its price is still active.
    let product = lab.get(&format!("/v1/prices/{euro}")).await.ok()["product"].as_str().unwrap().to_owned();
    lab.post(&format!("/v1/products/{product}"), "active=false").await.ok();
    same(
        &lab.post("/v1/payment_links", &one(&euro)).await,
        (400, "", "line_items[0][price]", "The price specified is inactive."),
    );
    same(
        &lab.delete(&format!("/v1/products/{product}")).await,
        (400, "", "", "This product cannot be deleted because it has one or more user-created prices."),
    );
}

#[tokio::test]
async fn ids_that_nothing_has_are_404() {
    let lab = Lab::start().await;
    for (path, param, message) in [
        ("/v1/products/prod_x", "id", "No such product: 'prod_x'"),
        ("/v1/prices/price_x", "price", "No such price: 'price_x'"),
        ("/v1/payment_links/plink_x", "payment_link", "No such payment_link: 'plink_x'"),
        ("/v1/payment_links/plink_x/line_items", "payment_link", "No such payment_link: 'plink_x'"),
        ("/v1/checkout/sessions/cs_test_x", "", "No such checkout.session: cs_test_x"),
        ("/v1/payment_intents/pi_x", "intent", "No such payment_intent: 'pi_x'"),
        ("/v1/charges/ch_x", "id", "No such charge: 'ch_x'"),
        ("/v1/refunds/re_x", "refund", "No such refund: 're_x'"),
        ("/v1/customers/cus_x", "id", "No such customer: 'cus_x'"),
        ("/v1/events/evt_x", "id", "No such event: 'evt_x'"),
        ("/v1/prices/%2e%2e%00%ff", "price", "No such price: '..\0\u{fffd}'"),
    ] {
        same(&lab.get(path).await, (404, "resource_missing", param, message));
    }
}

#[tokio::test]
async fn routes_that_are_not_there_say_so_and_are_noted() {
    let lab = Lab::start().await;
    let price = lab.post("/v1/prices", "unit_amount=100&currency=usd&product_data[name]=x").await.ok();
    let price = format!("/v1/prices/{}", price["id"].as_str().unwrap());
    for answer in [
        lab.post("/v1/subscriptions", "a=b").await,
        lab.get("/v1/prices/").await,
        lab.delete(&price).await,
        lab.post("/v1/setup_intents", "confirm=true").await,
        lab.get("/v2/core/events").await,
    ] {
        same(&answer, (404, "", "", "Unrecognized request URL ("));
    }
    let plain = lab.get("/v1/nothing").await.json()["error"]["message"].as_str().unwrap().to_owned();
    assert_eq!(
        plain,
        "Unrecognized request URL (GET: /v1/nothing). Please see https://stripe.com/docs or we can help at https://support.stripe.com/."
    );
    for path in ["/v1/prices/", "/v1//prices"] {
        let answer = lab.post(path, "").await;
        assert!(
            answer.text.contains("remove the trailing slash. If you are trying to retrieve"),
            "{path}: {}",
            answer.text
        );
    }
    let calls: mock_stripe::control::dto::UnsupportedCalls = lab.control.get("/v1/stripe/unsupported").await.unwrap();
    let calls: Vec<_> = calls.calls.iter().map(|call| call.call.as_str()).collect();
    assert_eq!(
        calls,
        [
            "POST /v1/subscriptions",
            "GET /v1/prices/",
            &format!("DELETE {price}"),
            "POST /v1/setup_intents",
            "GET /v2/core/events",
            "GET /v1/nothing",
            "POST /v1/prices/",
            "POST /v1//prices"
        ]
    );
    let marked = lab.world.journal().find(&mock_core::journal::Filter::default());
    assert!(marked.iter().any(|entry| entry.unsupported == ["POST /v1/subscriptions"]));
}

#[tokio::test]
async fn keys_are_checked() {
    let lab = Lab::start().await;
    let url = format!("{}/v1/account", lab.base);
    let plain = lab.send(lab.http.get(&url)).await;
    same(&plain, (401, "", "", "You did not provide an API key."));
    assert_eq!(plain.header("www-authenticate"), "Bearer realm=\"Stripe\"");
    let wrong = lab.send(lab.http.get(&url).bearer_auth("sk_test_abcdefghijklmnop")).await;
    same(&wrong, (401, "", "", "Invalid API Key provided: sk_test_************mnop"));
    assert!(wrong.json()["error"].get("request_log_url").is_none());
    let public = lab.send(lab.http.get(&url).bearer_auth("pk_test_abcdefgh")).await;
    same(&public, (401, "secret_key_required", "", "This API call cannot be made with a publishable API key."));
    let odd = lab.send(lab.http.get(&url).header("authorization", "Digest x")).await;
    same(&odd, (401, "", "", "You did not provide an API key."));
    let basic = lab.send(lab.http.get(&url).basic_auth(KEY, Some(""))).await;
    assert_eq!(basic.ok()["object"], "account");
}

#[tokio::test]
async fn answers_bear_the_documented_headers() {
    let lab = Lab::start().await;
    let answer = lab
        .send(
            lab.posting("/v1/products", "name=x")
                .header("idempotency-key", "k1")
                .header("stripe-version", "2025-12-15.clover"),
        )
        .await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("stripe-version"), "2025-12-15.clover");
    assert_eq!(answer.header("idempotency-key"), "k1");
    assert_eq!(answer.header("original-request"), answer.header("request-id"));
    assert!(answer.header("request-id").starts_with("req_"));
    assert!(answer.text.starts_with("{\n  \"id\": \"prod_") && answer.text.contains("\n  \"object\": \"product\",\n"));
    let error = lab.post("/v1/products", "").await;
    let log = error.json()["error"]["request_log_url"].as_str().unwrap().to_owned();
    assert!(log.contains(error.header("request-id")) && log.contains("/test/"), "{log}");
    assert_eq!(error.header("stripe-version"), "2026-07-29.dahlia");
    let odd = lab.send(lab.posting("/v1/products", "name=x").header("stripe-version", "yesterday")).await;
    same(&odd, (400, "", "", "Invalid Stripe API version: yesterday"));
    let json = lab
        .http
        .post(format!("{}/v1/products", lab.base))
        .bearer_auth(KEY)
        .header("content-type", "application/json")
        .body("{\"name\":\"x\"}");
    same(
        &lab.send(json).await,
        (400, "", "", "Invalid request (check that your POST content type is application/x-www-form-urlencoded)."),
    );
    let text = lab.posting("/v1/products", "name=x").header("content-type", "text/plain; charset=utf-8");
    let text = lab.send(text).await;
    assert_eq!(text.status, 200, "the first of two content types counts: {}", text.text);
    let text = lab
        .http
        .post(format!("{}/v1/products", lab.base))
        .bearer_auth(KEY)
        .header("content-type", "text/plain")
        .body("name=x");
    same(&lab.send(text).await, (400, "", "", "Invalid request: unsupported Content-Type text/plain."));
}

#[tokio::test]
async fn only_this_account_can_be_spoken_for() {
    let lab = Lab::with(|config| config.account = "acct_1LabAccount00000".into()).await;
    let call = |name: &'static str, account: &'static str| {
        lab.send(lab.http.get(format!("{}/v1/prices", lab.base)).bearer_auth(KEY).header(name, account))
    };
    let own = call("stripe-account", "acct_1LabAccount00000").await;
    assert_eq!((own.status, own.header("stripe-account")), (200, "acct_1LabAccount00000"));
    assert_eq!(call("stripe-context", "acct_1LabAccount00000").await.status, 200);
    for name in ["stripe-account", "stripe-context"] {
        let other = call(name, "acct_1Other").await;
        let message = "The provided key 'sk_test_**********************0000' does not have access to account 'acct_1Other' (or that account does not exist).";
        same(&other, (403, "account_invalid", "", message));
    }
    let calls: mock_stripe::control::dto::UnsupportedCalls = lab.control.get("/v1/stripe/unsupported").await.unwrap();
    assert_eq!(calls.calls[0].what, "connected accounts");
}

#[tokio::test]
async fn words_that_are_not_taken_are_told_from_words_that_nobody_knows() {
    let lab = Lab::start().await;
    let price = lab.post("/v1/prices", "unit_amount=900&currency=usd&product_data[name]=x").await.ok();
    let line = format!("line_items[0][price]={}&line_items[0][quantity]=1", price["id"].as_str().unwrap());
    let session = format!("mode=payment&success_url=https://x.test&{line}");
    let endpoint = "url=http://127.0.0.1:9/x";
    for (path, form, expect) in [
        (
            "/v1/payment_links",
            format!("{line}&payment_method_types[]=cash"),
            (
                400,
                "",
                "payment_method_types[0]",
                "Invalid payment_method_types[0]: must be one of acss_debit, affirm, ",
            ),
        ),
        (
            "/v1/payment_links",
            format!("{line}&payment_method_types[]=card&payment_method_types[]=ideal"),
            (
                400,
                "",
                "payment_method_types[1]",
                "This fake of Stripe does not support the payment_method_types[1] \"ideal\".",
            ),
        ),
        (
            "/v1/checkout/sessions",
            format!("{session}&ui_mode=embedded_page"),
            (400, "", "ui_mode", "This fake of Stripe does not support the ui_mode \"embedded_page\"."),
        ),
        (
            "/v1/checkout/sessions",
            format!("{session}&ui_mode=popup"),
            (400, "", "ui_mode", "Invalid ui_mode: must be one of elements, embedded_page, form, hosted_page, "),
        ),
        (
            "/v1/payment_methods",
            "type=cash".into(),
            (400, "", "type", "Invalid type: must be one of acss_debit, affirm, "),
        ),
        (
            "/v1/payment_methods",
            "type=ideal".into(),
            (400, "", "type", "This fake of Stripe does not support the type \"ideal\"."),
        ),
        (
            "/v1/payment_intents",
            "amount=900&currency=usd&payment_method_types[]=cash".into(),
            (
                400,
                "payment_intent_invalid_parameter",
                "payment_method_types",
                "The payment method type \"cash\" is invalid.",
            ),
        ),
        (
            "/v1/webhook_endpoints",
            format!("{endpoint}&enabled_events[]=charge.succeeded&enabled_events[]=charge.paid"),
            (
                400,
                "",
                "enabled_events[1]",
                "Invalid enabled_events[1]: must be one of *, account.application.authorized, ",
            ),
        ),
    ] {
        same(&lab.post(path, &form).await, expect);
    }
    let kept = lab.post("/v1/webhook_endpoints", &format!("{endpoint}&enabled_events[]=invoice.paid")).await.ok();
    assert_eq!(kept["enabled_events"], serde_json::json!(["invoice.paid"]), "any type of the service may be asked for");
}

#[tokio::test]
async fn intents_say_in_which_status_they_could() {
    let lab = Lab::start().await;
    let form = "amount=1000&currency=usd&payment_method_types[]=card";
    let waits = lab.post("/v1/payment_intents", form).await.ok();
    let intent = format!("/v1/payment_intents/{}", waits["id"].as_str().unwrap());
    let unexpected = |message: &'static str| (400, "payment_intent_unexpected_state", "", message);
    same(
        &lab.post(&format!("{intent}/capture"), "").await,
        unexpected(
            "This PaymentIntent could not be captured because it has a status of requires_payment_method. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.",
        ),
    );
    lab.post(&format!("{intent}/confirm"), "payment_method=pm_card_visa").await.ok();
    same(
        &lab.post(&format!("{intent}/capture"), "").await,
        unexpected("This PaymentIntent could not be captured because it has already been captured."),
    );
    same(
        &lab.post(&format!("{intent}/cancel"), "").await,
        unexpected(
            "You cannot cancel this PaymentIntent because it has a status of succeeded. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, ",
        ),
    );
    let secret = waits["client_secret"].as_str().unwrap();
    assert_eq!(lab.get(&format!("{intent}?client_secret={secret}")).await.ok()["status"], "succeeded");
    same(
        &lab.get(&format!("{intent}?client_secret=pi_x_secret_y")).await,
        (400, "", "client_secret", "The client_secret provided does not match"),
    );
    let refund = async |amount: i64| {
        lab.post("/v1/refunds", &format!("payment_intent={}&amount={amount}", waits["id"].as_str().unwrap())).await
    };
    same(&refund(1001).await, (400, "", "amount", "Refund amount ($10.01) is greater than charge amount ($10.00)"));
    refund(400).await.ok();
    same(
        &refund(601).await,
        (400, "", "amount", "Refund amount ($6.01) is greater than unrefunded amount on charge ($6.00)"),
    );
}

#[tokio::test]
async fn a_giant_body_is_refused_in_the_dialect() {
    let lab = Lab::start().await;
    let answer = lab.post("/v1/products", &format!("name={}", "x".repeat(2 * 1024 * 1024))).await;
    assert_eq!(answer.status, 413);
    assert_eq!(answer.json()["error"]["type"], "invalid_request_error");
}
