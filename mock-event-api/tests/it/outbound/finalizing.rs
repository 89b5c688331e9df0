//! How a temporary registration ends: the demo payment in the browser session that it belongs to, and the real finalize through Dataverse.

use mock_event_api::control::dto::{Features, PurchaseState};
use uuid::Uuid;

use super::support::{Browser, DINNER, GALA, SEAT, WORKSHOP, guests, purchase_in};
use crate::support::{Bench, PASS};

async fn open(bench: &Bench) {
    bench.control.put("/v1/event-api/features", &Features { payments: true, demo_payments: Some(true) }).await.unwrap();
}

#[tokio::test]
async fn the_demo_payment_is_shut_unless_a_setting_opens_it() {
    let bench = Bench::outbound().await;
    let mut browser = Browser::default();
    let purchase = purchase_in(&browser.register(&bench, WORKSHOP, &guests(Some(SEAT), 2)).await);
    let shut = browser.finalize(&bench, WORKSHOP, purchase).await;
    assert_eq!(shut.status, 404, "{}", shut.text);
    assert_eq!(bench.purchase(purchase).await.state, PurchaseState::Reserved);
    open(&bench).await;
    assert_eq!(browser.finalize(&bench, WORKSHOP, purchase).await.json()["status"], "Success");
    let view = bench.purchase(purchase).await;
    assert_eq!((view.state, view.registrations, view.attendee_passes), (PurchaseState::Completed, 2, 2));
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn a_temporary_registration_belongs_to_its_browser_session() {
    let bench = Bench::outbound().await;
    open(&bench).await;
    let refused = r#"200 {"status":"Error","errorMessage":"The purchase does not belong to this browser session.","errorCode":"RegistrationFailed","redirectUrl":null,"purchaseId":null}"#;
    let mut buyer = Browser::default();
    let first = buyer.register(&bench, WORKSHOP, &guests(Some(SEAT), 1)).await;
    let cookie = first.header("set-cookie").unwrap().to_owned();
    assert!(
        cookie.starts_with("payloop_emsession=")
            && cookie.ends_with("; Path=/EvtMgmt/api/v2.0; HttpOnly; SameSite=Lax"),
        "{cookie}"
    );
    let second = buyer.register(&bench, WORKSHOP, &guests(Some(SEAT), 1)).await;
    assert_eq!(second.header("set-cookie"), None, "the session goes on");
    let mut stranger = Browser::default();
    stranger.register(&bench, WORKSHOP, &guests(Some(SEAT), 1)).await;
    assert_ne!(stranger.cookie, buyer.cookie);
    let (first, second) = (purchase_in(&first), purchase_in(&second));
    let mut nobody = Browser::default();
    for (value, none, other) in [("required", refused, refused), ("sent", "done", refused), ("ignored", "done", "done")]
    {
        bench.set("OB-SESSION", value);
        let purchase = purchase_in(&Browser::default().register(&bench, WORKSHOP, &guests(Some(SEAT), 1)).await);
        for (who, expect) in [(&mut stranger, other), (&mut nobody, none)] {
            let answer = who.finalize(&bench, WORKSHOP, purchase).await;
            let line = if answer.json()["status"] == "Success" { "done".to_owned() } else { answer.line() };
            assert_eq!(line, expect, "{value}");
        }
    }
    bench.set("OB-SESSION", "required");
    for purchase in [first, second] {
        assert_eq!(buyer.finalize(&bench, WORKSHOP, purchase).await.json()["status"], "Success");
    }
    let unknown = buyer.finalize(&bench, WORKSHOP, PASS.parse().unwrap()).await;
    assert_eq!(unknown.json()["errorMessage"], "The purchase was not found.");
    let elsewhere = buyer.finalize(&bench, GALA, first).await;
    assert_eq!(elsewhere.json()["errorMessage"], "The purchase was not found.");
    bench.set("OB-REFUSED", "error");
    assert_eq!(stranger.finalize(&bench, WORKSHOP, first).await.status, 404);
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn the_demo_payment_comes_too_late_after_fifty_minutes() {
    let bench = Bench::outbound().await;
    open(&bench).await;
    let mut browser = Browser::default();
    let purchase = purchase_in(&browser.register(&bench, GALA, &guests(Some(DINNER), 1)).await);
    bench.minutes(50).await;
    let late = browser.finalize(&bench, GALA, purchase).await;
    insta::assert_snapshot!(late.line());
    assert_eq!(bench.purchase(purchase).await.state, PurchaseState::Expired);
}

/// Each attendee becomes a registration of their own, and the purchase has its contact from the beginning.
#[tokio::test]
async fn one_finalize_makes_a_registration_of_each_attendee() {
    let bench = Bench::outbound().await;
    let events = bench.dataverse.events();
    let purchaser = |purchase: Uuid| {
        bench.dataverse.store().get("msevtmgt_eventpurchase", purchase).unwrap().lookup("msevtmgt_purchasingcontactid")
    };
    let mut browser = Browser::default();
    let purchase = purchase_in(&browser.register(&bench, GALA, &guests(Some(DINNER), 3)).await);
    assert!(purchaser(purchase).is_some());
    assert_eq!(bench.dataverse.store().read(|data| data.count("msevtmgt_eventregistration")), 0);
    bench.set("OB-FINALIZE", "own");
    let refused = events.finalize(purchase, 100_000_001).unwrap_err().to_string();
    assert!(refused.ends_with("it was made by the other generation of the Event API."), "{refused}");
    bench.set("OB-FINALIZE", "either");
    events.finalize(purchase, 100_000_001).unwrap();
    assert_eq!(bench.dataverse.store().read(|data| data.count("msevtmgt_eventregistration")), 3);
    bench.set("OB-PURCHASER", "finalized");
    let later = purchase_in(&browser.register(&bench, GALA, &guests(Some(DINNER), 1)).await);
    assert_eq!(purchaser(later), None);
    events.finalize(later, 100_000_001).unwrap();
    assert_eq!(purchaser(later), purchaser(purchase), "the same first attendee");
}
