//! What the generated part of a run has come to: plain data, for the report.

use serde::{Deserialize, Serialize};

use crate::model::{Check, Verdict, Weight};
use crate::report::Evidence;

/// Everything about the generated part of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoriesReport {
    /// How many of each family were asked for.
    pub examples: usize,
    /// Why none were played although they were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<String>,
    /// What was played, family by family.
    pub families: Vec<FamilyReport>,
    /// What did not hold, each in its shortest form.
    pub findings: Vec<Finding>,
}

/// What was played of one family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FamilyReport {
    /// Its id, such as `H-T`.
    pub id: String,
    /// What its examples are called: `histories`.
    pub name: String,
    /// How many were played.
    pub played: usize,
    /// How many steps they had together that made sense when they came.
    pub steps: usize,
    /// In real time, milliseconds.
    pub millis: u64,
}

/// Something that did not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The family.
    pub family: String,
    /// The rule that is broken: an invariant, or a demand by its name.
    pub rule: String,
    /// `fail` or `warn`; `suite-error` when the bench broke.
    pub verdict: Verdict,
    /// Where it came from: `example 42 of seed 1`, or a file.
    pub origin: String,
    /// How the failing example looks: a script that can be played again, or the values drawn.
    pub script: String,
    /// How many steps it had when it was found.
    pub found_with: usize,
    /// How many it has now.
    pub steps: usize,
    /// How often smaller ones were played.
    pub replays: usize,
    /// How many of the last plays of the shortest form failed, as `3 of 3`; less than all means that it depends on more than the order of steps.
    pub failed: String,
    /// What does not hold.
    pub checks: Vec<Check>,
    /// What was done, as fragments that follow "we".
    pub told: Vec<String>,
    /// Journal lines.
    pub evidence: Vec<Evidence>,
    /// The command that plays it again.
    pub rerun: String,
    /// What a new file with the script is called; empty when there is nothing to keep.
    pub file: String,
}

impl Finding {
    /// What it means for the run.
    pub(super) fn verdict_of(checks: &[Check], strict: bool) -> Verdict {
        if strict || checks.iter().any(|check| check.weight == Weight::Must) { Verdict::Fail } else { Verdict::Warn }
    }

    /// What its script does, without its title and remarks.
    pub(super) fn steps_alone(&self) -> Vec<&str> {
        self.script.lines().filter(|line| !line.starts_with('#') && !line.starts_with("history")).collect()
    }

    /// Whether it fails every time.
    pub fn is_steady(&self) -> bool {
        self.failed.split_once(" of ").is_none_or(|(failed, played)| failed == played)
    }
}

impl HistoriesReport {
    /// How many findings have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.findings.iter().filter(|finding| finding.verdict == verdict).count()
    }

    /// With what another share of the same run has played: each share draws all examples, and plays its own.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        for family in other.families {
            match self.families.iter_mut().find(|known| known.id == family.id) {
                Some(known) => {
                    known.played += family.played;
                    known.steps += family.steps;
                    known.millis = known.millis.max(family.millis);
                }
                None => self.families.push(family),
            }
        }
        for finding in other.findings {
            let same =
                |known: &&mut Finding| known.rule == finding.rule && known.steps_alone() == finding.steps_alone();
            match self.findings.iter_mut().find(same) {
                // Two shares came to the same short story.
                Some(known) => known.verdict = known.verdict.min(finding.verdict),
                None => self.findings.push(finding),
            }
        }
        self
    }

    /// How many examples were played.
    pub fn played(&self) -> usize {
        self.families.iter().map(|family| family.played).sum()
    }
}
