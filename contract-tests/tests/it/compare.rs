//! Reports against each other: shares that are joined, runs that are compared.

use contract_tests::report::{CaseReport, Kind, MergeError, Report, diff, merge};
use contract_tests::{CASES, Options, RunVerdict, Share, Verdict};

use crate::world::{certify, only};
use completion_service::Defect;

async fn shares(defects: &[Defect], of: u32) -> Vec<(String, Report)> {
    let mut reports = Vec::new();
    for index in 1..=of {
        let options = Options { share: Some(format!("{index}/{of}").parse().unwrap()), ..only(&["C-R*", "C-N0*"]) };
        reports.push((format!("{index}.json"), certify(defects, options).await));
    }
    reports
}

fn verdicts(report: &Report) -> Vec<(String, Verdict)> {
    report.cases.iter().map(|case| (case.name(), case.verdict)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shares_joined_are_the_whole_run() {
    let whole = certify(&[Defect::Redirect301], only(&["C-R*", "C-N0*"])).await;
    let shares = shares(&[Defect::Redirect301], 3).await;
    assert!(shares.iter().all(|(_, report)| report.cases.len() < whole.cases.len()));
    let joined = merge(&shares).unwrap();
    assert_eq!(verdicts(&joined), verdicts(&whole));
    assert_eq!(joined.summary.verdict, RunVerdict::NotConformant);
    assert_eq!(joined.summary.fail, whole.summary.fail);
    assert_eq!(joined.suite, whole.suite);
    let judged = |report: &Report| report.invariants.iter().map(|one| one.judged).collect::<Vec<_>>();
    assert_eq!(judged(&joined), judged(&whole));
}

#[track_caller]
fn check(reports: &[(String, Report)], expect: &str) {
    assert_eq!(merge(reports).unwrap_err().to_string(), expect);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_all_of_one_run_is_refused() {
    let all = shares(&[], 2).await;
    check(&[], "name the JSON reports of all shares");
    check(&all[..1], "share 2 of 2 is missing");
    check(&[all[0].clone(), ("again.json".to_owned(), all[0].1.clone())], "again.json and 1.json are both share 1/2");
    let mut seeded = all.clone();
    seeded[1].1.suite.seed = 9;
    check(&seeded, "2.json and 1.json are not shares of one run: the seed is \"9\" in one and \"1\" in the other");
    let mut whole = all.clone();
    whole[1].1.suite.partition = None;
    check(&whole, "2.json is the report of a whole run, not of a share; run certify with --partition I/N");
    let mut overlapping = all.clone();
    let stray = all[0].1.cases[0].clone();
    overlapping[1].1.cases.push(stray.clone());
    assert_eq!(merge(&overlapping).unwrap_err(), MergeError::Overlap { case: stray.name() });
}

/// A share that no chosen case belongs to has judged nothing, and says so before it starts.
#[test]
fn an_empty_share_is_refused() {
    use contract_tests::runner::plan;
    let declares = contract_tests::target::Declares::default();
    let takes_c_r01 = |share: &Share| share.takes("C-R01");
    let shares: Vec<Share> = (1..=2).map(|index| format!("{index}/2").parse().unwrap()).collect();
    let other = *shares.iter().find(|share| !takes_c_r01(share)).unwrap();
    let patterns = ["C-R01".to_owned()];
    let error = plan(CASES, contract_tests::Level::Core, &patterns, Some(other), &declares, true).unwrap_err();
    assert!(error.to_string().starts_with("no case that is chosen belongs to share "), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_that_became_red_is_worse_and_the_way_back_is_better() {
    let right = certify(&[], only(&["C-R01", "C-R02"])).await;
    let wrong = certify(&[Defect::Redirect301], only(&["C-R01", "C-R02"])).await;
    let worse = diff(&right, &wrong);
    assert!(worse.is_worse());
    let of = |case: &str| worse.changes.iter().find(|change| change.case == case).unwrap();
    assert_eq!((of("C-R02").kind, of("C-R02").before), (Kind::Worse, Some(Verdict::Pass)));
    assert!(of("C-R02").newly_wrong[0].contains("302"), "{worse}");
    let better = diff(&wrong, &right);
    assert!(!better.is_worse());
    assert!(better.changes.iter().all(|change| change.kind == Kind::Better), "{better}");
    let same = diff(&right, &certify(&[], Options { jobs: 1, ..only(&["C-R01", "C-R02"]) }).await);
    assert_eq!((same.changes.len(), same.same), (0, 2), "{same}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_judged_no_more_is_not_lost_from_sight() {
    let whole = certify(&[], only(&["C-R01", "C-R02"])).await;
    let mut fewer = whole.clone();
    fewer.cases.pop();
    fewer.suite.seed = 3;
    let gone = diff(&whole, &fewer);
    assert!(gone.is_worse());
    assert_eq!(gone.to_string().lines().next(), Some("note    seed was 1, is 3"));
    let named = |report: &CaseReport| report.name();
    assert_eq!(gone.changes[0].case, named(&whole.cases[1]));
    assert_eq!(gone.changes[0].kind, Kind::Gone);
}
