//! The report as JUnit XML, the form that CI systems read. Only pass and warn count as passed; what was not judged is skipped with its reason.

use std::time::Duration;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::console::explain;
use super::histories::explain_finding;
use super::model::{CaseReport, Report};
use crate::histories::{FamilyReport, Finding};
use crate::model::Verdict;

/// The report as JUnit XML.
pub fn to_junit(report: &Report) -> String {
    let mut suite = TestSuite::new(format!("payloop {} ({})", report.suite.level, report.service.name));
    suite.set_time(Duration::from_millis(report.summary.millis));
    suite.add_property(("seed", report.suite.seed.to_string().as_str()));
    suite.add_property(("verdict", report.summary.verdict.name()));
    for problem in &report.problems {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(problem.seen.clone());
        status.set_type("config-error");
        status.set_description(format!("{}\n{}", problem.cause, problem.cure));
        suite.add_test_case(TestCase::new(format!("preflight {}", problem.name), status));
    }
    for case in &report.cases {
        suite.add_test_case(test_case(case));
    }
    for family in report.histories.iter().flat_map(|histories| &histories.families) {
        let findings = report.histories.iter().flat_map(|histories| &histories.findings);
        suite.add_test_case(family_case(family, findings.filter(|finding| finding.family == family.id).collect()));
    }
    let mut document = quick_junit::Report::new("payloop");
    document.add_test_suite(suite);
    // Only characters that XML cannot hold could fail here, and the library leaves those out.
    document.to_string().unwrap_or_default()
}

/// A generated family: one test, which fails when any of its examples does.
fn family_case(family: &FamilyReport, findings: Vec<&Finding>) -> TestCase {
    let told: Vec<String> = findings.iter().map(|finding| explain_finding(finding)).collect();
    let worst = |verdict| findings.iter().any(|finding| finding.verdict == verdict);
    let kind = if worst(Verdict::Fail) {
        Some((NonSuccessKind::Failure, Verdict::Fail))
    } else if worst(Verdict::SuiteError) {
        Some((NonSuccessKind::Error, Verdict::SuiteError))
    } else {
        None
    };
    let mut status = TestCaseStatus::success();
    if let Some((kind, verdict)) = kind {
        let rules: Vec<&str> = findings.iter().map(|finding| finding.rule.as_str()).collect();
        status = TestCaseStatus::non_success(kind);
        status.set_message(rules.join("; "));
        status.set_type(verdict.name());
        status.set_description(told.join("\n"));
    }
    let mut test = TestCase::new(format!("{} {} generated {}", family.id, family.played, family.name), status);
    test.set_classname("payloop.generated");
    test.set_time(Duration::from_millis(family.millis));
    if kind.is_none() && !told.is_empty() {
        test.set_system_out(told.join("\n"));
    }
    test
}

fn test_case(case: &CaseReport) -> TestCase {
    let mut status = match case.verdict {
        Verdict::Pass | Verdict::Warn => TestCaseStatus::success(),
        Verdict::Fail | Verdict::StaleKnown => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Verdict::ConfigError | Verdict::SuiteError => TestCaseStatus::non_success(NonSuccessKind::Error),
        Verdict::NotApplicable | Verdict::NotTestable | Verdict::KnownFailing => TestCaseStatus::skipped(),
    };
    let broken: Vec<String> = case.broken().map(|check| check.what.clone()).collect();
    let message = case.reason.clone().unwrap_or_else(|| broken.join("; "));
    if case.verdict != Verdict::Pass && case.verdict != Verdict::Warn {
        status.set_message(message);
        status.set_type(case.verdict.name());
    }
    if case.verdict.is_red() {
        status.set_description(explain(case));
    }
    let mut test = TestCase::new(format!("{} {}", case.name(), case.title), status);
    test.set_classname(format!("payloop.{}", case.level));
    test.set_time(Duration::from_millis(case.millis));
    if case.verdict == Verdict::Warn {
        test.set_system_out(explain(case));
    }
    test
}
