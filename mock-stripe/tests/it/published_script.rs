//! A day in the life of a seller that meets every route of the API: at least one success of each that can succeed, every object read again
//! in every way, and refusals.

use std::collections::BTreeSet;

use mock_core::SignedDuration;
use mock_stripe::routes;

use crate::official::specimens;
use crate::support::{KEY, Lab};

/// Successes of one operation after the other. Reads need no script: every object that is listed is also retrieved.
pub(crate) async fn play(lab: &Lab) {
    drop(specimens(lab).await);
    // Among the oldest events, and so on no first page.
    lab.get("/v1/events?type=plan.created").await.ok();
    let post = async |path: &str, form: &str| lab.post(path, form).await.ok()["id"].as_str().unwrap().to_owned();

    let product = post(
        "/v1/products",
        "name=Seat&description=One&images[]=https://x.test/a.png&metadata[a]=b&url=https://x.test/",
    )
    .await;
    post(&format!("/v1/products/{product}"), "name=Chair&active=false").await;
    lab.delete(&format!("/v1/products/{product}")).await.ok();
    let price =
        post("/v1/prices", "unit_amount=700&currency=jpy&product_data[name]=Tea&lookup_key=tea&nickname=cup").await;
    post(&format!("/v1/prices/{price}"), "nickname=&active=true&metadata[a]=b").await;
    post("/v1/prices", "unit_amount_decimal=0.5&currency=usd&product_data[name]=Grain").await;

    let link = post("/v1/payment_links", &format!("line_items[0][price]={price}&line_items[0][quantity]=3&line_items[0][adjustable_quantity][enabled]=true&after_completion[type]=redirect&after_completion[redirect][url]=https://x.test/done")).await;
    post(&format!("/v1/payment_links/{link}"), "active=false&inactive_message=Gone&expand[]=line_items").await;

    let line = "line_items[0][quantity]=1&line_items[0][price_data][currency]=eur&line_items[0][price_data][product_data][name]=Tea";
    let session = format!("mode=payment&success_url=https://x.test/&{line}");
    let expired =
        post("/v1/checkout/sessions", &format!("{session}&line_items[0][price_data][unit_amount]=500&metadata[a]=b"))
            .await;
    post(&format!("/v1/checkout/sessions/{expired}"), "metadata[b]=c").await;
    post(&format!("/v1/checkout/sessions/{expired}/expire"), "").await;
    let free =
        lab.post("/v1/checkout/sessions", &format!("{session}&line_items[0][price_data][unit_amount]=0")).await.ok();
    lab.submit(free["url"].as_str().unwrap(), "email=a@b.test&name=Ada").await;
    let late =
        lab.post("/v1/checkout/sessions", &format!("{session}&line_items[0][price_data][unit_amount]=500")).await.ok();
    lab.submit(late["url"].as_str().unwrap(), "email=a@b.test&name=Ada&method=sepa_debit&iban=AT861904300235473202")
        .await;

    ask_much(lab, line).await;
    let open = "currency=usd&product_data[name]=Gift&custom_unit_amount[enabled]=true&custom_unit_amount[preset]=900";
    let open = lab.post("/v1/prices", open).await.ok();
    let open = format!("line_items[0][price]={}&line_items[0][quantity]=1", open["id"].as_str().unwrap());
    let open =
        lab.post("/v1/checkout/sessions", &format!("mode=payment&success_url=https://x.test/&{open}")).await.ok();
    let card = "email=a@b.test&method=card&card_number=4242424242424242&card_expiry=12/34&card_cvc=123";
    let paid = lab.submit(open["url"].as_str().unwrap(), &format!("{card}&amount=12.34")).await;
    assert_eq!(paid.status, 303, "{}", paid.text);
    take_off(lab, &session).await;
    send_out(lab, &session, line).await;

    let customer = post("/v1/customers", "email=c@d.test").await;
    post(&format!("/v1/customers/{customer}"), "name=Carl&address[country]=NO&metadata[a]=b").await;
    let card = "type=card&card[number]=5555555555554444&card[exp_month]=1&card[exp_year]=2034&card[cvc]=123";
    let method = post("/v1/payment_methods", card).await;
    post(&format!("/v1/payment_methods/{method}/attach"), &format!("customer={customer}&expand[]=customer")).await;
    post(&format!("/v1/payment_methods/{method}"), "billing_details[name]=Carl&metadata[a]=b").await;
    lab.get(&format!("/v1/customers/{customer}/payment_methods/{method}")).await.ok();

    let intent = post(
        "/v1/payment_intents",
        &format!("amount=900&currency=usd&payment_method_types[]=card&customer={customer}"),
    )
    .await;
    post(&format!("/v1/payment_intents/{intent}"), "amount=950&description=Tea&metadata[a]=b").await;
    post(
        &format!("/v1/payment_intents/{intent}/confirm"),
        &format!("payment_method={method}&expand[]=latest_charge.balance_transaction"),
    )
    .await;
    let held = post("/v1/payment_intents", "amount=900&currency=usd&payment_method_types[]=card").await;
    post(&format!("/v1/payment_intents/{held}/cancel"), "cancellation_reason=duplicate").await;
    lab.world.advance(SignedDuration::from_secs(3)).await;
    let charge =
        lab.get(&format!("/v1/payment_intents/{intent}")).await.ok()["latest_charge"].as_str().unwrap().to_owned();
    post(
        &format!("/v1/charges/{charge}"),
        "description=Cup&metadata[a]=b&receipt_email=a@b.test&fraud_details[user_report]=safe",
    )
    .await;
    let refund =
        post("/v1/refunds", &format!("charge={charge}&amount=50&reason=duplicate&expand[]=charge.refunds")).await;
    post(&format!("/v1/refunds/{refund}"), "metadata[why]=late").await;
    post(&format!("/v1/payment_methods/{method}/detach"), "").await;
    lab.delete(&format!("/v1/customers/{customer}")).await.ok();
    lab.get(&format!("/v1/customers/{customer}")).await.ok();

    let disputed = lab
        .post(
            "/v1/payment_intents",
            "amount=800&currency=usd&payment_method_types[]=card&confirm=true&payment_method=pm_card_createDispute",
        )
        .await
        .ok();
    lab.world.advance(SignedDuration::from_mins(1)).await;
    let dispute = lab.get(&format!("/v1/disputes?payment_intent={}", disputed["id"].as_str().unwrap())).await.ok();
    let file = lab.upload("receipt.pdf", b"%PDF-1.7 a receipt").await.ok();
    let evidence = format!("evidence[receipt]={}&submit=false", file["id"].as_str().unwrap());
    let id = dispute["data"][0]["id"].as_str().unwrap();
    post(&format!("/v1/disputes/{id}"), &format!("{evidence}&expand[]=evidence.receipt")).await;
    post(&format!("/v1/disputes/{}/close", dispute["data"][0]["id"].as_str().unwrap()), "").await;

    let endpoint = post(
        "/v1/webhook_endpoints",
        "url=http://127.0.0.1:9/x&enabled_events[]=charge.succeeded&description=d&api_version=2026-07-29.dahlia",
    )
    .await;
    post(&format!("/v1/webhook_endpoints/{endpoint}"), "disabled=true&enabled_events[]=*").await;
    lab.world.advance(SignedDuration::from_mins(10)).await;
    read_everything(lab).await;
    lab.delete(&format!("/v1/webhook_endpoints/{endpoint}")).await.ok();
    refusals(lab).await;
}

