//! The documented walks, run as they are.

use std::path::Path;
use std::process::{Command, Output};

use crate::program::Up;

/// Runs a script of `examples` against a platform of its own, on free ports.
fn walk(script: &str, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ready.json");
    let ready = file.to_str().unwrap();
    let _up = Up::start(&[&["--ready-file", ready], arguments].concat());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(script);
    Command::new("sh").arg(path).arg(ready).output().expect("a shell")
}

#[track_caller]
fn check(output: &Output, end: &str) {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.ends_with(end), "{}\n{out}\n{err}", output.status);
    assert_eq!(err, "", "{out}");
}

#[test]
fn a_paid_event_from_set_up_to_confirmation() {
    check(&walk("walk.sh", &[]), "The walk is done.\n");
}

/// With certificates of the platform's own, and ids of another seed.
#[test]
fn the_same_over_https() {
    check(&walk("walk.sh", &["--tls", "--seed", "9"]), "The walk is done.\n");
}

/// The walk looks at what it gets: with the service out of the way nobody is led to a payment page.
#[test]
fn a_walk_that_goes_wrong_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("payloop.toml");
    let away = "[service]\nredirect_url = \"http://127.0.0.1:1/pay\"\nnotify_url = \"http://127.0.0.1:1/hook\"\n";
    std::fs::write(&profile, away).unwrap();
    let output = walk("walk.sh", &["--config", profile.to_str().unwrap()]);
    assert!(!output.status.success());
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(out.contains("6. Follow the link") && !out.contains("7. Pay"), "{out}");
}

const OUTBOUND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/scenarios/outbound.toml");

/// The bundled service speaks the words of outbound marketing when the scenario does.
#[test]
fn outbound_marketing_from_registration_to_confirmation() {
    check(&walk("walk-outbound.sh", &["--scenario", OUTBOUND]), "The walk is done.\n");
    check(&walk("walk-outbound.sh", &["--scenario", OUTBOUND, "--tls", "--seed", "9"]), "The walk is done.\n");
}

/// Without an outbound scenario there is nothing to walk to.
#[test]
fn an_outbound_walk_says_what_it_needs() {
    let output = walk("walk-outbound.sh", &[]);
    assert!(!output.status.success());
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.ends_with("the platform was not started with an outbound scenario\n"), "{told}");
}
