//! What becomes of events.

use serde_json::json;

use crate::client::{Bench, about, deliver, signed};
use crate::stub::{Finalize, ID, Stub};

const COMPLETED: &str = "checkout.session.completed";

/// One event about `cs_1` in a world that was changed before: what was finalized in the end, and which payments went back.
async fn check(prepare: impl FnOnce(&Stub), finalized: &[i64], refunds: &[&str]) {
    let bench = Bench::start().await;
    prepare(&bench.stub);
    bench.told("evt_1", COMPLETED, "cs_1").await;
    bench.idle().await;
    let world = bench.stub.world();
    assert_eq!(world.finalized, finalized, "{world:?}");
    assert_eq!(world.refunds, refunds, "{world:?}");
}

#[tokio::test]
async fn the_right_money_completes_whatever_the_event_says() {
    check(|stub| stub.put("cs_1", "complete", "paid", 14_950), &[100_000_001], &[]).await;
}

#[tokio::test]
async fn nothing_is_done_before_the_money_is_there() {
    check(|stub| stub.put("cs_1", "open", "unpaid", 14_950), &[], &[]).await;
    check(
        |stub| {
            stub.put("cs_1", "complete", "unpaid", 14_950);
            stub.change("cs_1", &[("payment_intent", json!({ "id": "pi_1", "status": "processing" }))]);
        },
        &[],
        &[],
    )
    .await;
}

#[tokio::test]
async fn the_wrong_money_goes_back() {
    check(|stub| stub.put("cs_1", "complete", "paid", 100), &[], &["pi_cs_1"]).await;
    check(
        |stub| {
            stub.put("cs_1", "complete", "paid", 14_950);
            stub.change("cs_1", &[("currency", json!("jpy"))]);
        },
        &[],
        &["pi_cs_1"],
    )
    .await;
}

#[tokio::test]
async fn money_that_went_back_buys_nothing() {
    check(
        |stub| {
            stub.put("cs_1", "complete", "paid", 14_950);
            let charge = json!({ "id": "ch_1", "amount_refunded": 14_950 });
            let intent = json!({ "id": "pi_1", "status": "succeeded", "latest_charge": charge });
            stub.change("cs_1", &[("payment_intent", intent)]);
        },
        &[],
        &[],
    )
    .await;
}

#[tokio::test]
async fn money_that_comes_too_late_goes_back() {
    check(
        |stub| {
            stub.put("cs_1", "complete", "paid", 14_950);
            stub.set(|world| world.status = Some(100_000_000));
        },
        &[],
        &["pi_cs_1"],
    )
    .await;
}

#[tokio::test]
async fn nothing_due_is_no_payment() {
    check(
        |stub| {
            stub.put("cs_1", "complete", "no_payment_required", 0);
            stub.change("cs_1", &[("payment_intent", json!(null))]);
        },
        &[],
        &[],
    )
    .await;
}

#[tokio::test]
async fn a_lost_answer_is_understood() {
    check(
        |stub| {
            stub.put("cs_1", "complete", "paid", 14_950);
            stub.set(|world| world.finalize = Finalize::Loses);
        },
        &[100_000_001],
        &[],
    )
    .await;
}

#[tokio::test]
async fn a_platform_that_keeps_refusing_gets_no_money() {
    check(
        |stub| {
            stub.put("cs_1", "complete", "paid", 14_950);
            stub.set(|world| world.finalize = Finalize::Refuses);
        },
        &[100_000_001; 4],
        &["pi_cs_1"],
    )
    .await;
}

#[tokio::test]
async fn a_success_that_the_row_contradicts_is_not_believed() {
    check(
        |stub| {
            stub.put("cs_1", "complete", "paid", 14_950);
            stub.set(|world| world.finalize = Finalize::Pretends);
        },
        &[100_000_001],
        &["pi_cs_1"],
    )
    .await;
}

#[tokio::test]
async fn a_session_of_another_purchase_is_left_alone() {
    check(
        |stub| {
            stub.put("cs_1", "complete", "paid", 14_950);
            stub.change("cs_1", &[("metadata", json!({ "order_id": "b4d9e358-949f-f011-bbd3-6045bd02f64d" }))]);
        },
        &[],
        &[],
    )
    .await;
    check(|_| {}, &[], &[]).await;
}

