//! The finalize operation and the payment timeout, with the rows they leave.

use uuid::Uuid;

use super::{Bench, CANCELLED, COMPLETED, gala, person};
use crate::event_management::reservation::State;
use crate::event_management::{FINALIZE, FinalizeRefusal, What};
use crate::operations::{Arguments, OperationContext, OperationError, Registry};
use crate::store::Value;

/// Seats of the event (held, sold), state, registrations, attendee passes, paid, processed, payment status.
fn stands(bench: &Bench, purchase: Uuid) -> String {
    let view = bench.app().purchase(purchase).unwrap();
    let (held, sold) = bench.seats()[0];
    format!(
        "{} held {held} sold {sold}, {} registrations {} passes, paid {} processed {} status {:?}",
        view.state.word(),
        view.registrations,
        view.attendee_passes,
        view.paid,
        view.processed,
        view.payment_status
    )
}

#[test]
fn a_completed_payment_registers_everybody() {
    let bench = Bench::new(&gala());
    let purchase = bench.buy(&[0, 1]);
    bench.app().finalize(purchase, COMPLETED).unwrap();
    assert_eq!(
        stands(&bench, purchase),
        "completed held 0 sold 2, 2 registrations 2 passes, paid true processed true status Some(100000001)"
    );
    assert_eq!(bench.rows("contact").len(), 2);
    let store = bench.dataverse.store();
    for attendee in bench.rows("msevtmgt_eventpurchaseattendee") {
        let registration =
            store.get("msevtmgt_eventregistration", attendee.lookup("msevtmgt_eventregistrationid").unwrap()).unwrap();
        assert_eq!(registration.lookup("msevtmgt_contactid"), attendee.lookup("msevtmgt_attendeecontactid"));
    }
    let passes = bench.rows("msevtmgt_attendeepass");
    let numbers: std::collections::BTreeSet<_> = passes.iter().filter_map(|row| row.text("msevtmgt_name")).collect();
    assert_eq!(numbers.len(), 2, "every attendee pass has its own number");
    assert!(bench.rows("msevtmgt_eventpurchasepass").iter().all(|row| row.lookup("msevtmgt_attendeepassid").is_some()));
    let row = store.get("msevtmgt_eventpurchase", purchase).unwrap();
    assert!(row.lookup("msevtmgt_purchasingcontactid").is_some());
    let pass = store.get("msevtmgt_pass", bench.pass(0)).unwrap();
    assert_eq!((pass.int("msevtmgt_noofpassessold"), pass.int("msevtmgt_noofpassesleft")), (Some(1), Some(7)));
}

#[test]
fn a_known_contact_is_found_again() {
    #[track_caller]
    fn check(matching: &str, first: &str, expect: usize) {
        let bench = Bench::new(&gala());
        bench.set("EAPI-MATCH", matching);
        let mut ada = person(1, Some(bench.pass(0)));
        ada.first_name = first.into();
        for attendee in [person(1, Some(bench.pass(0))), ada] {
            let Ok(crate::event_management::Registered::Paid { purchase, .. }) = bench.register(vec![attendee]) else {
                panic!()
            };
            bench.app().finalize(purchase, COMPLETED).unwrap();
        }
        assert_eq!(bench.rows("contact").len(), expect, "{matching}");
    }
    check("email", "Grace", 1);
    check("email-and-names", "ada", 1);
    check("email-and-names", "Grace", 2);
    check("never", "Ada", 2);
}

#[tokio::test]
async fn an_unpaid_reservation_ends_at_its_deadline_and_not_before() {
    let bench = Bench::new(&gala());
    let purchase = bench.buy(&[0, 0]);
    bench.world.advance(mock_core::SignedDuration::from_secs(30 * 60 - 1)).await;
    assert_eq!(bench.app().purchase(purchase).unwrap().state, State::Reserved);
    bench.world.advance(mock_core::SignedDuration::from_secs(1)).await;
    assert_eq!(
        stands(&bench, purchase),
        "expired held 0 sold 0, 0 registrations 0 passes, paid false processed false status Some(100000000)"
    );
    let refusal = bench.app().finalize(purchase, COMPLETED).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "The reservation of this purchase ended at 2026-11-01T10:30:00Z without a payment; its places are released."
    );
    bench.app().finalize(purchase, CANCELLED).unwrap();
    let history: Vec<_> = bench
        .app()
        .purchase(purchase)
        .unwrap()
        .history
        .into_iter()
        .map(|entry| (entry.what, entry.refused.is_some()))
        .collect();
    assert_eq!(
        history,
        [
            (What::Registered, false),
            (What::Timeout, false),
            (What::Finalize(COMPLETED), true),
            (What::Finalize(CANCELLED), false)
        ]
    );
}

