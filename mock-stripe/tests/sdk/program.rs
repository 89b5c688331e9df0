//! Runs a program of another language to its end, and shows all it said when it fails.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

/// How long a program may take: a bound against hanging, far above the few seconds that it needs.
const LIMIT: Duration = Duration::from_secs(180);

/// The folder of these tests.
pub(crate) fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sdk")
}

/// Where a tool is: what the variable says, else below `target/tools` of the checkout.
pub(crate) fn tool(variable: &str, default: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools").join(default),
        |value| Path::new(&value).to_owned(),
    )
}

/// Says that a test does nothing, why, and how it would.
pub(crate) fn skip(missing: &Path, variable: &str, function: &str) {
    println!(
        "skipped: {} is not there; install it with `.ci/tools {function}`, or say where it is with {variable}",
        missing.display()
    );
}

/// Runs it with no environment but `PATH` and `variables`, and gives what it printed.
pub(crate) async fn run(program: &Path, arguments: &[PathBuf], variables: &[(&str, &str)]) -> String {
    let shown = program.display();
    let mut command = Command::new(program);
    command.args(arguments).env_clear().envs(variables.iter().copied()).kill_on_drop(true).stdin(Stdio::null());
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    let output = tokio::time::timeout(LIMIT, command.output())
        .await
        .unwrap_or_else(|_| panic!("{shown} did not end within {} s", LIMIT.as_secs()))
        .unwrap_or_else(|error| panic!("failed to start {shown}: {error}"));
    let (printed, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{shown} ended with {}\n{printed}\n{complained}", output.status);
    printed.into_owned()
}
