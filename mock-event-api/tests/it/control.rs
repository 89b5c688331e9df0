//! The control routes: what they take, answer and refuse.

use mock_event_api::control::ROUTES;
use mock_event_api::control::dto::{
    ArrangeEvent, ArrangePass, ArrangedEvent, ChangePurchase, Features, LintReport, PurchaseState, PurchaseView,
    WhatView,
};
use serde_json::{Value, json};

use crate::support::{Bench, EVENT, PASS, attendees_with};

/// What the control API says to a bad request.
async fn refused(bench: &Bench, path: &str, body: Value) -> String {
    bench.control.post::<Value>(path, &body).await.unwrap_err().to_string()
}

#[tokio::test]
async fn an_arrangement_is_ready_to_be_bought_from() {
    let bench = Bench::new().await;
    let event: ArrangedEvent = bench.control.post("/v1/event-api/events", &json!({"scope": "C-R01"})).await.unwrap();
    assert_eq!(event.findings, []);
    assert_eq!(event.origin, "http://localhost:8080");
    assert_eq!(event.endpoint, bench.api.endpoint());
    let token = format!("emApplicationtoken={}", event.token);
    assert_eq!(
        event.registration_url,
        format!("{}/events/{}/registrations?{token}", event.endpoint, event.readable_event_id)
    );
    let purchase = bench.buy(&event.readable_event_id, &event.pass_ids[0].to_string(), 1).await;
    let view = bench.purchase(purchase).await;
    assert_eq!((view.event_id, view.state), (event.event_id, PurchaseState::Reserved));
    assert_eq!((view.deadline - view.created).get_minutes(), 0, "spans are in seconds");
    assert_eq!(view.deadline.duration_since(view.created).as_mins(), 30);
    let all: Vec<PurchaseView> =
        bench.control.get(&format!("/v1/event-api/events/{}/purchases", event.readable_event_id)).await.unwrap();
    assert_eq!(all, [view]);
}

#[tokio::test]
async fn the_same_scope_gives_the_same_ids_in_another_world() {
    let arrange = || async {
        let bench = Bench::new().await;
        let event = bench.arrange(&ArrangeEvent { scope: "C-R01".into(), ..ArrangeEvent::default() }).await;
        let purchase = bench.buy(&event.readable_event_id, &event.pass_ids[0].to_string(), 2).await;
        (event.readable_event_id, event.event_id, event.pass_ids, purchase)
    };
    assert_eq!(arrange().await, arrange().await);
}

#[tokio::test]
async fn what_an_arrangement_cannot_be() {
    let bench = Bench::new().await;
    let path = "/v1/event-api/events";
    for (body, expect) in [
        (json!({"capacty": 5}), "unknown field `capacty`"),
        (json!({"capacity": "many"}), "capacity"),
        (json!({"capacity": 50_001}), "50001 is not between 0 and 50000"),
        (json!({"currency": "usd"}), "\"usd\" is not an ISO 4217 code"),
        (json!({"passes": [{"price": 49.5}]}), "price"),
        (json!({"passes": [{"price": "much"}]}), "\"much\" is not a decimal number"),
        (json!({"passes": [{"allocation": 50_001}]}), "50001 is not between 0 and 50000"),
        (json!({"readable_event_id": EVENT}), "another event has the readable id"),
        (json!({"name": "x".repeat(101)}), "holds at most 100 characters"),
        (json!({"origin": "x".repeat(101)}), "holds at most 100 characters"),
        (json!({"switches": {"AMB-99": "x"}}), "there is no switch AMB-99"),
        (json!({"switches": {"AMB-1": "x"}}), "switch AMB-1 does not take \"x\" (it takes: success, fault)"),
        (json!({"timeout_minutes": 0}), "0 is not between 1"),
    ] {
        let message = refused(&bench, path, body.clone()).await;
        assert!(message.contains(expect), "{body}: {message}");
    }
    assert_eq!(
        bench.dataverse.store().read(|data| data.count("msevtmgt_event")),
        2,
        "a refusal leaves no event behind"
    );
}

