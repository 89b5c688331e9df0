//! Time moves when told, and what falls due on the way fires in order.

use std::sync::Arc;

use mock_core::{ClockMode, Job, SignedDuration, World};
use parking_lot::Mutex;

fn recording(world: &World) -> Arc<Mutex<Vec<(i64, String)>>> {
    let fired = Arc::new(Mutex::new(Vec::new()));
    let (log, clock) = (Arc::clone(&fired), world.clone());
    let start = world.clock().now();
    world.scheduler().on("test.job", move |job: Job| {
        let (log, clock) = (Arc::clone(&log), clock.clone());
        Box::pin(async move {
            let at = clock.clock().now().duration_since(start).as_secs();
            log.lock().push((at, job.subject));
        })
    });
    fired
}

fn manual() -> World {
    World::builder().clock(ClockMode::Manual).build()
}

#[tokio::test]
async fn an_advance_fires_due_work_in_order_at_its_own_time() {
    let world = manual();
    let fired = recording(&world);
    let now = world.clock().now();
    for (minutes, subject) in [(30, "timeout"), (5, "retry"), (5, "second at five"), (31, "later")] {
        world.scheduler().at(now + SignedDuration::from_mins(minutes), "test.job", subject);
    }
    let advanced = world.advance(SignedDuration::from_mins(30)).await;
    let expect =
        [(300, "retry"), (300, "second at five"), (1800, "timeout")].map(|(at, subject)| (at, subject.to_owned()));
    assert_eq!(*fired.lock(), expect);
    assert_eq!((advanced.fired, advanced.now), (3, now + SignedDuration::from_mins(30)));
    assert_eq!(world.scheduler().pending().len(), 1);
}

#[tokio::test]
async fn work_that_an_advance_causes_fires_within_it() {
    let world = manual();
    let fired = recording(&world);
    let chain = world.clone();
    world.scheduler().on("test.chain", move |_| {
        chain.scheduler().at(chain.clock().now() + SignedDuration::from_mins(1), "test.job", "caused");
        Box::pin(async {})
    });
    world.scheduler().at(world.clock().now() + SignedDuration::from_mins(1), "test.chain", "");
    world.advance(SignedDuration::from_mins(2)).await;
    assert_eq!(*fired.lock(), [(120, "caused".to_owned())]);
}

#[tokio::test]
async fn cancelled_work_does_not_fire_and_time_never_goes_back() {
    let world = manual();
    let fired = recording(&world);
    let now = world.clock().now();
    let job = world.scheduler().at(now, "test.job", "never");
    assert!(world.scheduler().cancel(job));
    assert!(!world.scheduler().cancel(job));
    world.advance(SignedDuration::from_hours(-1)).await;
    assert!(fired.lock().is_empty());
    assert_eq!(world.clock().now(), now);
}

#[tokio::test]
async fn due_work_fires_by_itself_once_the_world_is_started() {
    let world = manual();
    let (told, mut hear) = tokio::sync::mpsc::unbounded_channel();
    world.scheduler().on("test.now", move |job| {
        told.send(job.subject).unwrap();
        Box::pin(async {})
    });
    world.start();
    world.scheduler().at(world.clock().now(), "test.now", "at once");
    assert_eq!(hear.recv().await.as_deref(), Some("at once"));
}

#[tokio::test]
async fn a_snapshot_brings_back_time_ids_and_agenda() {
    let world = manual();
    let fired = recording(&world);
    let now = world.clock().now();
    world.scheduler().at(now + SignedDuration::from_mins(1), "test.job", "once");
    let number = world.snapshot();
    let first = world.ids().uuid("purchase", "x");
    world.advance(SignedDuration::from_mins(2)).await;
    assert!(world.restore(number));
    assert!(!world.restore(99));
    assert_eq!((world.clock().now(), world.ids().uuid("purchase", "x")), (now, first));
    world.advance(SignedDuration::from_mins(2)).await;
    assert_eq!(fired.lock().len(), 2);
}
