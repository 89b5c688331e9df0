//! Every value of every switch of event management: each changes something that a caller can see.

use std::collections::BTreeMap;

use mock_dataverse::event_management::switches::ALL;
use mock_dataverse::store::Fields;
use mock_event_api::control::dto::{ArrangeEvent, ArrangePass, ArrangedEvent};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Bench, EVENT, FREE_EVENT, PASS, attendees_with, put};

/// Switches that only the Dataverse face shows; `mock-platform/tests/it/switches.rs` looks at each of their values there.
const SHOWN_BY_DATAVERSE: [&str; 2] = ["AMB-4", "AMB-7"];
/// Switches whose values differ only while another one stands elsewhere: an origin other than the registered one has to be let in before a
/// link can return to it.
const COMPANIONS: [(&str, &str, &str); 1] = [("EAPI-17", "EAPI-6", "pass")];

/// What was seen, a line each.
struct Probe {
    bench: Bench,
    seen: Vec<String>,
}

impl Probe {
    fn note(&mut self, what: &str, seen: impl std::fmt::Display) {
        self.seen.push(format!("{what}: {seen}"));
    }

    /// Notes status, kind and body of an answer.
    fn answer(&mut self, what: &str, answer: &Answer) {
        let kind = answer.header("content-type").unwrap_or_default().to_owned();
        let cors = answer.header("access-control-allow-origin").is_some();
        let start: String = answer.text.chars().take(600).collect();
        self.note(what, format!("{} {kind} {cors} {start}", answer.status));
    }

    async fn arrange(&self, scope: &str, ask: ArrangeEvent) -> ArrangedEvent {
        let name = format!("Probe {scope}");
        self.bench.arrange(&ArrangeEvent { scope: scope.into(), name, ..ask }).await
    }

    async fn register(&mut self, what: &str, event: &str, attendees: Value) -> Answer {
        let answer = self.bench.register(event, &json!({ "attendees": attendees })).await;
        self.answer(what, &answer);
        answer
    }

    fn roster(&mut self, what: &str, event: &str) {
        let views = self.bench.dataverse.events().registrations(event).unwrap();
        let told: Vec<_> = views
            .iter()
            .map(|view| {
                format!("{} {:?}", view.waits, view.sessions.iter().map(|place| place.standing).collect::<Vec<_>>())
            })
            .collect();
        self.note(what, told.join(", "));
    }
}

fn guest(n: usize, more: &Value) -> Value {
    let mut guest =
        json!({"firstName": "Ada", "lastName": format!("Ng {n}"), "email": format!("guest{n}@example.test")});
    for (key, value) in more.as_object().into_iter().flatten() {
        guest[key] = value.clone();
    }
    guest
}

fn free(capacity: u32) -> ArrangeEvent {
    ArrangeEvent { gateway: false, passes: Vec::new(), capacity: Some(capacity), ..ArrangeEvent::default() }
}

async fn payments(probe: &mut Probe) {
    let answer = probe.register("paid", EVENT, attendees_with(PASS, 1)["attendees"].clone()).await;
    let Some((_, id)) = answer.text.split_once("purchaseId=") else { return };
    let purchase: Uuid = id.get(..36).and_then(|id| id.parse().ok()).expect("a GUID");
    let events = probe.bench.dataverse.events().clone();
    let hidden = (0..11).filter(|_| events.hides("msevtmgt_eventpurchase", purchase)).count();
    probe.note("hidden reads", hidden);
    probe.note("absent currency", events.omits_missing_currency(purchase));
    let view = events.purchase(purchase).unwrap();
    probe.note("currency and status", format!("{:?} {:?}", view.currency, view.payment_status));
    let row = probe.bench.dataverse.store().get("msevtmgt_eventpurchase", purchase).unwrap();
    probe.note("purchaser", row.lookup("msevtmgt_purchasingcontactid").is_some());
    let count = probe.bench.get(&format!("/events/{EVENT}/registrations/count")).await;
    probe.answer("count", &count);
    for status in [100_000_001, 100_000_001, 100_000_000] {
        let told = format!("{:?}", events.finalize(purchase, status));
        probe.note("finalize", told);
    }
    let late = purchase_late(probe).await;
    probe.note("late", late);
    let origin = probe.bench.http.post(probe.bench.url(&format!("/events/{EVENT}/registrations")));
    let origin = origin.header("origin", "http://elsewhere.test").header("content-type", "application/json");
    let answer = probe.bench.send(origin.body(attendees_with(PASS, 1).to_string())).await;
    probe.answer("other origin", &answer);
    probe.register("bad pass", EVENT, json!([guest(1, &json!({"passId": EVENT_LIKE}))])).await;
    probe.register("no pass", EVENT, json!([guest(2, &json!({}))])).await;
}

const EVENT_LIKE: &str = "6b1f0c0e-0000-4000-8000-0000000000ff";

