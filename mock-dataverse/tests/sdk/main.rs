//! The fake as Microsoft's own libraries and the usual Dataverse clients meet it, unmodified, each at the exact version that stands beside
//! its program: `msal`, `azure-identity` and `PowerPlatform-Dataverse-Client` for Python, `@azure/msal-node` and `dynamics-web-api` for Node.
//!
//! Each program (`python/flow.py`, `node/flow.mjs`) talks over TLS to an organization and a tenant of its own, prints `ok <check>` for each check
//! and stops at the first that fails. `.ci/tools` installs what the programs need below `target/tools`; a machine without it skips them and says
//! how to get it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that meets the unexpected stops; its helpers are plain functions"
)]

mod lab;
mod node;
// The runner of the other fake's programs: it knows no fake.
#[path = "../../../mock-stripe/tests/sdk/program.rs"]
mod program;
mod python;
