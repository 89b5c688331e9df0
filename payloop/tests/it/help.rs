//! The help is part of the surface: every change of it shows.

use crate::program::run;

#[track_caller]
fn check(name: &str, arguments: &[&str]) {
    let ran = run(arguments);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!(name, ran.out);
}

#[test]
fn every_command_explains_itself() {
    check("payloop", &["--help"]);
    for command in [
        "up",
        "certify",
        "selftest",
        "merge",
        "diff",
        "verify",
        "list",
        "explain",
        "env",
        "pay",
        "clock",
        "fault",
        "deliveries",
    ] {
        check(command, &[command, "--help"]);
    }
    check("clock-advance", &["clock", "advance", "--help"]);
    check("fault-add", &["fault", "add", "--help"]);
}

#[test]
fn without_a_command_the_help_comes_with_a_usage_error() {
    let ran = run(&[]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("payloop certify"), "{}", ran.err);
}

#[test]
fn the_version_is_told() {
    let ran = run(&["--version"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, concat!("payloop ", env!("CARGO_PKG_VERSION"), "\n")));
}
