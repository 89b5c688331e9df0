//! What a case holds in its hands: the bench, its own scope, and the log of what it did and found.

use std::fmt::Display;
use std::sync::{Arc, OnceLock};

use mock_core::Ids;
use mock_core::control::Control;
use mock_core::control::dto::EntryView;
use parking_lot::{Mutex, MutexGuard};
use uuid::Uuid;

use super::bench::Bench;
use super::plan::Item;
use super::readings::Readings;
use crate::buyer::Buyer;
use crate::check::journal::line_of;
use crate::model::{Check, Stop, Strength, Weight};
use crate::report::Evidence;
use crate::steps::{Answer, Purchase};
use crate::target::{Profile, Urls};

/// The context of one case. Clones are handles to the same one.
#[derive(Clone, Debug)]
pub struct Ctx(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    bench: Arc<Bench>,
    item: Item,
    /// What its ids belong to.
    scope: String,
    /// The switch values that it runs under.
    under: Vec<(&'static str, &'static str)>,
    log: Mutex<Log>,
    readings: Mutex<Readings>,
    /// The client of its visits, where they share connections.
    crowd: OnceLock<reqwest::Client>,
}

/// What a case did and found.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// What it did, in order, as fragments that follow "we".
    pub steps: Vec<String>,
    /// What it looked at.
    pub checks: Vec<Check>,
    /// The purchases it made.
    pub purchases: Vec<Purchase>,
    /// More GUIDs that its exchanges are about.
    pub subjects: Vec<Uuid>,
    /// What the service answered to its visits.
    pub answers: Vec<Answer>,
    /// Journal entries worth showing beside those of its purchases.
    pub evidence: Vec<Evidence>,
    /// Ids of events that nobody's Stripe has made, and of links that others sell with: what becomes of them is judged by the case alone.
    pub disowned: Vec<String>,
}

impl Ctx {
    /// A context for a case of a run.
    pub fn new(bench: Arc<Bench>, item: Item) -> Self {
        let under = item.under.into_iter().collect();
        Self::scoped(bench, item, item.scope(), under)
    }

    /// A context with a scope and switch values of its own: for what is played more than once in a run.
    pub fn scoped(bench: Arc<Bench>, item: Item, scope: String, under: Vec<(&'static str, &'static str)>) -> Self {
        Self(Arc::new(Inner {
            bench,
            item,
            scope,
            under,
            log: Mutex::default(),
            readings: Mutex::default(),
            crowd: OnceLock::new(),
        }))
    }

    /// From here on visits share connections, until the case is over. For crowds: they come within moments, and to connect is
    /// a good part of what a visit costs.
    pub fn share_connections(&self) {
        self.0.crowd.get_or_init(|| self.0.bench.separate_client());
    }

    /// The client of its visits, if they share connections.
    pub(crate) fn shared_connections(&self) -> Option<&reqwest::Client> {
        self.0.crowd.get()
    }

    /// The switch values that it runs under, by their switches.
    pub fn under(&self) -> &[(&'static str, &'static str)] {
        &self.0.under
    }

    /// Everything that the cases of this run share.
    pub fn bench(&self) -> &Bench {
        &self.0.bench
    }

    /// What is being run.
    pub fn item(&self) -> &Item {
        &self.0.item
    }

    /// The control API.
    pub fn control(&self) -> &Control {
        &self.0.bench.control
    }

    /// The client for whatever has no step of its own.
    pub fn http(&self) -> &reqwest::Client {
        &self.0.bench.http
    }

    /// A fresh browser.
    pub fn buyer(&self) -> Buyer {
        Buyer::over(self.http().clone())
    }

    /// What the service declares.
    pub fn profile(&self) -> &Profile {
        &self.0.bench.profile
    }

    /// Where it answers.
    pub fn urls(&self) -> &Urls {
        &self.0.bench.urls
    }

    /// The suite's own seeded ids; draw with [`Ctx::scope`] as the scope.
    pub fn ids(&self) -> &Ids {
        self.0.bench.own.ids()
    }

    /// What this case's ids belong to.
    pub fn scope(&self) -> String {
        self.0.scope.clone()
    }