async fn purchase_late(probe: &Probe) -> String {
    let answer = probe.bench.register(EVENT, &attendees_with(PASS, 1)).await;
    let Some((_, id)) = answer.text.split_once("purchaseId=") else { return answer.line() };
    let purchase: Uuid = id.get(..36).and_then(|id| id.parse().ok()).expect("a GUID");
    probe.bench.minutes(31).await;
    let told = probe.bench.dataverse.events().finalize(purchase, 100_000_001);
    format!("{told:?} {:?}", probe.bench.dataverse.events().purchase(purchase).unwrap().state)
}

async fn arranged(probe: &mut Probe) {
    let zero = ArrangePass { price: Some(0.into()), ..ArrangePass::default() };
    let ask = ArrangeEvent {
        passes: vec![zero],
        payment_page_url: Some("http://pay.test/x".into()),
        ..ArrangeEvent::default()
    };
    let event = probe.arrange("zero", ask).await;
    let pass = event.pass_ids[0];
    probe.register("zero", &event.readable_event_id, json!([guest(1, &json!({"passId": pass}))])).await;
    let ask = ArrangeEvent { payment_page_url: Some("http://pay.test/x".into()), ..ArrangeEvent::default() };
    let event = probe.arrange("join", ask).await;
    let pass = event.pass_ids[0];
    probe.register("join", &event.readable_event_id, json!([guest(1, &json!({"passId": pass}))])).await;
    let draft = probe.arrange("draft", ArrangeEvent { live: false, ..free(5) }).await;
    let answer = probe.bench.get(&format!("/events/{}", draft.readable_event_id)).await;
    probe.answer("draft", &answer);
    let ends = Some("2026-10-02T00:00:00Z".parse().unwrap());
    let over = probe
        .arrange("over", ArrangeEvent { starts: Some("2026-10-01T00:00:00Z".parse().unwrap()), ends, ..free(5) })
        .await;
    probe.register("over", &over.readable_event_id, json!([guest(1, &json!({}))])).await;
    let single = probe.arrange("single", ArrangeEvent { enable_multi_attendee_registration: false, ..free(5) }).await;
    let two = json!([guest(1, &json!({})), guest(2, &json!({}))]);
    probe.register("single", &single.readable_event_id, two).await;
    for path in [
        format!("/events/{EVENT}/qrcode"),
        format!("/events/{EVENT}/captcha"),
        "/users/authenticated".into(),
        format!("/events/{}", EVENT.to_lowercase()),
    ] {
        let answer = probe.bench.get(&path).await;
        probe.answer(&path, &answer);
    }
}

async fn free_registrations(probe: &mut Probe) {
    let event = probe.arrange("small", free(1)).await.readable_event_id;
    for n in 1..=2 {
        probe.register("small", &event, json!([guest(n, &json!({}))])).await;
        probe.roster("small", &event);
    }
    for minutes in [2, 12, 120] {
        probe.bench.minutes(minutes).await;
        probe.roster("small, later", &event);
    }
    for _ in 0..2 {
        probe.register("twice", FREE_EVENT, json!([guest(3, &json!({}))])).await;
    }
    probe.bench.minutes(120).await;
    let views = probe.bench.dataverse.events().registrations(FREE_EVENT).unwrap();
    let body = json!({"registrationId": views.first().map(|view| view.id)}).to_string();
    let answer = probe.bench.post_text("/checkins?redirectUri=http%3A%2F%2Flocalhost%3A8080%2Fdone", body).await;
    probe.answer("check-in", &answer);
}

async fn waiting_lists(probe: &mut Probe) {
    let waits = |n, consents: bool| guest(n, &json!({"waitlisted": true, "autoRegister": consents}));
    probe.register("no list", FREE_EVENT, json!([waits(9, false)])).await;
    for (scope, everybody) in [("auto", true), ("asked", false)] {
        let ask = ArrangeEvent { show_waitlist: true, autoregister_waitlist_items: everybody, ..free(2) };
        let event = probe.arrange(scope, ask).await.readable_event_id;
        probe.register(scope, &event, json!([waits(1, false), guest(2, &json!({}))])).await;
        probe.register(scope, &event, json!([guest(3, &json!({}))])).await;
        probe.register(scope, &event, json!([guest(4, &json!({}))])).await;
        probe.register(scope, &event, json!([waits(5, !everybody)])).await;
        probe.bench.minutes(120).await;
        probe.roster(scope, &event);
        let views = probe.bench.dataverse.events().registrations(&event).unwrap();
        let seated: Vec<Uuid> = views.iter().filter(|view| !view.waits).map(|view| view.id).collect();
        for id in seated {
            probe.bench.dataverse.events().cancel_registration(id).unwrap();
        }
        probe.roster(scope, &event);
    }
    let ask = ArrangeEvent {
        show_waitlist: true,
        autoregister_waitlist_items: true,
        capacity: Some(1),
        ..ArrangeEvent::default()
    };
    let event = probe.arrange("priced", ask).await;
    let priced = json!({"passId": event.pass_ids[0], "waitlisted": true});
    probe.register("priced", &event.readable_event_id, json!([guest(1, &priced)])).await;
    probe.bench.minutes(120).await;
    let change = mock_dataverse::event_management::EventChange { capacity: Some(Some(5)), ..Default::default() };
    probe.bench.dataverse.events().change_event(&event.readable_event_id, &change).unwrap();
    probe.roster("priced", &event.readable_event_id);
}

