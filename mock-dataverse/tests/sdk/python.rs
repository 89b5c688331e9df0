//! `msal`, `azure-identity` and Microsoft's Dataverse client for Python.

use crate::lab::{Lab, complete};
use crate::program;

/// Every check of the program, in its order.
const CHECKS: &[&str] = &[
    "msal-tenant-discovery",
    "msal-oidc-authority",
    "azure-identity",
    "msal-certificate",
    "msal-expired-certificate",
    "azure-identity-certificate",
    "azure-identity-assertion",
    "wrong-secrets",
    "unknown-application-and-tenant",
    "wrong-resource",
    "nobody-signed-in",
    "create",
    "create-by-label",
    "create-multiple",
    "retrieve",
    "update",
    "update-multiple",
    "upsert-multiple",
    "list",
    "pages",
    "query-builder",
    "filters",
    "delete",
    "bulk-delete",
    "fetch-xml",
    "fetch-xml-pages",
    "fetch-xml-links-and-groups",
    "sql",
    "definitions",
    "columns",
    "relationships",
    "alternate-keys",
    "purchase-as-a-service-reads-it",
    "finalize",
    "batch",
    "change-set",
    "batch-goes-on-after-errors",
    "dataframe",
    "service-errors",
    "retry-after",
    "unsupported-queries",
    "expired-token",
    "not-a-member",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn python() {
    let python = program::tool("PAYLOOP_DATAVERSE_PYTHON", "dataverse-python/bin/python");
    if !python.is_file() {
        program::skip(&python, "PAYLOOP_DATAVERSE_PYTHON", "dataverse_python");
        return;
    }
    let lab = Lab::start().await;
    let wanted = std::fs::read_to_string(program::here().join("python/requirements.txt")).unwrap();
    let mut variables = lab.variables();
    // azure-identity and MSAL look for a home; an empty one keeps them off the developer's.
    variables.push(("HOME", lab.folder().display().to_string()));
    variables.push(("PYTHONDONTWRITEBYTECODE", "1".to_owned()));
    variables.push(("WANTED", wanted));
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let printed = program::run(&python, &[program::here().join("python/flow.py")], &variables).await;
    complete(&printed, CHECKS);
    lab.answered_well(&[
        ("dataverse", "DataverseSvcPythonClient:", 60),
        ("entra", "azsdk-python-identity/", 2),
        ("entra", "python-requests/", 4),
    ]);
}
