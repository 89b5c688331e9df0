//! The control routes.

use mock_core::contract::{AnswerView, Contract, RequestView};
use mock_stripe::control::ROUTES;
use mock_stripe::control::dto::{
    Compose, Composed, Counted, Deliveries, DeliveryState, DeliveryView, EndpointView, Hold, HoldAction, HoldView,
    Holds, Layout, Ledger, Selection, SetEndpoint, Signing,
};
use mock_stripe::domain::signature;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Lab, SECRET};

const ORDER: &str = "8ba9c6e2-6a35-4fd0-9e55-0d5f9a4ec3a1";
const OTHER: &str = "11111111-6a35-4fd0-9e55-0d5f9a4ec3a1";
const THIRD: &str = "22222222-6a35-4fd0-9e55-0d5f9a4ec3a1";

async fn paid(lab: &Lab, order: &str) -> String {
    let link = lab.link(4950, "usd", &format!("metadata[order_id]={order}")).await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    assert_eq!(lab.pay(&page, "4242424242424242").await.status, 303);
    lab.settled().await;
    Lab::session_of(&page).to_owned()
}

async fn list(lab: &Lab, query: &str) -> Vec<DeliveryView> {
    lab.control.get::<Deliveries>(&format!("/v1/stripe/deliveries?{query}")).await.unwrap().deliveries
}

fn hold(action: HoldAction, text: &str, count: Option<u32>) -> Hold {
    let event = Some("checkout.session.completed".to_owned());
    Hold { action, text: Some(text.to_owned()), subjects: Vec::new(), event, count }
}

#[tokio::test]
async fn deliveries_are_found_by_type_text_and_purchase() {
    let lab = Lab::start().await;
    let session = paid(&lab, ORDER).await;
    paid(&lab, OTHER).await;
    assert_eq!(list(&lab, "event_type=checkout.session.completed").await.len(), 2);
    let found = list(&lab, &format!("event_type=checkout.session.completed&subject={ORDER}")).await;
    assert_eq!((found.len(), found[0].object.as_deref()), (1, Some(session.as_str())));
    assert!(found[0].subjects.contains(&ORDER.parse::<Uuid>().unwrap()));
    assert!(
        list(&lab, &format!("subject={ORDER}")).await.len() >= 4,
        "every event of the payment belongs to the purchase"
    );
    assert_eq!(list(&lab, &format!("text={session}")).await.len(), 1);
    let refused = lab.control.get::<Deliveries>("/v1/stripe/deliveries?colour=red").await.unwrap_err().to_string();
    assert!(refused.contains("colour"), "{refused}");
}

#[tokio::test]
async fn held_deliveries_wait_for_their_release_and_do_not_keep_the_buyer() {
    let lab = Lab::start().await;
    let rule: HoldView = lab.control.post("/v1/stripe/holds", &hold(HoldAction::Hold, ORDER, None)).await.unwrap();
    paid(&lab, ORDER).await;
    paid(&lab, OTHER).await;
    let completed =
        |lab: &Lab| lab.receiver.kinds().iter().filter(|kind| *kind == "checkout.session.completed").count();
    assert_eq!(completed(&lab), 1);
    assert_eq!(list(&lab, "status=held").await.len(), 1);
    let event = list(&lab, "status=held").await[0].event.clone();
    assert_eq!(lab.get(&format!("/v1/events/{event}")).await.ok()["pending_webhooks"], 1);
    let selection = Selection { subject: Some(ORDER.parse().unwrap()), ..Selection::default() };
    let released: Deliveries = lab.control.post("/v1/stripe/deliveries/release", &selection).await.unwrap();
    assert_eq!(released.deliveries[0].status, DeliveryState::Delivered);
    assert_eq!(completed(&lab), 2);
    let holds: Holds = lab.control.get("/v1/stripe/holds").await.unwrap();
    assert_eq!(holds.holds, [rule]);
}

