//! The README's commands and addresses are the program's own.

use mock_platform::{DEFAULT_PORT_BASE, Endpoints, registration_curl};

use crate::program::run;

fn readme() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap()
}

/// The seed decides the token, so the README can print a command that works.
#[test]
fn the_registration_is_the_one_that_up_prints() {
    let endpoints = Endpoints::planned(1, DEFAULT_PORT_BASE, None).unwrap();
    assert!(readme().contains(&registration_curl(&endpoints)));
}

#[test]
fn every_command_that_it_names_exists() {
    let text = readme();
    let mut names: Vec<&str> = text
        .split("payloop ")
        .skip(1)
        .filter_map(|rest| rest.split(|letter: char| !letter.is_ascii_lowercase()).next())
        .filter(|name| ["up", "certify", "selftest", "list", "explain", "env", "pay", "clock"].contains(name))
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names, ["certify", "clock", "env", "explain", "list", "pay", "selftest", "up"]);
    for name in names {
        assert_eq!(run(&[name, "--help"]).code, 0, "{name}");
    }
}

#[test]
fn every_variable_that_a_service_gets_is_explained() {
    let text = readme();
    for line in run(&["env"]).out.lines() {
        let name = line.split('=').next().unwrap();
        assert!(text.contains(&format!("`{name}`")), "{name}");
    }
}
