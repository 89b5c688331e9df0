//! Known failures: accepted with a reason, red when stale.

use contract_tests::{Known, KnownEntry, Verdict};
use jiff::civil::date;

fn entry(expires: Option<&str>) -> KnownEntry {
    KnownEntry {
        case: "C-R11".to_owned(),
        reason: "the gateway answers 500".to_owned(),
        owner: Some("payments team".to_owned()),
        expires: expires.map(str::to_owned),
    }
}

#[track_caller]
fn check(expires: Option<&str>, verdict: Verdict, any_failed: bool, expect: Verdict) {
    let (became, reason) = entry(expires).apply(verdict, any_failed, date(2026, 11, 21));
    assert_eq!(became, expect);
    assert_eq!(reason.is_some(), became != verdict);
}

#[test]
fn a_failure_that_is_listed_is_known() {
    check(None, Verdict::Fail, true, Verdict::KnownFailing);
    check(None, Verdict::Warn, true, Verdict::KnownFailing);
    check(Some("2026-11-21"), Verdict::Fail, true, Verdict::KnownFailing);
}

#[test]
fn what_no_longer_fails_or_has_expired_is_stale() {
    check(None, Verdict::Pass, false, Verdict::StaleKnown);
    check(Some("2026-11-20"), Verdict::Fail, true, Verdict::StaleKnown);
}

#[test]
fn a_case_that_fails_under_another_switch_value_is_not_stale() {
    check(None, Verdict::Pass, true, Verdict::Pass);
}

#[test]
fn what_was_not_judged_stays_what_it_is() {
    for verdict in [Verdict::SuiteError, Verdict::NotTestable, Verdict::NotApplicable, Verdict::ConfigError] {
        check(None, verdict, false, verdict);
    }
}

#[test]
fn the_file_is_checked() {
    let wrong = |text: &str| Known::parse("known.toml", text).unwrap_err().to_string();
    let good = "[[known]]\ncase = \"C-R11\"\nreason = \"x\"\nexpires = \"2027-01-31\"\n";
    assert_eq!(Known::parse("known.toml", good).unwrap().entry("C-R11").unwrap().reason, "x");
    assert!(wrong("[[known]]\ncase = \"C-R99\"\nreason = \"x\"\n").contains("no case is called \"C-R99\""));
    assert!(wrong("[[known]]\ncase = \"C-R11\"\n").contains("line 1"));
    assert!(wrong("[[known]]\ncase = \"C-R11\"\nreason = \" \"\n").contains("no reason"));
    assert!(wrong("[[known]]\ncase = \"C-R11\"\nreason = \"x\"\nexpires = \"soon\"\n").contains("no date"));
    assert!(wrong(&format!("{good}{good}")).contains("twice"));
}