#[tokio::test]
async fn one_rule_holds_back_what_belongs_to_several_purchases() {
    let lab = Lab::start().await;
    let rule = |subjects: Vec<Uuid>| json!({ "action": "hold", "subjects": subjects });
    let [order, other] = [ORDER, OTHER].map(|id| id.parse().unwrap());
    lab.control.post::<HoldView>("/v1/stripe/holds", &rule(vec![other, Uuid::nil(), order])).await.unwrap();
    paid(&lab, ORDER).await;
    paid(&lab, OTHER).await;
    paid(&lab, THIRD).await;
    for (id, held) in [(ORDER, true), (OTHER, true), (THIRD, false)] {
        let about_it = list(&lab, &format!("subject={id}")).await;
        assert!(about_it.len() >= 4, "{id}");
        assert!(about_it.iter().all(|delivery| (delivery.status == DeliveryState::Held) == held), "{id}");
    }
    let many =
        lab.control.post::<HoldView>("/v1/stripe/holds", &rule(vec![order; 1_001])).await.unwrap_err().to_string();
    assert!(many.contains("a rule for 1001 GUIDs") && many.contains("at most 1000"), "{many}");
}

#[tokio::test]
async fn deliveries_are_dropped_doubled_and_spoiled_by_rule() {
    let lab = Lab::start().await;
    for (action, received) in [(HoldAction::Drop, 0), (HoldAction::Duplicate, 2), (HoldAction::BreakSignature, 1)] {
        lab.receiver.clear();
        lab.control.post::<HoldView>("/v1/stripe/holds", &hold(action, ORDER, Some(1))).await.unwrap();
        paid(&lab, ORDER).await;
        let completed: Vec<_> =
            lab.receiver.all().into_iter().filter(|received| received.kind() == "checkout.session.completed").collect();
        assert_eq!(completed.len(), received, "{action:?}");
        for delivery in completed {
            let header = delivery.headers["stripe-signature"].to_str().unwrap();
            let t: i64 = header.split(',').next().unwrap()[2..].parse().unwrap();
            let right = header.contains(&signature::v1(&delivery.body, t, SECRET));
            assert_eq!(right, action != HoldAction::BreakSignature);
        }
        let left: Holds = lab.control.get("/v1/stripe/holds").await.unwrap();
        assert!(left.holds.is_empty(), "a rule with a count of one is used up");
    }
    lab.control.post::<HoldView>("/v1/stripe/holds", &hold(HoldAction::Hold, "x", None)).await.unwrap();
    let response = lab.http.delete(lab.control_url("/v1/stripe/holds")).send().await.unwrap();
    assert_eq!(response.json::<Counted>().await.unwrap().count, 1);
}

#[tokio::test]
async fn a_delivery_is_sent_again_or_given_up() {
    let lab = Lab::start().await;
    lab.receiver.will_answer(&[500; 10]);
    lab.post("/v1/products", "name=x").await.ok();
    lab.settled().await;
    let number = list(&lab, "").await[0].number;
    lab.receiver.will_answer(&[]);
    lab.receiver.clear();
    let sent: DeliveryView =
        lab.control.post(&format!("/v1/stripe/deliveries/{number}/resend"), &json!({"times": 10})).await.unwrap();
    assert_eq!((sent.status, sent.attempts.len(), lab.receiver.all().len()), (DeliveryState::Delivered, 11, 10));
    assert_eq!(sent.next_attempt, None);

    lab.receiver.will_answer(&[500; 10]);
    lab.post("/v1/products", "name=x").await.ok();
    lab.settled().await;
    let number = list(&lab, "status=pending").await[0].number;
    let dropped: DeliveryView =
        lab.control.post(&format!("/v1/stripe/deliveries/{number}/drop"), &json!({})).await.unwrap();
    assert_eq!((dropped.status, dropped.next_attempt), (DeliveryState::Dropped, None));
    lab.receiver.clear();
    lab.world.advance(mock_core::SignedDuration::from_hours(9)).await;
    assert!(lab.receiver.all().is_empty());
}

