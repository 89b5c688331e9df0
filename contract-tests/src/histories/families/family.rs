//! What a family of values is, and what its examples come to: pure, so that a transcript gives the same again.

use std::fmt::Debug;

use futures_util::future::BoxFuture;
use proptest::strategy::BoxedStrategy;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::super::generate::draw;
use super::super::record::ValueRecord;
use super::super::report::{FamilyReport, Finding};
use super::super::terms::Terms;
use crate::model::{Check, Stop, Verdict, Weight};
use crate::runner::{Ctx, Ended};
use crate::steps::{Ledger, Seller};
use crate::target::Profile;

/// One way of drawing values.
pub(super) trait Family: Copy + Send + Sync + 'static {
    /// What is drawn.
    type Example: Clone + Debug + PartialEq + Send + Sync + 'static;
    /// What is seen of one.
    type Seen: Clone + Debug + Serialize + DeserializeOwned + Send + 'static;
    /// Its id, such as `H-M`.
    const ID: &'static str;
    /// What its examples are called.
    const NAME: &'static str;

    /// What is drawn for this service.
    fn strategy(profile: &Profile) -> BoxedStrategy<Self::Example>;
    /// Smaller examples, those worth a try first.
    fn smaller(example: &Self::Example, profile: &Profile) -> Vec<Self::Example>;
    /// The example for people, on a line.
    fn show(example: &Self::Example, profile: &Profile) -> String;
    /// Plays one, and says what was seen. What does not hold on the way goes into the context.
    fn play(ctx: Ctx, seller: Seller, example: Self::Example) -> BoxFuture<'static, Result<Self::Seen, Stop>>;
    /// What must hold of what was seen.
    fn check(example: &Self::Example, seen: &Self::Seen, profile: &Profile) -> Check;
}

/// What a visit of a purchase led to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Offered {
    /// The answer, for people.
    pub(super) answer: String,
    /// What our Stripe had then.
    pub(super) ledger: Ledger,
}

/// One example, played.
#[derive(Clone, Debug)]
pub(super) struct Played<F: Family> {
    pub(super) example: F::Example,
    pub(super) record: ValueRecord<F::Seen>,
}

impl<F: Family> Played<F> {
    /// Everything that does not hold.
    pub(super) fn broken(&self, profile: &Profile) -> Vec<Check> {
        let own = self.record.seen.iter().map(|seen| F::check(&self.example, seen, profile));
        let checks = self.record.checks.iter().cloned().chain(own);
        checks.filter(|check| !check.ok && check.weight != Weight::Info).collect()
    }

    pub(super) fn suite_error(&self) -> Option<&str> {
        match &self.record.ended {
            Ended::Suite(why) => Some(why),
            _ => None,
        }
    }

    pub(super) fn failed(&self, profile: &Profile) -> bool {
        self.suite_error().is_none() && !self.broken(profile).is_empty()
    }
}

/// The smallest example that still fails.
#[derive(Clone, Debug)]
pub(super) struct Smallest<F: Family> {
    /// How many others were played.
    pub(super) replays: usize,
    /// It.
    pub(super) played: Played<F>,
}

/// The examples of this run, with their numbers.
pub(super) fn examples<F: Family>(terms: &Terms<'_>) -> Vec<(usize, F::Example)> {
    let strategy = F::strategy(terms.profile);
    (0..terms.asked.examples)
        .filter(|number| terms.takes(&format!("{} {number}", F::ID)))
        .filter_map(|number| draw(&strategy, F::ID, terms.seed, number).map(|example| (number, example)))
        .collect()
}

/// What is told of a family.
pub(super) fn told<F: Family>(
    terms: &Terms<'_>,
    played: &[Played<F>],
    smallest: Option<&Smallest<F>>,
    millis: u64,
) -> (FamilyReport, Vec<Finding>) {
    let family = FamilyReport {
        id: F::ID.to_owned(),
        name: F::NAME.to_owned(),
        played: played.len(),
        steps: played.len(),
        millis,
    };
    let broke = played.iter().find_map(Played::suite_error);
    let mut findings: Vec<Finding> = broke.map(|why| unplayed::<F>(terms, why)).into_iter().collect();
    let failing: Vec<&Played<F>> = played.iter().filter(|played| played.failed(terms.profile)).collect();
    if let Some(first) = failing.first() {
        findings.push(finding(terms, first, smallest, failing.len()));
    }
    (family, findings)
}

fn finding<F: Family>(terms: &Terms<'_>, first: &Played<F>, smallest: Option<&Smallest<F>>, failing: usize) -> Finding {
    let (number, seed, examples) = (first.record.number, terms.seed, terms.asked.examples);
    let (best, replays) = smallest.map_or((first, 0), |smallest| (&smallest.played, smallest.replays));
    let checks = best.broken(terms.profile);
    Finding {
        family: F::ID.to_owned(),
        rule: F::NAME.to_owned(),
        verdict: Finding::verdict_of(&checks, terms.strict),
        origin: format!("example {number} of seed {seed}; {failing} of {examples} fail"),
        script: best.record.shown.clone(),
        found_with: 1,
        steps: 1,
        replays,
        failed: "1 of 1".to_owned(),
        checks,
        told: best.record.told.clone(),
        evidence: best.record.evidence.clone(),
        rerun: terms.rerun_drawn(),
        file: String::new(),
    }
}

/// A family that could not be played: a fault of ours.
pub(super) fn unplayed<F: Family>(terms: &Terms<'_>, why: &str) -> Finding {
    Finding {
        family: F::ID.to_owned(),
        rule: "suite".to_owned(),
        verdict: Verdict::SuiteError,
        origin: format!("seed {}", terms.seed),
        script: String::new(),
        found_with: 0,
        steps: 0,
        replays: 0,
        failed: "1 of 1".to_owned(),
        checks: Vec::new(),
        told: vec![format!("could not go on: {why}")],
        evidence: Vec::new(),
        rerun: terms.rerun_drawn(),
        file: String::new(),
    }
}
