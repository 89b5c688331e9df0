//! Registering: free and paid, one and several, full, and every form of the answer.

use mock_event_api::control::dto::{ArrangeEvent, ArrangePass, PurchaseState, WhatView};
use serde_json::{Value, json};

use crate::support::{
    ALL_DAYS, Bench, CONFERENCE, EVENT, FREE_EVENT, OPENING, PASS, TOKEN, WORKSHOP, attendees_with, purchase_of,
};

#[tokio::test]
async fn a_paid_registration_answers_the_link_alone_and_holds_places() {
    let bench = Bench::new().await;
    let answer = bench.register(EVENT, &attendees_with(PASS, 2)).await;
    let purchase = purchase_of(&answer);
    assert_eq!(
        answer.line(),
        format!(
            r#"200 {{"redirectUrl":"http://127.0.0.1:7202/GatewayRedirect/PayWithStripe?purchaseId={purchase}&returnUrl=http%3A%2F%2Flocalhost%3A8080"}}"#
        )
    );
    let seats = bench.seats(EVENT).await;
    assert_eq!((seats.held, seats.sold, seats.left), (2, 0, Some(4998)));
    let view = bench.purchase(purchase).await;
    assert_eq!(
        (view.price.map(|price| price.to_string()), view.currency.as_deref()),
        (Some("99.00".into()), Some("USD"))
    );
    bench.dataverse.events().finalize(purchase, 100_000_001).unwrap();
    let view = bench.purchase(purchase).await;
    assert_eq!((view.registrations, view.attendee_passes, view.paid, view.processed), (2, 2, true, true));
    assert_eq!(view.state, PurchaseState::Completed);
    bench.assert_true_to_the_contract();
}

/// The request that the documents print: names swapped, no Origin, `Accept: */*`.
#[tokio::test]
async fn the_printed_request() {
    let bench = Bench::new().await;
    let body = format!(
        r#"{{ "attendees": [ {{ "lastName": "Jane", "firstName": "Doe", "email": "Jane@contoso.com", "passId": "{PASS}" }} ] }}"#
    );
    let url = bench.bare_url(&format!("/events/{EVENT}/registrations?emApplicationtoken={TOKEN}"));
    let request = bench.http.post(url).header("accept", "*/*").header("content-type", "application/json").body(body);
    let purchase = purchase_of(&bench.send(request).await);
    assert_eq!(bench.purchase(purchase).await.attendees, 1);
    let journal = bench.world.journal().find(&mock_core::journal::Filter::about(purchase));
    assert_eq!(
        journal.first().and_then(|entry| entry.operation.as_deref()),
        Some("publicApiRegister"),
        "the journal knows the purchase"
    );
}

#[tokio::test]
async fn the_link_carries_what_was_registered_for() {
    let bench = Bench::new().await;
    let ask = ArrangeEvent {
        scope: "C-R05".into(),
        payment_page_url: Some("https://pay.test/x?shop=1&".into()),
        origin: Some("https://portal.example".into()),
        ..ArrangeEvent::default()
    };
    let event = bench.arrange(&ask).await;
    let send = |body: Value| {
        bench.send(
            bench.http.post(&event.registration_url).header("content-type", "application/json").body(body.to_string()),
        )
    };
    let answer = send(attendees_with(&event.pass_ids[0].to_string(), 1)).await;
    let purchase = purchase_of(&answer);
    let link = format!("https://pay.test/x?shop=1&purchaseId={purchase}&returnUrl=https%3A%2F%2Fportal.example");
    assert_eq!(answer.json(), json!({ "redirectUrl": link }));
    assert_eq!(event.findings, []);
}

