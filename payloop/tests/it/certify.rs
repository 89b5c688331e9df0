//! Certifying: reports, exit codes, and what a pipe sees.

use std::io::Read as _;
use std::net::TcpListener;
use std::process::Stdio;

use serde_json::Value;

use crate::program::{ended, payloop, run};

#[test]
fn the_service_that_comes_along_is_conformant() {
    let ran = run(&["certify", "--json", "-"]);
    let report: Value =
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err));
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(report["schema"], 1);
    assert_eq!(report["suite"]["level"], "core");
    assert_eq!(report["suite"]["seed"], 1);
    assert_eq!(report["summary"]["verdict"], "conformant");
    assert_eq!(report["summary"]["fail"], 0);
    assert_eq!(report["summary"]["warn"], 0);
    for case in report["cases"].as_array().unwrap() {
        let outbound = case["id"].as_str().unwrap().starts_with("C-L");
        assert_eq!(case["verdict"], if outbound { "not-applicable" } else { "pass" }, "{case}");
    }
}

/// The service that comes along, in front of the ancestor: a profile says so, and a defect that shows there brings it along.
#[test]
fn the_outbound_cases_run_where_outbound_marketing_is_declared() {
    let profile = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/profiles/outbound.toml");
    let ran = run(&["certify", "--profile", profile, "--case", "C-L*", "--case", "C-N02", "--json", "-"]);
    let report: Value =
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err));
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(report["service"]["platform"], "outbound");
    assert_eq!((&report["summary"]["pass"], &report["summary"]["not-applicable"]), (&6.into(), &1.into()));
    assert_eq!(report["cases"][0]["id"], "C-N02");
    assert!(report["cases"][0]["reason"].as_str().unwrap().contains("real-time journeys"), "{}", report["cases"][0]);

    let ran = run(&["certify", "--demo-defect", "outbound-omits-user", "--case", "C-L01"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("UserId") && ran.out.contains("not sent"), "{}", ran.out);
    assert!(ran.out.contains("payloop certify --demo-defect outbound-omits-user --case C-L01 --seed 1"), "{}", ran.out);
}

#[test]
fn reports_go_where_they_are_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (junit, json, all) = (at("out.xml"), at("out.json"), at("all"));
    let ran = run(&["certify", "--case", "c-r01", "--junit", &junit, "--json", &json, "--report-dir", &all]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let line = ran.out.lines().find(|line| line.contains("C-R01")).unwrap_or_default();
    assert!(line.starts_with("ok "), "{}", ran.out);
    let xml = std::fs::read_to_string(&junit).unwrap();
    assert!(xml.contains("<testsuite") && xml.contains("C-R01"), "{xml}");
    let report: Value = serde_json::from_str(&std::fs::read_to_string(&json).unwrap()).unwrap();
    assert_eq!(report["cases"].as_array().unwrap().len(), 1);
    for name in ["report.json", "junit.xml", "summary.txt"] {
        assert!(folder.path().join("all").join(name).is_file(), "{name}");
    }
}

#[test]
fn a_defect_is_not_conformant_and_says_how_to_see_it_again() {
    let ran = run(&["certify", "--demo-defect", "redirect-301", "--case", "C-R02"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("FAIL C-R02"), "{}", ran.out);
    assert!(ran.out.contains("payloop certify --demo-defect redirect-301 --case C-R02 --seed 1"), "{}", ran.out);
}

/// Nothing listens there: a matter of set-up, with cause and cure, and no page of red.
#[test]
fn a_service_that_does_not_run_is_a_configuration_error() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let ran = run(&["certify", "--service", &format!("http://127.0.0.1:{port}"), "--port-base", "0"]);
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("cause") && ran.out.contains("cure"), "{}", ran.out);
    assert!(!ran.out.contains("FAIL"), "{}", ran.out);
}

#[test]
fn a_command_that_ends_at_once_is_a_configuration_error() {
    let ran = run(&["certify", "--exec", "echo no database >&2; exit 9", "--port-base", "0"]);
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("no database"), "its last words are shown: {}", ran.out);
}

#[test]
fn the_same_seed_gives_the_same_report() {
    let report = || {
        let ran = run(&["certify", "--case", "C-R0?", "--seed", "42", "--json", "-"]);
        let mut report: Value = serde_json::from_str(&ran.out).unwrap();
        report["cases"]
            .as_array_mut()
            .unwrap()
            .iter_mut()
            .map(|case| (case["id"].take(), case["under"].take(), case["verdict"].take(), case["steps"][0].take()))
            .collect::<Vec<_>>()
    };
    assert_eq!(report(), report());
}

#[test]
fn colours_stay_out_of_pipes() {
    let ran = run(&["certify", "--case", "C-R01"]);
    assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'), "{}{}", ran.out, ran.err);
    let forced = ended(payloop().args(["certify", "--case", "C-R01"]).env("CLICOLOR_FORCE", "1"));
    assert!(forced.out.contains('\u{1b}'), "{}", forced.out);
    let never = ended(payloop().args(["certify", "--case", "C-R01"]).env("NO_COLOR", "1"));
    assert!(!never.out.contains('\u{1b}'), "{}", never.out);
}

/// `payloop … | head`: the reader goes away, and the verdict stays what it is.
#[test]
fn a_reader_that_goes_away_changes_nothing() {
    for (arguments, code) in
        [(vec!["list", "--json"], 0), (vec!["certify", "--demo-defect", "redirect-301", "--case", "C-R02"], 1)]
    {
        let mut child = payloop().args(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{arguments:?}: {err}");
        assert!(!err.contains("panicked"), "{err}");
    }
}

#[test]
fn the_matrix_has_a_row_for_each_defect() {
    let defects = ["--defect", "redirect-301", "--defect", "counts-debits"];
    let ran = run(&[&["selftest"], &defects[..], &["--runs", "2", "--json", "-"]].concat());
    let matrix: Value =
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err));
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(matrix["ok"], true);
    let rows = matrix["rows"].as_array().unwrap();
    let (right, wrong): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row["defect"].is_null());
    assert!(right.len() > 1 && right.iter().all(|row| row["outcome"] == "clean"), "{right:?}");
    let seen: Vec<_> = wrong.iter().map(|row| (&row["defect"], &row["case"], &row["outcome"])).collect();
    let caught = (&"redirect-301".into(), &"C-R02".into(), &"caught".into());
    let unnoticed = (&"counts-debits".into(), &"H-T".into(), &"only-histories".into());
    assert_eq!(seen, [caught, unnoticed]);
    assert!(wrong.iter().all(|row| row["met"] == 1), "only the case that must notice, or the story: {wrong:?}");
    assert!(right[0]["met"].as_u64() > Some(20));
    assert_eq!(matrix["columns"], serde_json::json!({ "C-R02": ["redirect-301"], "H-T": ["counts-debits"] }));
    assert_eq!((&matrix["runs"], &matrix["differences"]), (&2.into(), &serde_json::json!([])));
}
