//! The reference service passes everything, in every run.

use contract_tests::report::console;
use contract_tests::target::EventPlatform;
use contract_tests::{Level, Options, Profile, Report, RunVerdict, Verdict};

use crate::world::{Embedded, certify_with, only, outbound_profile, profile};

/// Everything that applies is green, and nothing else is left out than what is for the other generation of the platform.
async fn passes(profile: Profile, options: Options, left_out: &[&str]) {
    green(&certify_with(Embedded::new(&[]).await, profile, options).await, left_out);
}

/// The same of a report.
#[track_caller]
pub(crate) fn green(report: &Report, left_out: &[&str]) {
    let foreign = |id: &str| left_out.contains(&id);
    let not_green: Vec<String> = report
        .cases
        .iter()
        .filter(|case| case.verdict != if foreign(&case.id) { Verdict::NotApplicable } else { Verdict::Pass })
        .map(console::explain)
        .collect();
    assert!(not_green.is_empty(), "{}\n{}", not_green.join("\n"), console::summary(report));
    assert_eq!(report.verdict(), RunVerdict::Conformant, "{}", console::summary(report));
    assert!(report.invariants.iter().all(|invariant| invariant.judged > 0), "{}", console::summary(report));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reference_passes_every_case() {
    // Not optimised, all at once would take longer than the service waits for others.
    let options = Options { level: Level::Secure, jobs: 12, ..Options::default() };
    // It takes what it is notified of as it is, and looks nothing up: R-P08.
    passes(profile(), options, &["C-L01", "C-L02", "C-L03", "C-L04", "R-P08"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_front_of_outbound_marketing_it_passes_every_case_that_applies() {
    let modern = ["C-N02", "C-N07", "C-N09", "C-N10", "C-T06"];
    passes(outbound_profile(), Options::default(), &modern).await;
    let mut older = outbound_profile();
    older.declares.platform = EventPlatform::OutboundAdx;
    passes(older, only(&["C-L01", "C-N01"]), &[]).await;
}
