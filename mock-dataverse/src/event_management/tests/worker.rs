//! Free registrations that are written later, and the cache of their validation.

use super::waiting::with_sessions;
use super::{Bench, person};
use crate::event_management::{EventChange, NewEvent, Registered};

fn bench(capacity: u32) -> Bench {
    Bench::new(&NewEvent { capacity: Some(capacity), ..with_sessions(false) })
}

#[tokio::test]
async fn success_comes_before_the_rows() {
    let bench = bench(2);
    bench.set("EAPI-28", "after-10-minutes");
    let Ok(Registered::Queued { ticket }) = bench.register(vec![person(1, None), person(2, None)]) else {
        panic!("it is queued")
    };
    assert_eq!(bench.rows("msevtmgt_eventregistrationticket")[0].id(), ticket);
    assert_eq!((bench.rows("msevtmgt_eventregistration").len(), bench.seats()[0]), (0, (2, 0)));
    assert!(bench.register(vec![person(3, None)]).is_err(), "its seats are held");
    bench.set("EAPI-16", "reject");
    bench.minutes(9).await;
    assert_eq!(bench.rows("msevtmgt_eventregistration").len(), 0);
    bench.minutes(1).await;
    let rows = bench.rows("msevtmgt_eventregistration");
    assert_eq!((rows.len(), bench.seats()[0]), (2, (0, 2)));
    assert_eq!(rows[0].text("msevtmgt_eventregistrationticketid"), Some(ticket.to_string().as_str()));
}

#[tokio::test]
async fn somebody_who_is_queued_is_a_duplicate_too() {
    let bench = bench(9);
    bench.set("EAPI-28", "after-1-hour");
    bench.set("EAPI-16", "reject");
    bench.register(vec![person(1, None)]).unwrap();
    assert!(bench.register(vec![person(1, None)]).is_err());
    bench.minutes(60).await;
    assert!(bench.register(vec![person(1, None)]).is_err());
}

#[tokio::test]
async fn the_worker_gives_up_after_six_hours() {
    let bench = bench(2);
    bench.set("EAPI-28", "after-1-minute");
    bench.register(vec![person(1, None)]).unwrap();
    let now = bench.world.clock().now();
    bench.dataverse.store().write(now, |tx| tx.delete("msevtmgt_event", bench.event.id).map(drop)).unwrap();
    bench.minutes(5 * 60).await;
    assert_eq!(bench.world.scheduler().pending().len(), 1, "it tries again");
    bench.minutes(2 * 60).await;
    assert_eq!(bench.world.scheduler().pending().len(), 0);
    assert_eq!(bench.rows("msevtmgt_eventregistration").len(), 0);
}

#[tokio::test]
async fn what_the_cache_has_not_seen_yet() {
    let bench = bench(2);
    bench.set("EAPI-CACHE", "10-minutes");
    bench.register(vec![person(1, None)]).unwrap();
    bench.register(vec![person(2, None)]).unwrap();
    bench.register(vec![person(3, None)]).unwrap();
    assert_eq!(bench.seats()[0], (0, 3), "just filled, and still accepted");
    bench.app().change_event("Gala1", &EventChange { live: Some(false), ..EventChange::default() }).unwrap();
    bench.register(vec![person(4, None)]).unwrap();
    bench.minutes(10).await;
    assert_eq!(bench.register(vec![person(5, None)]).unwrap_err().to_string(), "The event is not live.");
    bench.app().change_event("Gala1", &EventChange { live: Some(true), ..EventChange::default() }).unwrap();
    bench.minutes(10).await;
    assert!(bench.register(vec![person(5, None)]).unwrap_err().to_string().contains("capacity"));
}

#[test]
fn a_paid_event_is_validated_as_it_is() {
    let bench = Bench::new(&NewEvent { capacity: Some(1), ..with_sessions(true) });
    bench.set("EAPI-CACHE", "10-minutes");
    bench.set("EAPI-28", "after-1-hour");
    bench.buy(&[0]);
    assert!(bench.register(vec![person(2, Some(bench.pass(0)))]).is_err());
}