#[tokio::test]
async fn a_second_payment_goes_back_and_a_repeat_changes_nothing() {
    let bench = Bench::start().await;
    bench.stub.put("cs_1", "complete", "paid", 14_950);
    bench.stub.put("cs_2", "complete", "paid", 14_950);
    for (event, session) in [("evt_1", "cs_1"), ("evt_1", "cs_1"), ("evt_2", "cs_2"), ("evt_3", "cs_1")] {
        bench.told(event, COMPLETED, session).await;
        bench.idle().await;
    }
    let world = bench.stub.world();
    assert_eq!((world.finalized, world.refunds), (vec![100_000_001], vec!["pi_cs_2".to_owned()]));
}

#[tokio::test]
async fn the_end_of_the_session_that_buyers_are_sent_to_ends_the_reservation() {
    let bench = Bench::start().await;
    let page = bench.location(&format!("purchaseId={ID}")).await;
    let session = page.rsplit('/').next().unwrap().to_owned();
    bench.stub.put("cs_other", "expired", "unpaid", 14_950);
    bench.told("evt_1", "checkout.session.expired", "cs_other").await;
    bench.idle().await;
    assert_eq!(bench.stub.world().finalized, [0; 0], "another session's end says nothing");
    bench.stub.change(&session, &[("status", json!("expired"))]);
    bench.told("evt_2", "checkout.session.expired", &session).await;
    bench.idle().await;
    assert_eq!(bench.stub.world().finalized, [100_000_000]);
}

#[tokio::test]
async fn what_was_offered_counts_although_the_price_has_changed() {
    let bench = Bench::start().await;
    let page = bench.location(&format!("purchaseId={ID}")).await;
    let session = page.rsplit('/').next().unwrap().to_owned();
    bench.stub.set(|world| world.price = "199.50");
    let intent = json!({ "id": "pi_1", "status": "succeeded", "latest_charge": { "amount_refunded": 0 } });
    let paid = [("status", json!("complete")), ("payment_status", json!("paid")), ("payment_intent", intent)];
    bench.stub.change(&session, &paid);
    bench.told("evt_1", COMPLETED, &session).await;
    bench.idle().await;
    let world = bench.stub.world();
    assert_eq!((world.finalized, world.refunds), (vec![100_000_001], Vec::new()));
}

#[tokio::test]
async fn only_what_stripe_signs_is_taken() {
    let bench = Bench::start().await;
    bench.stub.put("cs_1", "complete", "paid", 14_950);
    let body = about("evt_1", COMPLETED, "cs_1").to_string();
    for signature in ["", "t=1,v1=00", &signed("another body")] {
        assert_eq!(deliver(&bench.base, &body, signature).await.status(), 400, "{signature}");
    }
    let large = " ".repeat(300 * 1024);
    assert_eq!(deliver(&bench.base, &large, &signed(&large)).await.status(), 413);
    for broken in ["", "null", "[]", "{", "{}", r#"{"id":7,"type":"x"}"#] {
        assert_eq!(deliver(&bench.base, broken, &signed(broken)).await.status(), 400, "{broken}");
    }
    bench.idle().await;
    assert_eq!(bench.stub.world().reads, 0);
}

#[tokio::test]
async fn what_is_none_of_its_business_is_acknowledged_and_forgotten() {
    let bench = Bench::start().await;
    bench.stub.put("cs_1", "complete", "paid", 14_950);
    let good = about("evt_1", COMPLETED, "cs_1");
    for (path, value) in [
        ("/type", json!("payment_intent.succeeded")),
        ("/livemode", json!(true)),
        ("/account", json!("acct_1")),
        ("/data", json!({})),
        ("/data/object", json!([])),
        ("/data/object/metadata", json!({})),
        ("/data/object/metadata/order_id", json!("WC-1042")),
        ("/data/object/id", json!("../../v1/refunds")),
        ("/id", json!("../notes/x")),
    ] {
        let mut event = good.clone();
        let (parent, name) = path.rsplit_once('/').unwrap();
        event.pointer_mut(parent).unwrap()[name] = value;
        let body = event.to_string();
        assert_eq!(deliver(&bench.base, &body, &signed(&body)).await.status(), 200, "{path}");
    }
    bench.idle().await;
    let world = bench.stub.world();
    assert_eq!((world.reads, world.finalized), (0, Vec::new()));
}