#[tokio::test]
async fn every_form_of_the_paid_answer() {
    let bench = Bench::new().await;
    let body = attendees_with(PASS, 1);
    let buy = || bench.register(EVENT, &body);
    let keys = |answer: &Value| answer.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    bench.set("AMB-6", "redirectUrl-blank");
    let answer = buy().await;
    assert_eq!((answer.status, keys(&answer.json())), (200, vec!["redirectUrl ".to_owned()]));
    bench.set("AMB-6", "redirectUrl");
    bench.set("EAPI-1", "legacy");
    bench.set("EAPI-4", "202");
    let answer = buy().await;
    assert_eq!(answer.status, 202);
    assert_eq!(keys(&answer.json()), ["status", "errorMessage", "errorCode", "purchaseId", "redirectUrl"]);
    assert_eq!(answer.json()["purchaseId"], json!(purchase_of(&answer)));
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn every_form_of_the_free_answer() {
    let bench = Bench::new().await;
    let body = json!({"attendees":[{"firstName":"Bo","lastName":"Li","email":"bo@example.test"}]});
    let join = || bench.register(FREE_EVENT, &body);
    let legacy =
        r#"200 {"status":"Success","errorMessage":null,"errorCode":null,"redirectUrl":null,"purchaseId":null}"#;
    assert_eq!(join().await.line(), legacy);
    bench.set("EAPI-3", "empty");
    bench.set("EAPI-4", "201");
    assert_eq!(join().await.line(), "201 {}");
    assert_eq!(bench.get(&format!("/events/{FREE_EVENT}/registrations/count")).await.line(), "200 2");
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn a_switch_for_one_event_leaves_the_others_alone() {
    let bench = Bench::new().await;
    let switches = [("AMB-6".to_owned(), "redirectUrl-blank".to_owned())].into();
    let event = bench.arrange(&ArrangeEvent { scope: "C-T06".into(), switches, ..ArrangeEvent::default() }).await;
    let answer = bench.register(&event.readable_event_id, &attendees_with(&event.pass_ids[0].to_string(), 1)).await;
    assert!(answer.json().get("redirectUrl ").is_some());
    assert!(bench.register(EVENT, &attendees_with(PASS, 1)).await.json().get("redirectUrl").is_some());
}

#[tokio::test]
async fn capacity_is_held_released_by_the_timeout_and_sold_once() {
    let bench = Bench::new().await;
    let passes = vec![ArrangePass { allocation: 2, ..ArrangePass::default() }];
    let ask = ArrangeEvent {
        scope: "seats".into(),
        capacity: Some(3),
        passes,
        timeout_minutes: Some(5),
        ..ArrangeEvent::default()
    };
    let event = bench.arrange(&ask).await;
    let (readable, pass) = (event.readable_event_id.as_str(), event.pass_ids[0].to_string());
    let first = bench.buy(readable, &pass, 2).await;
    let full = bench.register(readable, &attendees_with(&pass, 1)).await;
    let message = format!("The capacity of the event is reached: pass {pass} has 0 of the 1 passes asked for.");
    assert_eq!((full.status, full.json()), (400, json!({"Message": message, "errorCode": "EventCapacityReached"})));
    bench.set("EAPI-12", "409");
    assert_eq!(bench.register(readable, &attendees_with(&pass, 1)).await.status, 409);
    bench.minutes(5).await;
    assert_eq!(bench.purchase(first).await.state, PurchaseState::Expired);
    let second = bench.buy(readable, &pass, 2).await;
    bench.dataverse.events().finalize(second, 100_000_001).unwrap();
    bench.minutes(5).await;
    let seats = bench.seats(readable).await;
    assert_eq!((seats.held, seats.sold, seats.left, seats.passes[0].left), (0, 2, Some(1), 0));
    let history: Vec<_> =
        bench.purchase(second).await.history.into_iter().map(|entry| (entry.what, entry.status)).collect();
    assert_eq!(history, [(WhatView::Registered, None), (WhatView::Finalize, Some(100_000_001))]);
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn a_pass_that_cannot_be_used() {
    let bench = Bench::new().await;
    let other = bench.arrange(&ArrangeEvent { scope: "other".into(), ..ArrangeEvent::default() }).await.pass_ids[0];
    let answer = bench.register(EVENT, &attendees_with(&other.to_string(), 1)).await;
    assert_eq!(
        answer.line(),
        format!(r#"400 {{"Message":"attendees[0]: pass {other} cannot be used for this event."}}"#)
    );
    bench.set("EAPI-10", "result");
    let answer = bench.register(EVENT, &attendees_with(&other.to_string(), 1)).await;
    assert_eq!((answer.status, &answer.json()["status"]), (200, &json!("Error")));
    assert_eq!(bench.seats(EVENT).await.held, 0);
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn sessions_are_registered_for() {
    let bench = Bench::conference().await;
    let mut body = attendees_with(ALL_DAYS, 1);
    body["attendees"][0]["attendeeSessions"] = json!([{"sessionId": PASS}]);
    let refused = bench.register(CONFERENCE, &body).await;
    let expect = format!("400 {{\"Message\":\"attendees[0]: session {PASS} is not a session of this event.\"}}");
    assert_eq!(refused.line(), expect);
    body["attendees"][0]["attendeeSessions"] =
        json!([{"sessionId": WORKSHOP, "waitlisted": false}, {"sessionId": OPENING}]);
    let purchase = purchase_of(&bench.register(CONFERENCE, &body).await);
    let count = format!("/sessions/{WORKSHOP}/registrations/count");
    assert_eq!(bench.get(&count).await.text, "0");
    bench.dataverse.events().finalize(purchase, 100_000_001).unwrap();
    assert_eq!(bench.get(&count).await.text, "1");
    assert!(bench.unsupported().is_empty());
    bench.assert_true_to_the_contract();
}
