//! The reference service passes everything, in every run.

use contract_tests::report::console;
use contract_tests::{Level, Options, RunVerdict, Verdict};

use crate::world::certify;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reference_passes_every_case() {
    let report = certify(&[], Options { level: Level::Secure, ..Options::default() }).await;
    let not_green: Vec<String> =
        report.cases.iter().filter(|case| case.verdict != Verdict::Pass).map(console::explain).collect();
    assert!(not_green.is_empty(), "{}\n{}", not_green.join("\n"), console::summary(&report));
    assert_eq!(report.verdict(), RunVerdict::Conformant, "{}", console::summary(&report));
}
