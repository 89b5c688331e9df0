//! Joins the reports of a run's shares into the report of the whole.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::ambiguity::ambiguities;
use super::model::{Problem, Report, Summary, Timings, Unsupported};
use crate::histories::HistoriesReport;
use crate::model::Share;
use crate::runner::{in_order, invariants_of};

/// Why reports do not make one.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum MergeError {
    /// There is nothing to join.
    #[error("name the JSON reports of all shares")]
    Nothing,
    /// A report is not that of a share.
    #[error("{name} is the report of a whole run, not of a share; run certify with --partition I/N")]
    Whole {
        /// Which.
        name: String,
    },
    /// Two reports are not of the same run.
    #[error("{name} and {first} are not shares of one run: {what} is {here:?} in one and {there:?} in the other")]
    Other {
        /// The report.
        name: String,
        /// The first one.
        first: String,
        /// What differs.
        what: &'static str,
        /// What the report has.
        here: String,
        /// What the first one has.
        there: String,
    },
    /// Two reports are of the same share.
    #[error("{name} and {other} are both share {share}")]
    Twice {
        /// One.
        name: String,
        /// The other.
        other: String,
        /// The share.
        share: String,
    },
    /// Shares are missing.
    #[error("share {} of {of} is missing", .missing.join(", "))]
    Missing {
        /// Their numbers.
        missing: Vec<String>,
        /// How many there must be.
        of: u32,
    },
    /// A case is in two shares, which no version does.
    #[error("case {case} is in two shares: the reports were not made by one version")]
    Overlap {
        /// The case.
        case: String,
    },
}

/// Joins reports, each with a name for messages (its file).
pub fn merge(reports: &[(String, Report)]) -> Result<Report, MergeError> {
    let [(first_name, first), ..] = reports else { return Err(MergeError::Nothing) };
    let mut shares: BTreeMap<Share, &str> = BTreeMap::new();
    for (name, report) in reports {
        agree(name, report, first_name, first)?;
        let share = share_of(report).ok_or_else(|| MergeError::Whole { name: name.clone() })?;
        if let Some(other) = shares.insert(share, name) {
            return Err(MergeError::Twice { name: name.clone(), other: other.to_owned(), share: share.to_string() });
        }
    }
    let of = shares.keys().next().map_or(1, |share| share.of());
    let missing: Vec<String> =
        (1..=of).filter(|index| !shares.keys().any(|share| share.index() == *index)).map(|it| it.to_string()).collect();
    if !missing.is_empty() {
        return Err(MergeError::Missing { missing, of });
    }

    let mut cases: Vec<_> = reports.iter().flat_map(|(_, report)| report.cases.iter().cloned()).collect();
    in_order(&mut cases);
    let mut names = BTreeSet::new();
    if let Some(twice) = cases.iter().find(|case| !names.insert(case.name())) {
        return Err(MergeError::Overlap { case: twice.name() });
    }
    let mut problems: Vec<Problem> = Vec::new();
    let mut missing: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut timings = Timings::default();
    for (_, report) in reports {
        problems
            .extend(report.problems.iter().filter(|problem| !problems.contains(problem)).cloned().collect::<Vec<_>>());
        for one in &report.unsupported {
            *missing.entry((one.fake.clone(), one.what.clone())).or_default() += one.times;
        }
        // Shares run beside each other: the longest of them is how long the whole took.
        timings = Timings {
            start: timings.start.max(report.timings.start),
            preflight: timings.preflight.max(report.timings.preflight),
            side_by_side: timings.side_by_side.max(report.timings.side_by_side),
            alone: timings.alone.max(report.timings.alone),
        };
    }
    let millis = reports.iter().map(|(_, report)| report.summary.millis).max().unwrap_or_default();
    let mut suite = first.suite.clone();
    suite.partition = None;
    let generated = reports.iter().filter_map(|(_, report)| report.histories.clone());
    let histories = generated.reduce(HistoriesReport::and);
    let mut summary = Summary::of(&cases, &problems, millis);
    if let Some(histories) = &histories {
        summary = summary.and_histories(histories, &problems);
    }
    Ok(Report {
        schema: first.schema,
        suite,
        service: first.service.clone(),
        summary,
        problems,
        histories,
        timings,
        ambiguities: ambiguities(&cases),
        invariants: invariants_of(&cases),
        cases,
        unsupported: missing.into_iter().map(|((fake, what), times)| Unsupported { fake, what, times }).collect(),
    })
}

fn share_of(report: &Report) -> Option<Share> {
    report.suite.partition.as_deref()?.parse().ok()
}

/// Whether two reports can be of one run. Addresses may differ: every share has a machine of its own.
fn agree(name: &str, report: &Report, first_name: &str, first: &Report) -> Result<(), MergeError> {
    let of = |report: &Report| share_of(report).map(|share| share.of().to_string()).unwrap_or_default();
    let pairs = [
        ("the shape", report.schema.to_string(), first.schema.to_string()),
        ("the version", report.suite.version.clone(), first.suite.version.clone()),
        ("the edition", report.suite.edition.clone(), first.suite.edition.clone()),
        ("the seed", report.suite.seed.to_string(), first.suite.seed.to_string()),
        ("the level", report.suite.level.to_string(), first.suite.level.to_string()),
        ("--strict", report.suite.strict.to_string(), first.suite.strict.to_string()),
        ("the service", report.service.name.clone(), first.service.name.clone()),
        ("the number of shares", of(report), of(first)),
    ];
    match pairs.into_iter().find(|(_, here, there)| here != there) {
        // A whole report beside shares has a clearer complaint of its own.
        Some((what, here, there)) if share_of(report).is_some() && share_of(first).is_some() => {
            Err(MergeError::Other { name: name.to_owned(), first: first_name.to_owned(), what, here, there })
        }
        _ => Ok(()),
    }
}
