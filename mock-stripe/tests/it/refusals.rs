//! A session or link that is refused leaves nothing behind: neither the prices and products that its lines describe, nor its ways of
//! sending, nor an event.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{Answer, KEY, Lab};

/// What a request could leave behind.
const LISTS: [&str; 6] = ["prices", "products", "shipping_rates", "payment_links", "checkout/sessions", "events"];
const SESSIONS: &str = "/v1/checkout/sessions";
const LINKS: &str = "/v1/payment_links";
/// The version that filters methods where older ones name them.
const ENDIVE: &str = "2026-09-30.endive";

/// The parameters of a request by name.
type Form = BTreeMap<String, String>;

/// What makes a good request a bad one: parameters that are set otherwise, or taken out where there is no value, as `name=value` and `name`. In
/// the names `L` stands for the second line, `P` for its price, `S` for the way of sending; in the values `$x` for the prepared object `x`.
struct Fault {
    form: &'static str,
    version: &'static str,
    /// How the complaint begins.
    message: &'static str,
}

const fn fault(form: &'static str, message: &'static str) -> Fault {
    Fault { form, version: "2026-07-29.dahlia", message }
}

const fn newest(form: &'static str, message: &'static str) -> Fault {
    Fault { form, version: ENDIVE, message }
}

const TOO_LITTLE: &str = "The Checkout Session's total amount due must add up to at least";

/// Wrong in a line, wherever lines are.
const LINES: &[Fault] = &[
    fault("P[currency]=eur", "The price specified only supports `eur`."),
    fault("currency=eur", "The price specified only supports `usd`."),
    fault("L[price]=$price", "You may only specify one of these parameters"),
    fault("P[currency]&P[unit_amount]&P[product]", "Missing required param: line_items[1][price]."),
    fault("P[currency]&P[unit_amount]&P[product]&L[price]=price_x", "No such price: 'price_x'"),
    fault("P[currency]&P[unit_amount]&P[product]&L[price]=$inactive", "The price specified is inactive."),
    fault("P[currency]&P[unit_amount]&P[product]&L[price]=$archived", "The price specified is inactive."),
    fault("P[currency]", "Missing required param"),
    fault("P[currency]=xxx", "Invalid currency: xxx."),
    fault("P[unit_amount]", "Missing required param"),
    fault("P[unit_amount]=-1", "This value must be greater"),
    fault("P[unit_amount_decimal]=1.5", "You may only specify one of these parameters"),
    fault("P[unit_amount]&P[unit_amount_decimal]=x", "Invalid decimal"),
    fault("P[unit_amount]=99999999&L[quantity]=2", ""),
    fault("P[unit_amount]=999999999", ""),
    fault("P[product]", "Missing required param"),
    fault("P[product]=prod_x", "No such product: 'prod_x'"),
    fault("P[product]=$gone", "No such product"),
    fault("P[product_data][name]=x", "You may only specify one of these parameters"),
    fault("P[product]&P[product_data][tax_code]=x", "Missing required param"),
    fault("P[tax_behavior]=x", "Invalid"),
    fault("P[recurring][interval]=moon", "Invalid"),
    fault("L[quantity]", "Missing required param: line_items[1][quantity]."),
    fault("L[quantity]=0", "This value must be greater"),
    fault(
        "L[adjustable_quantity][enabled]=true&L[adjustable_quantity][minimum]=9&L[adjustable_quantity][maximum]=3",
        "The minimum",
    ),
    fault("line_items[0][price_data][unit_amount]=1&P[unit_amount]=1", TOO_LITTLE),
    fault("x=1", "Received unknown parameter: x"),
    fault("metadata[k]=$long", "Metadata values can have up to 500 characters"),
    fault("payment_intent_data[metadata][k]=$long", "Metadata values can have up to 500 characters"),
    fault(
        "line_items[0][price_data][product_data][metadata][k]=$long",
        "Metadata values can have up to 500 characters",
    ),
    fault("S[shipping_rate]=shr_x&D", "No such shipping rate: 'shr_x'"),
    fault("S[shipping_rate]=$old&D", "The shipping rate specified is inactive."),
    fault("S[shipping_rate]=$euro&D", "The shipping rate specified only supports `eur`."),
    fault("shipping_address_collection[allowed_countries][0]=XX", "Invalid shipping_address_collection"),
    fault(
        "custom_fields[0][key]=a-b&custom_fields[0][type]=text&custom_fields[0][label][type]=custom&custom_fields[0][label][custom]=x",
        "A custom field's key",
    ),
    fault("consent_collection[promotions]=auto", "This fake of Stripe does not support"),
    fault("invoice_creation[enabled]=true", "This fake of Stripe does not support"),
    fault(
        "payment_intent_data[capture_method]=manual&payment_method_types[0]=sepa_debit",
        "None of the payment method types can be captured by hand",
    ),
    fault("expand[0]=a.b.c.d.e", "You cannot expand more than 4 levels"),
    fault("expand[0]=nonsense", "This property cannot be expanded (nonsense)."),
    fault("expand[0]=nonsense.price", "This property cannot be expanded (nonsense.price)."),
    fault("expand[0]=line_items.data.nonsense", "This property cannot be expanded (line_items.data.nonsense)."),
    fault("expand[0]=line_items.data.price.x", "This property cannot be expanded (line_items.data.price.x)."),
];

