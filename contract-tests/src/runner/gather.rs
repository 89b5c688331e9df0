//! Reads everything that a case did and saw, once things are quiet and before anything is cleaned up.

use std::collections::BTreeMap;
use std::sync::Arc;

use mock_core::control::dto::EntryView;

use super::context::{Ctx, Log};
use super::record::{Ended, Record, Watched};
use crate::model::Stop;

/// The record of a case that ended in `result`.
pub(super) async fn gather(ctx: &Ctx, result: Result<(), Stop>, millis: u64) -> Record {
    let mut ended = Ended::from(result);
    let mut entries = BTreeMap::new();
    let mut purchases = Vec::new();
    let found = match &ended {
        Ended::Suite(_) => Ok(()),
        _ => ctx.settle().await,
    };
    // The case is over: nobody writes any more.
    let log = ctx.take_log();
    let found = match found {
        Ok(()) => observe(ctx, &log, &mut entries, &mut purchases).await,
        stopped => stopped,
    };
    if let Err(Stop::Suite(why)) = found
        && !matches!(ended, Ended::Suite(_))
    {
        ended = Ended::Suite(why);
    }
    let item = ctx.item();
    Record {
        id: item.case.id.to_owned(),
        under: item.under(),
        ended,
        steps: log.steps,
        checks: log.checks,
        purchases,
        answers: log.answers,
        shown: log.evidence,
        disowned: log.disowned,
        millis,
        own_micros: 0,
        rerun: ctx.bench().rerun(item.case.id),
        exchanges: entries.keys().copied().collect(),
        entries,
    }
}

async fn observe(
    ctx: &Ctx,
    log: &Log,
    entries: &mut BTreeMap<u64, Arc<EntryView>>,
    purchases: &mut Vec<Watched>,
) -> Result<(), Stop> {
    for subject in &log.subjects {
        entries.extend(ctx.journal(*subject).await?.into_iter().map(|entry| (entry.seq, entry)));
    }
    let all = ctx.look_at_all(&log.purchases).await?;
    for (purchase, seen) in log.purchases.iter().zip(all) {
        purchases.push(Watched {
            purchase: purchase.clone(),
            state: seen.state,
            ledger: seen.ledger,
            exchanges: seen.entries.iter().map(|entry| entry.seq).collect(),
        });
        entries.extend(seen.entries.into_iter().map(|entry| (entry.seq, entry)));
    }
    Ok(())
}
