//! Generated histories: the right service survives them, planted defects are found and told in a few steps, and what is told can be played again.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use completion_service::{Defect, STORIES, Story};
use contract_tests::histories::{FamilyReport, Finding, Given, HistoriesReport, hunt_for, parse};
use contract_tests::model::{Check, Weight};
use contract_tests::report::{Evidence, Kind, Problem, Summary, console, diff, explain_finding, to_json};
use contract_tests::target::Span;
use contract_tests::{Options, Profile, Report, RunVerdict, Verdict};

use crate::queued::{Queued, queued_profile};
use crate::report::check_schema;
use crate::world::{Embedded, certify_in_one_world, certify_with, profile};

/// Histories alone: so many drawn from this seed.
pub(crate) fn drawn(examples: usize, seed: u64) -> Options {
    Options { examples, seed, only_histories: true, ..Options::default() }
}

/// The histories of this script alone.
pub(crate) fn given(script: &str) -> Options {
    let histories = parse(script).unwrap().into_iter();
    let histories = histories.map(|titled| Given { file: "kept.history".to_owned(), titled }).collect();
    Options { histories, only_histories: true, ..Options::default() }
}

async fn hunt(defects: &[Defect], options: Options) -> Report {
    certify_with(Embedded::new(defects).await, patient(), options).await
}

/// Not optimised, and many at once: a slow answer is no finding here.
pub(crate) fn patient() -> Profile {
    let mut profile = profile();
    profile.budgets.settle = Span(Duration::from_millis(150));
    profile.env.insert("BACKOFF_MS".to_owned(), "50".to_owned());
    profile
}

fn stories(report: &Report) -> Vec<&Finding> {
    let findings = report.histories.iter().flat_map(|histories| &histories.findings);
    findings.filter(|finding| finding.family == "H-T").collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_right_service_survives_every_history() {
    let report = hunt(&[], drawn(32, 11)).await;
    assert_eq!(report.verdict(), RunVerdict::Conformant, "{}", console::summary(&report));
    let histories = report.histories.unwrap();
    assert_eq!(histories.findings, []);
    let played: Vec<(&str, usize)> =
        histories.families.iter().map(|family| (family.id.as_str(), family.played)).collect();
    assert_eq!(played, [("H-T", 32), ("H-M", 32), ("H-U", 32), ("H-S", 32)]);
    let timelines = &histories.families[0];
    assert!(timelines.steps > 4 * timelines.played, "most steps make sense: {timelines:?}");
}

/// A service of which there is but one has all of it in one world, one restart after another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_world_is_enough() {
    let report = certify_in_one_world(Embedded::new(&[]).await, patient(), drawn(16, 4)).await;
    assert_eq!(report.verdict(), RunVerdict::Conformant, "{}", console::summary(&report));
    let played: Vec<usize> = report.histories.unwrap().families.iter().map(|family| family.played).collect();
    assert_eq!(played, [16, 16, 16, 16]);
}

/// A connection that ended with the service is no fault of the service that was started after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restarted_service_is_called_anew() {
    let restarts = "visit A\nrestart\nvisit A\nrestart\npay A\nrestart\nresend A all\nrestart\nvisit A\n";
    let scripts: Vec<String> = (1..=12).map(|number| format!("history number {number}\n{restarts}")).collect();
    let report = hunt(&[], given(&scripts.join("\n"))).await;
    assert_eq!(report.verdict(), RunVerdict::Conformant, "{}", console::summary(&report));
    let histories = report.histories.unwrap();
    assert_eq!((histories.families[0].played, histories.families[0].steps), (12, 12 * 9));
}

