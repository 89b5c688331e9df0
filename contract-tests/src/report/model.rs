//! The report as a tree. `docs/report.schema.json` describes it; the two change together.

use serde::{Deserialize, Serialize};

use super::ambiguity::Ambiguity;
use crate::histories::HistoriesReport;
use crate::model::{Check, Level, Strength, Verdict};

/// The number of the report's shape; it changes when a reader of the old shape would break.
pub const SCHEMA: u32 = 1;

/// Everything about a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The number of this shape.
    pub schema: u32,
    /// The suite that judged.
    pub suite: SuiteReport,
    /// The service that was judged.
    pub service: ServiceReport,
    /// Counts and the verdict of the whole.
    pub summary: Summary,
    /// Why nothing could be judged, or that the service ended by itself; usually empty.
    pub problems: Vec<Problem>,
    /// Every case, in the order of the catalogue.
    pub cases: Vec<CaseReport>,
    /// Where the time went.
    #[serde(default)]
    pub timings: Timings,
    /// What was generated and played; absent when nothing was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub histories: Option<HistoriesReport>,
    /// Cases whose verdict hangs on what public documents leave open; usually empty.
    #[serde(default)]
    pub ambiguities: Vec<Ambiguity>,
    /// The invariants over all cases.
    pub invariants: Vec<InvariantReport>,
    /// What the service asked of the fakes that they do not support.
    pub unsupported: Vec<Unsupported>,
}

/// The suite that judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuiteReport {
    /// The version of payloop.
    pub version: String,
    /// The edition that says which cases score.
    pub edition: String,
    /// The seed of every id and generated value.
    pub seed: u64,
    /// Cases up to this level.
    pub level: Level,
    /// Whether recommendations fail.
    pub strict: bool,
    /// The share of the run, as `1/3`; absent when it took every case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<String>,
}

/// The service that was judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceReport {
    /// Its name in the profile.
    pub name: String,
    /// Its payment page URL.
    pub redirect_url: String,
    /// Its webhook endpoint.
    pub notify_url: String,
    /// `link` or `session`.
    pub payable: String,
    /// `synchronous` or `queued`.
    pub finalize: String,
    /// `real-time`, `outbound` or `outbound-adx`.
    #[serde(default)]
    pub platform: String,
}

/// Where the time of a run went: real time in milliseconds, one part after another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Timings {
    /// Starting the service, or finding it.
    pub start: u64,
    /// Looking whether it is connected to the bench.
    pub preflight: u64,
    /// Cases side by side.
    pub side_by_side: u64,
    /// Cases that run alone, one after another.
    pub alone: u64,
}

/// The verdict of a whole run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunVerdict {
    /// Nothing is red, and something was judged.
    Conformant,
    /// The service breaks a clause, or a known failure is stale.
    NotConformant,
    /// The service is not connected to the bench.
    ConfigError,
    /// The suite or a fake broke, and nothing else is red.
    SuiteError,
}

impl RunVerdict {
    /// The exit code of payloop.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Conformant => 0,
            Self::NotConformant => 1,
            Self::ConfigError => 3,
            Self::SuiteError => 4,
        }
    }

    /// The word in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conformant => "conformant",
            Self::NotConformant => "not-conformant",
            Self::ConfigError => "config-error",
            Self::SuiteError => "suite-error",
        }
    }
}

/// Counts of verdicts, and the verdict of the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    /// The verdict of the whole.
    pub verdict: RunVerdict,
    /// Cases with this verdict.
    pub pass: usize,
    /// Cases with this verdict.
    pub fail: usize,
    /// Cases with this verdict.
    pub warn: usize,
    /// Cases with this verdict.
    pub not_applicable: usize,
    /// Cases with this verdict.
    pub not_testable: usize,
    /// Cases with this verdict.
    pub known_failing: usize,
    /// Cases with this verdict.
    pub stale_known: usize,
    /// Cases with this verdict.
    pub config_error: usize,
    /// Cases with this verdict.
    pub suite_error: usize,
    /// Cases that came after the edition: run and shown, but counted nowhere else.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unscored: usize,
    /// Real time of the run in milliseconds.
    pub millis: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn is_false(word: &bool) -> bool {
    !*word
}

/// Why the service is not connected to the bench, or that it ended while it was judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Its name, such as `WEBHOOK-SECRET`.
    pub name: String,
    /// What was seen.
    pub seen: String,
    /// The most likely cause.
    pub cause: String,
    /// What to do about it.
    pub cure: String,
    /// Journal lines and output that show it.
    pub evidence: Vec<String>,
}

impl Problem {
    /// The name of the problem that a service ended by itself while it was judged.
    pub const SERVICE_ENDED: &'static str = "SERVICE-ENDED";

    /// Whether the service ended by itself while it was judged: no mistake in the configuration, but the service's own.
    pub fn is_end(&self) -> bool {
        self.name == Self::SERVICE_ENDED
    }
}

