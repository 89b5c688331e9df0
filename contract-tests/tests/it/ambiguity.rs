//! What public documents leave open, answered the other way: a right service does not hang on it, and of a wrong one the report says so.

use completion_service::Defect;
use contract_tests::report::console;
use contract_tests::{Options, Profile, Report};
use mock_platform::Platform;

use crate::queued::{Queued, queued_profile};
use crate::reference::green;
use crate::world::{Embedded, certify, certify_on, only, outbound_profile, profile};

/// The cases of outbound marketing.
const OUTBOUND: [&str; 4] = ["C-L01", "C-L02", "C-L03", "C-L04"];

/// A run of the reference with these switches set for everything. Cases with a switch of their own still run under each of its values.
async fn under(switches: &[(&str, &str)], profile: Profile, options: Options) -> Report {
    let known = mock_platform::switches().unwrap();
    for (id, value) in switches {
        let known = known.iter().find(|switch| switch.id == *id);
        assert!(known.is_some_and(|switch| switch.default != *value), "{id} does not exist, or is {value} already");
    }
    let switches = switches.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned()));
    certify_on(Platform::builder().switches(switches), Embedded::new(&[]).await, profile, options).await
}

/// AMB-3 is left out: while nothing can be read a service may send visitors away, which R-V12 judges by itself.
const OTHER_WAY: [(&str, &str); 7] = [
    ("AMB-1", "fault"),
    ("AMB-2", "ignored"),
    ("AMB-4", "400"),
    ("AMB-5", "last-wins"),
    ("AMB-6", "redirectUrl-blank"),
    ("AMB-7", "200"),
    ("AMB-8", "absent"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_every_open_question_answered_the_other_way_the_reference_passes_core() {
    let report = under(&OTHER_WAY, profile(), Options { jobs: 12, ..Options::default() }).await;
    green(&report, &OUTBOUND);
    assert_eq!(report.ambiguities, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_does_the_queued_service() {
    let switches = OTHER_WAY.map(|(id, value)| (id.to_owned(), value.to_owned()));
    let platform = Platform::builder().switches(switches);
    let options = Options { jobs: 12, ..Options::default() };
    let report = certify_on(platform, Queued::new().await, queued_profile(), options).await;
    green(&report, &OUTBOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_it_does_in_front_of_outbound_marketing() {
    let switches = [
        ("DV-LEGACY", "status"),
        ("OB-LINK", "with-event"),
        ("OB-FINALIZE", "own"),
        ("OB-SESSION", "ignored"),
        ("AMB-1", "fault"),
        ("AMB-2", "ignored"),
        ("AMB-4", "400"),
    ];
    let patterns = ["C-L*", "C-R01", "C-R05", "C-R11", "C-N01", "C-N11", "C-T03"];
    green(&under(&switches, outbound_profile(), only(&patterns)).await, &[]);
}

/// This service takes every 200 of the legacy action for a success.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_holds_only_under_one_value_is_in_the_report() {
    let report = certify(&[Defect::OutboundBelieves200], only(&["C-L02"])).await;
    let told: Vec<String> = report.ambiguities.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["C-L02 holds where DV-LEGACY is fault, not where it is status"]);
    assert!(console::summary(&report).contains("payloop explain DV-LEGACY"), "{}", console::summary(&report));
}
