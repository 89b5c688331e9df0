//! Same seed, same ids and same verdicts, however often and in whatever company a case runs.

use contract_tests::{Options, Report};
use futures_util::StreamExt as _;
use futures_util::stream;
use uuid::Uuid;

use crate::world::{certify, only};

/// How many runs go at once; each has a platform and a service of its own.
const AT_ONCE: usize = 3;

/// Every case's verdict and the ids in what it did.
fn essence(report: &Report) -> Vec<(String, String, Vec<String>)> {
    report.cases.iter().map(|case| (case.name(), case.verdict.to_string(), ids(&case.steps))).collect()
}

fn ids(steps: &[String]) -> Vec<String> {
    let text = steps.join(" ");
    let mut ids: Vec<String> = text
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
        .filter(|word| word.parse::<Uuid>().is_ok() || word.starts_with("test_"))
        .map(str::to_owned)
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_runs_agree() {
    // Several at once: what else the machine does must not matter either.
    let runs = stream::iter((0..10).map(|_| certify(&[], Options::default()))).buffered(AT_ONCE);
    let found: Vec<_> = runs.map(|report| essence(&report)).collect().await;
    assert!(found[0].iter().any(|(_, _, ids)| !ids.is_empty()));
    for (run, essence) in found.iter().enumerate() {
        assert_eq!(*essence, found[0], "run {run}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_alone_has_the_ids_that_it_had_in_company() {
    let whole = essence(&certify(&[], Options::default()).await);
    let alone = essence(&certify(&[], only(&["C-N01"])).await);
    assert_eq!(alone.len(), 1);
    assert!(whole.contains(&alone[0]), "{alone:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_seed_gives_other_ids() {
    let one = essence(&certify(&[], only(&["C-N01"])).await);
    let other = essence(&certify(&[], Options { seed: 2, ..only(&["C-N01"]) }).await);
    assert_ne!(one[0].2, other[0].2);
    assert_eq!(one[0].1, other[0].1);
}