    /// The value of the ambiguity switch that this case runs under; empty when it runs under none.
    pub fn value(&self) -> &'static str {
        self.0.item.under.map_or("", |(_, value)| value)
    }

    /// Writes down what is done next, as a fragment that follows "we".
    pub fn step(&self, what: impl Into<String>) {
        self.0.log.lock().steps.push(what.into());
    }

    /// Checks what the case's clause demands; it weighs what the clause weighs. Says whether it holds.
    pub fn check(&self, what: impl Into<String>, expected: impl Display, seen: impl Display, ok: bool) -> bool {
        let weight = match self.0.item.case.strength {
            Strength::Must => Weight::Must,
            Strength::Should => Weight::Should,
            Strength::Info => Weight::Info,
        };
        self.weigh(weight, what, expected, seen, ok)
    }

    /// Checks what only warns.
    pub fn should(&self, what: impl Into<String>, expected: impl Display, seen: impl Display, ok: bool) -> bool {
        self.weigh(Weight::Should, what, expected, seen, ok)
    }

    /// Checks what fails whatever the strength of the case's own clause.
    pub fn must(&self, what: impl Into<String>, expected: impl Display, seen: impl Display, ok: bool) -> bool {
        self.weigh(Weight::Must, what, expected, seen, ok)
    }

    /// Reports something that is neither right nor wrong.
    pub fn report(&self, what: impl Into<String>, seen: impl Display) {
        self.weigh(Weight::Info, what, "only reported", seen, true);
    }

    /// Checks what the rest of the case builds on; the case ends where it does not hold.
    pub fn require(
        &self,
        what: impl Into<String>,
        expected: impl Display,
        seen: impl Display,
        ok: bool,
    ) -> Result<(), Stop> {
        if self.must(what, expected, seen, ok) { Ok(()) } else { Err(Stop::Failed) }
    }

    fn weigh(
        &self,
        weight: Weight,
        what: impl Into<String>,
        expected: impl Display,
        seen: impl Display,
        ok: bool,
    ) -> bool {
        self.0.log.lock().checks.push(Check {
            what: what.into(),
            expected: expected.to_string(),
            seen: seen.to_string(),
            ok,
            weight,
            invariant: None,
        });
        ok
    }

    /// Makes a purchase this case's own: it is watched, judged by the invariants, and its exchanges are evidence.
    pub fn own(&self, purchase: &Purchase) {
        let mut log = self.0.log.lock();
        // A purchase whose price was changed is judged by what it costs in the end.
        log.purchases.retain(|known| known.id != purchase.id);
        log.purchases.push(purchase.clone());
    }

    /// Leaves a purchase out of what the invariants judge, since its end lies beyond this case; its exchanges stay evidence.
    pub fn leave(&self, purchase: &Purchase) {
        self.0.log.lock().purchases.retain(|known| known.id != purchase.id);
        self.watch(purchase.id);
    }

    /// Makes every exchange about this GUID evidence of this case.
    pub fn watch(&self, subject: Uuid) {
        self.0.log.lock().subjects.push(subject);
    }

    /// Takes an event, or a payment link, out of what the invariants judge: it is made up, or it is not the service's own.
    pub fn disown(&self, id: &str) {
        self.0.log.lock().disowned.push(id.to_owned());
    }

    /// Remembers an answer of the service.
    pub fn remember(&self, answer: &Answer) {
        self.0.log.lock().answers.push(answer.clone());
    }

    /// Shows a journal entry with the case.
    pub fn show(&self, entry: &EntryView) {
        let evidence = Evidence { seq: entry.seq, line: line_of(entry) };
        let mut log = self.0.log.lock();
        if !log.evidence.contains(&evidence) {
            log.evidence.push(evidence);
        }
    }

    /// Every GUID that this case is about.
    pub fn subjects(&self) -> Vec<Uuid> {
        let log = self.0.log.lock();
        log.purchases.iter().map(|purchase| purchase.id).chain(log.subjects.iter().copied()).collect()
    }

    /// What it has read of the journal.
    pub(crate) fn readings(&self) -> MutexGuard<'_, Readings> {
        self.0.readings.lock()
    }

    /// What it did and found, once it is over.
    pub(super) fn take_log(&self) -> Log {
        std::mem::take(&mut self.0.log.lock())
    }

    /// What it did and found so far.
    pub fn log(&self) -> Log {
        self.0.log.lock().clone()
    }
}
