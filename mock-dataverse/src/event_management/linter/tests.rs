//! One mistake at a time in a right set-up.

use super::{
    EventSetUp, PassSetUp, ProviderSetUp, QuestionSetUp, SessionSetUp, SetUp, WebApplicationSetUp, WebsiteTableSetUp,
    lint, lint_pair,
};
use crate::event_management::generation::Generation;
use uuid::Uuid;

const EUR: Uuid = Uuid::from_u128(5);

fn right() -> SetUp {
    let (event, provider) = (Uuid::from_u128(1), Uuid::from_u128(2));
    SetUp {
        payments_enabled: true,
        demo_payments: false,
        web_applications: vec![WebApplicationSetUp {
            id: Uuid::from_u128(4),
            name: "Portal".into(),
            origin: "https://contoso.example".into(),
            token: "t".into(),
        }],
        providers: vec![ProviderSetUp {
            id: provider,
            name: "Stripe".into(),
            page_url: "https://pay.test/x?".into(),
            timeout_minutes: Some(30),
        }],
        events: vec![EventSetUp {
            id: event,
            readable_id: "Gala1".into(),
            live: true,
            published: true,
            gateway: true,
            provider: Some(provider),
            web_application: Some(Uuid::from_u128(4)),
            capacity: Some(10),
            currency: Some(EUR),
            generation: Generation::RealTime,
            captcha: false,
        }],
        passes: vec![PassSetUp {
            id: Uuid::from_u128(3),
            name: "Standard".into(),
            event: Some(event),
            price: "49.50".parse().ok(),
            currency: None,
            allocation: 10,
        }],
        sessions: vec![SessionSetUp {
            id: Uuid::from_u128(6),
            name: "Opening".into(),
            event: Some(event),
            capacity: Some(10),
            passes: vec![("Standard".into(), Some(event))],
        }],
        questions: vec![QuestionSetUp {
            id: Uuid::from_u128(7),
            text: "Tea?".into(),
            events: vec![event],
            chooses: true,
            choices: 2,
        }],
        website_tables: vec![WebsiteTableSetUp {
            name: "Passes".into(),
            shown: true,
            readable: true,
            unknown: Vec::new(),
            unshowable: Vec::new(),
        }],
    }
}

/// The rules found after one mistake in a right set-up.
#[track_caller]
fn check(mistake: impl FnOnce(&mut SetUp), expect: &[&str]) {
    let mut set_up = right();
    mistake(&mut set_up);
    let findings = lint(&set_up);
    let rules: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, expect, "{findings:#?}");
    assert!(findings.iter().all(|finding| !finding.cause.is_empty() && !finding.cure.is_empty()));
}

#[test]
fn a_right_set_up_has_no_findings() {
    check(|_| {}, &[]);
}

#[test]
fn payment_page_urls() {
    let url = |url: &'static str| move |set_up: &mut SetUp| url.clone_into(&mut set_up.providers[0].page_url);
    check(url("https://pay.test/x"), &["payment-page-url-without-question-mark"]);
    check(url("https://pay.test/x?shop=1"), &["payment-page-url-without-ampersand"]);
    check(url("https://pay.test/x?shop=1&"), &[]);
    check(url("https://pay.test/#x?"), &["payment-page-url-with-fragment"]);
    check(url("pay.test/x?"), &["payment-page-url-unusable"]);
    check(url("javascript:alert(1)?"), &["payment-page-url-unusable"]);
}

#[test]
fn origins() {
    let origin =
        |origin: &'static str| move |set_up: &mut SetUp| origin.clone_into(&mut set_up.web_applications[0].origin);
    for wrong in [
        "https://contoso.example/",
        "https://contoso.example/events",
        "contoso.example",
        "HTTPS://contoso.example",
        "https://contoso.example:443",
        "ftp://contoso.example",
        "https://u@contoso.example",
        "",
    ] {
        check(origin(wrong), &["origin-is-not-an-origin"]);
    }
    check(origin("http://localhost:3000"), &[]);
}

