//! Registering: free and paid, one and several, refused and full.

use serde_json::json;

use crate::support::{Bench, EVENT, PASS, attendees_with, purchase_of};

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
    assert_eq!(json!(view.state), "completed");
}