#[tokio::test]
async fn deliveries_are_sent_in_an_order_of_ones_own() {
    let lab = Lab::start().await;
    lab.control.post::<Value>("/v1/stripe/holds", &json!({"action": "hold"})).await.unwrap();
    for name in ["a", "b", "c"] {
        lab.post("/v1/products", &format!("name={name}")).await.ok();
    }
    let numbers: Vec<u64> = list(&lab, "status=held").await.iter().map(|row| row.number).collect();
    let [a, b, c] = numbers[..] else { panic!("three are held, not {numbers:?}") };
    assert!(lab.receiver.all().is_empty());

    // One that is not there keeps all of them from being sent.
    let ask = |deliveries: &[u64]| json!({ "deliveries": deliveries });
    let refused = lab.control.post::<Deliveries>("/v1/stripe/deliveries/resend", &ask(&[c, 999])).await.unwrap_err();
    assert!(refused.to_string().contains("there is no delivery 999"), "{refused}");
    assert!(lab.receiver.all().is_empty());

    let sent: Deliveries = lab.control.post("/v1/stripe/deliveries/resend", &ask(&[c, a, b])).await.unwrap();
    let told: Vec<_> = sent.deliveries.iter().map(|row| (row.number, row.status, row.attempts.len())).collect();
    assert_eq!(told, [c, a, b].map(|number| (number, DeliveryState::Delivered, 1)));
    let came: Vec<_> = lab.receiver.all().iter().map(|hook| hook.json()["data"]["object"]["name"].clone()).collect();
    assert_eq!(came, ["c", "a", "b"]);

    lab.control.put("/v1/stripe/endpoint", &json!({"disabled": true})).await.unwrap();
    let refused = lab.control.post::<Deliveries>("/v1/stripe/deliveries/resend", &ask(&[a, b])).await.unwrap_err();
    assert!(refused.to_string().contains(&format!("2 of 2 deliveries cannot be sent: {a}, {b}")), "{refused}");
}

#[tokio::test]
async fn a_test_composes_deliveries_of_every_kind() {
    let lab = Lab::start().await;
    let session = paid(&lab, ORDER).await;
    let event = list(&lab, &format!("text={session}")).await[0].event.clone();
    let send = |compose: Compose| {
        let lab = &lab;
        async move {
            lab.receiver.clear();
            let composed: Composed = lab.control.post("/v1/stripe/deliveries", &compose).await.unwrap();
            assert!(composed.answers.iter().all(mock_stripe::control::dto::AnswerView::is_success));
            (composed, lab.receiver.all().pop().unwrap())
        }
    };
    let from = || Compose { event: Some(event.clone()), ..Compose::default() };
    for layout in [Layout::Pretty, Layout::Compact, Layout::Reordered, Layout::Escaped, Layout::UnknownFields] {
        let (composed, received) = send(Compose { layout, ..from() }).await;
        let header = composed.signature.unwrap();
        let t: i64 = header.split(',').next().unwrap()[2..].parse().unwrap();
        assert!(
            header.contains(&signature::v1(&received.body, t, SECRET)),
            "{layout:?}: the bytes sent are those signed"
        );
        assert_eq!(received.json()["data"]["object"]["metadata"]["order_id"], ORDER);
    }
    let now = lab.world.clock().wall().as_second();
    let verdicts = [
        (Signing::Valid, true),
        (Signing::WrongSecret, false),
        (Signing::EmptySecret, false),
        (Signing::OtherBody, false),
        (Signing::ChangedTimestamp, false),
        (Signing::Broken, false),
        (Signing::OnlyV0, false),
        (Signing::Rolled, true),
        (Signing::Shuffled, true),
        (Signing::Old, true),
    ];
    for (signing, genuine) in verdicts {
        let (_, received) = send(Compose { signing, ..from() }).await;
        let header = received.headers["stripe-signature"].to_str().unwrap().to_owned();
        let parts: Vec<_> = header.split(',').filter_map(|part| part.split_once('=')).collect();
        let t: i64 = parts.iter().find(|(name, _)| *name == "t").unwrap().1.parse().unwrap();
        let right = signature::v1(&received.body, t, SECRET);
        assert_eq!(parts.contains(&("v1", right.as_str())), genuine, "{signing:?}");
        assert_eq!((now - t) > 3_000, signing == Signing::Old, "{signing:?}");
    }
    let (_, unsigned) = send(Compose { signing: Signing::None, ..from() }).await;
    assert!(!unsigned.headers.contains_key("stripe-signature"));

    let set = [("data.object.amount_total".to_owned(), json!(1)), ("livemode".to_owned(), json!(true))].into();
    let changed = Compose {
        set,
        remove: vec!["data.object.metadata.order_id".into()],
        fresh_id: true,
        event_type: Some("x.y".into()),
        api_version: Some("2024-06-20".into()),
        ..from()
    };
    let (_, received) = send(changed).await;
    let body = received.json();
    assert_ne!(body["id"], json!(event));
    assert_eq!(
        (&body["type"], &body["livemode"], &body["api_version"]),
        (&json!("x.y"), &json!(true), &json!("2024-06-20"))
    );
    assert_eq!((&body["data"]["object"]["amount_total"], &body["data"]["object"]["metadata"]), (&json!(1), &json!({})));

    let (_, wrapped) = send(Compose { object: Some(session.clone()), ..Compose::default() }).await;
    assert_eq!(
        (wrapped.kind().as_str(), &wrapped.json()["data"]["object"]["id"]),
        ("checkout.session.completed", &json!(session))
    );
    let (composed, raw) = send(Compose {
        payload: Some("not json".into()),
        signature: Some("t=,v1=".into()),
        times: Some(3),
        ..Compose::default()
    })
    .await;
    assert_eq!(
        (raw.body.as_ref(), raw.headers["stripe-signature"].as_bytes()),
        (b"not json".as_slice(), b"t=,v1=".as_slice())
    );
    assert_eq!((composed.answers.len(), lab.receiver.all().len()), (3, 3));
    let unclear =
        lab.control.post::<Composed>("/v1/stripe/deliveries", &Compose::default()).await.unwrap_err().to_string();
    assert!(unclear.contains("exactly one of"), "{unclear}");
}

