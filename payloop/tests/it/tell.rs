//! `list` and `explain`.

use serde_json::Value;

use crate::program::run;

#[test]
fn the_list_is_whole() {
    let list: Value = serde_json::from_str(&run(&["list", "--json"]).out).unwrap();
    let cases = list["cases"].as_array().unwrap();
    let text = run(&["list"]).out;
    assert!(!cases.is_empty());
    for case in cases {
        let id = case["id"].as_str().unwrap();
        assert!(text.contains(id), "{id}");
        assert_eq!(run(&["explain", id]).code, 0, "{id}");
    }
    for defect in list["defects"].as_array().unwrap() {
        let (name, case) = (defect["name"].as_str().unwrap(), defect["case"].as_str().unwrap());
        assert!(text.contains(name), "{name}");
        assert_eq!(run(&["explain", name]).code, 0, "{name}");
        assert!(
            case == "H-T" || cases.iter().any(|known| known["id"] == case),
            "{name} is to be noticed by {case}, which does not exist"
        );
    }
    for row in list["not_run"].as_array().unwrap() {
        let id = row["id"].as_str().unwrap();
        assert!(text.contains(id) && run(&["explain", id]).out.contains("not run"), "{id}");
    }
    for switch in list["switches"].as_array().unwrap() {
        let id = switch["id"].as_str().unwrap();
        assert!(text.contains(id) && run(&["explain", id]).out.contains("(default)"), "{id}");
    }
}

#[test]
fn a_case_is_explained_with_clause_and_defects() {
    let told = run(&["explain", "c-r02"]).out;
    for needle in ["C-R02", "must", "302", "payloop certify --case C-R02", "--demo-defect redirect-301"] {
        assert!(told.contains(needle), "{needle}: {told}");
    }
    let data: Value = serde_json::from_str(&run(&["explain", "C-R02", "--json"]).out).unwrap();
    assert_eq!(data["id"], "C-R02");
    assert!(data["defects"].as_array().unwrap().contains(&"redirect-301".into()));
    assert!(data["no_defect"].is_null());
    assert!(run(&["explain", "R-M07"]).out.contains("no defect"));
}

/// The page that is kept in the repository is the one that the program writes.
#[test]
fn the_page_of_cases_is_the_catalogue() {
    let kept = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/cases.md")).unwrap();
    let made = run(&["list", "--markdown"]).out;
    let line = kept.lines().zip(made.lines()).find(|(kept, made)| kept != made);
    assert!(kept == made, "run `payloop list --markdown > docs/cases.md`; the first line that differs: {line:?}");
}

#[test]
fn a_defect_that_no_case_notices_is_explained_with_its_story() {
    assert!(run(&["explain", "H-T"]).out.contains("counts-debits"));
    let told = run(&["explain", "expiry-ends-debits"]).out;
    for part in ["only generated histories (H-T)", "visit A; visit A; debit A; expire A", "--examples 256"] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn a_switch_is_explained_with_its_values() {
    insta::assert_snapshot!("amb-7", run(&["explain", "AMB-7"]).out);
}