/// Wrong in a session.
const OF_SESSION: &[Fault] = &[
    fault("mode", "Missing required param: mode."),
    fault("mode=subscription", "This fake of Stripe does not support"),
    fault("success_url", "Missing required param: success_url."),
    fault("success_url=ftp://x.test", "Not a valid URL"),
    fault("ui_mode=embedded", "This fake of Stripe does not support"),
    fault("locale=xx", "Invalid locale"),
    fault("expires_at=1", "The `expires_at` timestamp must be at least 30 minutes"),
    fault("expires_at=1999999999", "The `expires_at` timestamp must be less than 24 hours"),
    fault("customer=cus_x", "No such customer: 'cus_x'"),
    fault("customer=$customer&customer_email=a@b.test", "You may only specify one of these parameters"),
    fault("customer_update[name]=auto", "`customer_update` can only be used together with `customer`."),
    fault("P[recurring][interval]=month", "You specified `payment` mode but passed a recurring price."),
    fault("discounts[0][coupon]=EURO", "This coupon cannot be redeemed because it is in another currency."),
    fault("discounts[0][coupon]=OTHER", "This coupon cannot be redeemed because it does not apply"),
    fault("discounts[0][coupon]=USED", "Coupon expired: USED"),
    fault("discounts[0][coupon]=NONE", "No such coupon: 'NONE'"),
    fault("discounts[0][coupon]=ALMOST", TOO_LITTLE),
    fault("discounts[0][coupon]=OFF&discounts[0][promotion_code]=$own", "You may only specify one of these parameters"),
    fault("discounts[0][coupon]=OFF&allow_promotion_codes=true", "You may only specify one of these parameters"),
    fault("discounts[0][promotion_code]=promo_x", "No such promotion code: 'promo_x'"),
    fault("discounts[0][promotion_code]=$switched", "This promotion code cannot be redeemed."),
    fault(
        "discounts[0][promotion_code]=$own",
        "This promotion code cannot be redeemed because it is for another customer.",
    ),
    fault("discounts[0][promotion_code]=$rich", "This promotion code cannot be redeemed because the order is below"),
    fault(
        "discounts[0][promotion_code]=$foreign",
        "This promotion code cannot be redeemed because it is in another currency.",
    ),
    fault(
        "discounts[0][promotion_code]=$first&customer=$customer",
        "This promotion code cannot be redeemed because the associated customer has prior",
    ),
    fault("S[shipping_rate]=$euro", "You may only specify one of these parameters"),
    fault("D[fixed_amount][currency]=eur", "The shipping rate specified only supports `eur`."),
    fault("D[fixed_amount][amount]=999999999", ""),
    fault("D[fixed_amount][amount]&D[fixed_amount][currency]", "Missing required param"),
    fault("D[metadata][k]=$long", "Metadata values can have up to 500 characters"),
    fault("allowed_payment_method_types[0]=card", "Received unknown parameter: allowed_payment_method_types"),
    newest("payment_method_types[0]=card", ""),
    newest("allowed_payment_method_types[0]=card&excluded_payment_method_types[0]=link", "You may only specify one"),
    newest("excluded_payment_method_types[0]=card", "This fake of Stripe does not support"),
    newest(
        "allowed_payment_method_types[0]=sepa_debit&payment_intent_data[capture_method]=manual",
        "None of the payment",
    ),
];

