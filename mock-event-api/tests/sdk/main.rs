//! The fake as a client meets it that was made from its own document, by a generator that knows nothing of this project.
//!
//! `node/generate.mjs` has `@hey-api/openapi-ts` make a typed client with validators from the document that the running fake serves, and
//! `tsc` builds `node/flow.ts` with it; nothing that was made is kept. The program calls every operation, prints `ok <check>` for each and
//! stops at the first that fails. `.ci/tools event_api_node` installs what it needs below `target/tools`; a machine without it skips the
//! test and says how to get it.

#![expect(
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that meets the unexpected stops; its helpers are plain functions"
)]

mod node;
// The runner of the other fakes' programs: it knows no fake.
#[path = "../../../mock-stripe/tests/sdk/program.rs"]
mod program;
