//! `stripe` for Python.

use crate::lab::Lab;
use crate::{checks, program};

/// The API version that this release of the library asks for.
const API_VERSION: &str = "2026-10-28.endive";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn python() {
    let python = program::tool("PAYLOOP_PYTHON", "python/bin/python");
    if !python.is_file() {
        program::skip(&python, "PAYLOOP_PYTHON", "python_sdk");
        return;
    }
    let lab = Lab::start().await;
    let wanted = std::fs::read_to_string(program::here().join("python/requirements.txt")).unwrap();
    let wanted = wanted.lines().find_map(|line| line.strip_prefix("stripe==")).unwrap();
    let mut variables = lab.variables();
    variables.extend([("STRIPE_VERSION", wanted), ("PYTHONDONTWRITEBYTECODE", "1")]);
    let printed = program::run(&python, &[program::here().join("python/flow.py")], &variables).await;
    checks::complete(&printed, &[]);
    lab.spoke("Stripe/v1 PythonBindings/", API_VERSION);
    lab.kept_keys(2);
}
