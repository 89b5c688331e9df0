//! Ambiguity switches as a user meets them: in the profile, and by `explain`.

use std::fmt::Write as _;
use std::process::Command;

use serde_json::Value;

use crate::program::{Up, run};

fn all() -> Vec<Value> {
    let list: Value = serde_json::from_str(&run(&["list", "--json"]).out).unwrap();
    list["switches"].as_array().unwrap().clone()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// What is on one line of a wrapped text.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn each_is_explained_with_its_values_default_source_and_where_to_set_it() {
    for switch in all() {
        let id = text(&switch["id"]);
        let told = unwrapped(&run(&["explain", id]).out);
        assert!(
            told.contains(&unwrapped(text(&switch["question"]))) && told.contains(&unwrapped(text(&switch["source"]))),
            "{told}"
        );
        for value in switch["values"].as_array().unwrap() {
            let (name, meaning) = (text(&value["name"]), unwrapped(text(&value["meaning"])));
            let default = if switch["default"] == value["name"] { " (default)" } else { "" };
            assert!(told.contains(&format!("{name} {meaning}{default}")), "{name}: {told}");
        }
        assert_eq!(told.matches("(default)").count(), 1, "{told}");
        assert!(
            told.contains(&format!("[switches] \"{id}\" = ")) && told.contains(&format!("/v1/switches/{id} ")),
            "{told}"
        );
    }
}

#[test]
fn each_can_stand_in_the_profile() {
    let switches = all();
    let mut profile = "[switches]\n".to_owned();
    let mut expect = Vec::new();
    for switch in &switches {
        let other =
            switch["values"].as_array().unwrap().iter().find(|value| value["name"] != switch["default"]).unwrap();
        writeln!(profile, "{} = \"{}\"", text(&switch["id"]), text(&other["name"])).unwrap();
        expect.push((text(&switch["id"]).to_owned(), text(&other["name"]).to_owned()));
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("payloop.toml");
    std::fs::write(&file, profile).unwrap();
    let up = Up::start(&["--config", file.to_str().unwrap()]);
    let url = format!("{}/v1/switches", up.control().trim_end_matches('/'));
    let output = Command::new("curl").args(["-sS", &url]).output().expect("curl");
    let shown: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let shown: Vec<_> = shown
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (text(&one["id"]).to_owned(), text(&one["setting"]["value"]).to_owned()))
        .collect();
    assert_eq!(shown, expect);
    drop(up);

    std::fs::write(&file, "[switches]\nAMB-1 = \"maybe\"\n").unwrap();
    let ran = run(&["up", "--port-base", "0", "--config", file.to_str().unwrap()]);
    assert!(ran.code == 2 && ran.err.contains("it takes: success, fault"), "{} {}", ran.code, ran.err);
}
