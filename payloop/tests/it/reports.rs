//! What comes after a run: shares joined, runs compared, folders proved, snapshots kept, failures run again.

use std::path::Path;

use crate::program::{Ran, run};

const CASES: [&str; 6] = ["--case", "C-R0?", "--case", "C-N01", "--case", "C-N04"];

fn certify(more: &[&str]) -> Ran {
    run(&[&["certify"], &CASES[..], more].concat())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[track_caller]
fn check(ran: &Ran, code: i32, says: &[&str]) {
    assert_eq!(ran.code, code, "{}{}", ran.out, ran.err);
    for what in says {
        assert!(ran.out.contains(what) || ran.err.contains(what), "{what}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn shares_are_joined_to_what_one_run_would_have_said() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let (one, two, whole) = (at("1.json"), at("2.json"), at("whole.json"));
    check(&certify(&["--partition", "1/2", "--json", text(&one)]), 0, &[]);
    check(&certify(&["--partition", "2/2", "--json", text(&two)]), 0, &[]);
    check(&run(&["merge", text(&one), text(&two), "--json", text(&whole)]), 0, &["11 pass", "conformant"]);
    check(&run(&["diff", text(&whole), text(&whole)]), 0, &["0 changed, 11 as before"]);
    check(&run(&["merge", text(&one)]), 2, &["share 2 of 2 is missing"]);
    check(&run(&["merge", text(&whole)]), 2, &["of a whole run, not of a share"]);
    check(&run(&["merge", text(&at("none.json"))]), 2, &["failed to read"]);
    check(&run(&["certify", "--partition", "3/2"]), 2, &["write I/N"]);
}

#[test]
fn what_failed_is_run_again_and_what_changed_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let (right, wrong) = (at("right.json"), at("wrong.json"));
    check(&certify(&["--json", text(&right)]), 0, &[]);
    check(&certify(&["--demo-defect", "redirect-301", "--json", text(&wrong)]), 1, &["FAIL C-R02"]);
    check(
        &run(&["diff", text(&right), text(&wrong)]),
        1,
        &["WORSE   C-R02: pass -> fail", "conformant -> not-conformant"],
    );
    check(&run(&["diff", text(&wrong), text(&right)]), 0, &["better  C-R02: fail -> pass"]);
    // The service was put right: only what was red is asked again.
    let again = run(&["certify", "--rerun-failed", text(&wrong)]);
    check(&again, 0, &["ok     C-R02"]);
    assert!(!again.out.contains("C-N04"), "{}", again.out);
    check(&run(&["certify", "--rerun-failed", text(&right)]), 0, &["nothing to run again"]);
    check(&run(&["certify", "--rerun-failed", text(&at("none.json"))]), 2, &["failed to read"]);
    std::fs::write(at("bad.json"), "{}").unwrap();
    check(&run(&["diff", text(&at("bad.json")), text(&right)]), 2, &["is no report"]);
}

#[test]
fn a_report_folder_proves_its_verdicts() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("out");
    let ran = certify(&["--demo-defect", "redirect-301", "--report-dir", text(&folder)]);
    check(&ran, 1, &["payloop verify"]);
    let seal = ran.out.lines().find_map(|line| line.strip_prefix("Seal ")).unwrap().to_owned();
    check(&run(&["verify", text(&folder), "--seal", &seal]), 0, &["agrees with its transcript", "is not-conformant"]);
    check(&run(&["verify", text(&folder), "--seal", "0"]), 1, &["its seal is"]);
    let report = folder.join("report.json");
    let written = std::fs::read_to_string(&report).unwrap();
    std::fs::write(&report, written.replace("\"verdict\": \"fail\"", "\"verdict\": \"pass\"")).unwrap();
    check(&run(&["verify", text(&folder)]), 1, &["C-R02 is pass there, and fail by the transcript"]);
    check(&run(&["verify", text(&dir.path().join("none"))]), 2, &["is no folder"]);
}

#[test]
fn a_service_that_sends_something_else_than_it_did_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("snapshots");
    let flags = ["--snapshot", text(&folder)];
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let nowhere = certify(&["--snapshot", text(&file)]);
    check(&nowhere, 2, &["failed to make the snapshot folder"]);
    assert!(!nowhere.out.contains("C-R01"), "it is told before the run: {}", nowhere.out);
    check(&certify(&flags), 0, &["recorded"]);
    let story = std::fs::read_to_string(folder.join("C-R01.snap.txt")).unwrap();
    assert!(story.contains("-> stripe POST /v1/payment_links"), "{story}");
    check(&certify(&flags), 0, &["as before."]);
    let changed = certify(&[&flags[..], &["--demo-defect", "upper-case-currency"]].concat());
    check(&changed, 1, &["DIFFERS C-R01", "--accept"]);
    assert!(changed.out.contains('+') && changed.out.contains("currency = USD"), "{}", changed.out);
    check(&certify(&[&flags[..], &["--demo-defect", "upper-case-currency", "--accept"]].concat()), 0, &["accepted"]);
    check(&certify(&[&flags[..], &["--demo-defect", "upper-case-currency"]].concat()), 0, &["as before."]);
}

