//! The same service in front of outbound marketing: another dialect, the same rules.

use completion_service::config::{LateMoney, Platform};
use serde_json::{Value, json};

use crate::client::{BACK, ID, OTHER, World, event, link, paid, world_with};
use crate::stub::{EVENT, Fault, Finalize, status};

const CONTACT: &str = "c4d9e358-949f-f011-bbd3-6045bd02f64d";
const DETAILS: &str = "POST /api/data/v9.2/msevtmgt_GetPurchaseDetailsAction";
const FINALIZE: &str = "POST /api/data/v9.2/msevtmgt_FinalizeExternalRegistrationRequest";

async fn outbound() -> World {
    world_with(|config| config.platform = Platform::Outbound).await
}

fn finalized(world: &World) -> Vec<Value> {
    world.stub.store().finalized.clone()
}

#[tokio::test]
async fn a_visit_asks_for_the_details_and_the_standing() {
    let world = outbound().await;
    World::page_of(&world.visit(&link(ID, Some(BACK))).await);
    let store = world.stub.store();
    let mut calls: Vec<_> = store.calls.iter().filter(|call| call.contains("/api/data/")).cloned().collect();
    calls.sort();
    insta::assert_snapshot!(calls.join("\n"), @r"
    GET /api/data/v9.2/msevtmgt_eventpurchases(a4d9e358-949f-f011-bbd3-6045bd02f64d)?$select=_msevtmgt_purchasingcontactid_value,msevtmgt_paid,msevtmgt_processed,statecode,statuscode,msevtmgt_paymentstatus&$expand=msevtmgt_EventId($select=msevtmgt_readableeventid)
    POST /api/data/v9.2/msevtmgt_GetPurchaseDetailsAction
    ");
    let price = &store.forms.iter().find(|(kind, _)| kind == "price").expect("a price").1;
    assert_eq!((price["unit_amount"].as_str(), price["currency"].as_str()), ("14950", "eur"));
}

#[tokio::test]
async fn a_payment_is_finalized_with_three_texts() {
    let world = outbound().await;
    assert_eq!(world.deliver(&paid()).await, 200);
    assert!(world.stub.paid(ID));
    assert_eq!(world.stub.count(DETAILS), 1);
    assert_eq!(world.stub.count(FINALIZE), 1);
    assert_eq!(finalized(&world), [json!({"PurchaseId": ID, "ReadableEventId": EVENT, "UserId": ""})]);
    // A repeat has nothing left to do.
    assert_eq!(world.deliver(&paid()).await, 200);
    assert_eq!(world.stub.count(FINALIZE), 1);
}

#[tokio::test]
async fn the_contact_is_named_where_it_is_known() {
    let world = outbound().await;
    world.stub.change(ID, |purchase| purchase.contact = Some(CONTACT.to_owned()));
    assert_eq!(world.deliver(&paid()).await, 200);
    assert_eq!(finalized(&world)[0]["UserId"], CONTACT);
}

#[tokio::test]
async fn older_environments_have_another_name_for_it() {
    let world = world_with(|config| config.platform = Platform::OutboundAdx).await;
    assert_eq!(world.deliver(&paid()).await, 200);
    assert_eq!(world.stub.count("POST /api/data/v9.2/adx_FinalizeExternalRegistrationRequest"), 1);
    assert!(world.stub.paid(ID));
}

#[tokio::test]
async fn what_is_not_the_price_completes_nothing() {
    let world = outbound().await;
    for (amount, currency) in [(100, "eur"), (14950, "usd")] {
        let cheap = event("checkout.session.completed", "paid", ID, amount, currency);
        assert_eq!(world.deliver(&cheap).await, 200);
    }
    assert_eq!(finalized(&world), [Value::Null; 0]);
    assert!(!world.stub.paid(ID));
}

#[tokio::test]
async fn a_refusal_gives_the_money_back_however_it_is_told() {
    for finalize in [Finalize::Refuses, Finalize::FailsPolitely] {
        let world = outbound().await;
        world.stub.change(ID, |purchase| purchase.finalize = finalize);
        assert_eq!(world.deliver(&paid()).await, 200);
        assert_eq!(finalized(&world).len(), 2, "asked once more, and no more");
        assert_eq!(world.stub.store().refunds, [format!("pi_{ID}")]);
        assert!(!world.stub.paid(ID));
    }
}

#[tokio::test]
async fn a_refusal_is_parked_where_that_is_asked_for() {
    let world = world_with(|config| {
        (config.platform, config.late_money) = (Platform::Outbound, LateMoney::Park);
    })
    .await;
    world.stub.change(ID, |purchase| purchase.finalize = Finalize::FailsPolitely);
    assert_eq!(world.deliver(&paid()).await, 200);
    assert!(world.stub.store().refunds.is_empty());
}

#[tokio::test]
async fn a_word_that_nobody_published_is_looked_into() {
    let world = outbound().await;
    world.stub.change(ID, |purchase| purchase.finalize = Finalize::WorksInOtherWords);
    assert_eq!(world.deliver(&paid()).await, 200);
    assert!(world.stub.paid(ID));
    assert_eq!(finalized(&world).len(), 1);
    assert!(world.stub.store().refunds.is_empty());
}

#[tokio::test]
async fn a_rejected_payment_is_left_to_the_timeout() {
    let world = outbound().await;
    let rejected = event("checkout.session.async_payment_failed", "unpaid", ID, 14950, "eur");
    assert_eq!(world.deliver(&rejected).await, 200);
    assert_eq!(finalized(&world), [Value::Null; 0]);
}

#[tokio::test]
async fn trouble_that_passes_is_tried_again() {
    let world = outbound().await;
    world.stub.fail("details", [status(503), status(502)]);
    world.stub.fail("finalize-outbound", [status(503), Fault::LoseAnswer]);
    assert_eq!(world.deliver(&paid()).await, 200);
    assert!(world.stub.paid(ID));
    assert_eq!((world.stub.count(DETAILS), world.stub.count(FINALIZE)), (3, 3));
}

#[tokio::test]
async fn what_does_not_exist_or_cannot_be_priced_is_not_sold() {
    let world = outbound().await;
    assert_eq!(world.visit(&link("d4d9e358-949f-f011-bbd3-6045bd02f64d", None)).await.status(), 404);
    world.stub.change(ID, |purchase| purchase.price = None);
    assert_eq!(world.visit(&link(ID, None)).await.status(), 422);
    world.stub.change(OTHER, |purchase| purchase.currency = None);
    assert_eq!(world.visit(&link(OTHER, None)).await.status(), 422);
    world.stub.change(ID, |purchase| (purchase.price, purchase.inactive) = (Some("1".into()), true));
    assert_eq!(world.visit(&link(ID, None)).await.status(), 410);
    assert!(world.stub.store().forms.is_empty());
}

#[cfg(feature = "defects")]
mod defects {
    use completion_service::Defect;

    use super::*;

    async fn broken(defect: Defect) -> World {
        world_with(|config| {
            config.platform = Platform::Outbound;
            config.defects.extend([defect]);
        })
        .await
    }

    #[tokio::test]
    async fn the_action_is_told_too_little_or_the_wrong_name() {
        let world = broken(Defect::OutboundEventName).await;
        assert_eq!(world.deliver(&paid()).await, 200);
        assert_eq!(finalized(&world)[0]["ReadableEventId"], "Paid Event");
        assert!(!world.stub.paid(ID));
        let world = broken(Defect::OutboundOmitsUser).await;
        assert_eq!(world.deliver(&paid()).await, 200);
        assert_eq!(finalized(&world), [json!({"PurchaseId": ID, "ReadableEventId": EVENT})]);
    }

    #[tokio::test]
    async fn a_refusal_is_not_understood() {
        let world = broken(Defect::OutboundAsksForEver).await;
        world.stub.change(ID, |purchase| purchase.finalize = Finalize::Refuses);
        assert_eq!(world.deliver(&paid()).await, 200);
        assert_eq!(finalized(&world).len(), 40);
        let world = broken(Defect::OutboundBelieves200).await;
        world.stub.change(ID, |purchase| purchase.finalize = Finalize::FailsPolitely);
        assert_eq!(world.deliver(&paid()).await, 200);
        assert!(world.stub.store().refunds.is_empty(), "the money stays, and there is no seat");
        assert!(!world.stub.paid(ID));
    }

    #[tokio::test]
    async fn too_little_is_enough_or_one_call_too_few() {
        let world = broken(Defect::OutboundAmountUnchecked).await;
        let cheap = event("checkout.session.completed", "paid", ID, 100, "eur");
        assert_eq!(world.deliver(&cheap).await, 200);
        assert!(world.stub.paid(ID));
        let world = broken(Defect::OutboundFinalizesEach).await;
        assert_eq!(world.deliver(&paid()).await, 200);
        assert_eq!(finalized(&world).len(), 2, "three attendees; by the last call the purchase is completed");
    }
}
