//! A first profile, from what a service does.

use std::path::Path;

use crate::program::{Ran, run};

/// The service that comes along, as a program of its own; `cargo test --workspace` builds it before any test runs.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn service() -> Option<String> {
    let program = Path::new(env!("CARGO_BIN_EXE_payloop")).with_file_name("completion-service");
    if !program.is_file() {
        println!("skipped: {} is not built; `cargo build -p completion-service` builds it", program.display());
        return None;
    }
    Some(program.display().to_string())
}

#[track_caller]
fn check(ran: &Ran, code: i32, says: &[&str]) {
    assert_eq!(ran.code, code, "{}{}", ran.out, ran.err);
    for what in says {
        assert!(ran.out.contains(what) || ran.err.contains(what), "{what}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn the_profile_that_is_written_is_one_to_certify_with() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("payloop.toml");
    let Some(service) = service() else { return };
    let out = out.to_str().unwrap();
    let init = ["init", "--port-base", "0", "--exec", &service, "--out", out];
    check(
        &run(&init),
        0,
        &[
            "/healthz answers 2xx",
            "it finalizes before it answers",
            "comes too late goes back",
            "payloop certify --exec",
        ],
    );
    let text = std::fs::read_to_string(out).unwrap();
    assert!(text.contains("payable = \"link\"") && text.contains("metadata_key = \"order_id\""), "{text}");
    check(&run(&init), 2, &["is there already"]);
    let certify = ["certify", "--port-base", "0", "--exec", &service, "--profile", out, "--case", "C-N0?"];
    check(&run(&certify), 0, &["conformant"]);
}

#[test]
fn what_cannot_be_asked_is_said_with_the_next_step() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("p.toml");
    let out = out.to_str().unwrap();
    check(&run(&["init"]), 2, &["--exec"]);
    let none = ["init", "--port-base", "0", "--exec", "./no-such-program", "--out", out];
    check(&run(&none), 3, &["did not start"]);
    let Some(service) = service() else { return };
    let elsewhere = ["init", "--port-base", "0", "--exec", &service, "--out", out, "--redirect", "/nowhere"];
    check(&run(&elsewhere), 3, &["no path leads a registrant to our Stripe", "--redirect"]);
    check(&run(&["init", "--exec", &service, "--out", out, "--notify", "hook"]), 2, &["is no path"]);
    assert!(!Path::new(out).exists());
}
