//! The page where a buyer pays.

use crate::harness::check;

const CHECKS: &[&str] = &[
    "pays",
    "pays-without-script",
    "pays-by-keyboard",
    "bank-debit-by-keyboard",
    "declined-and-then-paid",
    "faults-lead-to-their-fields",
    "three-d-secure",
    "three-d-secure-refused",
    "bank-debit",
    "quantities",
    "free",
    "double-click-pays-once",
    "going-back-shows-what-happened",
    "cancel",
    "expired",
    "inactive",
    "nowhere",
    "amounts-in-their-currencies",
    "everything-that-can-be-asked",
    "in-the-language-of-the-browser",
    "narrow-screen",
    "accessible",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_pays_in_a_browser() {
    check("hosted_page", CHECKS).await;
}
