//! Each invariant can fail: it is shown a world in which it does not hold, beside one in which it does.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract_tests::check::secrets::Sought;
use contract_tests::invariants::{Observed, Surroundings, judge};
use contract_tests::model::{Check, Payable, Weight};
use contract_tests::steps::{Answer, Ledger, PayableView, Purchase, PurchaseState, SessionView};
use contract_tests::{Level, Profile};
use mock_core::control::dto::{EntryView, MessageView};
use mock_core::journal::Direction;
use uuid::Uuid;

const ID: Uuid = Uuid::from_u128(0x0d5e_6f70_0000_4000_8000_0000_0000_beef);
const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwIn0.c2lnbmF0dXJlMTIz";

/// A loop that went well: visited, paid, delivered, completed.
fn right() -> Observed {
    let metadata = BTreeMap::from([("order_id".to_owned(), ID.to_string())]);
    Observed {
        purchase: Purchase {
            id: ID,
            link: format!("http://127.0.0.1:7202/pay?purchaseId={ID}"),
            price: Some("49.50".parse().unwrap()),
            currency: "USD".to_owned(),
            event: "E1".to_owned(),
        },
        state: PurchaseState {
            states: vec!["reserved".to_owned(), "completed".to_owned()],
            registrations: 1,
            attendees: 1,
        },
        ledger: Ledger {
            payables: vec![PayableView {
                id: "plink_1".to_owned(),
                kind: Payable::Link,
                url: "http://127.0.0.1:4404/b/1".to_owned(),
                active: false,
                amount: Some(4950),
                currency: "usd".to_owned(),
                quantity: 1,
                metadata: metadata.clone(),
                return_url: Some("https://allowed.test/thanks".to_owned()),
            }],
            sessions: vec![session("cs_1", metadata)],
        },
        entries: vec![
            entry(1, Direction::Inbound, "stripe", "currency=usd", Some(200)).into(),
            entry(2, Direction::Outbound, "stripe", r#"{"id":"evt_1","type":"checkout.session.completed"}"#, Some(200))
                .into(),
        ],
        answers: vec![Answer {
            method: "GET".to_owned(),
            url: format!("http://127.0.0.1:7202/pay?purchaseId={ID}"),
            return_url: Some("https://allowed.test/thanks".to_owned()),
            status: 302,
            headers: vec![("location".to_owned(), "http://127.0.0.1:4404/b/1".to_owned())],
            body: String::new(),
            millis: 5,
        }],
        disowned: Vec::new(),
    }
}

fn session(id: &str, metadata: BTreeMap<String, String>) -> SessionView {
    SessionView {
        id: id.to_owned(),
        status: "complete".to_owned(),
        payment_status: "paid".to_owned(),
        amount: 4950,
        refunded: 0,
        currency: "usd".to_owned(),
        metadata,
        intent: Some(format!("pi_{id}")),
        payment_link: None,
    }
}

/// One of its exchanges, to be changed.
fn exchange(seen: &mut Observed, number: usize) -> &mut EntryView {
    Arc::make_mut(&mut seen.entries[number])
}

fn entry(seq: u64, direction: Direction, fake: &str, body: &str, status: Option<u16>) -> EntryView {
    let message = |body: &str| MessageView {
        method: Some("POST".to_owned()),
        target: Some("/v1/prices".to_owned()),
        headers: vec![("authorization".to_owned(), "Bearer sk_t****1234".to_owned())],
        body: body.to_owned(),
    };
    EntryView {
        seq,
        fake: fake.to_owned(),
        direction,
        operation: None,
        at: "2026-11-21T12:00:00Z".parse().unwrap(),
        wall: "2026-11-21T12:00:00Z".parse().unwrap(),
        micros: Some(100),
        peer: String::new(),
        request: message(body),
        status,
        answer: status.map(|_| MessageView { method: None, target: None, ..message("{}") }),
        failure: None,
        subjects: vec![ID],
        violations: Vec::new(),
        fault: None,
        unsupported: Vec::new(),
        notes: Vec::new(),
    }
}

fn judged(observed: &Observed, level: Level) -> Vec<Check> {
    let secrets = Sought::of(vec![("webhook secret", "whsec_0123456789".to_owned())]);
    let profile = Profile::default();
    judge(observed, &Surroundings { profile: &profile, level, service: "http://127.0.0.1:7202", secrets: &secrets })
}

/// The invariants that do not hold after `change`, at the core level.
#[track_caller]
fn check(change: impl FnOnce(&mut Observed), expect: &[&str]) {
    let mut observed = right();
    change(&mut observed);
    let mut broken: Vec<String> = judged(&observed, Level::Core)
        .into_iter()
        .filter(|check| !check.ok)
        .filter_map(|check| check.invariant)
        .collect();
    broken.dedup();
    assert_eq!(broken, expect);
}

#[test]
fn a_loop_that_went_well_keeps_all_of_them() {
    check(|_| {}, &[]);
    let ids: std::collections::BTreeSet<_> =
        judged(&right(), Level::Core).into_iter().filter_map(|check| check.invariant).collect();
    assert_eq!(
        ids.into_iter().collect::<Vec<_>>(),
        ["INV-1", "INV-2", "INV-3", "INV-4", "INV-5", "INV-6", "INV-7", "INV-8"]
    );
}

#[test]
fn a_free_ticket_is_seen() {
    check(|seen| seen.ledger.sessions.clear(), &["INV-1"]);
    check(|seen| seen.ledger.sessions[0].amount = 49, &["INV-1"]);
    check(|seen| seen.ledger.sessions[0].metadata.clear(), &["INV-1"]);
    check(|seen| seen.ledger.sessions[0].currency = "jpy".to_owned(), &["INV-1"]);
    check(|seen| seen.ledger.sessions[0].payment_status = "unpaid".to_owned(), &["INV-1"]);
}

#[test]
fn a_lost_payment_is_seen_and_weighs_more_above_core() {
    let lost = |seen: &mut Observed| seen.state.states = vec!["reserved".to_owned()];
    check(lost, &["INV-2"]);
    let mut observed = right();
    lost(&mut observed);
    let weight = |level| judged(&observed, level).into_iter().find(|check| !check.ok).map(|check| check.weight);
    assert_eq!((weight(Level::Core), weight(Level::Resilient)), (Some(Weight::Should), Some(Weight::Must)));
    check(
        |seen| {
            lost(seen);
            seen.ledger.sessions[0].refunded = 4950;
        },
        &[],
    );
}

#[test]
fn a_regress_is_seen() {
    let moves = |states: &[&str]| states.iter().map(ToString::to_string).collect::<Vec<_>>();
    check(|seen| seen.state.states = moves(&["reserved", "cancelled", "completed"]), &["INV-3"]);
    check(
        |seen| {
            seen.state.states = moves(&["reserved", "completed", "cancelled"]);
            seen.ledger.sessions[0].refunded = 4950;
        },
        &["INV-3"],
    );
}

#[test]
fn a_double_charge_is_seen_until_it_is_given_back() {
    let twice = |seen: &mut Observed| {
        let second = session("cs_2", seen.ledger.sessions[0].metadata.clone());
        seen.ledger.sessions.push(second);
    };
    check(twice, &["INV-4"]);
    check(
        |seen| {
            twice(seen);
            seen.ledger.sessions[1].refunded = 4950;
        },
        &[],
    );
}

#[test]
fn calls_to_where_the_service_has_no_business_are_seen() {
    let at_the_event_api = |method: &str, path: &str| {
        let mut entry = entry(3, Direction::Inbound, "event-api", "{}", Some(200));
        entry.request.method = Some(method.to_owned());
        entry.request.target = Some(format!("{path}?emApplicationtoken=x"));
        entry
    };
    for base in ["/api/v1.0/orgs/x/eventmanagement", "/EvtMgmt/api/v2.0"] {
        let registrations = format!("{base}/events/Gala1/registrations");
        check(|seen| seen.entries.push(at_the_event_api("POST", &registrations).into()), &[]);
        check(|seen| seen.entries.push(at_the_event_api("GET", &registrations).into()), &["INV-6"]);
        check(
            |seen| seen.entries.push(at_the_event_api("POST", &format!("{registrations}/finalize")).into()),
            &["INV-6"],
        );
    }
}

#[test]
fn strange_targets_are_seen() {
    check(|seen| seen.answers[0].headers[0].1 = "http://evil.test/b/1".to_owned(), &["INV-5"]);
    check(|seen| seen.answers[0].headers.clear(), &["INV-5"]);
    check(|seen| seen.ledger.payables[0].return_url = Some("https://allowed.test/other".to_owned()), &["INV-5"]);
    check(
        |seen| {
            seen.ledger.payables[0].return_url = Some("https://evil.test/".to_owned());
            seen.answers[0].return_url = Some("https://evil.test/".to_owned());
        },
        &["INV-5"],
    );
    // Back to the allowed return URL is right too: a purchase that is paid already has nothing to pay.
    check(|seen| seen.answers[0].headers[0].1 = "https://allowed.test/thanks".to_owned(), &[]);
}

#[test]
fn secrets_are_seen_wherever_the_service_writes() {
    check(|seen| exchange(seen, 0).request.body = "metadata[x]=[webhook secret whse****6789]".to_owned(), &["INV-7"]);
    check(|seen| exchange(seen, 0).request.body = format!("metadata[t]={TOKEN}"), &["INV-7"]);
    check(|seen| exchange(seen, 1).answer.as_mut().unwrap().body = "whsec_0123456789".to_owned(), &["INV-7"]);
    check(|seen| exchange(seen, 0).request.headers[0].1 = "Bearer eyJ0****abcd".to_owned(), &["INV-7"]);
    check(|seen| exchange(seen, 0).request.body = "metadata[t]=[access token eyJ0****abcd]".to_owned(), &["INV-7"]);
    check(|seen| seen.answers[0].body = "secret is whsec_0123456789".to_owned(), &["INV-7"]);
    // What the token endpoint is told, and what the fakes themselves write, is no leak.
    let sign_in = entry(3, Direction::Inbound, "entra", "client_secret=[client secret abc8****6789]", Some(200));
    check(|seen| seen.entries.push(sign_in.into()), &[]);
}

#[test]
fn events_without_an_acknowledgement_are_seen() {
    let again = |status| {
        entry(9, Direction::Outbound, "stripe", r#"{"id":"evt_1","type":"checkout.session.completed"}"#, status)
    };
    check(|seen| exchange(seen, 1).status = Some(500), &["INV-8"]);
    check(
        |seen| {
            exchange(seen, 1).status = None;
            exchange(seen, 1).failure = Some("timed out".to_owned());
        },
        &["INV-8"],
    );
    // What is on its way at the moment of looking is neither.
    check(|seen| seen.entries.push(again(None).into()), &[]);
    check(
        |seen| {
            exchange(seen, 1).status = Some(500);
            seen.entries.push(again(Some(200)).into());
        },
        &[],
    );
}
