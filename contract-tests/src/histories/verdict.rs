//! What a played history comes to: the invariants and the model's own demands, judged once everything is quiet.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mock_core::control::dto::EntryView;
use mock_core::journal::Filter;

use super::data::{History, Op};
use super::model::{Account, Broken, End};
use super::play::{ALONE, Played, Sold, TOGETHER, play};
use crate::invariants::{self, Observed, Surroundings};
use crate::model::{Stop, Weight};
use crate::report::Evidence;
use crate::runner::{Bench, Ctx, Item, judging};
use crate::target::LateMoney;

/// A history that was played and is still to be judged.
#[derive(Debug)]
pub(super) struct Story {
    ctx: Ctx,
    result: Result<Played, Stop>,
    /// The journal's last number before it.
    after: u64,
}

/// A history, judged.
#[derive(Clone, Debug, Default)]
pub(super) struct Judged {
    /// The steps that made sense when they came.
    pub(super) done: Vec<Op>,
    /// Demands that are not met, the heaviest first.
    pub(super) broken: Vec<Broken>,
    /// What kept it from being judged: a fault of ours.
    pub(super) suite_error: Option<String>,
    /// What was done, as fragments that follow "we".
    pub(super) told: Vec<String>,
    /// Journal lines.
    pub(super) evidence: Vec<Evidence>,
}

impl Judged {
    /// The rule that it breaks first, if it breaks one.
    pub(super) fn rule(&self) -> Option<&str> {
        self.broken.first().map(|broken| broken.rule.as_str())
    }

    /// Whether it breaks this rule.
    pub(super) fn breaks(&self, rule: &str) -> bool {
        self.suite_error.is_none() && self.broken.iter().any(|broken| broken.rule == rule)
    }
}

/// Plays a history in this scope, to be judged later.
pub(super) async fn tell(bench: &Arc<Bench>, history: &History, scope: String, after: u64) -> Story {
    let case = if history.is_alone() { &ALONE } else { &TOGETHER };
    let under = history
        .under
        .iter()
        .filter_map(|(id, value)| super::data::setting(id, value))
        .map(|(setting, _)| setting)
        .collect();
    let ctx = Ctx::scoped(Arc::clone(bench), Item { case, under: None }, scope, under);
    let limit = bench.options.case_limit;
    let result = match tokio::time::timeout(limit, play(&ctx, history)).await {
        Ok(result) => result,
        Err(_) => Err(Stop::Suite(format!("the history did not end within {} s", limit.as_secs()))),
    };
    Story { ctx, result, after }
}

impl Story {
    /// The purchases that it is about.
    pub(super) fn subjects(&self) -> Vec<uuid::Uuid> {
        self.ctx.subjects()
    }

    /// Reads how it ended, and judges. The world must be quiet.
    pub(super) async fn judge(self) -> Judged {
        let mut judged = Judged::default();
        let mut entries = BTreeMap::new();
        let found = match &self.result {
            Ok(played) => {
                judged.done.clone_from(&played.done);
                self.look(&played.sold, &mut entries).await
            }
            // What keeps a story from going on is recorded among its checks.
            Err(Stop::Failed) => Ok(Vec::new()),
            Err(Stop::Suite(why) | Stop::NotTestable(why) | Stop::NotApplicable(why)) => Err(Stop::Suite(why.clone())),
        };
        match found {
            Ok(broken) => judged.broken = broken,
            Err(Stop::Suite(why)) => judged.suite_error = Some(why),
            Err(_) => {}
        }
        let log = self.ctx.log();
        let own = log.checks.iter().filter(|check| !check.ok && check.weight != Weight::Info);
        judged.broken.extend(own.map(|check| Broken { rule: "it-answers".to_owned(), check: check.clone() }));
        let shape = {
            let bench = self.ctx.bench();
            judging::answers_against_contract(
                &bench.contract,
                bench.urls.redirect.path(),
                &log.answers,
                entries.values().map(Arc::as_ref),
            )
        };
        judged.broken.extend(shape.into_iter().map(|check| Broken { rule: "contract".to_owned(), check }));
        judged.broken.sort_by_key(|broken| broken.check.weight);
        judged.suite_error = judged.suite_error.or_else(|| judging::fault_of_ours(entries.values().map(Arc::as_ref)));
        if !judged.broken.is_empty() || judged.suite_error.is_some() {
            judged.told = log.steps;
            judged.evidence = entries
                .values()
                .filter(|entry| !judging::is_noise(entry))
                .map(|entry| Evidence { seq: entry.seq, line: crate::check::journal::line_of(entry) })
                .collect();
        }
        judged
    }

    async fn look(&self, sold: &[Sold], entries: &mut BTreeMap<u64, Arc<EntryView>>) -> Result<Vec<Broken>, Stop> {
        let bench = self.ctx.bench();
        let service = bench.urls.redirect.origin().ascii_serialization();
        let level = bench.options.level;
        let around = Surroundings { profile: &bench.profile, level, service: &service, secrets: &bench.sought };
        let log = self.ctx.log();
        let mut all = Vec::new();
        for one in sold {
            let purchase = &one.purchase;
            let filter = Filter { after: Some(self.after), ..Filter::about(purchase.id) };
            let seen = bench.control.journal(&filter).await?.entries;
            let mut seen: Vec<Arc<EntryView>> = seen.into_iter().map(Arc::new).collect();
            entries.extend(seen.iter().map(|entry| (entry.seq, Arc::clone(entry))));
            let strangers: BTreeSet<u64> = one.strangers.iter().copied().collect();
            seen.retain(|entry| !strangers.contains(&entry.seq));
            let state = self.ctx.state(purchase).await?;
            let ledger = self.ctx.ledger(purchase.id).await?;
            let account = Account::of(bench.profile.declares.payable, &one.facts);
            let paid = ledger.sessions.iter().filter(|session| session.is_paid());
            let end = End {
                states: state.states.clone(),
                price: purchase.minor().unwrap_or_default(),
                kept: paid.map(|session| session.amount - session.refunded).sum(),
                attendees: state.attendees,
                registrations: state.registrations,
            };
            let id = purchase.id.to_string();
            let answers = log.answers.iter().filter(|answer| answer.url.to_ascii_lowercase().contains(&id));
            let answers = answers.cloned().collect();
            let disowned = log.disowned.clone();
            let observed = Observed { purchase: purchase.clone(), state, ledger, entries: seen, answers, disowned };
            let parks = bench.profile.declares.late_money == LateMoney::Park;
            for mut check in invariants::judge(&observed, &around).into_iter().filter(|check| !check.ok) {
                let rule = check.invariant.clone().unwrap_or_default();
                if rule == "INV-2" && (account.is_excused() || parks) {
                    continue;
                }
                // All is healed, and everything was sent again and again: what warns after a single case is a failure here.
                if rule == "INV-2" || rule == "INV-8" {
                    check.weight = Weight::Must;
                }
                all.push(Broken { rule, check });
            }
            all.extend(account.end(&end));
        }
        Ok(all)
    }
}