/// Goods that are sent: by a rate that is there, and by one that is described.
async fn send_out(lab: &Lab, session: &str, line: &str) {
    let post = async |path: &str, form: &str| lab.post(path, form).await.ok();
    let estimate = "delivery_estimate[minimum][unit]=day&delivery_estimate[minimum][value]=2&delivery_estimate[maximum][unit]=business_day&delivery_estimate[maximum][value]=5";
    let fixed = "display_name=Post&type=fixed_amount&fixed_amount[amount]=450&fixed_amount[currency]=eur";
    let rate = post("/v1/shipping_rates", &format!("{fixed}&{estimate}")).await;
    let rate = rate["id"].as_str().unwrap();
    post(&format!("/v1/shipping_rates/{rate}"), "metadata[a]=b&tax_behavior=exclusive").await;
    let data = "shipping_options[1][shipping_rate_data][display_name]=Courier&shipping_options[1][shipping_rate_data][fixed_amount][amount]=900&shipping_options[1][shipping_rate_data][fixed_amount][currency]=eur";
    let offered = format!(
        "shipping_options[0][shipping_rate]={rate}&shipping_address_collection[allowed_countries][0]=NO&shipping_address_collection[allowed_countries][1]=SE"
    );
    let whole = "expand[]=shipping_cost.shipping_rate&expand[]=shipping_options.shipping_rate";
    let order = post(
        "/v1/checkout/sessions",
        &format!("{session}&line_items[0][price_data][unit_amount]=900&{offered}&{data}&{whole}"),
    )
    .await;
    let card = "email=a@b.test&name=Ada&method=card&card_number=4242424242424242&card_expiry=12/34&card_cvc=123";
    let to = "shipping_name=Bo&shipping_line1=Gate+1&shipping_city=Oslo&shipping_country=NO";
    let paid = lab.submit(order["url"].as_str().unwrap(), &format!("{card}&{to}")).await;
    assert_eq!(paid.status, 303, "{}", paid.text);
    post("/v1/payment_links", &format!("{line}&line_items[0][price_data][unit_amount]=900&{offered}")).await;
}

