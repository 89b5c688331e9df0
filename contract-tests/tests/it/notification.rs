//! What the notification cases say about services that are wrong, or different, in other ways than the defects they are named for.

use std::time::Duration;

use completion_service::Defect;
use contract_tests::report::{CaseReport, console};
use contract_tests::target::Span;
use contract_tests::{Profile, Verdict};

use crate::world::{Embedded, certify_with, only, profile};

async fn run(defects: &[Defect], profile: Profile, id: &str) -> CaseReport {
    let report = certify_with(Embedded::new(defects).await, profile, only(&[id])).await;
    report.cases.into_iter().next().unwrap()
}

/// The case ends in `verdict`, and all of `texts` stand in what is said about it.
async fn check(defects: &[Defect], profile: Profile, id: &str, verdict: Verdict, texts: &[&str]) -> CaseReport {
    let case = run(defects, profile, id).await;
    let said = console::explain(&case);
    assert_eq!(case.verdict, verdict, "{said}");
    let one_line: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in texts {
        assert!(one_line.contains(text), "{text:?} is missing:\n{said}");
    }
    case
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_names_no_purchase_completes_none() {
    let lost = ["no finalize call; no session at our Stripe names this purchase in metadata.order_id", "seen reserved"];
    check(&[Defect::NoMetadata], profile(), "C-N01", Verdict::Fail, &lost).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_for_the_wrong_buyer_is_seen_on_both() {
    let case = check(&[Defect::StaticFieldMixesBuyers], profile(), "C-N06", Verdict::Fail, &["is completed"]).await;
    let broken: Vec<&str> =
        case.broken().filter(|check| check.invariant.is_none()).map(|check| check.what.as_str()).collect();
    assert!(broken.iter().any(|what| what.contains("is finalized as completed after it was paid")), "{broken:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_spelling_that_is_not_taken_is_named() {
    let case = check(&[Defect::ReserializesBeforeVerify], profile(), "C-N13", Verdict::Fail, &[]).await;
    let broken: Vec<&str> =
        case.broken().filter(|check| check.invariant.is_none()).map(|check| check.what.as_str()).collect();
    assert!(!broken.is_empty() && broken.iter().all(|what| what.contains("as \\u escapes")), "{broken:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_twice_for_dataverse_does_not_fit_a_shorter_budget() {
    let mut hurried = profile();
    hurried.budgets.webhook = Span(Duration::from_secs(9));
    let seen = ["expected 2xx within 9s", "200 after waiting for 2 answers of Dataverse in a row, which makes 10 s"];
    check(&[], hurried, "C-N15", Verdict::Warn, &seen).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_delayed_way_to_pay_its_cases_do_not_apply() {
    let mut dollars = profile();
    dollars.declares.currencies = vec!["USD".to_owned()];
    for id in ["C-N03", "C-N07"] {
        check(&[], dollars.clone(), id, Verdict::NotApplicable, &["does not sell in EUR"]).await;
    }
    check(&[], dollars, "C-N09", Verdict::Pass, &[]).await;
}
