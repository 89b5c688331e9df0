//! Histories from the command line: drawn, kept, played again, refused.

use std::path::Path;

use serde_json::Value;

use crate::program::run;

fn text_of(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn a_history_that_fails_is_kept_and_fails_again_from_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let shown = out.to_str().unwrap();
    let wrong = ["certify", "--demo-defect", "cancels-on-expired"];
    let ran = run(&[&wrong[..], &["--case", "C-R01", "--examples", "32", "--report-dir", shown]].concat());
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("32 histories, "), "{}", ran.out);
    let report: Value = serde_json::from_str(&text_of(&out.join("report.json"))).unwrap();
    let rule = "no-cancel-without-cause";
    let findings = report["histories"]["findings"].as_array().unwrap();
    let finding = findings.iter().find(|finding| finding["rule"] == rule).unwrap();
    assert_eq!(finding["failed"], "3 of 3");
    let file = out.join("histories").join(finding["file"].as_str().unwrap());
    assert_eq!(text_of(&file), finding["script"].as_str().unwrap());
    let again = finding["rerun"].as_str().unwrap();
    assert_eq!(again, format!("payloop certify --demo-defect cancels-on-expired --history {}", file.display()));

    let ran = run(&[&wrong[..], &["--history", file.to_str().unwrap(), "--json", "-"]].concat());
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["cases"].as_array().unwrap().len(), 0);
    assert_eq!(report["histories"]["findings"][0]["rule"], rule);

    let ran = run(&["certify", "--history", file.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "the right service passes it: {}{}", ran.out, ran.err);
}

/// What failed once stands beside the profile and is played first from then on.
#[test]
fn regressions_are_played_first() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("payloop.toml");
    std::fs::write(&profile, "[service]\nname = \"acme pay\"\nready_path = \"/healthz\"\n").unwrap();
    let kept = folder.path().join("payloop-regressions/acme-pay");
    std::fs::create_dir_all(&kept).unwrap();
    std::fs::write(kept.join("old.history"), "history an old friend\nvisit A\npay A\nresend A\n").unwrap();
    let ran =
        run(&["certify", "--profile", profile.to_str().unwrap(), "--case", "C-R01", "--examples", "2", "--json", "-"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err));
    assert_eq!(report["histories"]["families"][0]["played"], 2, "with --case there is none: {}", ran.err);
    let ran = run(&["certify", "--profile", profile.to_str().unwrap(), "--examples", "2", "--json", "-"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err));
    assert_eq!(report["histories"]["families"][0]["played"], 3, "{}", ran.err);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn files_that_are_no_histories_are_refused_with_their_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.history");
    std::fs::write(&file, "visit A\npay D\n").unwrap();
    let ran = run(&["certify", "--history", file.to_str().unwrap()]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("line 2: `pay` is about a purchase: A, B or C"), "{}", ran.err);
    let ran = run(&["certify", "--history", folder.path().join("missing").to_str().unwrap()]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("failed to read"), "{}", ran.err);
}