/// The service behind a queue survives them too, and sells another session after a debit that failed: each bank answers its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_queued_service_survives_histories() {
    let debits = "debit A\nbank-refuses A\ndebit A\nbank-refuses A\nrestart\npay A\nresend A all\n";
    // It asks Stripe, so it knows what nobody ever tells it.
    let untold = "debit A\nhold A\nbank-refuses A\nresend A\ndrop A\n";
    let late = "visit A\nbreak A finalize reset twice\npay A\n";
    let scripts = format!("history debits\n{debits}\nhistory untold\n{untold}\nhistory late\n{late}");
    let options = Options { examples: 8, ..given(&scripts) };
    let report = certify_with(Queued::new().await, queued_profile(), options).await;
    assert_eq!(report.verdict(), RunVerdict::Conformant, "{}", console::summary(&report));
    assert_eq!(report.histories.unwrap().families[0].played, 11);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kept_history_fails_again_for_what_it_was_kept_for_and_the_right_service_passes_it() {
    let mut all = BTreeMap::new();
    for Story { defect, rule, script } in STORIES {
        let report = hunt(&[defect], given(script)).await;
        let findings = stories(&report);
        let checks = findings.iter().flat_map(|finding| &finding.checks);
        let rules: Vec<&str> = findings.iter().map(|finding| finding.rule.as_str()).collect();
        let broken: Vec<&str> = checks.filter_map(|check| check.invariant.as_deref()).chain(rules).collect();
        assert!(broken.contains(&rule), "{}: {broken:?} {}", defect.name(), console::summary(&report));
        assert!(findings.iter().all(|finding| finding.steps <= 4), "{}", console::summary(&report));
        assert_eq!(report.verdict(), RunVerdict::NotConformant);
        all.insert(defect.name(), script);
    }
    let scripts: Vec<String> = all.iter().map(|(name, script)| format!("history {name}\n{script}")).collect();
    let report = hunt(&[], given(&scripts.join("\n"))).await;
    assert_eq!(report.verdict(), RunVerdict::Conformant, "{}", console::summary(&report));
    assert_eq!(report.histories.unwrap().families[0].played, STORIES.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn planted_defects_are_found_by_drawing_and_told_in_few_steps() {
    are_found(STORIES.into_iter().take(2)).await;
}

/// No case notices it, so that nothing else would ever tell.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_case_notices_is_found_by_drawing() {
    are_found(STORIES.into_iter().filter(|story| story.defect.is_for_histories()).take(1)).await;
}

/// The same of all that `payloop selftest --histories` plants.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes minutes without optimisation: cargo test --release -p contract-tests -- --ignored all_planted"]
async fn all_planted_defects_are_found_by_drawing_and_told_in_few_steps() {
    are_found(STORIES).await;
}

/// They are found with nothing but the generator, within as many examples as have to be enough, and told in few steps.
async fn are_found(stories: impl IntoIterator<Item = Story>) {
    for Story { defect, .. } in stories {
        let certify = async |options| Ok::<_, Infallible>(Box::pin(hunt(&[defect], options)).await);
        let Ok(hunted) = hunt_for(1, certify).await;
        let told = hunted.found.as_ref().map(explain_finding);
        assert!(hunted.is_good(), "{} after {} histories: {told:?}", defect.name(), hunted.played);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn generated_values_find_what_single_cases_may_miss_and_shrink() {
    for (defect, family) in
        [(Defect::TimesHundred, "H-M"), (Defect::ThreeDecimalsIgnored, "H-M"), (Defect::ReturnUrlDecodedTwice, "H-U")]
    {
        let report = hunt(&[defect], drawn(16, 5)).await;
        let histories = report.histories.as_ref().unwrap();
        let found = histories.findings.iter().find(|finding| finding.family == family);
        let found = found.unwrap_or_else(|| panic!("{} is not found: {}", defect.name(), console::summary(&report)));
        assert_eq!(found.verdict, Verdict::Fail);
        assert!(!found.script.is_empty() && found.rerun.contains("--examples 16 --seed 5"), "{found:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_in_a_file_is_written_as_the_service_played_it() {
    // Steps that make no sense are not told again.
    let script = "history a long one\nunder AMB-5=last-wins\nbank-pays A\nvisit A\nrelease A\nexpire A\nheal A\n";
    let report = hunt(&[Defect::CancelsOnExpired], given(script)).await;
    let findings = stories(&report);
    assert_eq!(findings.len(), 1, "{}", console::summary(&report));
    let script: Vec<&str> = findings[0].script.lines().skip(3).collect();
    assert_eq!(script, ["visit A", "expire A"]);
    assert_eq!((findings[0].failed.as_str(), findings[0].file.as_str()), ("3 of 3", ""));
    assert!(findings[0].rerun.ends_with("--history kept.history"), "{}", findings[0].rerun);
    assert!(findings[0].origin.contains("a long one"));
}

fn finding() -> Finding {
    let check = |what: &str, expected: &str, seen: &str, invariant: Option<&str>| Check {
        what: what.to_owned(),
        expected: expected.to_owned(),
        seen: seen.to_owned(),
        ok: false,
        weight: Weight::Must,
        invariant: invariant.map(str::to_owned),
    };
    Finding {
        family: "H-T".to_owned(),
        rule: "INV-2".to_owned(),
        verdict: Verdict::Fail,
        origin: "example 42 of seed 7".to_owned(),
        script: "# Histories of payloop\n\nhistory INV-2, example 42 of seed 7\nunder AMB-1=fault\nhold A\npay A\n"
            .to_owned(),
        found_with: 11,
        steps: 2,
        replays: 31,
        failed: "2 of 3".to_owned(),
        checks: vec![
            check(
                "the payment for purchase 0d5e6f70-0000-4000-8000-00000000beef is not lost",
                "the purchase completed, or the money refunded",
                "the purchase is reserved, and 149.50 EUR (14950 minor units) are kept",
                Some("INV-2"),
            ),
            check("what was paid in time is completed", "completed", "reserved", None),
        ],
        told: vec!["registered an attendee".to_owned(), "paid with card 4242424242424242".to_owned()],
        evidence: (1..=16).map(|seq| Evidence { seq, line: format!("#{seq} -> stripe POST /v1/prices 200") }).collect(),
        rerun: "payloop certify --exec ./acme --history out/histories/INV-2-7-42.history".to_owned(),
        file: "INV-2-7-42.history".to_owned(),
    }
}

#[test]
fn a_finding_is_readable_on_its_own() {
    insta::assert_snapshot!("finding", explain_finding(&finding()));
    let price = Finding {
        family: "H-M".to_owned(),
        rule: "prices".to_owned(),
        script: "a price of 10.01 EUR".to_owned(),
        origin: "example 3 of seed 7; 12 of 256 fail".to_owned(),
        evidence: Vec::new(),
        checks: finding().checks.into_iter().skip(1).collect(),
        ..finding()
    };
    insta::assert_snapshot!("finding-of-a-price", explain_finding(&price));
}

/// A run of histories alone is green when something was played, and red when the service ended meanwhile.
#[test]
fn histories_alone_make_a_run() {
    let clean = HistoriesReport { findings: Vec::new(), ..report_of_histories() };
    let none = HistoriesReport { families: Vec::new(), ..clean.clone() };
    let end = Problem {
        name: Problem::SERVICE_ENDED.to_owned(),
        seen: "the service ended by itself".to_owned(),
        cause: "it crashed".to_owned(),
        cure: "see its output".to_owned(),
        evidence: Vec::new(),
    };
    let of = |histories: &HistoriesReport, problems: &[Problem]| {
        Summary::of(&[], problems, 0).and_histories(histories, problems).verdict
    };
    assert_eq!(of(&clean, &[]), RunVerdict::Conformant);
    assert_eq!(of(&none, &[]), RunVerdict::NotConformant);
    assert_eq!(of(&clean, &[end]), RunVerdict::NotConformant);
    assert_eq!(of(&report_of_histories(), &[]), RunVerdict::NotConformant);
    let broken = Finding { verdict: Verdict::SuiteError, ..finding() };
    assert_eq!(of(&HistoriesReport { findings: vec![broken], ..clean }, &[]), RunVerdict::SuiteError);
}

/// The report of a run with one finding.
fn report_of_histories() -> HistoriesReport {
    HistoriesReport {
        examples: 256,
        left_out: None,
        families: vec![FamilyReport {
            id: "H-T".to_owned(),
            name: "histories".to_owned(),
            played: 256,
            steps: 2_913,
            millis: 6_100,
        }],
        findings: vec![finding()],
    }
}

#[test]
fn shares_that_find_the_same_tell_it_once() {
    let other = Finding { rule: "INV-4".to_owned(), ..finding() };
    let again = Finding { origin: "example 7 of seed 7".to_owned(), verdict: Verdict::Warn, ..finding() };
    let second = HistoriesReport { findings: vec![again, other], ..report_of_histories() };
    let joined = report_of_histories().and(second);
    let told: Vec<(&str, Verdict)> =
        joined.findings.iter().map(|finding| (finding.rule.as_str(), finding.verdict)).collect();
    assert_eq!(told, [("INV-2", Verdict::Fail), ("INV-4", Verdict::Fail)]);
    assert_eq!((joined.families[0].played, joined.families[0].millis), (512, 6_100));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_found_now_and_was_not_before_is_worse() {
    let clean = hunt(&[], given("visit A\n")).await;
    let red = Report { histories: Some(report_of_histories()), ..clean.clone() };
    let none = Report { histories: None, ..clean.clone() };
    let check = |old: &Report, new: &Report, expect: Option<(Kind, Option<Verdict>, Option<Verdict>)>| {
        let changes = diff(old, new).changes;
        let seen = changes.iter().map(|change| (change.kind, change.before, change.after)).next();
        assert_eq!(seen, expect);
        assert!(changes.iter().all(|change| change.case == "H-T INV-2"), "{changes:?}");
    };
    let (pass, fail) = (Some(Verdict::Pass), Some(Verdict::Fail));
    check(&clean, &clean, None);
    check(&red, &red, None);
    check(&clean, &red, Some((Kind::Worse, pass, fail)));
    check(&none, &red, Some((Kind::Worse, None, fail)));
    check(&red, &clean, Some((Kind::Better, fail, pass)));
    check(&red, &none, Some((Kind::Gone, fail, None)));
    assert!(
        diff(&clean, &red)
            .to_string()
            .contains("WORSE   H-T INV-2: pass -> fail  (a history: under AMB-1=fault; hold A; pay A)")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_report_of_histories_follows_its_schema_and_turns_the_run_red() {
    let mut report = hunt(&[], given("pay A\n")).await;
    assert_eq!(report.verdict(), RunVerdict::Conformant);
    report.summary = report.summary.and_histories(&report_of_histories(), &[]);
    report.histories = Some(report_of_histories());
    assert_eq!(report.verdict(), RunVerdict::NotConformant);
    check_schema(&report);
    let read: Report = serde_json::from_str(&to_json(&report)).unwrap();
    assert_eq!(read, report);
    let junit = contract_tests::report::to_junit(&report);
    assert!(junit.contains("H-T 256 generated histories") && junit.contains("failures=\"1\""), "{junit}");
}