#[tokio::test]
async fn the_ledger_tells_everything_about_one_purchase_and_nothing_of_another() {
    let lab = Lab::start().await;
    let session = paid(&lab, ORDER).await;
    paid(&lab, OTHER).await;
    let charge = lab.get("/v1/charges").await.ok()["data"][1]["id"].as_str().unwrap().to_owned();
    lab.post("/v1/refunds", &format!("charge={charge}&amount=50")).await.ok();
    let ledger: Ledger = lab.control.get(&format!("/v1/stripe/objects?subject={ORDER}")).await.unwrap();
    let only = |rows: &[Value]| rows.len() == 1;
    assert!(
        only(&ledger.payment_links)
            && only(&ledger.sessions)
            && only(&ledger.payment_intents)
            && only(&ledger.charges)
            && only(&ledger.refunds)
    );
    assert_eq!(ledger.sessions[0]["id"], json!(session));
    assert_eq!(ledger.sessions[0]["line_items"]["data"][0]["quantity"], 1);
    assert_eq!((ledger.paid_total["usd"], ledger.refunded_total["usd"]), (4950, 50));
    assert_eq!(ledger.payable, [ledger.payment_links[0]["id"].as_str().unwrap()]);
    let nobody: Ledger = lab.control.get(&format!("/v1/stripe/objects?subject={}", Uuid::nil())).await.unwrap();
    assert_eq!(nobody, Ledger::default());
}

#[tokio::test]
async fn a_reference_in_the_address_does_not_make_a_session_belong_to_another_purchase() {
    let lab = Lab::start().await;
    let link = lab.link(4950, "usd", &format!("metadata[order_id]={ORDER}")).await;
    let page = lab.visit(&format!("{}?client_reference_id={OTHER}", link["url"].as_str().unwrap())).await;
    lab.pay(&page, "4242424242424242").await;
    let other: Ledger = lab.control.get(&format!("/v1/stripe/objects?subject={OTHER}")).await.unwrap();
    assert!(other.sessions.is_empty() && other.paid_total.is_empty());
}

#[tokio::test]
async fn the_endpoint_is_moved_while_running() {
    let lab = Lab::with(|config| config.webhook_url = None).await;
    assert!(lab.control.get::<EndpointView>("/v1/stripe/endpoint").await.is_err());
    let change = SetEndpoint {
        url: Some(lab.elsewhere.to_string()),
        secret: Some("whsec_other".into()),
        ..SetEndpoint::default()
    };
    lab.control.put("/v1/stripe/endpoint", &change).await.unwrap();
    paid(&lab, ORDER).await;
    let received = lab.receiver.all().pop().unwrap();
    let header = received.headers["stripe-signature"].to_str().unwrap();
    let t: i64 = header.split(',').next().unwrap()[2..].parse().unwrap();
    assert!(header.contains(&signature::v1(&received.body, t, "whsec_other")));
    let view: EndpointView = lab.control.get("/v1/stripe/endpoint").await.unwrap();
    assert_eq!((view.secret.as_str(), view.enabled_events), ("whsec_other", vec!["*".to_owned()]));
    assert!(lab.control.put("/v1/stripe/endpoint", &json!({"url": "ftp://x"})).await.is_err());
}

