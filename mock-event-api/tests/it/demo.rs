//! The demo payment: shut by default, opened by a setting, and never able to do more than the real finalize.

use mock_dataverse::store::Fields;
use mock_event_api::control::dto::{Features, PurchaseState};
use serde_json::json;
use uuid::Uuid;

use crate::support::{Answer, Bench, EVENT, FREE_EVENT, PASS, put};

async fn finalize(bench: &Bench, event: &str, purchase: Uuid) -> Answer {
    let body = json!({ "purchaseId": purchase, "hipObject": null }).to_string();
    bench.post_text(&format!("/events/{event}/registrations/finalize"), body).await
}

async fn open(bench: &Bench, on: bool) {
    bench.control.put("/v1/event-api/features", &Features { payments: true, demo_payments: Some(on) }).await.unwrap();
}

const SHUT: &str = r#"404 {"Message":"Demo payments are not enabled; a payment is finalized by msevtmgt_finalizeregistrationpayment."}"#;
const DONE: &str =
    r#"200 {"status":"Success","errorMessage":null,"errorCode":null,"redirectUrl":null,"purchaseId":null}"#;

#[tokio::test]
async fn nobody_pays_by_demo_unless_an_administrator_says_so() {
    let bench = Bench::new().await;
    let purchase = bench.buy(EVENT, PASS, 1).await;
    assert_eq!(finalize(&bench, EVENT, purchase).await.line(), SHUT);
    assert_eq!(bench.purchase(purchase).await.state, PurchaseState::Reserved);
    open(&bench, true).await;
    assert_eq!(finalize(&bench, EVENT, purchase).await.line(), DONE);
    let view = bench.purchase(purchase).await;
    assert_eq!((view.state, view.registrations, view.attendee_passes), (PurchaseState::Completed, 1, 1));
    assert_eq!(finalize(&bench, EVENT, purchase).await.line(), DONE, "a repeat changes nothing");
    assert_eq!(bench.purchase(purchase).await.registrations, 1);
    open(&bench, false).await;
    assert_eq!(finalize(&bench, EVENT, purchase).await.line(), SHUT);
    assert_eq!(bench.dataverse.store().read(|data| data.count("msevtmgt_eventadministration")), 1);
    assert_eq!(bench.unsupported(), Vec::<String>::new());
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn the_setting_is_a_row_that_can_be_written() {
    let bench = Bench::new().await;
    let purchase = bench.buy(EVENT, PASS, 1).await;
    let column = "msevtmgt_enablefinalizationendpoints";
    for (n, (value, state, expect)) in
        [(100_000_001, 0, SHUT), (100_000_002, 1, SHUT), (100_000_002, 0, DONE)].into_iter().enumerate()
    {
        let fields = Fields::new().set("msevtmgt_name", "Settings").set(column, value).set("statecode", state);
        put(&bench, "msevtmgt_eventadministration", Uuid::from_u128(n as u128 + 1), fields);
        assert_eq!(finalize(&bench, EVENT, purchase).await.line(), expect, "{value} {state}");
    }
}

#[tokio::test]
async fn a_demo_payment_completes_only_what_could_be_paid() {
    let bench = Bench::new().await;
    open(&bench, true).await;
    let purchase = bench.buy(EVENT, PASS, 1).await;
    let unknown = r#"404 {"Message":"The purchase was not found."}"#;
    assert_eq!(finalize(&bench, FREE_EVENT, purchase).await.line(), unknown, "of another event");
    assert_eq!(finalize(&bench, EVENT, PASS.parse().unwrap()).await.line(), unknown);
    let path = format!("/events/{EVENT}/registrations/finalize");
    for (body, status) in [("{}", 400), ("[]", 400), (r#"{"purchaseId":"x"}"#, 400), ("", 400)] {
        assert_eq!(bench.post_text(&path, body).await.status, status, "{body}");
    }
    bench.minutes(31).await;
    let late = finalize(&bench, EVENT, purchase).await;
    assert_eq!(late.status, 400, "{}", late.text);
    assert_eq!(bench.purchase(purchase).await.state, PurchaseState::Expired);
    bench.assert_true_to_the_contract();
}
