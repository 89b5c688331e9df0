//! Same seed, same ids and same verdicts, however often and in whatever company a case runs.

use contract_tests::{Options, Report};
use uuid::Uuid;

use crate::world::{certify, only};

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
    let first = essence(&certify(&[], Options::default()).await);
    assert!(first.iter().any(|(_, _, ids)| !ids.is_empty()));
    for run in 2..=10 {
        assert_eq!(essence(&certify(&[], Options::default()).await), first, "run {run}");
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
