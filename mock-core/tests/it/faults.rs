//! Fault plans over a real connection.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use mock_core::faults::{Effect, Matcher, Plan, When};

use crate::bench::Bench;

fn plan(when: When, effect: Effect) -> Plan {
    let matcher = Matcher { fake: Some("stripe".into()), path: Some("/echo".into()), ..Matcher::default() };
    Plan { matcher, skip: 0, times: Some(1), when, effect }
}

fn throttled() -> Effect {
    Effect::Answer {
        status: 429,
        code: Some("0x80072322".into()),
        message: Some("slow down".into()),
        headers: BTreeMap::from([("Retry-After".into(), "2".into())]),
        body: None,
    }
}

#[tokio::test]
async fn an_answer_before_the_work_leaves_the_work_undone_and_then_heals() {
    let bench = Bench::start().await;
    bench.world.faults().add(plan(When::BeforeCommit, throttled()));
    let struck = bench.post("/echo", "x").await.unwrap();
    assert_eq!((struck.status().as_u16(), struck.headers()["retry-after"].to_str().unwrap()), (429, "2"));
    assert_eq!(struck.text().await.unwrap(), "0x80072322 slow down");
    assert_eq!(bench.done.load(Ordering::SeqCst), 0);
    assert_eq!(bench.post("/echo", "x").await.unwrap().status(), 200);
    assert_eq!(bench.world.journal().get(1).unwrap().fault.as_deref(), Some("answer 429 0x80072322"));
}

#[tokio::test]
async fn an_answer_after_the_work_loses_only_the_acknowledgement() {
    let bench = Bench::start().await;
    bench.world.faults().add(plan(When::AfterCommit, throttled()));
    assert_eq!(bench.post("/echo", "x").await.unwrap().status(), 429);
    assert_eq!(bench.done.load(Ordering::SeqCst), 1);
}

/// The dialect says how long its own words are; they are not sent.
#[tokio::test]
async fn an_exact_body_has_its_own_length() {
    let bench = Bench::start().await;
    let body = Some("<html>We will be right back, some time after lunch</html>".to_owned());
    let Effect::Answer { code, message, headers, .. } = throttled() else { unreachable!() };
    bench
        .world
        .faults()
        .add(plan(When::BeforeCommit, Effect::Answer { status: 200, code, message, headers, body: body.clone() }));
    let struck = bench.post("/echo", "x").await.unwrap();
    assert_eq!((struck.status().as_u16(), Some(struck.text().await.unwrap())), (200, body));
}

#[tokio::test]
async fn a_reset_breaks_the_connection_before_or_after_the_work() {
    for (when, done) in [(When::BeforeCommit, 0), (When::AfterCommit, 1)] {
        let bench = Bench::start().await;
        bench.world.faults().add(plan(when, Effect::Reset));
        let error = bench.post("/echo", "x").await.unwrap_err();
        assert!(error.is_request(), "{error:?}");
        assert_eq!(bench.done.load(Ordering::SeqCst), done, "{when:?}");
        let entry = bench.world.journal().get(1).unwrap();
        assert_eq!(entry.failure.as_deref(), Some("the connection was reset, as planned"));
    }
}

#[tokio::test]
async fn a_cut_body_comes_with_its_status_and_ends_early() {
    let bench = Bench::start().await;
    bench.world.faults().add(plan(When::AfterCommit, Effect::CutBody { after: 3 }));
    let answer = bench.post("/echo", "hello").await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.content_length()), (200, Some(5)));
    assert!(answer.text().await.is_err());
}

#[tokio::test]
async fn a_delay_still_answers() {
    let bench = Bench::start().await;
    bench.world.faults().add(plan(When::BeforeCommit, Effect::Delay { millis: 5 }));
    assert_eq!(bench.post("/echo", "late").await.unwrap().text().await.unwrap(), "late");
    assert_eq!(bench.world.journal().get(1).unwrap().fault.as_deref(), Some("late by 5 ms"));
}
