//! `stripe` for Node.

use serde_json::Value;

use crate::lab::Lab;
use crate::{checks, program};

/// The API version that this release of the library asks for.
const API_VERSION: &str = "2026-10-28.endive";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn node() {
    let modules = program::tool("PAYLOOP_NODE_MODULES", "node/node_modules");
    let installed = modules.join("stripe/package.json");
    if !installed.is_file() {
        program::skip(&installed, "PAYLOOP_NODE_MODULES", "node_sdk");
        return;
    }
    let read = |path: &std::path::Path| -> Value { serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap() };
    let wanted = read(&program::here().join("node/package.json"))["dependencies"]["stripe"].clone();
    assert_eq!(read(&installed)["version"], wanted, "run `.ci/tools node_sdk`");

    let lab = Lab::start().await;
    let folder = modules.display().to_string();
    let mut variables = lab.variables();
    variables.push(("STRIPE_MODULES", &folder));
    let printed = program::run("node".as_ref(), &[program::here().join("node/flow.mjs")], &variables).await;
    checks::complete(&printed, &[]);
    lab.spoke("Stripe/v1 NodeBindings/", API_VERSION);
    lab.kept_keys(2);
}