/// Wrong in a link.
const OF_LINK: &[Fault] = &[
    fault("after_completion[type]=redirect", "Missing required param: after_completion[redirect][url]."),
    fault("after_completion[redirect][url]=https://x.test", "Missing required param: after_completion[type]."),
    fault("restrictions[completed_sessions][limit]=0", "This value must be greater"),
    fault("customer_creation=x", "Invalid customer_creation"),
    fault("application_fee_amount=1", "This fake of Stripe does not support"),
    fault("submit_type=x", "Invalid submit_type"),
];

fn form(text: &str) -> Form {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

/// A shop with everything that can be wrong about an order, and what stands for it in the faults.
struct Shop {
    lab: Lab,
    names: BTreeMap<&'static str, String>,
}

impl Shop {
    async fn open() -> Self {
        let lab = Lab::start().await;
        let make = async |path: &str, form: &str| id(&lab.post(path, form).await.ok());
        let product = make("/v1/products", "name=Meal").await;
        let price =
            async |product: &str| make("/v1/prices", &format!("product={product}&currency=usd&unit_amount=500")).await;
        let (old, gone) = (make("/v1/products", "name=Old").await, make("/v1/products", "name=Gone").await);
        let (fine, inactive, archived) = (price(&product).await, price(&product).await, price(&old).await);
        lab.post(&format!("/v1/prices/{inactive}"), "active=false").await.ok();
        lab.post(&format!("/v1/products/{old}"), "active=false").await.ok();
        lab.delete(&format!("/v1/products/{gone}")).await.ok();
        let rate = async |currency: &str| {
            let form = format!("display_name=x&fixed_amount[amount]=0&fixed_amount[currency]={currency}");
            make("/v1/shipping_rates", &form).await
        };
        let (dollar, euro, closed) = (rate("usd").await, rate("eur").await, rate("usd").await);
        lab.post(&format!("/v1/shipping_rates/{closed}"), "active=false").await.ok();
        for coupon in [
            "id=OFF&percent_off=10".to_owned(),
            "id=EURO&amount_off=100&currency=eur".to_owned(),
            "id=ALMOST&amount_off=1499&currency=usd".to_owned(),
            "id=USED&percent_off=100&max_redemptions=1".to_owned(),
            format!("id=OTHER&percent_off=10&applies_to[products][]={old}"),
        ] {
            lab.post("/v1/coupons", &coupon).await.ok();
        }
        let customer = make("/v1/customers", "name=Ada").await;
        let code = async |more: &str| {
            make("/v1/promotion_codes", &format!("promotion[type]=coupon&promotion[coupon]=OFF&{more}")).await
        };
        let least = |amount: i64, currency: &str| {
            format!("restrictions[minimum_amount]={amount}&restrictions[minimum_amount_currency]={currency}")
        };
        let names = BTreeMap::from([
            ("switched", code("active=false").await),
            ("own", code(&format!("customer={customer}")).await),
            ("rich", code(&least(1501, "usd")).await),
            ("foreign", code(&least(1, "eur")).await),
            ("first", code("restrictions[first_time_transaction]=true").await),
            ("long", "x".repeat(501)),
            ("product", product),
            ("gone", gone),
            ("price", fine),
            ("inactive", inactive),
            ("archived", archived),
            ("dollar", dollar),
            ("euro", euro),
            ("old", closed),
            ("customer", customer),
        ]);
        let shop = Self { lab, names };
        // The customer has paid before, and the last coupon is gone with it.
        for more in ["discounts[0][coupon]=USED", ""] {
            let mut paid = Shop::good(SESSIONS);
            paid.extend(form(&format!("customer={}&{more}", shop.names["customer"])));
            let paid = shop.post(SESSIONS, &paid, ENDIVE).await.ok();
            assert_eq!(shop.lab.pay(paid["url"].as_str().unwrap(), "4242424242424242").await.status, 303);
        }
        shop
    }

    /// A request that nothing is wrong with: a line of a product that is described and one of a product that is named, both with
    /// prices that are described, over 15.00 together and sent for nothing.
    fn good(path: &str) -> Form {
        let mut good = form("D[display_name]=Post&D[fixed_amount][amount]=0&D[fixed_amount][currency]=usd");
        good.extend(form("mode=payment&success_url=https://x.test/ok"));
        if path == LINKS {
            good = form("S[shipping_rate]=$dollar");
        }
        good.extend(form("line_items[0][quantity]=1&line_items[0][price_data][currency]=usd"));
        good.extend(form(
            "line_items[0][price_data][unit_amount]=1000&line_items[0][price_data][product_data][name]=Seat",
        ));
        good.extend(form("L[quantity]=1&P[currency]=usd&P[unit_amount]=500&P[product]=$product"));
        good
    }

    /// The request with something wrong about it.
    fn bad(path: &str, changes: &str) -> Form {
        let mut bad = Self::good(path);
        for change in changes.split('&') {
            match change.split_once('=') {
                Some((name, value)) => drop(bad.insert(name.to_owned(), value.to_owned())),
                // `D` alone stands for the whole of it.
                None => bad.retain(|name, _| name != change && !(change == "D" && name.starts_with("D["))),
            }
        }
        bad
    }

    async fn post(&self, path: &str, form: &Form, version: &str) -> Answer {
        let written: Vec<_> = form
            .iter()
            .map(|(name, value)| {
                let (first, rest) = name.split_at(name.find('[').unwrap_or(name.len()));
                let first = match first {
                    "L" => "line_items[1]",
                    "P" => "line_items[1][price_data]",
                    "S" => "shipping_options[0]",
                    "D" => "shipping_options[0][shipping_rate_data]",
                    other => other,
                };
                let value = value.strip_prefix('$').map_or(value, |name| &self.names[name]);
                format!("{first}{rest}={value}")
            })
            .collect();
        self.lab.send(self.lab.posting(path, &written.join("&")).header("stripe-version", version)).await
    }

    /// Everything that there is.
    async fn all(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for list in LISTS {
            let mut after = String::new();
            loop {
                let url = format!("{}/v1/{list}?limit=100{after}", self.lab.base);
                let page = self.lab.send(self.lab.http.get(url).bearer_auth(KEY)).await.ok();
                let rows = page["data"].as_array().unwrap();
                all.extend(rows.iter().cloned());
                match rows.last() {
                    Some(last) if page["has_more"] == true => after = format!("&starting_after={}", id(last)),
                    _ => break,
                }
            }
        }
        all
    }

    async fn refuses(&self, path: &str, faults: &[Fault]) {
        let mut before = self.all().await;
        let mut wrong = Vec::new();
        for Fault { form, version, message } in faults {
            let answer = self.post(path, &Self::bad(path, form), version).await;
            let told = answer.json()["error"]["message"].as_str().unwrap_or_default().to_owned();
            if answer.status != 400 || !told.starts_with(message) {
                wrong.push(format!("{form} is answered with {}: {told}", answer.status));
            }
            let after = self.all().await;
            if after != before {
                wrong.push(format!("{form} leaves something behind: {told}"));
                before = after;
            }
        }
        assert!(wrong.is_empty(), "{path}\n{}", wrong.join("\n"));
    }
}

#[tokio::test]
async fn a_session_that_is_refused_leaves_nothing_behind() {
    let shop = Shop::open().await;
    shop.refuses(SESSIONS, LINES).await;
    shop.refuses(SESSIONS, OF_SESSION).await;
}

#[tokio::test]
async fn a_link_that_is_refused_leaves_nothing_behind() {
    let shop = Shop::open().await;
    shop.refuses(LINKS, LINES).await;
    shop.refuses(LINKS, OF_LINK).await;
}

#[tokio::test]
async fn what_is_not_refused_is_there_with_everything_it_describes() {
    let shop = Shop::open().await;
    for (path, list, expect) in [(SESSIONS, "checkout/sessions", [2, 1, 1]), (LINKS, "payment_links", [2, 1, 0])] {
        let count = async |list: &str| {
            shop.lab.get(&format!("/v1/{list}?limit=100")).await.ok()["data"].as_array().unwrap().len()
        };
        let counts = async || [count("prices").await, count("products").await, count("shipping_rates").await];
        let (before, rows) = (counts().await, count(list).await);
        let made = shop.post(path, &Shop::good(path), ENDIVE).await.ok();
        let after = counts().await;
        let more: Vec<_> = after.iter().zip(before).map(|(after, before)| after - before).collect();
        assert_eq!((more.as_slice(), count(list).await), (expect.as_slice(), rows + 1), "{path}");
        let lines = shop.lab.get(&format!("{path}/{}/line_items", id(&made))).await.ok();
        let described: Vec<_> = lines["data"].as_array().unwrap().iter().map(|line| &line["description"]).collect();
        assert_eq!(described, ["Seat", "Meal"]);
        let price = shop.lab.get(&format!("/v1/prices/{}", id(&lines["data"][0]["price"]))).await.ok();
        let product = shop.lab.get(&format!("/v1/products/{}", price["product"].as_str().unwrap())).await.ok();
        assert_eq!(product["name"], "Seat");
        for (kind, object) in [("price.created", &price), ("product.created", &product)] {
            let told = shop.lab.get(&format!("/v1/events?type={kind}&limit=100")).await.ok();
            let about = |event: &&Value| event["data"]["object"]["id"] == object["id"];
            assert_eq!(told["data"].as_array().unwrap().iter().filter(about).count(), 1, "{kind}");
        }
    }
}

#[tokio::test]
async fn a_payment_whose_answer_cannot_be_told_as_asked_takes_no_money() {
    let lab = Lab::start().await;
    let form = "amount=900&currency=usd&confirm=true&payment_method=pm_card_visa&payment_method_types[]=card";
    for path in ["nonsense", "latest_charge.nonsense", "latest_charge.balance_transaction.a.b.c"] {
        let refused = lab.post("/v1/payment_intents", &format!("{form}&expand[]={path}")).await;
        assert_eq!((refused.status, &refused.json()["error"]["param"]), (400, &"expand".into()), "{}", refused.text);
    }
    for list in ["payment_intents", "charges", "events"] {
        assert_eq!(lab.get(&format!("/v1/{list}")).await.ok()["data"].as_array().unwrap().len(), 0, "{list}");
    }
    let whole =
        lab.post("/v1/payment_intents", &format!("{form}&expand[]=latest_charge.balance_transaction")).await.ok();
    assert_eq!((&whole["latest_charge"]["amount"], &whole["latest_charge"]["paid"]), (&900.into(), &true.into()));
}
