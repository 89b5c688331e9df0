//! Registrations and what becomes of them: the three results, refusals, the fixed time to pay, the captcha.

use mock_event_api::control::dto::{ArrangeEvent, ArrangePass, PurchaseState};
use serde_json::{Value, json};

use super::support::{BREAKFAST, Browser, DINNER, GALA, ROUND_TABLE, SEAT, WORKSHOP, guests, purchase_in};
use crate::support::Bench;

const DONE: &str =
    r#"200 {"status":"Success","errorMessage":null,"errorCode":null,"redirectUrl":null,"purchaseId":null}"#;

/// An answer with the ids that were drawn taken out.
fn shown(answer: &crate::support::Answer) -> String {
    let drawn = answer.json()["purchaseId"].as_str().unwrap_or("-").to_owned();
    answer.line().replace(&drawn, "PURCHASE")
}

#[tokio::test]
async fn the_three_results_of_a_registration() {
    let bench = Bench::outbound().await;
    let mut browser = Browser::default();
    assert_eq!(browser.register(&bench, BREAKFAST, &guests(None, 2)).await.line(), DONE);
    let initiated = browser.register(&bench, WORKSHOP, &guests(Some(SEAT), 1)).await;
    let redirect = browser.register(&bench, GALA, &guests(Some(DINNER), 3)).await;
    insta::assert_snapshot!(shown(&initiated));
    insta::assert_snapshot!(shown(&redirect));
    for (answer, attendees, price) in [(&initiated, 1, "75.00"), (&redirect, 3, "360.00")] {
        let view = bench.purchase(purchase_in(answer)).await;
        assert_eq!((view.state, view.attendees, view.registrations), (PurchaseState::Reserved, attendees, 0));
        assert_eq!(view.price.unwrap(), price.parse().unwrap());
        assert_eq!(view.deadline.duration_since(view.created), mock_core::SignedDuration::from_mins(50));
    }
    bench.assert_true_to_the_contract();
}

/// The provider's own time is that of real-time journeys.
#[tokio::test]
async fn fifty_minutes_whatever_the_payment_provider_says() {
    let bench = Bench::outbound().await;
    for minutes in [1, 600] {
        let ask = ArrangeEvent {
            scope: format!("minutes {minutes}"),
            source_system: mock_dataverse::event_management::Generation::Outbound,
            timeout_minutes: Some(minutes),
            capacity: Some(1),
            ..ArrangeEvent::default()
        };
        let event = bench.arrange(&ask).await;
        assert!(event.registration_url.contains("/EvtMgmt/api/v2.0/events/"), "{}", event.registration_url);
        let pass = event.pass_ids[0].to_string();
        let mut browser = Browser::default();
        let body = guests(Some(&pass), 1);
        let purchase = purchase_in(&browser.register(&bench, &event.readable_event_id, &body).await);
        bench.minutes(49).await;
        assert_eq!(bench.purchase(purchase).await.state, PurchaseState::Reserved);
        let full = browser.register(&bench, &event.readable_event_id, &body).await;
        assert_eq!(full.json()["errorCode"], "EventCapacityReached", "{}", full.text);
        bench.minutes(1).await;
        assert_eq!(bench.purchase(purchase).await.state, PurchaseState::Expired);
        let again = browser.register(&bench, &event.readable_event_id, &body).await;
        assert_eq!(again.json()["status"], "Redirect", "the place is free again: {}", again.text);
    }
}

