//! The purchase as a completion service meets it: read, finalized, and read again, under every value of the ambiguity switches.

use mock_dataverse::event_management::programme::{EventDetails, Programme};
use mock_dataverse::event_management::request::{Attendee, Registration};
use mock_dataverse::event_management::{NewEvent, NewPass, NewProvider, PurchaseChange, Registered};
use uuid::Uuid;

use crate::support::{Org, org};

pub(crate) const EVENT: &str = "Gala1";

/// A signed-in service and a reservation of one place at 49.50 euro.
pub(crate) async fn reserved() -> (Org, Uuid) {
    let org = org().await;
    let events = org.dataverse.events();
    let provider = NewProvider {
        scope: "p".into(),
        name: "Stripe".into(),
        page_url: "https://pay.test/x?".into(),
        timeout_minutes: 30,
        default: true,
    };
    events.create_provider(&provider).unwrap();
    let pass = NewPass {
        id: None,
        name: "Standard".into(),
        price: "49.50".parse().ok(),
        currency: None,
        allocation: 10,
        sessions: Vec::new(),
    };
    let event = NewEvent {
        scope: "gala".into(),
        name: "Gala".into(),
        readable_id: Some(EVENT.into()),
        description: None,
        currency: Some("EUR".into()),
        capacity: Some(10),
        live: true,
        published: true,
        gateway: true,
        provider: None,
        web_application: None,
        starts: None,
        ends: None,
        closes: None,
        closed_message: None,
        passes: vec![pass],
        details: EventDetails::default(),
        programme: Programme::default(),
    };
    let event = events.create_event(&event).unwrap();
    // Switches for the event have to stand before the registration: AMB-3 counts from there.
    let purchase = register(&org, event.passes[0]);
    (org, purchase)
}

fn register(org: &Org, pass: Uuid) -> Uuid {
    let attendee = Attendee {
        first_name: "Ada".into(),
        last_name: "Ng".into(),
        email: "ada@example.test".into(),
        pass: Some(pass),
        waitlisted: false,
        auto_register: false,
        sessions: Vec::new(),
        responses: Vec::new(),
    };
    let registered = org.dataverse.events().register(&Registration {
        readable_event_id: EVENT.into(),
        attendees: vec![attendee],
        web_application_origin: "https://contoso.example".into(),
        request_origin: None,
        submitted: "{}".into(),
    });
    match registered {
        Ok(Registered::Paid { purchase, .. }) => purchase,
        other => panic!("{other:?}"),
    }
}

const READ: &str = "?$select=msevtmgt_totalprice,msevtmgt_paid,msevtmgt_processed,msevtmgt_paymentstatus&$expand=transactioncurrencyid($select=isocurrencycode)";

async fn read(org: &Org, purchase: Uuid) -> crate::support::Answer {
    org.get(&format!("msevtmgt_eventpurchases({purchase}){READ}")).await
}

async fn finalize(org: &Org, purchase: Uuid, status: i64) -> crate::support::Answer {
    let body = format!(r#"{{"msevtmgt_purchaseid":"{purchase}","msevtmgt_paymentstatus":{status}}}"#);
    org.call("POST", "/api/data/v9.1/msevtmgt_finalizeregistrationpayment", &[], &body).await
}

#[tokio::test]
async fn price_and_currency_in_one_read_then_completed() {
    let (org, purchase) = reserved().await;
    let before = read(&org, purchase).await.json();
    assert_eq!((before["msevtmgt_totalprice"].as_f64(), before["msevtmgt_paid"].as_bool()), (Some(49.5), Some(false)));
    assert_eq!(before["transactioncurrencyid"]["isocurrencycode"], "EUR");
    assert!(before["msevtmgt_paymentstatus"].is_null());
    let answer = finalize(&org, purchase, 100_000_001).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (204, ""));
    let after = read(&org, purchase).await.json();
    let flags = [&after["msevtmgt_paid"], &after["msevtmgt_processed"]].map(serde_json::Value::as_bool);
    assert_eq!((flags, after["msevtmgt_paymentstatus"].as_i64()), ([Some(true); 2], Some(100_000_001)));
    let attendees = org.get(&format!("msevtmgt_eventpurchaseattendees?$filter=_msevtmgt_purchaseid_value eq {purchase}&$expand=msevtmgt_EventRegistrationId($select=msevtmgt_registrationstatus)")).await;
    assert_eq!(
        attendees.json()["value"][0]["msevtmgt_EventRegistrationId"]["msevtmgt_registrationstatus"],
        "Registered"
    );
}