/// Two finalize calls, the second perhaps after the timeout, under one switch value.
async fn check(switch: (&str, &str), first: Option<i64>, second: i64, expect: &str) {
    let bench = Bench::new(&gala());
    bench.set(switch.0, switch.1);
    let purchase = bench.buy(&[0]);
    match first {
        Some(status) => bench.app().finalize(purchase, status).unwrap(),
        None => bench.minutes(30).await,
    }
    let answer = match bench.app().finalize(purchase, second) {
        Ok(()) => "ok",
        Err(FinalizeRefusal::Reservation(_)) => "refused",
        Err(other) => panic!("{other}"),
    };
    let view = bench.app().purchase(purchase).unwrap();
    let (held, sold) = bench.seats()[0];
    let got = format!("{answer}: {} sold {sold}, {} valid, paid {}", view.state.word(), view.registrations, view.paid);
    assert_eq!((got.as_str(), held), (expect, 0), "{switch:?} {first:?} {second}");
}

#[tokio::test]
async fn twice_late_and_opposite_under_every_value() {
    let (done, gone) = (Some(COMPLETED), Some(CANCELLED));
    check(("AMB-1", "success"), done, COMPLETED, "ok: completed sold 1, 1 valid, paid true").await;
    check(("AMB-1", "fault"), done, COMPLETED, "refused: completed sold 1, 1 valid, paid true").await;
    check(("AMB-1", "success"), gone, CANCELLED, "ok: cancelled sold 0, 0 valid, paid false").await;
    check(("AMB-1", "fault"), gone, CANCELLED, "refused: cancelled sold 0, 0 valid, paid false").await;
    check(("AMB-2", "fault"), None, COMPLETED, "refused: expired sold 0, 0 valid, paid false").await;
    check(("AMB-2", "ignored"), None, COMPLETED, "ok: expired sold 0, 0 valid, paid false").await;
    check(("AMB-2", "accepted-if-room"), None, COMPLETED, "ok: completed sold 1, 1 valid, paid true").await;
    check(("AMB-5", "refused"), done, CANCELLED, "refused: completed sold 1, 1 valid, paid true").await;
    check(("AMB-5", "refused"), gone, COMPLETED, "refused: cancelled sold 0, 0 valid, paid false").await;
    check(("AMB-5", "last-wins"), done, CANCELLED, "ok: cancelled sold 0, 0 valid, paid false").await;
    check(("AMB-5", "last-wins"), gone, COMPLETED, "ok: completed sold 1, 1 valid, paid true").await;
}

#[tokio::test]
async fn a_late_success_gets_no_seat_that_others_took() {
    let bench = Bench::new(&gala());
    bench.set("AMB-2", "accepted-if-room");
    let late = bench.buy(&[1, 1, 1, 1, 1]);
    bench.minutes(30).await;
    let other = bench.buy(&[1]);
    assert_eq!(
        bench.app().finalize(late, COMPLETED).unwrap_err().to_string(),
        "The places of this purchase were released and are taken."
    );
    bench.app().finalize(other, CANCELLED).unwrap();
    bench.app().finalize(late, COMPLETED).unwrap();
    assert_eq!(bench.seats()[0], (0, 5));
}

#[test]
fn a_completion_can_be_taken_back_and_given_again_without_doubling() {
    let bench = Bench::new(&gala());
    bench.set("AMB-5", "last-wins");
    let purchase = bench.buy(&[0, 1]);
    for status in [COMPLETED, CANCELLED, COMPLETED] {
        bench.app().finalize(purchase, status).unwrap();
    }
    assert_eq!((bench.rows("msevtmgt_eventregistration").len(), bench.rows("msevtmgt_attendeepass").len()), (2, 2));
    assert!(stands(&bench, purchase).starts_with("completed held 0 sold 2, 2 registrations 2 passes, paid true"));
}

#[test]
fn what_is_not_there_or_not_a_status() {
    let bench = Bench::new(&gala());
    let purchase = bench.buy(&[0]);
    let unknown = Uuid::from_u128(1);
    assert_eq!(bench.app().finalize(unknown, COMPLETED), Err(FinalizeRefusal::Unknown(unknown)));
    for status in [0, 1, 100_000_002, -1] {
        assert_eq!(bench.app().finalize(purchase, status), Err(FinalizeRefusal::Status(status)));
    }
    assert_eq!(bench.app().purchase(purchase).unwrap().state, State::Reserved);
    let by_hand = Uuid::from_u128(2);
    let fields = crate::store::Fields::new().set("msevtmgt_name", "by hand");
    let now = bench.world.clock().now();
    bench.dataverse.store().write(now, |tx| tx.create("msevtmgt_eventpurchase", by_hand, fields)).unwrap();
    assert_eq!(bench.app().finalize(by_hand, COMPLETED), Err(FinalizeRefusal::NotReserved(by_hand)));
}

