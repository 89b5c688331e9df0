//! The journal's bound, its silence and its renderings.

use std::time::Duration;

use mock_core::World;
use mock_core::faults::{Effect, Matcher, Plan, When};
use mock_core::journal::{Filter, Numbers, as_curl, as_line};

use crate::bench::Bench;

const ID: &str = "a4d9e358-949f-f011-bbd3-6045bd02f64d";
const SETTLE: Duration = Duration::from_millis(20);
const LIMIT: Duration = Duration::from_secs(10);

#[tokio::test]
async fn silence_is_about_the_subjects_asked_for() {
    let bench = Bench::start().await;
    let subject = ID.parse().unwrap();
    bench.post("/echo", ID).await.unwrap();
    assert!(bench.world.journal().quiet(&[subject], SETTLE, LIMIT).await);

    // An exchange that stays open keeps its own subject busy, and nobody else's.
    let matcher = Matcher { text: Some(ID.into()), ..Matcher::default() };
    bench.world.faults().add(Plan {
        matcher,
        skip: 0,
        times: None,
        when: When::BeforeCommit,
        effect: Effect::Delay { millis: 60_000 },
    });
    let mut changes = bench.world.journal().changes();
    let url = format!("{}/echo", bench.base);
    let slow = tokio::spawn(async move { mock_core::separate_http_client().post(url).body(ID).send().await });
    changes.changed().await.unwrap();
    assert!(!bench.world.journal().quiet(&[subject], SETTLE, Duration::from_millis(60)).await);
    let other = bench.world.ids().uuid("other", "");
    assert!(bench.world.journal().quiet(&[other], SETTLE, LIMIT).await);

    // The client goes away: the exchange is over.
    slow.abort();
    assert!(bench.world.journal().quiet(&[subject], SETTLE, LIMIT).await);
    let entry = bench.world.journal().get(2).unwrap();
    assert_eq!(entry.failure.as_deref(), Some("the client went away before the answer"));
}

#[tokio::test]
async fn who_looks_again_reads_what_is_new_and_what_was_open() {
    let bench = Bench::start().await;
    let journal = bench.world.journal();
    let seqs = |filter: &Filter| {
        let look = journal.look(filter);
        (look.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), look.summary.last_seq, look.open)
    };
    bench.post("/echo", ID).await.unwrap();
    let mut changes = journal.changes();
    bench.world.faults().add(Plan {
        matcher: Matcher { text: Some("slow".into()), ..Matcher::default() },
        skip: 0,
        times: None,
        when: When::BeforeCommit,
        effect: Effect::Delay { millis: 60_000 },
    });
    let url = format!("{}/echo", bench.base);
    let body = format!("slow {ID}");
    let slow = tokio::spawn(async move { mock_core::separate_http_client().post(url).body(body).send().await });
    changes.changed().await.unwrap();
    let about = Filter::about(ID.parse().unwrap());
    assert_eq!(seqs(&about), (vec![1, 2], 2, vec![2]));

    // The open one ends, and another comes: both are news, the first is not.
    slow.abort();
    assert!(journal.quiet(&[], SETTLE, LIMIT).await);
    bench.post("/echo", ID).await.unwrap();
    let news = Filter { after: Some(2), again: Some(Numbers(vec![2])), ..about.clone() };
    assert_eq!(seqs(&news), (vec![2, 3], 3, vec![]));
    // A number behind `after` counts once, and what was never there does not matter.
    let odd = Filter { after: Some(1), again: Some(Numbers(vec![3, 2, 99])), ..about.clone() };
    assert_eq!(seqs(&odd).0, [2, 3]);
    journal.clear();
    assert_eq!(seqs(&news), (vec![], 3, vec![]));
}

#[test]
fn numbers_are_written_with_commas() {
    let read = |text: &str| Numbers::try_from(text.to_owned()).map_err(|error| error.to_string());
    assert_eq!(read("12,15").unwrap(), Numbers(vec![12, 15]));
    assert_eq!(read("").unwrap(), Numbers::default());
    assert_eq!(String::from(Numbers(vec![12, 15])), "12,15");
    assert_eq!(
        read("12,x").unwrap_err(),
        r#""x" is not a number of an entry: write numbers with commas between them, as 12,15"#
    );
}

#[tokio::test]
async fn secrets_are_found_but_not_shown() {
    let bench = Bench::start().await;
    bench.world.secrets().register("client secret", "s3cr3t-value-of-this-run");
    bench.post("/echo?x=1", "leak=s3cr3t-value-of-this-run").await.unwrap();
    let filter = Filter { text: Some("s3cr3t-value-of-this-run".into()), ..Filter::default() };
    let found = bench.world.journal().find(&filter);
    assert_eq!(found.len(), 1);
    let curl = as_curl(&found[0], bench.world.secrets(), &bench.base);
    assert!(curl.contains("leak=[client secret s3cr****-run]"), "{curl}");
    assert!(!curl.contains("s3cr3t-value"), "{curl}");
    let line = as_line(&found[0], bench.world.secrets());
    assert!(line.starts_with("#1 -> stripe POST /echo?x=1 200 "), "{line}");
}

#[tokio::test]
async fn memory_is_bounded_and_drops_are_counted() {
    let world = World::builder().journal_bytes(20_000).build();
    for _ in 0..100 {
        let call = mock_core::Outgoing {
            fake: "stripe",
            operation: "webhook",
            method: http::Method::POST,
            url: "http://127.0.0.1:9/none".into(),
            headers: http::HeaderMap::new(),
            body: bytes::Bytes::from(vec![b'x'; 500]),
            timeout: Duration::from_secs(1),
            subjects: Vec::new(),
            says: None,
        };
        assert!(world.outbound().send(call).await.is_err());
    }
    let summary = world.journal().summary();
    assert!(summary.bytes <= 20_000, "{summary:?}");
    assert_eq!(summary.held as u64 + summary.dropped, 100);
    assert_eq!(summary.last_seq, 100);
    assert!(world.journal().get(1).is_none());
    assert!(world.journal().get(100).is_some());
}