/// What is understood and refused is a result; what cannot be understood is an error.
#[tokio::test]
async fn refusals_are_results() {
    let bench = Bench::outbound().await;
    let mut browser = Browser::default();
    let other = json!({"attendees":[{"firstName":"Bo","lastName":"Li","email":"bo@example.test","passId":SEAT}]});
    let none = guests(None, 1);
    let mut lines = Vec::new();
    let nobody = json!({"attendees": []});
    let blank = json!({"attendees":[{"firstName":"","lastName":"Li","email":"b@c.test"}]});
    let cases: [(&str, &str, &Value); 7] = [
        ("another event's pass", GALA, &other),
        ("no pass", GALA, &none),
        ("too many", WORKSHOP, &guests(Some(SEAT), 13)),
        ("nobody", GALA, &nobody),
        ("no name", GALA, &blank),
        ("no event", "None1", &none),
        ("no JSON object", GALA, &json!([])),
    ];
    for (what, event, body) in cases {
        lines.push(format!("{what}: {}", browser.register(&bench, event, body).await.line()));
    }
    assert_eq!(browser.register(&bench, WORKSHOP, &guests(Some(SEAT), 12)).await.json()["status"], "Initiated");
    lines.push(format!("full: {}", browser.register(&bench, WORKSHOP, &guests(Some(SEAT), 1)).await.line()));
    bench.set("OB-REFUSED", "error");
    lines.push(format!(
        "full, as an error: {}",
        browser.register(&bench, WORKSHOP, &guests(Some(SEAT), 1)).await.line()
    ));
    insta::assert_snapshot!(lines.join("\n"));
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn the_link_carries_what_the_switch_says() {
    let bench = Bench::outbound().await;
    let mut browser = Browser::default();
    let mut lines = Vec::new();
    for value in ["as-real-time", "with-event", "bare"] {
        bench.set("OB-LINK", value);
        let answer = browser.register(&bench, GALA, &guests(Some(DINNER), 1)).await;
        lines.push(format!("{value}: {}", shown(&answer)));
    }
    bench.set("OB-GATEWAY", "initiated");
    lines.push(format!("no redirect: {}", shown(&browser.register(&bench, GALA, &guests(Some(DINNER), 1)).await)));
    insta::assert_snapshot!(lines.join("\n"));
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn the_captcha_of_an_event_has_to_be_answered() {
    let bench = Bench::outbound().await;
    let ask = ArrangeEvent {
        scope: "captcha".into(),
        source_system: mock_dataverse::event_management::Generation::Outbound,
        enable_captcha: true,
        passes: Vec::new(),
        ..ArrangeEvent::default()
    };
    let event = bench.arrange(&ask).await.readable_event_id;
    let mut browser = Browser::default();
    let captcha = browser.get(&bench, &format!("/events/{event}/captcha")).await;
    assert_eq!((captcha.status, captcha.json()["FunctionName"].as_str()), (200, Some("verify")));
    let refused = r#"200 {"status":"Error","errorMessage":"The captcha was not solved.","errorCode":"RegistrationFailed","redirectUrl":null,"purchaseId":null}"#;
    let mut body = guests(None, 1);
    assert_eq!(browser.register(&bench, &event, &body).await.line(), refused);
    for hip in [json!(null), json!({}), json!({"Solution": " "}), json!({"Solution": null})] {
        body["hipObject"] = hip;
        assert_eq!(browser.register(&bench, &event, &body).await.line(), refused);
    }
    body["hipObject"] = json!({"Solution": "K7FQ", "Token": "t", "Type": "visual", "FlowId": "f"});
    assert_eq!(browser.register(&bench, &event, &body).await.line(), DONE);
    bench.set("OB-CAPTCHA", "ignored");
    assert_eq!(browser.register(&bench, &event, &guests(None, 1)).await.line(), DONE);
    bench.assert_true_to_the_contract();
}

/// The switches of the asynchronous successor change nothing here.
#[tokio::test]
async fn free_registrations_are_done_at_once() {
    let bench = Bench::outbound().await;
    bench.set("EAPI-28", "after-1-hour");
    bench.set("EAPI-SETTINGS", "refuse");
    let mut body = guests(None, 1);
    body["attendees"][0]["attendeeSessions"] = json!([{"sessionId": ROUND_TABLE}]);
    assert_eq!(Browser::default().register(&bench, BREAKFAST, &body).await.line(), DONE);
    let views = bench.dataverse.events().registrations(BREAKFAST).unwrap();
    assert_eq!((views.len(), views[0].sessions.len()), (1, 1));
}

/// A pass whose price is zero makes nobody pay.
#[tokio::test]
async fn a_free_pass_is_a_free_registration() {
    let bench = Bench::outbound().await;
    let free = ArrangePass { price: Some(0.into()), ..ArrangePass::default() };
    let ask = ArrangeEvent {
        scope: "zero".into(),
        source_system: mock_dataverse::event_management::Generation::Outbound,
        passes: vec![free],
        ..ArrangeEvent::default()
    };
    let event = bench.arrange(&ask).await;
    let pass = event.pass_ids[0].to_string();
    let mut browser = Browser::default();
    assert_eq!(browser.register(&bench, &event.readable_event_id, &guests(Some(&pass), 1)).await.line(), DONE);
    bench.set("EAPI-14", "redirect");
    let answer = browser.register(&bench, &event.readable_event_id, &guests(Some(&pass), 1)).await;
    assert_eq!(answer.json()["status"], "Redirect");
}
