//! A registration page that knows the Event API by nothing but the document that it serves.

use crate::harness::check;

const CHECKS: &[&str] = &[
    "registers-from-the-registered-origin",
    "what-is-wrong-is-told",
    "another-origin-reads-no-document",
    "another-origin-does-not-register",
    "another-origin-without-a-preflight",
    "preflights",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_made_from_the_document_registers() {
    check("document_page", CHECKS).await;
}
