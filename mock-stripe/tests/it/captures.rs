//! Money that is held first: captured by its seller, let go, or too old.

use mock_core::SignedDuration;
use serde_json::json;

use crate::intents::{act, charge_of, create, events, id, refused};
use crate::support::Lab;

#[tokio::test]
async fn a_seller_captures_all_or_a_part_and_the_rest_is_let_go() {
    let lab = Lab::start().await;
    let hold = "confirm=true&payment_method=pm_card_visa&capture_method=manual&metadata[order]=7";
    let held = create(&lab, hold).await.ok();
    assert_eq!((&held["status"], &held["amount_capturable"]), (&json!("requires_capture"), &json!(2000)));
    assert_eq!(held["amount_received"], 0);
    let charge = charge_of(&lab, &held).await;
    assert_eq!((&charge["captured"], &charge["amount_captured"]), (&json!(false), &json!(0)));
    assert_eq!((&charge["paid"], &charge["status"]), (&json!(true), &json!("succeeded")));
    let before = charge["payment_method_details"]["card"]["capture_before"].as_i64().unwrap();
    assert_eq!(before - charge["created"].as_i64().unwrap(), 7 * 86_400);
    lab.world.advance(SignedDuration::from_mins(1)).await;
    assert_eq!(
        charge_of(&lab, &held).await["balance_transaction"],
        json!(null),
        "nothing is booked before it is taken"
    );
    let refund = lab.post("/v1/refunds", &format!("charge={}", id(&charge))).await;
    refused(&refund, 400, "charge_not_refundable", None);

    let much = act(&lab, &held, "capture", "amount_to_capture=2001").await;
    refused(&much, 400, "amount_too_large", Some("amount_to_capture"));
    let taken = act(&lab, &held, "capture", "amount_to_capture=1500&metadata[shipped]=yes").await.ok();
    assert_eq!((&taken["status"], &taken["amount_received"]), (&json!("succeeded"), &json!(1500)));
    assert_eq!(taken["amount_capturable"], 0);
    assert_eq!(taken["metadata"], json!({"order": "7", "shipped": "yes"}));
    refused(&act(&lab, &held, "capture", "").await, 400, "payment_intent_unexpected_state", None);
    lab.world.advance(SignedDuration::from_secs(3)).await;
    let path = format!("/v1/charges/{}?expand[]=balance_transaction&expand[]=refunds", id(&charge));
    let charge = lab.get(&path).await.ok();
    assert_eq!((&charge["captured"], &charge["amount_captured"]), (&json!(true), &json!(1500)));
    assert_eq!((&charge["amount_refunded"], &charge["refunded"]), (&json!(500), &json!(false)));
    assert_eq!(charge["balance_transaction"]["amount"], 1500);
    let reversal = &charge["refunds"]["data"][0];
    assert_eq!((&reversal["amount"], &reversal["balance_transaction"]), (&json!(500), &json!(null)));
    assert_eq!(reversal["destination_details"]["card"]["type"], "reversal");
    assert_eq!(
        events(&lab).await,
        [
            "charge.succeeded",
            "payment_intent.amount_capturable_updated",
            "payment_intent.created",
            "charge.captured",
            "payment_intent.succeeded",
            "charge.updated"
        ]
    );
    // Only what was taken can be given back.
    let refund = lab.post("/v1/refunds", &format!("payment_intent={}", id(&held))).await.ok();
    assert_eq!(refund["amount"], 1500);
    assert_eq!(charge_of(&lab, &held).await["refunded"], true);
}

#[tokio::test]
async fn an_authorization_is_let_go_when_it_is_canceled_or_too_old() {
    let lab = Lab::start().await;
    let hold = "confirm=true&payment_method=pm_card_visa&capture_method=manual";
    let held = create(&lab, hold).await.ok();
    let given_up = act(&lab, &held, "cancel", "cancellation_reason=abandoned").await.ok();
    assert_eq!((&given_up["status"], &given_up["amount_capturable"]), (&json!("canceled"), &json!(0)));
    let charge = charge_of(&lab, &held).await;
    assert_eq!((&charge["captured"], &charge["refunded"]), (&json!(false), &json!(true)));
    assert_eq!(charge["amount_refunded"], 2000);
    assert!(charge["payment_method_details"]["card"].get("capture_before").is_none());
    let kinds = events(&lab).await;
    assert_eq!(kinds[3..], ["charge.refunded", "payment_intent.canceled"]);
    refused(&act(&lab, &held, "capture", "").await, 400, "payment_intent_unexpected_state", None);

    let old = create(&lab, hold).await.ok();
    lab.world.advance(SignedDuration::from_hours(7 * 24 - 1)).await;
    assert_eq!(lab.get(&format!("/v1/payment_intents/{}", id(&old))).await.ok()["status"], "requires_capture");
    lab.world.advance(SignedDuration::from_hours(1)).await;
    let over = lab.get(&format!("/v1/payment_intents/{}", id(&old))).await.ok();
    assert_eq!((&over["status"], &over["cancellation_reason"]), (&json!("canceled"), &json!("automatic")));
    assert_eq!(events(&lab).await[kinds.len() + 3..], ["charge.expired", "payment_intent.canceled"]);
    let refunds = lab.get(&format!("/v1/refunds?payment_intent={}", id(&old))).await.ok();
    assert_eq!(refunds["data"][0]["reason"], "expired_uncaptured_charge");
    assert_eq!(lab.get("/v1/balance_transactions").await.ok()["data"], json!([]), "no money ever moved");
}