#[tokio::test]
async fn a_purchase_whose_row_was_deleted_still_frees_its_seats() {
    let bench = Bench::new(&gala());
    let purchase = bench.buy(&[0, 0]);
    let now = bench.world.clock().now();
    bench.dataverse.store().write(now, |tx| tx.delete("msevtmgt_eventpurchase", purchase)).unwrap();
    assert_eq!(bench.app().finalize(purchase, COMPLETED), Err(FinalizeRefusal::Unknown(purchase)));
    bench.minutes(30).await;
    assert_eq!(bench.seats()[0], (0, 0));
}

#[test]
fn the_operation_in_the_registry() {
    let bench = Bench::new(&gala());
    let purchase = bench.buy(&[0]);
    let operation = bench.dataverse.operations().get(FINALIZE).unwrap();
    let call = |purchase: Uuid, status: Value| {
        let context = OperationContext {
            world: bench.world.clone(),
            store: bench.dataverse.store().clone(),
            dataverse: bench.dataverse.clone(),
            user: crate::SYSTEM_USER,
            scope: String::new(),
            target: None,
        };
        let arguments = Arguments::from([
            ("msevtmgt_purchaseid".to_owned(), Value::Guid(purchase)),
            ("msevtmgt_paymentstatus".to_owned(), status),
        ]);
        Registry::call(operation, &context, &arguments).map(|output| output.len())
    };
    let completed = || Value::Choice(100_000_001);
    let unknown = Uuid::from_u128(1);
    assert!(matches!(call(unknown, completed()), Err(OperationError::MissingRow { id, .. }) if id == unknown));
    bench.set("AMB-4", "400");
    assert!(matches!(call(unknown, completed()), Err(OperationError::Plugin(_))));
    assert!(matches!(call(purchase, Value::Choice(5)), Err(OperationError::Plugin(_))));
    assert_eq!(call(purchase, completed()), Ok(0));
    bench.set("AMB-7", "200");
    assert_eq!(call(purchase, completed()), Ok(1));
    assert!(matches!(call(purchase, Value::Choice(100_000_000)), Err(OperationError::Plugin(_))));
}

#[test]
fn a_purchase_can_be_unreadable_for_its_first_reads() {
    let bench = Bench::new(&gala());
    bench.world.switches().set("AMB-3", Some("Gala1"), "after-2-reads").unwrap();
    let purchase = bench.buy(&[0]);
    let reads = [(); 4].map(|()| bench.app().hides("msevtmgt_eventpurchase", purchase));
    assert_eq!(reads, [true, true, false, false]);
    assert!(!bench.app().hides("msevtmgt_event", bench.event.id));
    assert!(!bench.app().omits_missing_currency(purchase));
    bench.world.switches().set("AMB-8", Some(&purchase.to_string()), "absent").unwrap();
    assert!(bench.app().omits_missing_currency(purchase));
}

#[tokio::test]
async fn a_snapshot_brings_seats_and_reservations_back() {
    let bench = Bench::new(&gala());
    let first = bench.buy(&[0]);
    let snapshot = bench.world.snapshot();
    bench.app().finalize(first, COMPLETED).unwrap();
    bench.buy(&[0, 0]);
    assert!(bench.world.restore(snapshot));
    assert_eq!((bench.seats()[0], bench.app().purchase(first).unwrap().state), ((1, 0), State::Reserved));
    bench.minutes(30).await;
    assert_eq!((bench.seats()[0], bench.app().purchase(first).unwrap().state), ((0, 0), State::Expired));
}

#[tokio::test]
async fn one_reservation_can_be_ended_without_moving_the_clock() {
    let bench = Bench::new(&gala());
    let (ended, other) = (bench.buy(&[0]), bench.buy(&[0]));
    bench.app().expire_purchase(ended).unwrap();
    assert_eq!(bench.app().purchase(ended).unwrap().state, State::Expired);
    assert_eq!((bench.app().purchase(other).unwrap().state, bench.seats()[0]), (State::Reserved, (1, 0)));
    assert!(matches!(bench.app().finalize(ended, COMPLETED), Err(FinalizeRefusal::Reservation(_))));
    bench.app().finalize(other, COMPLETED).unwrap();
    bench.app().expire_purchase(other).unwrap();
    assert_eq!(bench.app().purchase(other).unwrap().state, State::Completed);
    assert!(bench.app().expire_purchase(Uuid::from_u128(1)).is_err());
    bench.minutes(30).await;
    assert_eq!(bench.seats()[0], (0, 1));
}
