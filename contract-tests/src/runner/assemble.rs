//! Puts the report of a run together from what its cases came to: pure, so that a transcript gives the same report again.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::judge::{Judged, verdict_of};
use crate::histories::HistoriesReport;
use crate::invariants;
use crate::known::Known;
use crate::model::{CASES, Edition, Verdict};
use crate::report::{
    CaseReport, InvariantReport, Problem, Report, SCHEMA, ServiceReport, SuiteReport, Summary, Timings, Unsupported,
    ambiguities,
};
use crate::target::Profile;

/// What is known of a run before its first case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Head {
    /// The suite that judges.
    pub suite: SuiteReport,
    /// The service that is judged.
    pub service: ServiceReport,
    /// What it declares.
    pub profile: Profile,
    /// The failures that are accepted.
    pub known: Known,
    /// The day of the run (UTC), which such an acceptance may outlive.
    pub today: Date,
}

/// What is known of a run after its last case.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tail {
    /// Why nothing could be judged, or that the service ended by itself.
    pub problems: Vec<Problem>,
    /// Where the time went.
    pub timings: Timings,
    /// Real time of the run in milliseconds.
    pub millis: u64,
}

/// The report of a run. `histories` is what was generated, if anything was.
pub(crate) fn assemble(
    head: &Head,
    judged: Vec<Judged>,
    left_out: Vec<CaseReport>,
    tail: Tail,
    histories: Option<HistoriesReport>,
) -> Report {
    let mut missing: BTreeMap<(String, String), usize> = BTreeMap::new();
    for key in judged.iter().flat_map(|judged| judged.unsupported.iter()) {
        *missing.entry(key.clone()).or_default() += 1;
    }
    let mut cases: Vec<CaseReport> = judged.into_iter().map(|judged| judged.report).chain(left_out).collect();
    in_order(&mut cases);
    apply_known(&head.known, head.today, &mut cases);
    if let Ok(edition) = Edition::named(&head.suite.edition) {
        for case in &mut cases {
            case.unscored = !edition.scores(&case.id);
        }
    }
    let mut summary = Summary::of(&cases, &tail.problems, tail.millis);
    if let Some(histories) = &histories {
        summary = summary.and_histories(histories, &tail.problems);
    }
    Report {
        schema: SCHEMA,
        suite: head.suite.clone(),
        service: head.service.clone(),
        summary,
        histories,
        problems: tail.problems,
        timings: tail.timings,
        ambiguities: ambiguities(&cases),
        invariants: invariants_of(&cases),
        cases,
        unsupported: missing.into_iter().map(|((fake, what), times)| Unsupported { fake, what, times }).collect(),
    }
}

/// Sorts cases as the catalogue has them.
pub(crate) fn in_order(cases: &mut [CaseReport]) {
    let place = |case: &CaseReport| CASES.iter().position(|known| known.id == case.id);
    cases.sort_by(|a, b| (place(a), &a.id, &a.under).cmp(&(place(b), &b.id, &b.under)));
}

fn apply_known(known: &Known, today: Date, cases: &mut [CaseReport]) {
    let failed: Vec<String> = cases
        .iter()
        .filter(|case| matches!(case.verdict, Verdict::Fail | Verdict::Warn))
        .map(|case| case.id.clone())
        .collect();
    for case in cases {
        if let Some(entry) = known.entry(&case.id) {
            let (verdict, reason) = entry.apply(case.verdict, failed.contains(&case.id), today);
            case.verdict = verdict;
            case.reason = reason.or_else(|| case.reason.take());
        }
    }
}

/// The invariants over all cases.
pub(crate) fn invariants_of(cases: &[CaseReport]) -> Vec<InvariantReport> {
    invariants::ALL
        .iter()
        .map(|invariant| {
            let of_it = |case: &CaseReport| {
                case.checks
                    .iter()
                    .filter(|check| check.invariant.as_deref() == Some(invariant.id))
                    .cloned()
                    .collect::<Vec<_>>()
            };
            let all: Vec<_> = cases.iter().flat_map(of_it).collect();
            let broken_in =
                cases.iter().filter(|case| of_it(case).iter().any(|check| !check.ok)).map(CaseReport::name).collect();
            let verdict = if all.is_empty() { Verdict::NotTestable } else { verdict_of(&all, false) };
            InvariantReport {
                id: invariant.id.to_owned(),
                title: invariant.title.to_owned(),
                verdict,
                judged: all.len(),
                broken_in,
            }
        })
        .collect()
}
