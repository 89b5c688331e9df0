//! The page where visitors register, from the list of events to the paid place, with script and without.

use crate::harness::check_with_page;

const CHECKS: &[&str] = &[
    "registers-and-pays",
    "registers-and-pays-without-script",
    "several-people",
    "several-people-without-script",
    "free",
    "faults-lead-to-their-fields",
    "faults-without-script",
    "full",
    "full-without-script",
    "sold-out",
    "questions-and-sessions",
    "questions-and-sessions-without-script",
    "waiting-list",
    "waiting-list-without-script",
    "wishes",
    "wishes-without-script",
    "another-origin-is-refused",
    "a-form-of-another-site-is-refused",
    "nowhere",
    "by-keyboard",
    "everything-by-keyboard",
    "narrow-screen",
    "accessible",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn visitors_register_in_a_browser() {
    check_with_page("registration_page", CHECKS).await;
}