#[tokio::test]
async fn a_wrong_set_up_is_made_as_asked_and_reported() {
    let bench = Bench::new().await;
    let ask = ArrangeEvent {
        scope: "wrong".into(),
        currency: None,
        payment_page_url: Some("https://pay.test/x".into()),
        passes: vec![ArrangePass { allocation: 0, ..ArrangePass::default() }],
        ..ArrangeEvent::default()
    };
    let event = bench.arrange(&ask).await;
    let rules: Vec<_> = event.findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(rules, ["payment-page-url-without-question-mark", "price-without-currency", "pass-hidden"]);
    let all: LintReport = bench.control.get("/v1/event-api/lint").await.unwrap();
    assert_eq!(all.findings, event.findings, "the sample itself is right");
    let pair = format!("/v1/event-api/lint?event={EVENT}&pass={}", event.pass_ids[0]);
    let pair: LintReport = bench.control.get(&pair).await.unwrap();
    assert_eq!(pair.findings[0].rule, "pass-of-another-event");
    for wrong in
        ["/v1/event-api/lint?pass=x", "/v1/event-api/lint?events=x", &format!("/v1/event-api/lint?pass={PASS}")]
    {
        assert!(bench.control.get::<Value>(wrong).await.is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn a_purchase_can_lose_its_price_and_currency() {
    let bench = Bench::new().await;
    let purchase = bench.buy(EVENT, PASS, 1).await;
    let path = format!("/v1/event-api/purchases/{purchase}");
    let change = ChangePurchase { price: Some(None), currency: Some(Some("JPY".into())) };
    let view: PurchaseView = bench.control.post(&path, &change).await.unwrap();
    assert_eq!((view.price, view.currency.as_deref()), (None, Some("JPY")));
    let last = view.history.last().unwrap();
    assert_eq!((last.what, last.detail.as_deref()), (WhatView::Changed, Some("currency JPY, price missing")));
    let expired: PurchaseView = bench.control.post(&format!("{path}/expire"), &json!({})).await.unwrap();
    assert_eq!((expired.state, expired.deadline), (PurchaseState::Expired, bench.world.clock().now()));
    assert!(refused(&bench, &path, json!({"price": 5})).await.contains("price"));
    assert!(refused(&bench, "/v1/event-api/purchases/x", json!({})).await.contains("\"x\" is not a GUID"));
    assert!(
        refused(&bench, &format!("/v1/event-api/purchases/{PASS}"), json!({})).await.contains("there is no purchase")
    );
}

#[tokio::test]
async fn payments_can_be_switched_off_as_a_feature() {
    let bench = Bench::new().await;
    bench.control.put("/v1/event-api/features", &Features { payments: false, demo_payments: None }).await.unwrap();
    let answer = bench.register(EVENT, &attendees_with(PASS, 1)).await;
    assert_eq!(answer.json()["status"], "Success");
    let report: LintReport = bench.control.get("/v1/event-api/lint").await.unwrap();
    assert_eq!(report.findings[0].rule, "payments-switched-off");
}

#[tokio::test]
async fn bad_requests_to_every_control_route_are_told_what_is_wrong() {
    let bench = Bench::new().await;
    let base = format!("{}/v1/event-api", bench.world.places().base("control").unwrap());
    for (method, path) in ROUTES {
        let url = format!("{base}{}", path.replace("{readableEventId}", "None1").replace("{purchaseId}", "x"));
        let request = bench.http.request(method.parse::<http::Method>().unwrap(), url).body("{\"x\":[");
        let answer = bench.send(request).await;
        let listing = *method == "GET" && (path.ends_with("/purchases") || *path == "/lint");
        if listing {
            assert_eq!(answer.status, 200, "{method} {path}");
        } else {
            assert!((400..500).contains(&answer.status), "{method} {path}: {}", answer.line());
            let error = answer.json();
            let said = |key: &str| error["error"][key].as_str().is_some_and(|text| !text.is_empty());
            assert!(said("message") && said("hint"), "{method} {path}: {error}");
        }
    }
}
