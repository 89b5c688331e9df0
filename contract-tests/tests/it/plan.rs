//! Which cases run, and what beside what.

use contract_tests::Level;
use contract_tests::model::{CASES, Generation, Payable};
use contract_tests::runner::{LeftOut, PlanError, plan};
use contract_tests::target::{Declares, EventPlatform};

fn names(patterns: &[&str], level: Level) -> Result<(Vec<String>, Vec<String>), PlanError> {
    let patterns: Vec<String> = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
    let plan = plan(CASES, level, &patterns, None, &Declares::default(), true)?;
    let names = |items: &[contract_tests::runner::Item]| items.iter().map(contract_tests::runner::Item::name).collect();
    Ok((names(&plan.parallel), names(&plan.alone)))
}

#[track_caller]
fn check(patterns: &[&str], parallel: &[&str], alone: &[&str]) {
    let (found, found_alone) = names(patterns, Level::Core).unwrap();
    assert_eq!(
        (found, found_alone),
        (parallel.iter().map(ToString::to_string).collect(), alone.iter().map(ToString::to_string).collect())
    );
}

#[test]
fn patterns_choose_and_the_catalogue_orders() {
    check(&["c-r02", "C-R01"], &["C-R01", "C-R02"], &[]);
    check(
        &["C-R1?", "C-R12"],
        &[
            "C-R10",
            "C-R11 [AMB-4=404]",
            "C-R11 [AMB-4=400]",
            "C-R12",
            "C-R13 [AMB-8=null]",
            "C-R13 [AMB-8=absent]",
            "C-R14",
            "C-R15",
            "C-R16",
        ],
        &[],
    );
}

#[test]
fn each_switch_value_is_a_run_of_its_own() {
    check(&["C-R11"], &["C-R11 [AMB-4=404]", "C-R11 [AMB-4=400]"], &[]);
}

#[test]
fn what_moves_the_clock_runs_alone() {
    check(&["C-T01", "C-T04"], &["C-T04"], &["C-T01"]);
}

#[test]
fn a_pattern_that_means_nothing_is_an_error() {
    assert_eq!(names(&["C-R01", "C-Q*"], Level::Core), Err(PlanError::NoSuchCase { pattern: "C-Q*".to_owned() }));
}

#[test]
fn without_patterns_everything_runs() {
    let (parallel, alone) = names(&[], Level::Secure).unwrap();
    let ours = CASES.iter().filter(|case| case.needs.generation != Some(Generation::Outbound));
    let runs: usize = ours.map(|case| case.needs.under.map_or(1, |under| under.values.len())).sum();
    assert_eq!(parallel.len() + alone.len(), runs);
    assert!(!alone.is_empty());
}

/// What waits for the service's own time limits begins first, so that the others run meanwhile.
#[test]
fn those_who_mostly_wait_begin_first() {
    let (parallel, _) = names(&["C-R01", "R-V06"], Level::Resilient).unwrap();
    assert_eq!(parallel, ["R-V06", "C-R01"]);
}

#[test]
fn what_restarts_the_service_is_not_testable_where_somebody_else_runs_it() {
    let plan = plan(CASES, Level::Resilient, &["R-D04".to_owned()], None, &Declares::default(), false).unwrap();
    assert!(plan.is_empty());
    let [(first, LeftOut::NotTestable(why)), _] = plan.left_out.as_slice() else { panic!("{:?}", plan.left_out) };
    assert_eq!(first.case.id, "R-D04");
    assert!(why.contains("--exec"), "{why}");
}

#[test]
fn what_is_about_another_way_to_sell_is_not_applicable() {
    let declares = Declares { payable: Payable::Session, ..Declares::default() };
    let plan = plan(CASES, Level::Resilient, &["R-D09".to_owned()], None, &declares, true).unwrap();
    assert!(matches!(plan.left_out.as_slice(), [(_, LeftOut::NotApplicable(_))]), "{:?}", plan.left_out);
}

/// What a service declares decides what is asked of it; what is left out is in the report with the reason.
#[test]
fn the_declared_platform_decides_which_cases_apply() {
    let left_out = |platform, level, pattern: &str| {
        let declares = Declares { platform, ..Declares::default() };
        let plan = plan(CASES, level, &[pattern.to_owned()], None, &declares, true).unwrap();
        let mut left_out: Vec<String> = Vec::new();
        for (item, why) in &plan.left_out {
            let LeftOut::NotApplicable(why) = why else { continue };
            assert!(why.ends_with(&format!("platform = \"{}\"", platform.name())), "{why}");
            left_out.push(item.case.id.to_owned());
        }
        left_out.dedup();
        left_out
    };
    let legacy = ["C-L01", "C-L02", "C-L03", "C-L04"];
    assert_eq!(left_out(EventPlatform::RealTime, Level::Core, "*"), legacy);
    let modern = ["C-N02", "C-N07", "C-N09", "C-N10", "C-T06"];
    for platform in [EventPlatform::Outbound, EventPlatform::OutboundAdx] {
        assert_eq!(left_out(platform, Level::Core, "*"), modern);
    }
}