#[test]
fn prices_currencies_and_passes() {
    check(|s| s.events[0].currency = None, &["price-without-currency"]);
    check(|s| s.passes[0].currency = Some(Uuid::from_u128(9)), &["pass-currency-differs-from-event"]);
    check(|s| s.passes[0].price = None, &["pass-without-price"]);
    check(|s| s.passes[0].price = "-1".parse().ok(), &["pass-price-negative"]);
    check(|s| s.passes[0].allocation = 0, &["pass-hidden"]);
    check(|s| s.passes[0].allocation = 11, &["more-passes-than-places"]);
    check(|s| s.passes[0].event = None, &["gateway-without-pass", "pass-of-no-event"]);
    let set_up = right();
    let foreign = PassSetUp { event: Some(Uuid::from_u128(77)), ..set_up.passes[0].clone() };
    assert_eq!(lint_pair(&set_up.events[0], &foreign).map(|finding| finding.rule), Some("pass-of-another-event"));
    assert_eq!(lint_pair(&set_up.events[0], &set_up.passes[0]), None);
}

#[test]
fn events_gateways_and_switches() {
    check(|s| s.payments_enabled = false, &["payments-switched-off"]);
    check(|s| s.events[0].live = false, &["event-not-live"]);
    check(|s| s.events[0].published = false, &["event-not-published-through-the-api"]);
    check(|s| s.events[0].provider = None, &["gateway-without-provider"]);
    check(|s| s.events[0].provider = Some(EUR), &["gateway-with-missing-provider"]);
    check(|s| s.events[0].gateway = false, &["price-without-gateway"]);
    let none = ["event-without-capacity", "more-passes-than-places", "session-larger-than-event"];
    check(|s| s.events[0].capacity = Some(0), &none);
    check(|s| s.providers[0].timeout_minutes = None, &["payment-timeout-missing"]);
    check(|s| s.providers[0].timeout_minutes = Some(0), &["payment-timeout-not-positive"]);
    check(|s| s.web_applications[0].token.clear(), &["web-application-without-token"]);
}

#[test]
fn sessions_and_questions() {
    check(|s| s.sessions[0].capacity = Some(11), &["session-larger-than-event"]);
    check(|s| s.sessions[0].capacity = None, &[]);
    check(
        |s| {
            s.events[0].capacity = None;
            s.sessions[0].capacity = Some(50_000);
        },
        &[],
    );
    check(|s| s.sessions[0].passes[0].1 = Some(EUR), &["session-for-pass-of-another-event"]);
    check(|s| s.sessions[0].event = None, &["session-of-no-event"]);
    check(|s| s.questions[0].choices = 0, &["question-without-choices"]);
    check(
        |s| {
            s.questions[0].choices = 0;
            s.questions[0].chooses = false;
        },
        &[],
    );
}

#[test]
fn what_is_mistaken_between_the_generations() {
    let outbound = |s: &mut SetUp| {
        s.events[0].generation = Generation::Outbound;
        s.providers[0].timeout_minutes = Some(50);
    };
    check(|s| s.demo_payments = true, &["demo-payments-open"]);
    check(|s| s.events[0].captcha = true, &["captcha-not-heeded"]);
    check(outbound, &[]);
    let with = |more: fn(&mut SetUp)| move |s: &mut SetUp| (outbound(s), more(s)).1;
    check(with(|s| s.events[0].captcha = true), &[]);
    check(with(|s| s.payments_enabled = false), &[]);
    check(with(|s| s.providers[0].timeout_minutes = Some(30)), &["timeout-not-heeded"]);
    // Without a gateway the website asks for the payment itself, and nobody looks at the provider.
    check(with(|s| s.events[0].gateway = false), &[]);
    check(with(|s| s.events[0].provider = None), &["gateway-without-provider"]);
}

#[test]
fn columns_that_are_asked_for_in_vain() {
    check(|s| s.website_tables[0].shown = false, &["columns-of-table-not-shown"]);
    check(|s| s.website_tables[0].readable = false, &["columns-unreadable"]);
    check(|s| s.website_tables[0].unknown = vec!["colour".into()], &["columns-unknown"]);
    check(|s| s.website_tables[0].unshowable = vec!["entityimage".into()], &["columns-not-showable"]);
}
