//! Generated values that are no stories: prices, return URLs, signature headers. Each example is one exchange; the first that fails is made smaller.

mod again;
mod family;
mod money;
mod return_url;
mod signature;

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};

pub(super) use again::again;
use family::{Family, Played, Smallest, examples, told, unplayed};

use super::play::{SLOW_MILLIS, TOGETHER};
use super::record::{FamilyRecord, ValueRecord};
use super::report::{FamilyReport, Finding};
use super::rooms::Rooms;
use super::terms::Terms;
use crate::model::Stop;
use crate::runner::{Bench, Ctx, Ended, Item};
use crate::steps::Seller;

/// How many examples run side by side: there is nothing to wait for, so more would only wait for each other.
const AT_ONCE: usize = 16;
/// The most smaller examples that are played for one finding.
const MOST_REPLAYS: usize = 200;
/// More places than examples and smaller examples take; the column holds no more.
const CAPACITY: u32 = 50_000;

/// What the families came to.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub(super) families: Vec<FamilyReport>,
    pub(super) findings: Vec<Finding>,
    /// Why there was no world to play them in.
    pub(super) no_world: Option<String>,
    /// What it was made from, where the run is recorded.
    pub(super) records: Vec<FamilyRecord>,
}

/// Plays all families, one after another.
pub(super) async fn play(rooms: &Rooms, terms: &Terms<'_>) -> Values {
    let mut values = Values::default();
    match rooms.shared().await {
        Ok(bench) => {
            family::<money::Prices>(&bench, terms, &mut values).await;
            family::<return_url::ReturnUrls>(&bench, terms, &mut values).await;
            family::<signature::Headers>(&bench, terms, &mut values).await;
        }
        // The histories have none either, and tell of it.
        Err(why) => values.no_world = Some(why),
    }
    values
}

async fn family<F: Family>(bench: &Arc<Bench>, terms: &Terms<'_>, values: &mut Values) {
    let began = bench.own.clock().elapsed();
    let item = Item { case: &TOGETHER, under: None };
    let arranging = Ctx::scoped(Arc::clone(bench), item, F::ID.to_owned(), Vec::new());
    let mut record = FamilyRecord::of(F::ID);
    let seller = match arranging.arrange(crate::steps::Sale { capacity: CAPACITY, ..Default::default() }).await {
        Ok(seller) => seller,
        Err(stop) => {
            let why = format!("{stop:?}");
            values.findings.push(unplayed::<F>(terms, &why));
            record.broke = Some(why);
            values.records.extend(bench.options.recorded.then_some(record));
            return;
        }
    };
    let played = run::<F>(bench, &seller, examples::<F>(terms), "").await;
    record.millis = u64::try_from((bench.own.clock().elapsed() - began).as_millis()).unwrap_or_default();
    let mut smallest = None;
    if let Some(first) = played.iter().find(|played| played.failed(terms.profile)) {
        let (way, found) = smallest_of(bench, &seller, first).await;
        record.way = way;
        smallest = Some(found);
    }
    let (report, findings) = told(terms, &played, smallest.as_ref(), record.millis);
    values.families.push(report);
    values.findings.extend(findings);
    if bench.options.recorded {
        record.values = played.iter().map(|played| plain(&played.record)).collect();
        record.smallest = smallest.filter(|_| !record.way.is_empty()).map(|found| plain(&found.played.record));
        values.records.push(record);
    }
}

/// What was seen as JSON. Plain structures of text and numbers always have one.
fn plain<S: serde::Serialize>(record: &ValueRecord<S>) -> ValueRecord {
    ValueRecord {
        number: record.number,
        shown: record.shown.clone(),
        ended: record.ended.clone(),
        told: record.told.clone(),
        checks: record.checks.clone(),
        seen: record.seen.as_ref().and_then(|seen| serde_json::to_value(seen).ok()),
        evidence: record.evidence.clone(),
    }
}

async fn run<F: Family>(
    bench: &Arc<Bench>,
    seller: &Seller,
    examples: Vec<(usize, F::Example)>,
    round: &str,
) -> Vec<Played<F>> {
    let mut played: Vec<(Played<F>, bool)> = stream::iter(examples)
        .map(|(number, example)| once::<F>(bench, seller, number, example, round))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    for (one, was_slow) in &mut played {
        if *was_slow && one.failed(&bench.profile) {
            let round = format!("{round} in peace");
            (*one, _) = once::<F>(bench, seller, one.record.number, one.example.clone(), &round).await;
        }
    }
    played.sort_by_key(|(played, _)| played.record.number);
    played.into_iter().map(|(played, _)| played).collect()
}

/// Plays one example, and says whether the service may have given up waiting for fakes that got no time on a busy machine.
async fn once<F: Family>(
    bench: &Arc<Bench>,
    seller: &Seller,
    number: usize,
    example: F::Example,
    round: &str,
) -> (Played<F>, bool) {
    let scope = format!("{} {number}{round}", F::ID);
    let ctx = Ctx::scoped(Arc::clone(bench), Item { case: &TOGETHER, under: None }, scope, Vec::new());
    let limit = bench.options.case_limit;
    let playing = F::play(ctx.clone(), seller.clone(), example.clone());
    let result = match tokio::spawn(async move { tokio::time::timeout(limit, playing).await }).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(Stop::Suite(format!("the example did not end within {} s", limit.as_secs()))),
        Err(error) => Err(Stop::Suite(format!("the example broke: {error}"))),
    };
    let (seen, ended) = match result {
        Ok(seen) => (Some(seen), Ok(())),
        Err(stop) => (None, Err(stop)),
    };
    let log = ctx.log();
    let was_slow = log.answers.iter().any(|answer| answer.millis >= SLOW_MILLIS);
    let record = ValueRecord {
        number,
        shown: F::show(&example, &bench.profile),
        ended: Ended::from(ended),
        told: log.steps,
        checks: log.checks,
        seen,
        evidence: log.evidence,
    };
    (Played { example, record }, was_slow)
}

/// The smallest example that still fails, and the way to it: which of the smaller ones failed, each time.
async fn smallest_of<F: Family>(bench: &Arc<Bench>, seller: &Seller, first: &Played<F>) -> (Vec<usize>, Smallest<F>) {
    let mut best = Smallest { replays: 0, played: first.clone() };
    let mut way = Vec::new();
    while best.replays < MOST_REPLAYS {
        let smaller = F::smaller(&best.played.example, &bench.profile);
        let examples = smaller.into_iter().enumerate().collect::<Vec<_>>();
        best.replays += examples.len();
        let round = format!(" smaller {}", best.replays);
        let played = run::<F>(bench, seller, examples, &round).await;
        match played.into_iter().find(|played| played.failed(&bench.profile)) {
            Some(failed) => {
                way.push(failed.record.number);
                best.played = failed;
            }
            None => break,
        }
    }
    (way, best)
}