#[tokio::test]
async fn snapshot_restore_and_reset_take_the_account_along() {
    let lab = Lab::start().await;
    lab.post("/v1/products", "name=a").await.ok();
    let number = lab.world.snapshot();
    lab.post("/v1/products", "name=b").await.ok();
    assert!(lab.world.restore(number));
    let names =
        |body: Value| body["data"].as_array().unwrap().iter().map(|row| row["name"].clone()).collect::<Vec<_>>();
    assert_eq!(names(lab.get("/v1/products").await.ok()), [json!("a")]);
    lab.world.reset();
    assert!(names(lab.get("/v1/products").await.ok()).is_empty());
    assert_eq!(lab.get("/v1/webhook_endpoints").await.ok()["data"].as_array().unwrap().len(), 1);
}

fn contract() -> Contract {
    Contract::parse("control", include_str!("../../../fixtures/openapi/control.yaml")).unwrap()
}

#[test]
fn the_control_contract_describes_the_routes_that_there_are_and_no_others() {
    let contract = contract();
    let described: std::collections::BTreeSet<_> = contract
        .operations()
        .map(|operation| (operation.method().as_str(), operation.path()))
        .filter(|(_, path)| path.starts_with("/v1/stripe/"))
        .collect();
    assert_eq!(described, ROUTES.iter().copied().collect());
}