async fn sessions(probe: &mut Probe) {
    let session = mock_dataverse::event_management::programme::NewSession::named("Talk");
    let event = probe.arrange("talk", ArrangeEvent { sessions: vec![session], ..ArrangeEvent::default() }).await;
    let wish = json!({"passId": event.pass_ids[0], "attendeeSessions": [{"sessionId": event.session_ids[0]}]});
    probe.register("talk", &event.readable_event_id, json!([guest(1, &wish)])).await;
    let seats = probe.bench.dataverse.events().session_seats(event.session_ids[0]);
    probe.note("talk", format!("{seats:?}"));
}

/// Contacts: without a settings row, and with one that asks for names; one contact with the address of an attendee belongs to nobody.
async fn contacts(probe: &mut Probe) {
    let stranger = Fields::new()
        .set("firstname", "Eve")
        .set("lastname", "X")
        .set("emailaddress1", "guest1@example.test")
        .set("ownerid", Uuid::from_u128(5));
    put(&probe.bench, "contact", Uuid::from_u128(0xc0), stranger);
    let event = probe.arrange("contacts", free(50)).await.readable_event_id;
    for round in 0..2 {
        probe.register("contacts", &event, json!([guest(1, &json!({}))])).await;
        probe.register("contacts", &event, json!([guest(1, &json!({"firstName": "Bo"}))])).await;
        probe
            .register("contacts", &event, json!([guest(1, &json!({"email": format!("round{round}@example.test")}))]))
            .await;
        probe.bench.minutes(120).await;
        let store = probe.bench.dataverse.store();
        let count = store.read(|data| data.rows("contact").count());
        let known = Uuid::from_u128(0xc0);
        let used = store.read(|data| data.find("msevtmgt_eventregistration", "msevtmgt_contactid", known).count());
        probe.note("contacts", format!("{count} {used}"));
        let names = Fields::new().set("msevtmgt_name", "x").set("msevtmgt_contactmatchingstrategy", 100_000_001);
        put(&probe.bench, "msevtmgt_eventadministration", Uuid::from_u128(0xad + round), names);
    }
}

async fn full(probe: &mut Probe) {
    let event = probe.arrange("full", free(0)).await.readable_event_id;
    probe.register("full", &event, json!([guest(1, &json!({}))])).await;
}

async fn transcript(settings: &[(&str, &str)]) -> String {
    let bench = Bench::new().await;
    for (switch, value) in settings {
        bench.control.set_switch(switch, value, None).await.unwrap();
    }
    let mut probe = Probe { bench, seen: Vec::new() };
    payments(&mut probe).await;
    arranged(&mut probe).await;
    free_registrations(&mut probe).await;
    waiting_lists(&mut probe).await;
    sessions(&mut probe).await;
    contacts(&mut probe).await;
    full(&mut probe).await;
    let outbound = crate::outbound::effects::look(&probe.bench).await;
    probe.seen.extend(outbound);
    probe.seen.join("\n")
}

#[tokio::test]
async fn every_value_of_every_switch_changes_what_is_seen() {
    let plain = transcript(&[]).await;
    assert_eq!(plain, transcript(&[]).await, "the probe itself is steady");
    for switch in ALL.iter().filter(|switch| !SHOWN_BY_DATAVERSE.contains(&switch.id)) {
        let companions: Vec<_> =
            COMPANIONS.iter().filter(|(id, ..)| *id == switch.id).map(|(_, id, value)| (*id, *value)).collect();
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for value in switch.values {
            let text = if value.name == switch.default && companions.is_empty() {
                plain.clone()
            } else {
                transcript(&[companions.as_slice(), &[(switch.id, value.name)]].concat()).await
            };
            if let Some(same) = seen.insert(text, value.name) {
                panic!("{}: {} and {same} cannot be told apart", switch.id, value.name);
            }
        }
    }
}

#[test]
fn every_open_question_has_a_name_a_default_and_a_source() {
    for switch in ALL {
        assert!(switch.values.iter().any(|value| value.name == switch.default), "{}", switch.id);
        assert!(!switch.source.is_empty() && switch.question.ends_with('?'), "{}", switch.id);
    }
    let has = |id: &str| ALL.iter().any(|switch| switch.id == id);
    // The numbers of the list of unknowns that offer another value; 2, 20 to 23, 25 and 27 are in the catalogue under AMB.
    for n in [1, 3, 4, 5, 6, 8, 9, 10, 11, 12, 14, 16, 17, 18, 26, 28, 29, 31, 33, 34, 35, 36, 37, 39] {
        assert!(has(&format!("EAPI-{n}")), "EAPI-{n}");
    }
    for n in 1..=8 {
        assert!(has(&format!("AMB-{n}")), "AMB-{n}");
    }
}
