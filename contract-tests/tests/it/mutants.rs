//! Each defect is caught by the case that names it, and the published sample fails exactly what it gets wrong at core.

use completion_service::Defect;
use contract_tests::report::console;
use contract_tests::{Options, Report, Verdict};
use futures_util::StreamExt as _;
use futures_util::stream;

use crate::world::{certify, only};

/// How many defects are tried at once; each has a platform and a service of its own.
const AT_ONCE: usize = 4;

/// The cases that found something, with what they found.
fn noticed(report: &Report) -> Vec<(String, Verdict)> {
    let passed = |verdict| matches!(verdict, Verdict::Pass | Verdict::NotApplicable | Verdict::NotTestable);
    report.cases.iter().filter(|case| !passed(case.verdict)).map(|case| (case.name(), case.verdict)).collect()
}

async fn survivor(defect: Defect) -> Option<String> {
    let case = defect.killed_by();
    let report = certify(&[defect], only(&[case])).await;
    let caught = noticed(&report).iter().any(|(_, verdict)| matches!(verdict, Verdict::Fail | Verdict::Warn));
    (!caught).then(|| format!("{} survives {case}:\n{}", defect.name(), console::summary(&report)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_defect_is_caught_by_the_case_that_names_it() {
    let of_a_case = Defect::all().iter().copied().filter(|defect| !defect.is_for_histories());
    let tried = stream::iter(of_a_case.map(survivor)).buffered(AT_ONCE);
    let survivors: Vec<String> = tried.filter_map(std::future::ready).collect().await;
    assert!(survivors.is_empty(), "{}", survivors.join("\n"));
}

/// What the catalogue's column "Doc" says of the sample at core, and what the open questions of that column turn out to be: an exception for
/// every unknown purchase, currencies as Dataverse has them, links for reservations that are over, and final rejections left alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_published_sample_fails_exactly_what_it_gets_wrong() {
    let report = certify(&[Defect::DocsSample], Options::default()).await;
    let expected = [
        ("C-R10", Verdict::Fail),
        ("C-R11 [AMB-4=400]", Verdict::Warn),
        ("C-R11 [AMB-4=404]", Verdict::Warn),
        ("C-R16", Verdict::Warn),
        ("C-N07", Verdict::Warn),
        ("C-N14", Verdict::Warn),
        ("C-T03", Verdict::Warn),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(name, verdict)| (name.to_owned(), verdict)).collect();
    assert_eq!(noticed(&report), expected, "{}", console::summary(&report));
}
