//! What is written about a run: for people, for CI, for programs.

use contract_tests::histories::{Finding, HistoriesReport};
use contract_tests::model::{Check, Weight};
use contract_tests::report::{
    CaseReport, Evidence, InvariantReport, Problem, SCHEMA, ServiceReport, SuiteReport, Summary, Timings, Unsupported,
    ambiguities, console, to_json, to_junit,
};
use contract_tests::{Level, Options, Report, Strength, Verdict};

use crate::world::{certify, only};
use completion_service::Defect;

const SCHEMA_TEXT: &str = include_str!("../../../docs/report.schema.json");

fn case(id: &str, verdict: Verdict) -> CaseReport {
    CaseReport {
        id: id.to_owned(),
        under: None,
        title: "follows the link after the payment timeout".to_owned(),
        level: Level::Core,
        strength: Strength::Must,
        verdict,
        clause: "after the payment timeout the link makes no new payable object".to_owned(),
        sources: vec!["PASS".to_owned(), "SA-A".to_owned()],
        reason: None,
        checks: Vec::new(),
        steps: Vec::new(),
        evidence: Vec::new(),
        millis: 12,
        own_micros: 900,
        unscored: false,
        rerun: format!("payloop certify --case {id} --seed 7"),
    }
}

fn check(what: &str, ok: bool, weight: Weight, invariant: Option<&str>) -> Check {
    Check {
        what: what.to_owned(),
        expected: "no payable object".to_owned(),
        seen: "link plink_1 of 49.50 USD (4950 minor units)".to_owned(),
        ok,
        weight,
        invariant: invariant.map(str::to_owned),
    }
}

/// One case of each verdict that has something to say.
fn report() -> Report {
    let failed = CaseReport {
        under: Some("AMB-2=ignored".to_owned()),
        checks: vec![
            check("a reservation that is over is not sold", false, Weight::Must, None),
            check("the visitor is told", true, Weight::Must, None),
            check(
                "the payment for purchase 0d5e6f70-0000-4000-8000-00000000beef is not lost",
                false,
                Weight::Should,
                Some("INV-2"),
            ),
        ],
        steps: vec![
            "let the payment timeout come".to_owned(),
            "sent GET http://127.0.0.1:7202/pay?purchaseId=0d5e6f70-0000-4000-8000-00000000beef".to_owned(),
        ],
        evidence: (1..=16).map(|seq| Evidence { seq, line: format!("#{seq} -> stripe POST /v1/prices 200") }).collect(),
        ..case("C-T03", Verdict::Fail)
    };
    let warned = CaseReport {
        strength: Strength::Should,
        checks: vec![check("HEAD makes no payable object", false, Weight::Should, None)],
        ..case("C-R15", Verdict::Warn)
    };
    let reason = |text: &str| Some(text.to_owned());
    let known = CaseReport {
        reason: reason("the gateway answers 500 (payments team)"),
        ..case("C-R11", Verdict::KnownFailing)
    };
    let untested =
        CaseReport { reason: reason("it restarts the service: use --exec"), ..case("C-N01", Verdict::NotTestable) };
    let broken = CaseReport {
        reason: reason("our own stripe answered #4 against its contract"),
        ..case("C-N02", Verdict::SuiteError)
    };
    let under = |verdict, under: &str| CaseReport { under: Some(under.to_owned()), ..case("C-N10", verdict) };
    let (one_way, other_way) = (under(Verdict::Pass, "AMB-7=204"), under(Verdict::Warn, "AMB-7=200"));
    let cases = vec![case("C-R01", Verdict::Pass), known, warned, untested, broken, one_way, other_way, failed];
    Report {
        schema: SCHEMA,
        suite: SuiteReport {
            version: "0.1.0".to_owned(),
            edition: "2026-1".to_owned(),
            seed: 7,
            level: Level::Core,
            strict: false,
            partition: None,
        },
        service: ServiceReport {
            name: "acme".to_owned(),
            redirect_url: "http://127.0.0.1:7202/pay".to_owned(),
            notify_url: "http://127.0.0.1:7202/hook".to_owned(),
            payable: "link".to_owned(),
            finalize: "synchronous".to_owned(),
            platform: "real-time".to_owned(),
        },
        summary: Summary::of(&cases, &[], 1_234),
        problems: Vec::new(),
        timings: Timings { start: 20, preflight: 30, side_by_side: 1_000, alone: 150 },
        histories: None,
        ambiguities: ambiguities(&cases),
        cases,
        invariants: (1..=8)
            .map(|number| InvariantReport {
                id: format!("INV-{number}"),
                title: "something holds".to_owned(),
                verdict: if number == 2 { Verdict::Warn } else { Verdict::Pass },
                judged: 3,
                broken_in: if number == 2 { vec!["C-T03".to_owned()] } else { Vec::new() },
            })
            .collect(),
        unsupported: vec![Unsupported { fake: "stripe".to_owned(), what: "subscriptions".to_owned(), times: 2 }],
    }
}

