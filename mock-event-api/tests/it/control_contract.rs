//! The control routes of this fake against the published contract of the control API, in both directions.

use std::collections::BTreeSet;

use http::Method;
use mock_core::contract::{AnswerView, Contract, RequestView};
use mock_event_api::control::ROUTES;
use serde_json::json;

use crate::support::{Bench, EVENT, FREE_EVENT, PASS};

const PREFIX: &str = "/v1/event-api";

fn contract() -> Contract {
    Contract::parse("control", include_str!("../../../fixtures/openapi/control.yaml")).unwrap()
}

#[test]
fn the_contract_describes_the_routes_that_there_are_and_no_others() {
    let contract = contract();
    let described: BTreeSet<_> = contract
        .operations()
        .filter_map(|operation| Some((operation.method().as_str(), operation.path().strip_prefix(PREFIX)?)))
        .collect();
    assert_eq!(described, ROUTES.iter().copied().collect());
}

struct Guarded {
    bench: Bench,
    contract: Contract,
    /// Operations whose right answer was seen.
    seen: BTreeSet<String>,
}

impl Guarded {
    /// Sends `method target` and answers the status; `fits` says whether the request itself keeps to the contract.
    async fn send(&mut self, method: Method, target: &str, body: &str, fits: bool) -> u16 {
        let target = format!("{PREFIX}{target}");
        let call = self.bench.http.request(method.clone(), self.bench.control_url(&target)).body(body.to_owned());
        let call = if body.is_empty() { call } else { call.header("content-type", "application/json") };
        let headers = call.try_clone().unwrap().build().unwrap().headers().clone();
        let answer = self.bench.send(call).await;
        let (path, query) = target.split_once('?').map_or((target.as_str(), None), |(path, query)| (path, Some(query)));
        let view = RequestView { method: &method, path, query, headers: &headers, body: body.as_bytes() };
        let wrong = self.contract.check_request(&view);
        assert_eq!(wrong.is_empty(), fits, "{method} {target} {body}: {wrong:#?}");
        let status = answer.status.try_into().unwrap();
        let answered = AnswerView { status, headers: &answer.headers, body: answer.text.as_bytes() };
        let wrong = self.contract.check_answer(&view, &answered);
        assert!(wrong.is_empty(), "{method} {target}: {wrong:#?}\n{}", answer.text);
        if status.is_success() {
            self.seen.extend(self.contract.operation_id(&method, path).map(str::to_owned));
        }
        answer.status
    }
}

async fn start() -> Guarded {
    Guarded { bench: Bench::new().await, contract: contract(), seen: BTreeSet::new() }
}

