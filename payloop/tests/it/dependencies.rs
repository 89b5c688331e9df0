//! The bans and sources of deny.toml, held against Cargo.lock without any tool.

use toml::{Table, Value};

fn read(name: &str) -> Table {
    let path = format!("{}/../{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

fn version(text: &str) -> Vec<u64> {
    text.split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect()
}

/// Whether a version is one that a requirement of the forms `<x` and `>=x` speaks of; all are when there is none.
fn meets(is: &str, requirement: &str) -> bool {
    if let Some(bound) = requirement.strip_prefix(">=") {
        return version(is) >= version(bound);
    }
    requirement.strip_prefix('<').is_none_or(|bound| version(is) < version(bound))
}

#[test]
fn nothing_that_is_banned_is_locked() {
    let (deny, lock) = (read("deny.toml"), read("Cargo.lock"));
    let packages = lock["package"].as_array().unwrap();
    let bans = deny["bans"]["deny"].as_array().unwrap();
    assert!(!bans.is_empty());
    for ban in bans {
        let text = |key: &str| ban.get(key).and_then(Value::as_str);
        let name = text("crate").or_else(|| text("name")).unwrap();
        let requirement = text("version").unwrap_or_default();
        for package in packages {
            let locked = package["version"].as_str().unwrap();
            assert!(
                package["name"].as_str() != Some(name) || !meets(locked, requirement),
                "{name} {locked} is banned: {}",
                ban["reason"]
            );
        }
    }
}

#[test]
fn everything_comes_from_the_allowed_registry() {
    let (deny, lock) = (read("deny.toml"), read("Cargo.lock"));
    let allowed = deny["sources"]["allow-registry"].as_array().unwrap();
    for package in lock["package"].as_array().unwrap() {
        if let Some(source) = package.get("source").and_then(Value::as_str) {
            let registry = source.strip_prefix("registry+").unwrap_or(source);
            assert!(
                allowed.iter().any(|allowed| allowed.as_str() == Some(registry)),
                "{} comes from {source}",
                package["name"]
            );
        }
    }
}

#[test]
fn versions_are_compared_as_numbers() {
    assert!(meets("0.4.31", "<1") && meets("0.10.0", ">=0.7") && meets("2.0.0", ""));
    assert!(!meets("1.5.0", "<1") && !meets("0.6.11", ">=0.7"));
}
