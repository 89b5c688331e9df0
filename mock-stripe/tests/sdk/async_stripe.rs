//! async-stripe. Its program is a package of its own with a lock file of its own (`rust/`), so that nothing it brings along enters the
//! product's dependency graph; `.ci/tools` builds it.

use crate::lab::Lab;
use crate::{checks, program};

/// The API version that this release of the library asks for.
const API_VERSION: &str = "2026-09-30.endive";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn async_stripe() {
    let binary = program::tool("PAYLOOP_ASYNC_STRIPE", "async-stripe/debug/async-stripe-flow");
    if !binary.is_file() {
        program::skip(&binary, "PAYLOOP_ASYNC_STRIPE", "async_stripe");
        return;
    }
    let lab = Lab::start().await;
    let printed = program::run(&binary, &[], &lab.variables()).await;
    // The library shows no answer's headers and always asks for its own version: `spoke` checks both.
    checks::complete(&printed, &["api-version"]);
    lab.spoke("Stripe/v1 RustBindings/", API_VERSION);
    lab.kept_keys(2);
}