/// Coupons and codes: attached by the seller, and typed by the buyer.
async fn take_off(lab: &Lab, session: &str) {
    let post = async |path: &str, form: &str| lab.post(path, form).await.ok();
    let amount = post("/v1/coupons", "amount_off=100&currency=eur&name=A+euro+less&metadata[a]=b").await;
    let amount = amount["id"].as_str().unwrap();
    post(&format!("/v1/coupons/{amount}"), "name=One+euro").await;
    let percent = post(
        "/v1/coupons",
        "id=QUARTER&percent_off=25.5&duration=repeating&duration_in_months=3&max_redemptions=9&redeem_by=2000000000",
    )
    .await;
    let code = "promotion[type]=coupon&promotion[coupon]=QUARTER&code=SPRING&max_redemptions=5&expires_at=1900000000";
    let code = post("/v1/promotion_codes", &format!("{code}&restrictions[minimum_amount]=100&restrictions[minimum_amount_currency]=eur&expand[]=promotion.coupon")).await;
    assert_eq!(code["promotion"]["coupon"], percent);
    post(&format!("/v1/promotion_codes/{}", code["id"].as_str().unwrap()), "metadata[a]=b").await;
    let customer = post("/v1/customers", "email=e@f.test").await;
    let own =
        format!("promotion[type]=coupon&promotion[coupon]={amount}&customer={}", customer["id"].as_str().unwrap());
    post("/v1/promotion_codes", &own).await;
    let whole = "expand[]=line_items.data.discounts&expand[]=total_details.breakdown&expand[]=discounts.promotion_code&expand[]=discounts.coupon";
    let order = format!("{session}&line_items[0][price_data][unit_amount]=900");
    for discount in [format!("coupon]={amount}"), format!("promotion_code]={}", code["id"].as_str().unwrap())] {
        let cheaper = post("/v1/checkout/sessions", &format!("{order}&discounts[0][{discount}&{whole}")).await;
        let card = "email=a@b.test&name=Ada&method=card&card_number=4242424242424242&card_expiry=12/34&card_cvc=123";
        let paid = lab.submit(cheaper["url"].as_str().unwrap(), card).await;
        assert_eq!(paid.status, 303, "{}", paid.text);
    }
    post("/v1/coupons", "id=GONE&percent_off=10").await;
    lab.delete("/v1/coupons/GONE").await.ok();
}

