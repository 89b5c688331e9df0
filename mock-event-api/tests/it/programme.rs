//! What is in an event: whole answers, what stays hidden, and three ways to set it up that come to the same.

use insta::assert_snapshot;
use mock_dataverse::event_management::Scenario;
use mock_dataverse::store::Fields;
use mock_event_api::control::dto::{ArrangeEvent, ArrangedEvent, ChangeEvent, EventView};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{ALL_DAYS, BO, Bench, CONFERENCE, EVENT, OPENING, WORKSHOP, put};

const OPERATIONS: [&str; 7] =
    ["", "/sessions", "/speakers", "/tracks", "/sponsorships", "/custom-registration-fields", "/passes"];

async fn whole(bench: &Bench, path: &str) -> String {
    let answer = bench.get(path).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("application/json; charset=utf-8")),
        "{path}"
    );
    serde_json::to_string_pretty(&answer.json()).unwrap()
}

#[tokio::test]
async fn every_field_of_the_conference() {
    let bench = Bench::conference().await;
    for operation in OPERATIONS {
        let name = format!("conference{}", operation.replace('/', "-"));
        assert_snapshot!(name, whole(&bench, &format!("/events/{CONFERENCE}{operation}")).await);
    }
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn a_session_alone_is_the_one_of_the_list() {
    let bench = Bench::conference().await;
    let listed = bench.get(&format!("/events/{CONFERENCE}/sessions")).await.json();
    for (n, id) in [OPENING, WORKSHOP].into_iter().enumerate() {
        assert_eq!(bench.get(&format!("/sessions/{id}")).await.json(), listed[n]);
    }
    let upper = bench.get(&format!("/sessions/{}", OPENING.to_uppercase())).await;
    assert_eq!(upper.json()["id"], OPENING);
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn lists_of_an_event_without_a_programme_are_empty() {
    let bench = Bench::new().await;
    for operation in &OPERATIONS[1..6] {
        assert_eq!(bench.get(&format!("/events/{EVENT}{operation}")).await.line(), "200 []", "{operation}");
    }
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn what_is_not_live_stays_hidden() {
    let bench = Bench::conference().await;
    let draft = bench.dataverse.store().read(|data| {
        data.rows("msevtmgt_session").find(|row| row.name() == Some("Not yet announced")).map(|row| row.id()).unwrap()
    });
    for path in [format!("/sessions/{draft}"), format!("/sessions/{draft}/registrations/count")] {
        assert_eq!(bench.get(&path).await.line(), r#"404 {"Message":"The session is not live."}"#);
    }
    let change = ChangeEvent { live: Some(false), ..ChangeEvent::default() };
    let _draft: EventView = bench.control.post(&format!("/v1/event-api/events/{CONFERENCE}"), &change).await.unwrap();
    for operation in OPERATIONS {
        let answer = bench.get(&format!("/events/{CONFERENCE}{operation}")).await;
        assert_eq!(answer.line(), r#"404 {"Message":"The event is not live."}"#, "{operation}");
    }
    for path in [
        format!("/sessions/{OPENING}"),
        format!("/sessions/{OPENING}/registrations/count"),
        format!("/sponsorships/{}/logo", crate::support::FABRIKAM),
        format!("/events/{CONFERENCE}/qrcode"),
    ] {
        assert_eq!(bench.get(&path).await.status, 404, "{path}");
        bench.set("EAPI-8", "400");
        assert_eq!(bench.get(&path).await.status, 400, "{path}");
        bench.set("EAPI-8", "404");
    }
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn a_session_counts_whoever_has_a_place_in_it() {
    let bench = Bench::conference().await;
    let count = || async {
        let alone = bench.get(&format!("/sessions/{WORKSHOP}/registrations/count")).await.line();
        let in_session = bench.get(&format!("/sessions/{WORKSHOP}")).await.json()["registrationCount"].clone();
        assert_eq!(alone, format!("200 {in_session}"));
        in_session
    };
    assert_eq!(count().await, 0);
    let (registered, waitlisted, canceled, checked_in, on_hold) =
        (100_000_001, 100_000_002, 100_000_003, 100_000_004, 100_000_005);
    let workshop: Uuid = WORKSHOP.parse().unwrap();
    for (n, status) in [registered, waitlisted, canceled, checked_in, on_hold, registered].into_iter().enumerate() {
        let fields = Fields::new()
            .set("msevtmgt_sessionid", workshop)
            .set("statecode", i32::from(status == canceled))
            .set("statuscode", status);
        put(&bench, "msevtmgt_sessionregistration", Uuid::from_u128(n as u128 + 1), fields);
    }
    assert_eq!(count().await, 3);
    let elsewhere = bench.get(&format!("/sessions/{OPENING}/registrations/count")).await;
    assert_eq!(elsewhere.line(), "200 0");
    bench.assert_true_to_the_contract();
}

/// A small programme, as a scenario file states it.
const TEXT: &str = r#"
[[event]]
name = "Small"
readable_event_id = "Small1"
currency = "EUR"
capacity = 20
starts = "2027-01-04T09:00:00Z"
ends = "2027-01-04T17:00:00Z"
time_zone = "Asia/Tokyo"
public_event_url = "https://small.example/"
building = { name = "House", city = "Oslo", wifi = true }
room = { name = "Hall" }
pass = [{ name = "Pass", price = "5", allocation = 9, sessions = ["One"] }]
session = [{ name = "One", kind = "breakout", recordings = false, capacity = 3, speakers = ["Cy"], room = { name = "Den" } }]
track = [{ name = "T", description = "All" }]
speaker = [{ name = "Cy", title = "Dr", image = "R0lGODlhAQAB" }]
sponsorship = [{ sponsor = "Acme", topic = "Tea" }]
custom_field = [{ text = "Tea?", kind = "single_choice", choices = ["Green", "Black"], required = true }]
"#;

/// The same over the control API.
fn asked() -> ArrangeEvent {
    serde_json::from_value(json!({
        "name": "Small", "readable_event_id": "Small1", "currency": "EUR", "capacity": 20, "gateway": false,
        "starts": "2027-01-04T09:00:00Z", "ends": "2027-01-04T17:00:00Z", "time_zone": "Asia/Tokyo",
        "public_event_url": "https://small.example/",
        "building": {"name": "House", "city": "Oslo", "wifi": true}, "room": {"name": "Hall"},
        "passes": [{"name": "Pass", "price": "5", "allocation": 9, "sessions": ["One"]}],
        "sessions": [{"name": "One", "kind": "breakout", "recordings": false, "capacity": 3, "speakers": ["Cy"], "room": {"name": "Den"}}],
        "tracks": [{"name": "T", "description": "All"}],
        "speakers": [{"name": "Cy", "title": "Dr", "image": "R0lGODlhAQAB"}],
        "sponsorships": [{"sponsor": "Acme", "topic": "Tea"}],
        "custom_fields": [{"text": "Tea?", "kind": "single_choice", "choices": ["Green", "Black"], "required": true}]
    }))
    .unwrap()
}

/// The same by rows, as an app or an importer would write them.
fn rows(bench: &Bench) {
    let id = Uuid::from_u128;
    let local = |hour: i8| jiff::civil::date(2027, 1, 4).at(hour, 0, 0, 0).in_tz("UTC").unwrap().timestamp();
    let eur = bench
        .dataverse
        .store()
        .read(|data| data.find("transactioncurrency", "isocurrencycode", "EUR").map(|row| row.id()).next().unwrap());
    let named = |name: &str| Fields::new().set("msevtmgt_name", name);
    put(
        bench,
        "msevtmgt_building",
        id(1),
        named("House").set("msevtmgt_city", "Oslo").set("msevtmgt_wifiavailable", 100_000_001),
    );
    put(bench, "msevtmgt_room", id(2), named("Hall"));
    put(bench, "msevtmgt_room", id(3), named("Den"));
    let event = named("Small")
        .set("msevtmgt_readableeventid", "Small1")
        .set("msevtmgt_publishstatus", 100_000_003)
        .set("msevtmgt_websitepreference", 192_350_002)
        .set("msevtmgt_enablemultiattendeeregistration", true)
        .set("msevtmgt_eventstartdate", local(9))
        .set("msevtmgt_eventenddate", local(17))
        .set("msevtmgt_eventtimezone", 235)
        .set("msevtmgt_maximumeventcapacity", 20)
        .set("msevtmgt_publiceventurl", "https://small.example/")
        .set("msevtmgt_building", id(1))
        .set("msevtmgt_room", id(2))
        .set("transactioncurrencyid", eur);
    put(bench, "msevtmgt_event", id(4), event);
    let price: rust_decimal::Decimal = "5".parse().unwrap();
    let pass = named("Pass").set("msevtmgt_eventid", id(4)).set("msevtmgt_noofpassesallocated", 9);
    put(bench, "msevtmgt_pass", id(5), pass.set("msevtmgt_passprice", price));
    let session = named("One")
        .set("msevtmgt_event", id(4))
        .set("msevtmgt_publishstatus", 100_000_003)
        .set("msevtmgt_starttime", local(9))
        .set("msevtmgt_endtime", local(10))
        .set("msevtmgt_sessiontype", 100_000_004)
        .set("msevtmgt_recordingspermitted", 100_000_002)
        .set("msevtmgt_sessionmaxcapacity", 3)
        .set("msevtmgt_room", id(3));
    put(bench, "msevtmgt_session", id(6), session);
    let admits = Fields::new().set("msevtmgt_passid", id(5)).set("msevtmgt_sessionid", id(6));
    put(bench, "msevtmgt_pass_msevtmgt_session", id(7), admits);
    put(
        bench,
        "msevtmgt_sessiontrack",
        id(8),
        named("T").set("msevtmgt_description", "All").set("msevtmgt_eventid", id(4)),
    );
    put(bench, "msevtmgt_speaker", id(9), named("Cy").set("msevtmgt_title", "Dr").set("entityimage", "R0lGODlhAQAB"));
    put(
        bench,
        "msevtmgt_speakerengagement",
        id(10),
        Fields::new().set("msevtmgt_session", id(6)).set("msevtmgt_speaker", id(9)),
    );
    put(bench, "account", id(11), Fields::new().set("name", "Acme"));
    let sponsorship = named("Acme").set("msevtmgt_event", id(4)).set("msevtmgt_sponsor", id(11));
    put(bench, "msevtmgt_sponsorship", id(12), sponsorship.set("payloop_sponsorshiptopic", "Tea"));
    let field = Fields::new()
        .set("msevtmgt_text", "Tea?")
        .set("msevtmgt_type", 100_000_003)
        .set("msevtmgt_isrequired", true)
        .set("msevtmgt_choices", "Green\nBlack");
    put(bench, "msevtmgt_customregistrationfield", id(13), field);
    let join = Fields::new().set("msevtmgt_customregistrationfieldid", id(13)).set("msevtmgt_eventid", id(4));
    put(bench, "msevtmgt_customregistrationfield_event", id(14), join);
}

/// Ids differ from way to way; nothing else may.
fn without_ids(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_ids),
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                if name == "id" || name == "imageUrl" || name.ends_with("Id") && name != "readableEventId" {
                    assert!(member.as_str().is_some_and(|text| text.len() >= 36), "{name}: {member}");
                    *member = json!("an id");
                }
                without_ids(member);
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn rows_scenario_and_control_api_come_to_the_same() {
    let (by_rows, by_scenario, by_control) = (Bench::new().await, Bench::new().await, Bench::new().await);
    rows(&by_rows);
    by_scenario.dataverse.events().load(&Scenario::parse(TEXT).unwrap()).unwrap();
    let arranged: ArrangedEvent = by_control.arrange(&asked()).await;
    let ids = [
        &arranged.session_ids,
        &arranged.track_ids,
        &arranged.speaker_ids,
        &arranged.sponsorship_ids,
        &arranged.custom_field_ids,
    ];
    assert_eq!(ids.map(Vec::len), [1; 5]);
    assert_eq!(by_control.get(&format!("/sessions/{}", arranged.session_ids[0])).await.json()["name"], "One");
    for operation in OPERATIONS {
        let mut answers = Vec::new();
        for bench in [&by_rows, &by_scenario, &by_control] {
            let mut answer = bench.get(&format!("/events/Small1{operation}")).await.json();
            without_ids(&mut answer);
            answers.push(answer);
        }
        assert_eq!(answers[0], answers[1], "{operation}: rows and scenario");
        assert_eq!(answers[1], answers[2], "{operation}: scenario and control API");
        assert_ne!(answers[0], json!([]), "{operation}");
    }
    for bench in [by_rows, by_scenario, by_control] {
        bench.assert_true_to_the_contract();
    }
}

#[tokio::test]
async fn what_a_programme_cannot_be() {
    let bench = Bench::new().await;
    for (body, expect) in [
        (json!({"time_zone": "Mars/Olympus"}), "there is no time zone Mars/Olympus"),
        (json!({"sessions": [{"nme": "x"}]}), "sessions[0]"),
        (json!({"sessions": [{}]}), "missing field `name`"),
        (json!({"sessions": [{"name": "x", "kind": "party"}]}), "unknown variant `party`"),
        (json!({"sessions": [{"name": "x", "capacity": 50_001}]}), "50001 is not between 0 and 50000"),
        (json!({"sessions": [{"name": "x", "language": 1}]}), "msevtmgt_language"),
        (json!({"sessions": [{"name": "x", "speakers": ["Cy"]}]}), "there is no speaker of this event: Cy"),
        (json!({"passes": [{"sessions": ["x"]}]}), "there is no session of this event: x"),
        (json!({"speakers": [{"name": "Cy", "image": "x"}]}), "the picture of Cy is not a PNG"),
        (json!({"sponsorships": [{"sponsor": "Acme", "logo": "PHN2Zz4="}]}), "the picture of Acme is not a PNG"),
        (json!({"image": "ftp://x"}), "the picture of the event is not a PNG"),
        (json!({"tracks": [{"id": BO, "name": "a"}, {"id": BO, "name": "b"}]}), BO),
    ] {
        let told = bench.control.post::<Value>("/v1/event-api/events", &body).await.unwrap_err().to_string();
        assert!(told.contains(expect), "{body}: {told}");
    }
    let rows = |table: &str| bench.dataverse.store().read(|data| data.count(table));
    let left = ["msevtmgt_event", "msevtmgt_session", "msevtmgt_speaker", "account", "msevtmgt_sessiontrack"].map(rows);
    assert_eq!(left, [2, 0, 0, 0, 0], "a refusal leaves nothing behind");
}

#[tokio::test]
async fn a_pass_tells_its_sessions_and_its_price() {
    let bench = Bench::conference().await;
    let passes = bench.get(&format!("/events/{CONFERENCE}/passes")).await.json();
    let pass = passes.as_array().unwrap().iter().find(|pass| pass["passId"] == ALL_DAYS).unwrap();
    let sessions: Vec<_> = pass["sessions"].as_array().unwrap().iter().map(|session| &session["id"]).collect();
    assert_eq!(sessions, [OPENING, WORKSHOP]);
    assert_eq!((&pass["currencySymbol"], &pass["sessions"][0]["speakers"]), (&json!("€"), &Value::Null));
}