#[tokio::test]
async fn every_right_answer_keeps_to_the_contract() {
    let mut api = start().await;
    let purchase = api.bench.buy(EVENT, PASS, 2).await;
    let purchase = format!("/purchases/{purchase}");
    let whole = json!({
        "scope": "C-R01", "name": "Whole", "readable_event_id": "Whole_1", "currency": null, "capacity": null, "live": true, "published": true,
        "gateway": true, "timeout_minutes": 5, "payment_page_url": "http://localhost:1/pay?", "origin": "http://localhost:2", "source_system": "outbound", "enable_captcha": true,
        "sessions": [{"name": "Talk"}], "tracks": [{"name": "All", "sessions": ["Talk"]}], "closes": "2026-12-01T00:00:00Z",
        "passes": [{"name": "Odd", "price": null, "currency": "JPY", "allocation": 1}], "switches": {}
    });
    let good = [
        (Method::POST, "/events".to_owned(), String::new()),
        (Method::POST, "/events".to_owned(), whole.to_string()),
        (Method::GET, "/events/Whole_1".to_owned(), String::new()),
        (Method::GET, format!("/events/{EVENT}"), String::new()),
        (Method::POST, format!("/events/{EVENT}"), r#"{"live": true, "capacity": null, "closes": null}"#.to_owned()),
        (Method::GET, format!("/events/{EVENT}/purchases"), String::new()),
        (Method::GET, purchase.clone(), String::new()),
        (Method::POST, purchase.clone(), r#"{"price": "10.00", "currency": "EUR"}"#.to_owned()),
        (Method::POST, purchase.clone(), r#"{"price": null, "currency": null}"#.to_owned()),
        (Method::POST, format!("{purchase}/expire"), String::new()),
        (Method::GET, "/events/Free_Meetup141284260613/registrations".to_owned(), String::new()),
        (Method::POST, format!("/events/{EVENT}"), r#"{"show_waitlist": true, "session_capacities": {}}"#.to_owned()),
        (Method::GET, "/lint".to_owned(), String::new()),
        (Method::GET, format!("/lint?event={EVENT}&pass={PASS}"), String::new()),
        (
            Method::POST,
            "/users".to_owned(),
            r#"{"first_name": "Ada", "last_name": "Ng", "email": "ada@example.test"}"#.to_owned(),
        ),
        (Method::PUT, "/features".to_owned(), r#"{"payments": false}"#.to_owned()),
        (Method::GET, "/lint".to_owned(), String::new()),
    ];
    for (method, target, body) in good {
        let expect = if method == Method::PUT { 204 } else { 200 };
        assert_eq!(api.send(method.clone(), &target, &body, true).await, expect, "{method} {target} {body}");
    }
    let guest = |n: u32, waitlisted: bool| json!({"attendees": [{"firstName": "Bo", "lastName": "Li", "email": format!("bo{n}@example.test"), "waitlisted": waitlisted}]});
    for (n, act) in [(1, "cancel"), (2, "move-up")] {
        api.bench.register(FREE_EVENT, &guest(n, act == "move-up")).await;
        let all = api.bench.dataverse.events().registrations(FREE_EVENT).unwrap();
        let target = format!("/registrations/{}/{act}", all.last().unwrap().id);
        assert_eq!(api.send(Method::POST, &target, "", true).await, 204, "{target}");
        let again = if act == "cancel" { 404 } else { 409 };
        assert_eq!(api.send(Method::POST, &target, "{}", true).await, again, "{target}");
    }
    api.bench.minutes(10_000).await;
    assert_eq!(api.send(Method::GET, &purchase, "", true).await, 200);
    let described = api.contract.operations().filter(|operation| operation.path().starts_with(PREFIX));
    let described: BTreeSet<_> = described.map(|operation| operation.id().to_owned()).collect();
    assert_eq!(api.seen, described, "each operation is seen to answer rightly");
}

#[tokio::test]
async fn what_the_contract_refuses_is_refused_in_the_shape_of_the_control_api() {
    let mut api = start().await;
    let bad = [
        (Method::POST, "/events", r#"{"capacty": 5}"#),
        (Method::POST, "/events", r#"{"passes": [{"price": 49.5}]}"#),
        (Method::POST, "/events", r#"{"currency": "usd"}"#),
        (Method::POST, "/events", r#"{"source_system": "inbound"}"#),
        (Method::POST, "/users", r#"{"first_name": "", "last_name": "Ng", "email": "a@b.test"}"#),
        (Method::POST, "/users", r#"{"first_name": "Ada"}"#),
        (Method::GET, "/purchases/7", ""),
        (Method::GET, "/lint?what=x", ""),
        (Method::GET, "/lint?pass=7", ""),
        (Method::PUT, "/features", "{}"),
    ];
    for (method, target, body) in bad {
        assert_eq!(api.send(method.clone(), target, body, false).await, 400, "{method} {target} {body}");
    }
    let missing = [
        (Method::GET, "/events/Nothing_1"),
        (Method::POST, "/events/Nothing_1"),
        (Method::GET, "/purchases/a4d9e358-949f-f011-bbd3-6045bd02f64d"),
    ];
    for (method, target) in missing {
        assert_eq!(api.send(method.clone(), target, "", true).await, 404, "{method} {target}");
    }
    let again = format!(r#"{{"readable_event_id": "{EVENT}"}}"#);
    assert_eq!(api.send(Method::POST, "/events", &again, true).await, 409);
}
