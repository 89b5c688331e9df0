//! Several whole runs of a selftest: whether they say the same of every row.

use std::collections::BTreeMap;

use contract_tests::Verdict;
use serde::Serialize;

use crate::matrix::{Outcome, Row};

/// A row of which not all runs say the same, or which is not as it must be.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Difference {
    /// What the row is called.
    pub(crate) row: String,
    /// What the first run said.
    pub(crate) first: Said,
    /// The number of the run that says something else, from two on.
    pub(crate) run: usize,
    /// What that says.
    pub(crate) then: Said,
}

/// What a run says of a row, as far as it must not change from run to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Said {
    pub(crate) outcome: Outcome,
    /// The cases that noticed something: all of them for a right service, the one that must notice (under each answer) for a defect. What else
    /// notices a defect may hang on which of many cases comes first.
    pub(crate) noticed_by: BTreeMap<String, Verdict>,
}

impl Said {
    fn of(row: &Row) -> Self {
        let counts = |name: &str| row.case.is_none_or(|case| name.split(' ').next() == Some(case));
        let noticed = row.noticed_by.iter().filter(|(name, _)| counts(name));
        Self { outcome: row.outcome, noticed_by: noticed.map(|(name, verdict)| (name.clone(), *verdict)).collect() }
    }
}

/// Compares a later run with the first, row by row.
pub(crate) fn differences(first: &[Row], run: usize, rows: &[Row]) -> Vec<Difference> {
    let differs = |(first, then): (&Row, &Row)| {
        let row = first.name();
        let (first, then) = (Said::of(first), Said::of(then));
        (first != then).then_some(Difference { row, first, run, then })
    };
    first.iter().zip(rows).filter_map(differs).collect()
}

/// In a line.
pub(crate) fn told(difference: &Difference) -> String {
    let shown = |said: &Said| {
        let cases: Vec<_> =
            said.noticed_by.iter().map(|(case, verdict)| format!("{case} {}", verdict.name())).collect();
        format!("{} ({})", said.outcome.words(), if cases.is_empty() { "nobody".to_owned() } else { cases.join(", ") })
    };
    let Difference { row, first, run, then } = difference;
    format!("{row}: {} in run 1, {} in run {run}", shown(first), shown(then))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::tests::a_row;

    #[track_caller]
    fn check(first: &[(&str, Verdict)], then: &[(&str, Verdict)], expect: bool) {
        let rows = [first, then].map(|noticed| vec![a_row(Some(("redirect-301", "C-R02")), noticed)]);
        assert_eq!(differences(&rows[0], 2, &rows[1]).is_empty(), expect, "{first:?} {then:?}");
    }

    #[test]
    fn what_the_case_of_a_defect_says_must_not_change() {
        let caught = [("C-R02", Verdict::Fail)];
        check(&caught, &caught, true);
        check(&caught, &[("C-R02", Verdict::Warn)], false);
        check(&caught, &[], false);
        check(&caught, &[("C-R02 [AMB-1=fault]", Verdict::Fail)], false);
        check(&caught, &[("C-R02", Verdict::Fail), ("C-R20", Verdict::Fail)], true);
    }

    #[test]
    fn all_that_is_said_of_a_right_service_counts() {
        let clean = vec![a_row(None, &[])];
        let blamed = vec![a_row(None, &[("C-R20", Verdict::Warn)])];
        assert_eq!(differences(&clean, 2, &clean), []);
        let found = differences(&clean, 3, &blamed);
        insta::assert_snapshot!(told(&found[0]), @"(none): clean (nobody) in run 1, WRONGLY BLAMED (C-R20 warn) in run 3");
    }
}
