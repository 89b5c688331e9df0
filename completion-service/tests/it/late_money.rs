//! Money that has no seat.

use completion_service::config::LateMoney;
use serde_json::json;

use crate::client::{ID, paid, world, world_with};
use crate::stub::{Fault, Finalize};

fn intent() -> String {
    format!("pi_{ID}")
}

#[tokio::test]
async fn a_refused_payment_goes_back_once() {
    let world = world().await;
    world.stub.change(ID, |purchase| {
        (purchase.inactive, purchase.finalize) = (true, Finalize::Refuses);
    });
    assert_eq!(world.deliver(&paid()).await, 200);
    assert_eq!(world.deliver(&paid()).await, 200);
    assert_eq!(world.stub.store().refunds, [intent()]);
    assert!(!world.stub.paid(ID));
}

#[tokio::test]
async fn money_that_went_back_buys_nothing_later() {
    let world = world().await;
    world.stub.change(ID, |purchase| purchase.finalize = Finalize::Refuses);
    assert_eq!(world.deliver(&paid()).await, 200);
    world.stub.change(ID, |purchase| purchase.finalize = Finalize::Works);
    assert_eq!(world.deliver(&paid()).await, 200);
    assert!(!world.stub.paid(ID));
}

#[tokio::test]
async fn an_open_purchase_is_asked_for_twice_before_the_money_goes_back() {
    let world = world().await;
    world.stub.change(ID, |purchase| purchase.finalize = Finalize::Refuses);
    assert_eq!(world.deliver(&paid()).await, 200);
    let store = world.stub.store();
    assert_eq!((store.finalized.len(), store.refunds.len()), (2, 1));
}

#[tokio::test]
async fn one_passing_refusal_costs_no_seat() {
    let world = world().await;
    let fault = json!({"error": {"code": "0x80040265", "message": "busy"}});
    world.stub.fail("finalize", [Fault::Answer(400, None, fault)]);
    assert_eq!(world.deliver(&paid()).await, 200);
    assert!(world.stub.paid(ID));
    assert!(world.stub.store().refunds.is_empty());
}

#[tokio::test]
async fn a_hollow_success_is_not_believed() {
    let world = world().await;
    world.stub.change(ID, |purchase| {
        (purchase.inactive, purchase.finalize) = (true, Finalize::Ignores);
    });
    assert_eq!(world.deliver(&paid()).await, 200);
    assert_eq!(world.stub.store().refunds, [intent()]);
}

#[tokio::test]
async fn a_late_payment_that_is_welcome_stays() {
    let world = world().await;
    world.stub.change(ID, |purchase| purchase.inactive = true);
    assert_eq!(world.deliver(&paid()).await, 200);
    assert!(world.stub.paid(ID));
    assert!(world.stub.store().refunds.is_empty());
}

#[tokio::test]
async fn a_refund_that_fails_is_tried_on_the_next_delivery() {
    let world = world().await;
    world.stub.change(ID, |purchase| {
        (purchase.inactive, purchase.finalize) = (true, Finalize::Refuses);
    });
    world.stub.fail("refund", [Fault::Answer(403, None, json!({"error": {"type": "x"}}))]);
    assert_eq!(world.deliver(&paid()).await, 503);
    assert_eq!(world.deliver(&paid()).await, 200);
    assert_eq!(world.stub.store().refunds, [intent()]);
}

#[tokio::test]
async fn a_refund_made_by_hand_is_accepted_and_an_impossible_one_parked() {
    let world = world().await;
    world.stub.change(ID, |purchase| {
        (purchase.inactive, purchase.finalize) = (true, Finalize::Refuses);
    });
    for code in ["charge_already_refunded", "charge_disputed"] {
        let fault = json!({"error": {"type": "invalid_request_error", "code": code}});
        world.stub.fail("refund", [Fault::Answer(400, None, fault)]);
        assert_eq!(world.deliver(&paid()).await, 200, "{code}");
    }
}

#[tokio::test]
async fn a_second_payment_goes_back() {
    let world = world().await;
    assert_eq!(world.deliver(&paid()).await, 200);
    let mut second = paid();
    second["data"]["object"]["id"] = json!("cs_test_second");
    second["data"]["object"]["payment_intent"] = json!("pi_second");
    assert_eq!(world.deliver(&second).await, 200);
    assert_eq!(world.deliver(&paid()).await, 200);
    let mut foreign = second.clone();
    foreign["data"]["object"]["id"] = json!("cs_test_foreign");
    foreign["data"]["object"]["payment_intent"] = json!("pi_foreign");
    foreign["data"]["object"]["amount_total"] = json!(7);
    assert_eq!(world.deliver(&foreign).await, 200);
    assert_eq!(world.stub.store().refunds, ["pi_second", "pi_foreign"], "nobody pays twice for one purchase");
    assert_eq!(world.stub.statuses().len(), 1);
}

#[tokio::test]
async fn a_server_error_kept_for_a_refund_is_left_behind() {
    let world = world().await;
    world.stub.change(ID, |purchase| {
        (purchase.inactive, purchase.finalize) = (true, Finalize::Refuses);
    });
    world.stub.fail("refund", [Fault::KeptError]);
    assert_eq!(world.deliver(&paid()).await, 200);
    assert_eq!(world.stub.store().refunds, [intent()]);
}

#[tokio::test]
async fn parked_money_stays() {
    let world = world_with(|config| config.late_money = LateMoney::Park).await;
    world.stub.change(ID, |purchase| {
        (purchase.inactive, purchase.finalize) = (true, Finalize::Refuses);
    });
    assert_eq!(world.deliver(&paid()).await, 200);
    assert!(world.stub.store().refunds.is_empty());
}