#[tokio::test]
async fn every_control_answer_fits_its_contract() {
    let lab = Lab::start().await;
    let session = paid(&lab, ORDER).await;
    let euro = lab.link(900, "eur", "").await;
    let page = lab.visit(euro["url"].as_str().unwrap()).await;
    lab.submit(&page, "email=a@b.test&name=A&method=sepa_debit&iban=AT611904300234573201").await;
    let debit = Lab::session_of(&page).to_owned();
    let first: Deliveries = lab.control.get("/v1/stripe/deliveries").await.unwrap();
    let endpoint = &first.deliveries[0].endpoint;
    let asked = lab.get("/v1/payment_intents").await.ok()["data"][1]["id"].as_str().unwrap().to_owned();
    let contract = contract();
    let calls = [
        ("GET", "/v1/stripe/deliveries".to_owned(), Value::Null, 200),
        ("GET", "/v1/stripe/deliveries/1".to_owned(), Value::Null, 200),
        ("GET", "/v1/stripe/deliveries/x".to_owned(), Value::Null, 400),
        ("GET", "/v1/stripe/deliveries/999".to_owned(), Value::Null, 404),
        ("POST", "/v1/stripe/deliveries".to_owned(), json!({"object": session}), 200),
        ("POST", "/v1/stripe/deliveries/1/resend".to_owned(), json!({"times": 2}), 200),
        ("POST", "/v1/stripe/deliveries/resend".to_owned(), json!({"deliveries": [2, 1], "at_once": 2}), 200),
        ("POST", "/v1/stripe/deliveries/resend".to_owned(), json!({"deliveries": [1, 999]}), 404),
        ("POST", "/v1/stripe/deliveries/resend".to_owned(), json!({"deliveries": []}), 400),
        ("POST", "/v1/stripe/deliveries/resend".to_owned(), json!({"deliveries": [1], "at_once": 101}), 400),
        ("POST", "/v1/stripe/deliveries/1/drop".to_owned(), Value::Null, 200),
        ("POST", "/v1/stripe/deliveries/release".to_owned(), json!({"status": "held"}), 200),
        ("POST", "/v1/stripe/holds".to_owned(), json!({"action": "hold", "text": "x", "count": 2}), 200),
        ("POST", "/v1/stripe/holds".to_owned(), json!({"action": "hold", "count": 0}), 400),
        ("GET", "/v1/stripe/holds".to_owned(), Value::Null, 200),
        ("DELETE", "/v1/stripe/holds/1".to_owned(), Value::Null, 200),
        ("DELETE", "/v1/stripe/holds/1".to_owned(), Value::Null, 404),
        ("DELETE", "/v1/stripe/holds".to_owned(), Value::Null, 200),
        ("PUT", "/v1/stripe/endpoint".to_owned(), json!({"disabled": false}), 204),
        ("GET", "/v1/stripe/endpoint".to_owned(), Value::Null, 200),
        ("GET", "/v1/stripe/settings".to_owned(), Value::Null, 200),
        ("PUT", "/v1/stripe/settings".to_owned(), json!({"rate_limits": "live"}), 200),
        ("PUT", "/v1/stripe/settings".to_owned(), json!({"rate_limits": {"custom": {"per_second": 500}}}), 200),
        ("PUT", "/v1/stripe/settings".to_owned(), json!({"rate_limits": {"custom": {"search": 0}}}), 400),
        (
            "PUT",
            "/v1/stripe/settings".to_owned(),
            json!({"rate_limits": "off", "api_version": "2026-07-29.dahlia"}),
            200,
        ),
        ("PUT", "/v1/stripe/settings".to_owned(), json!({"api_version": "newest"}), 400),
        ("POST", format!("/v1/stripe/endpoints/{endpoint}/roll"), json!({"expires_in_seconds": 60}), 200),
        ("POST", format!("/v1/stripe/endpoints/{endpoint}/roll"), json!({"expires_in_seconds": 86_401}), 400),
        ("POST", "/v1/stripe/endpoints/we_x/roll".to_owned(), json!({}), 404),
        ("POST", format!("/v1/stripe/payments/{asked}/dispute"), json!({"reason": "general", "inquiry": true}), 200),
        ("POST", format!("/v1/stripe/payments/{debit}/dispute"), json!({}), 409),
        ("POST", "/v1/stripe/payments/pi_x/dispute".to_owned(), json!({}), 404),
        ("POST", "/v1/stripe/disputes/du_x/win".to_owned(), Value::Null, 404),
        ("POST", "/v1/stripe/disputes/du_x/lose".to_owned(), Value::Null, 404),
        ("POST", "/v1/stripe/disputes/du_x/escalate".to_owned(), Value::Null, 404),
        ("POST", format!("/v1/stripe/payments/{debit}/settle"), Value::Null, 200),
        ("POST", format!("/v1/stripe/payments/{debit}/fail"), Value::Null, 409),
        ("POST", "/v1/stripe/payments/pi_x/fail".to_owned(), Value::Null, 404),
        ("GET", format!("/v1/stripe/objects?subject={ORDER}"), Value::Null, 200),
        ("GET", "/v1/stripe/objects?subject=me".to_owned(), Value::Null, 400),
        ("GET", "/v1/stripe/unsupported".to_owned(), Value::Null, 200),
    ];
    for (method, target, body, status) in calls {
        let method: http::Method = method.parse().unwrap();
        let mut call = lab.http.request(method.clone(), lab.control_url(&target));
        let text = if body.is_null() { String::new() } else { body.to_string() };
        if !text.is_empty() {
            call = call.header("content-type", "application/json").body(text.clone());
        }
        let answer = lab.send(call).await;
        assert_eq!(answer.status, status, "{method} {target}: {}", answer.text);
        let (path, query) = target.split_once('?').map_or((target.as_str(), None), |(path, query)| (path, Some(query)));
        let headers =
            [(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"))].into_iter().collect();
        let request = RequestView { method: &method, path, query, headers: &headers, body: text.as_bytes() };
        let view = AnswerView {
            status: answer.status.try_into().unwrap(),
            headers: &answer.headers,
            body: answer.text.as_bytes(),
        };
        let wrong = contract.check_answer(&request, &view);
        assert!(wrong.is_empty(), "{method} {target}: {wrong:#?}\n{}", answer.text);
        if status == 200 {
            let wrong = contract.check_request(&request);
            assert!(wrong.is_empty(), "{method} {target}: {wrong:#?}");
        }
    }
}