#[tokio::test]
async fn the_answer_may_carry_a_body() {
    let (org, purchase) = reserved().await;
    org.world.switches().set("AMB-7", Some(&purchase.to_string()), "200").unwrap();
    let answer = finalize(&org, purchase, 100_000_001).await;
    assert_eq!(answer.status.as_u16(), 200);
    assert!(
        answer.json()["@odata.context"].as_str().unwrap().ends_with("msevtmgt_finalizeregistrationpaymentResponse")
    );
}

#[tokio::test]
async fn what_the_operation_refuses() {
    let (org, purchase) = reserved().await;
    let unknown = Uuid::from_u128(5);
    assert_eq!(
        finalize(&org, unknown, 100_000_001).await.error(),
        format!("404 0x80040217 msevtmgt_eventpurchase With Id = {unknown} Does Not Exist")
    );
    assert!(finalize(&org, purchase, 5).await.error().starts_with("400 0x80040265 5 is not a payment status"));
    assert_eq!(finalize(&org, Uuid::nil(), 100_000_001).await.status.as_u16(), 400);
    for body in [
        r"{}".to_owned(),
        format!(r#"{{"msevtmgt_purchaseid":"{purchase}"}}"#),
        r#"{"msevtmgt_paymentstatus":100000001}"#.to_owned(),
        format!(r#"{{"msevtmgt_purchaseid":"{purchase}","msevtmgt_paymentstatus":"100000001"}}"#),
        format!(r#"{{"msevtmgt_purchaseid":"{purchase}","msevtmgt_paymentstatus":100000001,"amount":1}}"#),
        r#"{"msevtmgt_purchaseid":"five","msevtmgt_paymentstatus":100000001}"#.to_owned(),
        "{".to_owned(),
    ] {
        let answer = org.call("POST", "msevtmgt_finalizeregistrationpayment", &[], &body).await;
        assert_eq!(answer.status.as_u16(), 400, "{body}: {}", answer.body);
    }
    assert_eq!(org.dataverse.events().purchase(purchase).unwrap().state.word(), "reserved");
    org.world.switches().set("AMB-4", None, "400").unwrap();
    for answer in [finalize(&org, unknown, 100_000_001).await, read(&org, unknown).await] {
        assert_eq!(answer.error(), format!("400 0x80040265 msevtmgt_eventpurchase With Id = {unknown} Does Not Exist"));
    }
}

#[tokio::test]
async fn twice_late_and_opposite_on_the_wire() {
    let (org, purchase) = reserved().await;
    assert_eq!(finalize(&org, purchase, 100_000_001).await.status.as_u16(), 204);
    assert_eq!(finalize(&org, purchase, 100_000_001).await.status.as_u16(), 204);
    assert_eq!(
        finalize(&org, purchase, 100_000_000).await.error(),
        "400 0x80040265 The payment of this purchase is already finalized as completed; it cannot be changed."
    );
    let pass = org.dataverse.events().capacity(EVENT).unwrap().passes[0].0;
    let late = register(&org, pass);
    org.world.advance(mock_core::SignedDuration::from_mins(30)).await;
    assert!(
        finalize(&org, late, 100_000_001)
            .await
            .error()
            .starts_with("400 0x80040265 The reservation of this purchase ended at ")
    );
    org.world.switches().set("AMB-2", Some(&late.to_string()), "ignored").unwrap();
    assert_eq!(finalize(&org, late, 100_000_001).await.status.as_u16(), 204);
    assert_eq!(read(&org, late).await.json()["msevtmgt_paymentstatus"].as_i64(), Some(100_000_000));
}

#[tokio::test]
async fn a_purchase_that_cannot_be_read_yet() {
    let (org, first) = reserved().await;
    org.world.switches().set("AMB-3", Some(EVENT), "after-2-reads").unwrap();
    let pass = org.dataverse.events().capacity(EVENT).unwrap().passes[0].0;
    let purchase = register(&org, pass);
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(read(&org, purchase).await.status.as_u16());
    }
    assert_eq!(statuses, [404, 404, 200, 200]);
    assert_eq!(read(&org, first).await.status.as_u16(), 200, "it was registered before the switch was set");
}

#[tokio::test]
async fn a_purchase_without_a_currency() {
    let (org, purchase) = reserved().await;
    let change = PurchaseChange { price: None, currency: Some(None) };
    org.dataverse.events().change_purchase(purchase, &change).unwrap();
    let shown = read(&org, purchase).await.json();
    assert!(shown.as_object().unwrap().get("transactioncurrencyid").is_some_and(serde_json::Value::is_null));
    org.world.switches().set("AMB-8", Some(EVENT), "absent").unwrap();
    let shown = read(&org, purchase).await.json();
    assert!(shown.as_object().unwrap().get("transactioncurrencyid").is_none());
    assert_eq!(shown["msevtmgt_totalprice"].as_f64(), Some(49.5));
}
