//! Plays a history in a scope of its own, and reads how it ended, once everything is quiet.

use std::collections::BTreeMap;
use std::sync::Arc;

use mock_core::control::dto::EntryView;
use mock_core::journal::Filter;

use super::data::History;
use super::play::{ALONE, Played, TOGETHER, play};
use super::record::{SoldRecord, StoryRecord};
use super::verdict::{Bar, Judged, judge};
use crate::invariants::Surroundings;
use crate::model::Stop;
use crate::runner::{Bench, Ctx, Ended, Item};

/// A history that was played and is still to be judged.
#[derive(Debug)]
pub(super) struct Story {
    ctx: Ctx,
    history: History,
    result: Result<Played, Stop>,
    /// The journal's last number before it.
    after: u64,
}

/// Plays a history in this scope, to be judged later.
pub(super) async fn tell(bench: &Arc<Bench>, history: History, scope: String, after: u64) -> Story {
    let case = if history.is_alone() { &ALONE } else { &TOGETHER };
    let under = history
        .under
        .iter()
        .filter_map(|(id, value)| super::data::setting(id, value))
        .map(|(setting, _)| setting)
        .collect();
    let ctx = Ctx::scoped(Arc::clone(bench), Item { case, under: None }, scope, under);
    let limit = bench.options.case_limit;
    let result = match tokio::time::timeout(limit, play(&ctx, &history)).await {
        Ok(result) => result,
        Err(_) => Err(Stop::Suite(format!("the history did not end within {} s", limit.as_secs()))),
    };
    Story { ctx, history, result, after }
}

impl Story {
    /// The purchases that it is about.
    pub(super) fn subjects(&self) -> Vec<uuid::Uuid> {
        self.ctx.subjects()
    }

    /// Reads how it ended, and judges. The world must be quiet. What it was judged by is kept where the run is recorded.
    pub(super) async fn judge(self) -> Judged {
        let ctx = self.ctx.clone();
        let bench = ctx.bench();
        let record = self.record().await;
        let around = Surroundings {
            profile: &bench.profile,
            level: bench.options.level,
            service: &record.service,
            secrets: &bench.sought,
        };
        let bar = Bar { around, contract: &bench.contract, page: bench.urls.redirect.path() };
        let mut judged = judge(&record, &bar);
        if bench.options.recorded {
            judged.record = Some(Arc::new(record));
        }
        judged
    }

    /// What it did and saw.
    async fn record(self) -> StoryRecord {
        let mut entries = BTreeMap::new();
        let mut purchases = Vec::new();
        let mut done = Vec::new();
        let found = match self.result {
            Ok(played) => {
                done = played.done;
                let mut found = Ok(());
                for one in played.sold {
                    match look(&self.ctx, self.after, &mut entries, one).await {
                        Ok(seen) => purchases.push(seen),
                        Err(stop) => {
                            found = Err(stop);
                            break;
                        }
                    }
                }
                found
            }
            // What keeps a story from going on is recorded among its checks.
            Err(Stop::Failed) => Ok(()),
            // Nothing that a history needs can be missing: then it is a fault of ours.
            Err(Stop::Suite(why) | Stop::NotTestable(why) | Stop::NotApplicable(why)) => Err(Stop::Suite(why)),
        };
        let log = self.ctx.log();
        StoryRecord {
            done: History { under: self.history.under.clone(), steps: done },
            history: self.history,
            service: self.ctx.bench().urls.redirect.origin().ascii_serialization(),
            ended: Ended::from(found),
            told: log.steps,
            checks: log.checks,
            purchases,
            answers: log.answers,
            disowned: log.disowned,
            entries: entries.into_values().collect(),
        }
    }
}

/// Looks at one purchase.
async fn look(
    ctx: &Ctx,
    after: u64,
    entries: &mut BTreeMap<u64, Arc<EntryView>>,
    one: super::play::Sold,
) -> Result<SoldRecord, Stop> {
    let filter = Filter { after: Some(after), ..Filter::about(one.purchase.id) };
    let (seen, state, ledger) = ctx.look_beside(one.purchase.id, &filter).await?;
    let exchanges = seen.entries.iter().map(|entry| entry.seq).collect();
    entries.extend(seen.entries.into_iter().map(|entry| (entry.seq, Arc::new(entry))));
    Ok(SoldRecord { state, ledger, purchase: one.purchase, facts: one.facts, exchanges, strangers: one.strangers })
}