fn misconfigured() -> Report {
    let cases = vec![CaseReport {
        reason: Some("the service is not connected to the bench".to_owned()),
        ..case("C-R01", Verdict::ConfigError)
    }];
    let problems = vec![Problem {
        name: "WEBHOOK-SECRET".to_owned(),
        seen: "properly signed events are refused with 400".to_owned(),
        cause: "STRIPE_WEBHOOK_SECRET is not the one of this run".to_owned(),
        cure: "use the secret that `payloop env` prints".to_owned(),
        evidence: vec!["#9 <- stripe POST http://127.0.0.1:7202/hook 400 [product.created]".to_owned()],
    }];
    Report {
        summary: Summary::of(&cases, &problems, 40),
        problems,
        timings: Timings::default(),
        cases,
        ambiguities: Vec::new(),
        unsupported: Vec::new(),
        ..report()
    }
}

#[track_caller]
pub(crate) fn check_schema(report: &Report) {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA_TEXT).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let json: serde_json::Value = serde_json::from_str(&to_json(report)).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&json).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn the_terminal_says_what_happened_and_what_to_do() {
    insta::assert_snapshot!("console", console::summary(&report()));
}

#[test]
fn an_invariant_that_only_a_history_breaks_does_not_hold() {
    let finding = Finding {
        family: "H-T".to_owned(),
        rule: "INV-8".to_owned(),
        verdict: Verdict::Fail,
        origin: "example 3 of seed 7".to_owned(),
        script: "pay A\nresend A\n".to_owned(),
        found_with: 9,
        steps: 2,
        replays: 12,
        failed: "3 of 3".to_owned(),
        checks: vec![check("every event is acknowledged", false, Weight::Must, Some("INV-8"))],
        told: Vec::new(),
        evidence: Vec::new(),
        rerun: "payloop certify --examples 256".to_owned(),
        file: String::new(),
    };
    let histories = HistoriesReport { examples: 256, findings: vec![finding], ..HistoriesReport::default() };
    let told = console::summary(&Report { histories: Some(histories), ..report() });
    assert!(told.contains("8 invariants judged, broken: INV-2, INV-8 (in histories)\n"), "{told}");
}

/// Only what was judged both ways hangs on the switch.
#[test]
fn what_holds_only_under_some_values_is_told() {
    let check = |ended: &[(&str, Verdict)], expect: &[&str]| {
        let cases: Vec<_> = ended
            .iter()
            .map(|(under, verdict)| CaseReport { under: Some((*under).to_owned()), ..case("C-R11", *verdict) })
            .collect();
        let told: Vec<String> = ambiguities(&cases).iter().map(ToString::to_string).collect();
        assert_eq!(told, expect, "{ended:?}");
    };
    check(&[("AMB-4=404", Verdict::Pass), ("AMB-4=400", Verdict::Pass)], &[]);
    check(&[("AMB-4=404", Verdict::Fail), ("AMB-4=400", Verdict::Warn)], &[]);
    check(&[("AMB-4=404", Verdict::Pass), ("AMB-4=400", Verdict::SuiteError)], &[]);
    check(
        &[("AMB-2=fault", Verdict::Pass), ("AMB-2=ignored", Verdict::Fail), ("AMB-2=accepted-if-room", Verdict::Pass)],
        &["C-R11 holds where AMB-2 is fault, accepted-if-room, not where it is ignored"],
    );
    assert_eq!(ambiguities(&[case("C-R01", Verdict::Fail), case("C-R01", Verdict::Pass)]), []);
}