/// A page that asks for everything that it can ask for, and is told.
async fn ask_much(lab: &Lab, line: &str) {
    let field = |at: usize, kind: &str| {
        let field = format!("custom_fields[{at}]");
        format!("{field}[key]={kind}&{field}[label][type]=custom&{field}[label][custom]=X&{field}[type]={kind}")
    };
    let option = "custom_fields[2][dropdown][options][0][label]=A&custom_fields[2][dropdown][options][0][value]=a";
    let fields = format!("{}&{}&{}&{option}", field(0, "text"), field(1, "numeric"), field(2, "dropdown"));
    let asked = "name_collection[business][enabled]=true&name_collection[individual][enabled]=true&phone_number_collection[enabled]=true&billing_address_collection=required&consent_collection[terms_of_service]=required&custom_text[submit][message]=Hello";
    let session = lab
        .post("/v1/checkout/sessions", &format!("mode=payment&success_url=https://x.test/&{line}&line_items[0][price_data][unit_amount]=700&{asked}&{fields}"))
        .await
        .ok();
    let told = "business_name=Acme&individual_name=Ada&phone=%2B4722123456&line1=Gate+1&city=Oslo&country=NO&terms=yes&custom[text]=x&custom[numeric]=1&custom[dropdown]=a";
    let card = "email=a@b.test&name=Ada&method=card&card_number=4242424242424242&card_expiry=12/34&card_cvc=123";
    let paid = lab.submit(session["url"].as_str().unwrap(), &format!("{card}&{told}")).await;
    assert_eq!(paid.status, 303, "{}", paid.text);
}

/// Asks every GET route that the description has, for every object there is.
async fn read_everything(lab: &Lab) {
    let get: BTreeSet<&str> = routes().into_iter().filter(|route| route.0 == "GET").map(|route| route.1).collect();
    for path in get.iter().filter(|path| path.starts_with("/v1/")) {
        let Some((before, after)) = path.split_once("/{") else {
            if path.ends_with("/search") {
                lab.get(&format!("{path}?query=metadata%5B%22a%22%5D%3A%22b%22")).await.ok();
            } else {
                lab.get(path).await;
            }
            continue;
        };
        let after = after.split_once('}').unwrap().1;
        if !get.contains(before) || after.contains('{') || after == "/contents" {
            continue;
        }
        for object in lab.get(&format!("{before}?limit=100")).await.ok()["data"].as_array().unwrap() {
            lab.get(&format!("{before}/{}{after}", object["id"].as_str().unwrap())).await.ok();
        }
    }
}

/// Refusals of each sort: their bodies are described too.
async fn refusals(lab: &Lab) {
    for (method, path, _) in routes().into_iter().filter(|(_, path, _)| path.starts_with("/v1/")) {
        let path = path
            .split('/')
            .map(|part| if part.starts_with('{') { "nothing" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        for query in ["", "?expand[]=a.b.c.d.e", "?nonsense=1"] {
            let url = format!("{}{path}{query}", lab.base);
            lab.send(lab.http.request(method.parse().unwrap(), &url).bearer_auth("sk_test_wrong")).await;
            lab.send(lab.http.request(method.parse().unwrap(), &url).bearer_auth(KEY)).await;
        }
    }
    for card in
        ["pm_card_visa_chargeDeclined", "pm_card_chargeDeclinedInsufficientFunds", "pm_card_authenticationRequired"]
    {
        let form = format!(
            "amount=900&currency=usd&confirm=true&off_session=true&payment_method_types[]=card&payment_method={card}"
        );
        assert_eq!(lab.post("/v1/payment_intents", &form).await.status, 402, "{card}");
    }
}