#[test]
fn known_failures_begin_from_a_template() {
    let dir = tempfile::tempdir().unwrap();
    let ran = certify(&["--demo-defect", "redirect-301", "--print-known"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("case = \"C-R02\""), "{}", ran.out);
    let file = dir.path().join("known.toml");
    std::fs::write(&file, &ran.out).unwrap();
    check(&certify(&["--demo-defect", "redirect-301", "--known", text(&file)]), 0, &["known  C-R02"]);
    check(&certify(&["--known", text(&file)]), 1, &["STALE"]);
}

#[test]
fn a_run_tells_where_its_time_went() {
    check(&certify(&["--timings"]), 0, &["Where the time went", "cases side by side", "the longest cases"]);
    check(&run(&["certify", "--edition", "1999-1"]), 2, &["there is no edition \"1999-1\"", "2026-1"]);
}

/// What is generated is shared, joined, proved, compared and played again as cases are.
#[test]
fn what_is_generated_goes_the_same_ways() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let (one, two, whole) = (at("1.json"), at("2.json"), at("whole.json"));
    let drawn = ["--examples", "8"];
    let share =
        |share: &str, file: &Path| certify(&[&drawn[..], &["--partition", share, "--json", text(file)]].concat());
    check(&share("1/2", &one), 0, &[]);
    check(&share("2/2", &two), 0, &[]);
    check(
        &run(&["merge", text(&one), text(&two), "--json", text(&whole)]),
        0,
        &["8 histories, ", "8 prices, ", "8 return URLs, ", "8 signature headers, ", "conformant"],
    );
    check(&run(&["diff", text(&whole), text(&whole)]), 0, &["0 changed, 11 as before"]);

    let folder = at("out");
    let wrong = ["certify", "--demo-defect", "cancels-on-expired", "--case", "C-R01", "--examples", "32"];
    check(&run(&[&wrong[..], &["--report-dir", text(&folder)]].concat()), 1, &["no-cancel-without-cause"]);
    check(&run(&["verify", text(&folder)]), 0, &["128 generated examples judged again", "agrees with its transcript"]);
    let report = folder.join("report.json");
    check(
        &run(&["diff", text(&whole), text(&report)]),
        1,
        &["number of generated examples was 8, is 32", "WORSE   H-T no-cancel-without-cause: pass -> fail"],
    );
    check(&run(&["diff", text(&report), text(&whole)]), 0, &["better  H-T no-cancel-without-cause: fail -> pass"]);

    // The service was put right, or it was not.
    check(&run(&["certify", "--rerun-failed", text(&report)]), 0, &["histories, ", "conformant"]);
    let again = ["certify", "--demo-defect", "cancels-on-expired", "--history", text(&report)];
    check(&run(&again), 1, &["no-cancel-without-cause", "report.json"]);
    let written = std::fs::read_to_string(&report).unwrap();
    std::fs::write(&report, written.replace("\"rule\": \"no-cancel-without-cause\"", "\"rule\": \"INV-9\"")).unwrap();
    let taken_away =
        [": fail there, and nothing that was found by the transcript", "missing there, and fail by the transcript"];
    check(&run(&["verify", text(&folder)]), 1, &taken_away);
}
