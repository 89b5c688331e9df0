//! The organization's own page, whose scripts call the Web API without a token.

use crate::harness::check;

const CHECKS: &[&str] = &[
    "nobody-is-signed-in",
    "a-script-finalizes-by-the-session",
    "a-person-finalizes-by-the-form",
    "other-origins-are-nobody",
    "signing-out",
    "narrow-screen",
    "accessible",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_the_organization_finalizes_payments() {
    check("own_page", CHECKS).await;
}
