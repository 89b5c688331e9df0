//! `@azure/msal-node` and `dynamics-web-api` for Node.

use serde_json::Value;

use crate::lab::{Lab, complete};
use crate::program;

/// Every check of the program, in its order.
const CHECKS: &[&str] = &[
    "msal-tenant-discovery",
    "msal-oidc-protocol",
    "token-kept",
    "certificate",
    "wrong-secret",
    "unknown-application",
    "nobody-signed-in",
    "who-am-i",
    "create",
    "retrieve",
    "retrieve-multiple",
    "pages",
    "count",
    "update",
    "conditions",
    "upsert",
    "single-property",
    "associations",
    "delete",
    "deep-insert",
    "fetch",
    "fetch-pages",
    "fetch-all",
    "fetch-refused",
    "views",
    "functions",
    "custom-function",
    "finalize",
    "finalize-refused",
    "definitions",
    "entity-names",
    "csdl",
    "batch",
    "change-set",
    "long-url",
    "service-errors",
    "retry-after",
    "unsupported-queries",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn node() {
    let modules = program::tool("PAYLOOP_DATAVERSE_NODE_MODULES", "dataverse-node/node_modules");
    let installed = |name: &str| modules.join(name).join("package.json");
    if !installed("dynamics-web-api").is_file() {
        program::skip(&installed("dynamics-web-api"), "PAYLOOP_DATAVERSE_NODE_MODULES", "dataverse_node");
        return;
    }
    let read = |path: &std::path::Path| -> Value { serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap() };
    let wanted = read(&program::here().join("node/package.json"));
    for (name, version) in wanted["dependencies"].as_object().unwrap() {
        assert_eq!(read(&installed(name))["version"], *version, "{name}: run `.ci/tools dataverse_node`");
    }
    let lab = Lab::start().await;
    let mut variables = lab.variables();
    variables.push(("MODULES", modules.display().to_string()));
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let printed = program::run("node".as_ref(), &[program::here().join("node/flow.mjs")], &variables).await;
    complete(&printed, CHECKS);
    // DynamicsWebApi names itself in no header; MSAL's token calls are known by their own.
    lab.answered_well(&[("dataverse", "", 60), ("entra", "", 8)]);
}