/// A case, judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseReport {
    /// Its id.
    pub id: String,
    /// The switch value that it ran under, as `AMB-7=200`; null when under none.
    pub under: Option<String>,
    /// What it does.
    pub title: String,
    /// The level from which it is asked.
    pub level: Level,
    /// How hard its clause is.
    pub strength: Strength,
    /// What it ended in.
    pub verdict: Verdict,
    /// What the sources demand.
    pub clause: String,
    /// Where that comes from.
    pub sources: Vec<String>,
    /// Why it was not judged, or what is known about its failure; null otherwise.
    pub reason: Option<String>,
    /// What was looked at.
    pub checks: Vec<Check>,
    /// What was done, as fragments that follow "we".
    pub steps: Vec<String>,
    /// Journal lines; only for cases that did not pass.
    pub evidence: Vec<Evidence>,
    /// Real time in milliseconds.
    pub millis: u64,
    /// How much of it was the suite's own work, not waiting for the service or for silence, in microseconds.
    #[serde(default)]
    pub own_micros: u64,
    /// Whether it came after the edition, so that it counts for nothing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unscored: bool,
    /// The command that runs it again.
    pub rerun: String,
}

impl CaseReport {
    /// Its id with the switch value: `C-N10 [AMB-7=200]`.
    pub fn name(&self) -> String {
        self.under.as_ref().map_or_else(|| self.id.clone(), |under| format!("{} [{under}]", self.id))
    }

    /// The checks that do not hold.
    pub fn broken(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| !check.ok && check.weight != crate::model::Weight::Info)
    }
}

/// A journal line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Evidence {
    /// The entry's number.
    pub seq: u64,
    /// The entry in one line.
    pub line: String,
}

/// An invariant over all cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvariantReport {
    /// `INV-1` to `INV-8`.
    pub id: String,
    /// What must hold.
    pub title: String,
    /// `pass`, `warn` or `fail`; `not-testable` when no case gave anything to judge.
    pub verdict: Verdict,
    /// How many times it was judged.
    pub judged: usize,
    /// The cases in which it did not hold.
    pub broken_in: Vec<String>,
}

/// Something that the service asked of a fake and that the fake does not support.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unsupported {
    /// The fake.
    pub fake: String,
    /// What is missing.
    pub what: String,
    /// How often it was asked for.
    pub times: usize,
}

impl Report {
    /// The verdict of the whole.
    pub fn verdict(&self) -> RunVerdict {
        self.summary.verdict
    }
}

impl Summary {
    /// Counts cases and gives the verdict of the whole.
    pub fn of(cases: &[CaseReport], problems: &[Problem], millis: u64) -> Self {
        let count = |verdict| cases.iter().filter(|case| !case.unscored && case.verdict == verdict).count();
        let mut summary = Self {
            verdict: RunVerdict::Conformant,
            pass: count(Verdict::Pass),
            fail: count(Verdict::Fail),
            warn: count(Verdict::Warn),
            not_applicable: count(Verdict::NotApplicable),
            not_testable: count(Verdict::NotTestable),
            known_failing: count(Verdict::KnownFailing),
            stale_known: count(Verdict::StaleKnown),
            config_error: count(Verdict::ConfigError),
            suite_error: count(Verdict::SuiteError),
            unscored: cases.iter().filter(|case| case.unscored).count(),
            millis,
        };
        let judged = summary.pass + summary.warn + summary.known_failing;
        let ended = problems.iter().any(Problem::is_end);
        summary.verdict = if summary.config_error > 0 || problems.iter().any(|problem| !problem.is_end()) {
            RunVerdict::ConfigError
        } else if ended || summary.fail + summary.stale_known > 0 {
            RunVerdict::NotConformant
        } else if summary.suite_error > 0 {
            RunVerdict::SuiteError
        } else if judged == 0 {
            // Nothing was judged: that must not look green.
            RunVerdict::NotConformant
        } else {
            RunVerdict::Conformant
        };
        summary
    }

    /// The same with what the generated part of the run adds to the verdict of the whole.
    #[must_use]
    pub fn and_histories(mut self, histories: &HistoriesReport, problems: &[Problem]) -> Self {
        let judged = self.pass + self.warn + self.known_failing;
        let red = self.fail + self.stale_known > 0 || problems.iter().any(Problem::is_end);
        let unjudged = self.verdict == RunVerdict::NotConformant && !red && judged == 0;
        if histories.count(Verdict::Fail) > 0 && self.verdict != RunVerdict::ConfigError {
            self.verdict = RunVerdict::NotConformant;
        } else if unjudged && self.suite_error == 0 && histories.played() > 0 {
            // A run of histories alone.
            self.verdict = RunVerdict::Conformant;
        }
        if self.verdict == RunVerdict::Conformant && histories.count(Verdict::SuiteError) > 0 {
            self.verdict = RunVerdict::SuiteError;
        }
        self
    }
}
