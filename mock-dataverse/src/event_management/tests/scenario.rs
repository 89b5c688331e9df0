//! The scenario file of the house, and what a wrong one is told.

use crate::event_management::{Scenario, ScenarioError, Visible};
use crate::{Config, Dataverse};
use mock_core::{ClockMode, World};

const PAID_EVENT: &str = include_str!("../../../../fixtures/scenarios/paid-event.toml");

fn dataverse() -> Dataverse {
    let world = World::builder().seed(1).clock(ClockMode::Manual).build();
    Dataverse::new(&world, Config::default()).unwrap()
}

#[test]
fn the_paid_event_is_a_right_set_up() {
    let dataverse = dataverse();
    let scenario = Scenario::parse(PAID_EVENT).unwrap().with_payment_page_url("http://127.0.0.1:9/pay?");
    let loaded = dataverse.events().load(&scenario).unwrap();
    assert_eq!(loaded.web_applications[0].origin, "http://localhost:8080");
    assert_eq!(loaded.events[0].readable_id, "Paid_Event1479011247");
    assert_eq!(loaded.events[0].passes[0].to_string(), "6b1f0c0e-0000-4000-8000-000000000001");
    assert_eq!(dataverse.events().lint(None), []);
    assert_eq!(dataverse.events().default_payment_page_url().as_deref(), Some("http://127.0.0.1:9/pay?"));
    assert!(matches!(dataverse.events().event("Free_Meetup141284260613"), Visible::Live(_)));
}

#[test]
fn the_conference_is_a_right_set_up() {
    let dataverse = dataverse();
    let scenario = Scenario::parse(include_str!("../../../../fixtures/scenarios/conference.toml")).unwrap();
    let loaded = dataverse.events().load(&scenario).unwrap();
    let staged = &loaded.events[0].staged;
    let made = [&staged.sessions, &staged.tracks, &staged.speakers, &staged.sponsorships, &staged.custom_fields];
    assert_eq!(made.map(Vec::len), [3, 2, 2, 1, 2]);
    assert_eq!(dataverse.events().lint(None), []);
    assert!(!dataverse.events().demo_payments_enabled());
}

#[track_caller]
fn check(text: &str, expect: &str) {
    let error = Scenario::parse(text).and_then(|scenario| dataverse().events().load(&scenario)).unwrap_err();
    assert!(error.to_string().contains(expect), "{error}");
}

#[test]
fn a_wrong_scenario_says_what_is_wrong() {
    check("[[event]]\nnam = \"x\"", "unknown field `nam`");
    check("[[event]]", "missing field `name`");
    check(
        "[[event]]\nname = \"x\"\npayment_provider = \"Stripe\"",
        "event x names the payment provider Stripe, which the scenario does not have",
    );
    check("[[event]]\nname = \"x\"\nweb_application = \"A\"", "event x names the web application A");
    check("[[event]]\nname = \"x\"\ntime_zone = \"Mars\"", "there is no time zone Mars");
    check("[[event]]\nname = \"x\"\nimage = \"PHN2Zz4=\"", "the picture of the event is not a PNG");
    check(
        "[[event]]\nname = \"x\"\n[[event.session]]\nname = \"s\"\nspeakers = [\"Bo\"]",
        "there is no speaker of this event: Bo",
    );
    check("[[event]]\nname = \"x\"\n[[event.session]]\nnme = \"s\"", "unknown field `nme`");
    check(
        "[[event]]\nname = \"x\"\n[[event.pass]]\nname = \"p\"\nallocation = 1\nsessions = [\"s\"]",
        "there is no session of this event: s",
    );
    check("[[event]]\nname = \"x\"\ncurrency = \"euro\"", "\"euro\" is not an ISO 4217 code");
    check("[[event]]\nname = \"x\"\n[[event.pass]]\nname = \"p\"\nprice = \"much\"\nallocation = 1", "price");
    assert!(matches!(Scenario::parse("= ="), Err(ScenarioError::Parse(_))));
}