#[test]
fn each_case_has_its_line() {
    let lines: Vec<String> = report().cases.iter().map(console::line).collect();
    insta::assert_snapshot!("lines", lines.join("\n"));
}

#[test]
fn a_misconfigured_run_names_cause_and_cure_and_shows_no_page_of_red() {
    insta::assert_snapshot!("misconfigured", console::summary(&misconfigured()));
}

#[test]
fn junit_keeps_apart_what_failed_what_broke_and_what_was_not_judged() {
    insta::assert_snapshot!("junit", to_junit(&report()));
}

#[test]
fn junit_shows_a_misconfiguration_as_an_error() {
    let xml = to_junit(&misconfigured());
    assert!(xml.contains("preflight WEBHOOK-SECRET") && xml.contains("<error"), "{xml}");
}

#[test]
fn reports_follow_the_published_schema() {
    check_schema(&report());
    check_schema(&misconfigured());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_report_of_a_real_run_follows_the_published_schema_and_can_be_read_again() {
    let report = certify(&[Defect::DocsSample], only(&["C-R1*"])).await;
    check_schema(&report);
    assert_eq!(serde_json::from_str::<Report>(&to_json(&report)).unwrap(), report);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_carries_everything_that_is_needed_to_act() {
    let options = Options { level: Level::Core, ..only(&["C-R02"]) };
    let report = certify(&[Defect::Redirect301], options).await;
    let case = &report.cases[0];
    let text = console::explain(case);
    assert_eq!(case.verdict, Verdict::Fail);
    for part in [
        "expected 302",
        "seen     301",
        "exactly 302",
        "RFC 9110 15.4.2",
        "sent GET\n",
        "-> dataverse GET ",
        "-> stripe POST /v1/payment_links",
    ] {
        assert!(text.contains(part), "{part:?} is not in:\n{text}");
    }
    assert_eq!(case.rerun, "payloop certify --demo-defect redirect-301 --case C-R02 --seed 1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recommendations_fail_a_strict_run() {
    let options = Options { strict: true, ..only(&["C-R15"]) };
    let strict = certify(&[Defect::HeadPays], options).await;
    let mild = certify(&[Defect::HeadPays], only(&["C-R15"])).await;
    assert_eq!((strict.cases[0].verdict, mild.cases[0].verdict), (Verdict::Fail, Verdict::Warn));
    assert_eq!((strict.verdict().exit_code(), mild.verdict().exit_code()), (1, 0));
}

#[test]
fn a_run_that_judged_nothing_is_not_green() {
    let cases = vec![case("C-R01", Verdict::NotTestable), case("C-R02", Verdict::NotApplicable)];
    assert_eq!(Summary::of(&cases, &[], 0).verdict.exit_code(), 1);
    assert_eq!(Summary::of(&[case("C-R01", Verdict::SuiteError)], &[], 0).verdict.exit_code(), 4);
    assert_eq!(Summary::of(&[case("C-R01", Verdict::Pass)], &[], 0).verdict.exit_code(), 0);
}

#[test]
fn a_service_that_ended_by_itself_is_not_conformant() {
    let end = Problem { name: Problem::SERVICE_ENDED.to_owned(), ..misconfigured().problems[0].clone() };
    assert_eq!(Summary::of(&[case("C-R01", Verdict::Pass)], &[end], 0).verdict.exit_code(), 1);
}
