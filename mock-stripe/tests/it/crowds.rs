//! Many at once, over HTTP: what may happen once happens once.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::support::{Answer, Lab};

const BUYERS: usize = 100;
const CARD: &str = "4242424242424242";
/// Its bank always asks the buyer.
const ASKING: &str = "4000002760003184";

/// How many of a list there are.
async fn count(lab: &Lab, list: &str) -> usize {
    let (list, query) = list.split_once('?').unwrap_or((list, ""));
    let answer = lab.get(&format!("/v1/{list}?limit=100&{query}")).await.ok();
    assert_eq!(answer["has_more"], false, "{list}");
    answer["data"].as_array().unwrap().len()
}

/// Whatever the buyers did: one paid, the books show one payment, the link is closed, and the seller heard it once.
async fn one_paid(lab: &Lab, link: &Value) {
    let id = link["id"].as_str().unwrap();
    let sessions = format!("checkout/sessions?payment_link={id}");
    let paid = lab.get(&format!("/v1/{sessions}&status=complete")).await.ok();
    assert_eq!(paid["data"].as_array().unwrap().len(), 1, "{paid}");
    assert_eq!(paid["data"][0]["payment_status"], "paid");
    assert_eq!(count(lab, &format!("{sessions}&status=open")).await, 0);
    assert_eq!(count(lab, "charges").await, 1, "nobody else's card was charged");
    let intents = lab.get("/v1/payment_intents?limit=100").await.ok();
    let received: i64 =
        intents["data"].as_array().unwrap().iter().map(|intent| intent["amount_received"].as_i64().unwrap()).sum();
    assert_eq!(received, 1500);
    for kind in ["checkout.session.completed", "payment_intent.succeeded", "charge.succeeded"] {
        assert_eq!(count(lab, &format!("events?type={kind}")).await, 1, "{kind}");
    }
    lab.settled().await;
    let told = lab.receiver.kinds();
    assert_eq!(told.iter().filter(|kind| *kind == "checkout.session.completed").count(), 1);
    let link = lab.get(&format!("/v1/payment_links/{id}")).await.ok();
    assert_eq!((&link["restrictions"]["completed_sessions"]["count"], &link["active"]), (&json!(1), &json!(false)));
    let page = lab.send(lab.http.get(link["url"].as_str().unwrap())).await;
    assert!(page.text.contains("no longer active"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_buyers_with_the_page_open_on_a_link_with_a_limit_of_one_pay_once() {
    let lab = Arc::new(Lab::start().await);
    let link = lab.link(1500, "usd", "restrictions[completed_sessions][limit]=1").await;
    let ready = Arc::new(Barrier::new(BUYERS));
    let mut buyers = JoinSet::new();
    for _ in 0..BUYERS {
        let (lab, ready, url) = (Arc::clone(&lab), Arc::clone(&ready), link["url"].as_str().unwrap().to_owned());
        buyers.spawn(async move {
            let page = lab.visit(&url).await;
            let shown = lab.send(lab.http.get(&page)).await;
            assert!(shown.status == 200 && shown.text.contains("card_number"), "{}", shown.text);
            // All have the form before them, and press the button together.
            ready.wait().await;
            lab.pay(&page, CARD).await
        });
    }
    let answers = buyers.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 303) {
        assert_eq!(refused.status, 200, "{}", refused.text);
        assert!(!refused.text.contains("card_number"), "there is nothing left to pay: {}", refused.text);
    }
    let expired = format!("checkout/sessions?payment_link={}&status=expired", link["id"].as_str().unwrap());
    assert_eq!(count(&lab, &expired).await, BUYERS - 1);
    one_paid(&lab, &link).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_buyers_who_come_as_they_like_pay_once() {
    let lab = Arc::new(Lab::start().await);
    let link = lab.link(1500, "usd", "restrictions[completed_sessions][limit]=1").await;
    let mut buyers = JoinSet::new();
    for _ in 0..BUYERS {
        let (lab, url) = (Arc::clone(&lab), link["url"].as_str().unwrap().to_owned());
        buyers.spawn(async move {
            let visit = lab.send(lab.http.get(&url)).await;
            if visit.status != 303 {
                assert!(visit.text.contains("no longer active"), "{}", visit.text);
                return visit;
            }
            lab.pay(&format!("{}{}", lab.base, visit.header("location")), CARD).await
        });
    }
    let answers = buyers.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 1);
    one_paid(&lab, &link).await;
}

/// All have the page of one link before them, type the same code and press the button together. How many paid, and who was refused.
async fn all_want_the_code(lab: &Arc<Lab>, card: &'static str, form: &'static str) -> (usize, Vec<Answer>) {
    lab.post("/v1/coupons", "id=OFF&amount_off=500&currency=usd").await.ok();
    let code = "promotion[type]=coupon&promotion[coupon]=OFF&code=FIRST&max_redemptions=1";
    lab.post("/v1/promotion_codes", code).await.ok();
    let link = lab.link(1500, "usd", "allow_promotion_codes=true").await;
    let ready = Arc::new(Barrier::new(BUYERS));
    let mut buyers = JoinSet::new();
    for _ in 0..BUYERS {
        let (lab, ready, url) = (Arc::clone(lab), Arc::clone(&ready), link["url"].as_str().unwrap().to_owned());
        buyers.spawn(async move {
            let page = lab.visit(&url).await;
            if form.is_empty() {
                // Everybody sees the lower price before anybody pays it.
                let shown = lab.submit(&page, "promotion_code=FIRST&apply=code").await;
                assert!(shown.text.contains("$10.00"), "{}", shown.text);
            }
            ready.wait().await;
            let who = "email=a@b.test&method=card&card_expiry=12/34&card_cvc=123";
            let answer = lab.submit(&page, &format!("{who}&card_number={card}&{form}")).await;
            if card == CARD {
                return answer;
            }
            // The bank asks everybody before anybody has confirmed.
            assert!(answer.header("location").starts_with("/c/pay/"), "{}", answer.text);
            ready.wait().await;
            lab.submit(&page, "three_d_secure=confirm").await
        });
    }
    let (paid, refused): (Vec<_>, _) = buyers.join_all().await.into_iter().partition(|answer| answer.status == 303);
    (paid.len(), refused)
}

/// One paid the lower price and nobody paid otherwise; the code is used up and says so.
async fn one_was_cheaper(lab: &Lab, (paid, refused): (usize, Vec<Answer>)) {
    assert_eq!((paid, refused.len()), (1, BUYERS - 1));
    for answer in &refused {
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.text.contains("This code is invalid."), "{}", answer.text);
    }
    let charges = lab.get("/v1/charges?limit=100").await.ok();
    let amounts: Vec<_> = charges["data"].as_array().unwrap().iter().map(|charge| &charge["amount"]).collect();
    assert_eq!(amounts, [&json!(1000)]);
    let paid = lab.get("/v1/checkout/sessions?status=complete&expand[]=data.total_details.breakdown").await.ok();
    let rows = paid["data"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["total_details"]["breakdown"]["discounts"][0]["amount"]), (1, &json!(500)));
    let codes = lab.get("/v1/promotion_codes?code=FIRST").await.ok();
    let code = &codes["data"][0];
    assert_eq!((&code["times_redeemed"], &code["active"]), (&json!(1), &json!(false)));
    assert_eq!(lab.get("/v1/coupons/OFF").await.ok()["times_redeemed"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_buyers_who_see_the_price_of_a_code_for_one_get_it_once() {
    let lab = Arc::new(Lab::start().await);
    let came = all_want_the_code(&lab, CARD, "").await;
    one_was_cheaper(&lab, came).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_buyers_who_type_a_code_for_one_and_pay_at_once_get_it_once() {
    let lab = Arc::new(Lab::start().await);
    let came = all_want_the_code(&lab, CARD, "promotion_code=FIRST").await;
    one_was_cheaper(&lab, came).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_buyers_with_a_code_for_one_whose_banks_ask_get_it_once() {
    let lab = Arc::new(Lab::start().await);
    let came = all_want_the_code(&lab, ASKING, "").await;
    one_was_cheaper(&lab, came).await;
    let intents = lab.get("/v1/payment_intents?limit=100").await.ok();
    let left = intents["data"].as_array().unwrap().iter().filter(|intent| intent["status"] != "succeeded");
    let states: Vec<_> = left.map(|intent| intent["status"].as_str().unwrap()).collect();
    assert_eq!(states, vec!["requires_payment_method"; BUYERS - 1], "they may pay without the code");
}

const POSTS: usize = 1_000;

/// One made it, the others got that answer again or were told that it is being made.
#[track_caller]
fn one_answer(answers: &[Answer]) {
    assert_eq!(answers.len(), POSTS);
    let (replayed, others): (Vec<_>, Vec<_>) = answers
        .iter()
        .partition(|answer| answer.headers.get("idempotent-replayed").is_some_and(|value| value == "true"));
    let (first, busy): (Vec<_>, Vec<_>) = others.into_iter().partition(|answer| answer.status == 200);
    let [first] = first.as_slice() else { panic!("{} answers are first ones", first.len()) };
    for again in &replayed {
        assert_eq!((again.status, &again.text), (200, &first.text));
        assert_eq!(again.header("original-request"), first.header("request-id"));
    }
    for busy in &busy {
        let error = &busy.json()["error"];
        assert_eq!(
            (busy.status, error["type"].as_str(), error["code"].as_str()),
            (409, Some("idempotency_error"), Some("idempotency_key_in_use")),
        );
    }
    let requests: BTreeSet<_> = answers.iter().map(|answer| answer.header("request-id")).collect();
    assert_eq!((requests.len(), replayed.len() + busy.len()), (POSTS, POSTS - 1));
}

/// The same POST so many times at once.
async fn duplicates(lab: &Arc<Lab>, path: &'static str, form: &str) -> Vec<Answer> {
    let mut posts = JoinSet::new();
    for _ in 0..POSTS {
        let (lab, form) = (Arc::clone(lab), form.to_owned());
        posts.spawn(async move { lab.send(lab.posting(path, &form).header("idempotency-key", "k")).await });
    }
    posts.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_posts_at_once_with_one_key_make_one_object() {
    let lab = Arc::new(Lab::start().await);
    one_answer(&duplicates(&lab, "/v1/prices", "unit_amount=500&currency=usd&product_data[name]=x").await);
    for list in ["prices", "products", "events?type=price.created", "events?type=product.created"] {
        assert_eq!(count(&lab, list).await, 1, "{list}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_payments_at_once_with_one_key_take_the_money_once() {
    let lab = Arc::new(Lab::start().await);
    let form = "amount=900&currency=usd&confirm=true&payment_method=pm_card_visa&payment_method_types[]=card";
    one_answer(&duplicates(&lab, "/v1/payment_intents", form).await);
    for list in ["payment_intents", "charges", "events?type=charge.succeeded", "events?type=payment_intent.succeeded"] {
        assert_eq!(count(&lab, list).await, 1, "{list}");
    }
}
