//! The generated part of a run: plays histories side by side, makes those that fail as short as they can be, and reports.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future;

use super::assemble::{CONFIRMED, Shrunk, to_shrink, told};
use super::data::History;
use super::families;
use super::record::{Generated, Shortened, StoryRecord};
use super::report::{FamilyReport, Finding, HistoriesReport};
use super::rooms::Rooms;
use super::terms::{Asked, Example, Terms};
use super::verdict::Judged;
use super::{shrink, stage};
use crate::runner::Bench;

/// How many smaller histories run side by side while one is shrunk.
const TRIED_AT_ONCE: usize = 24;
/// The most smaller ones that are played for one finding.
const MOST_REPLAYS: usize = 240;

/// What a hunt came to.
#[derive(Debug)]
pub(crate) struct Hunt {
    /// What is told of it.
    pub(crate) report: HistoriesReport,
    /// What that was made from, where the run is recorded.
    pub(crate) record: Option<Generated>,
}

/// Plays what was asked for; nothing when nothing was.
pub(crate) async fn hunt(bench: &Arc<Bench>) -> Option<Hunt> {
    let options = &bench.options;
    if options.examples == 0 && options.histories.is_empty() {
        return None;
    }
    let asked = Asked {
        examples: options.examples,
        given: options.histories.clone(),
        managed: bench.launcher.managed(),
        most_shrunk: options.most_shrunk,
        command: bench.rerun_with(""),
        folder: options.history_folder.as_ref().map(|folder| folder.display().to_string()),
    };
    let terms = Terms {
        asked: &asked,
        profile: &bench.profile,
        seed: options.seed,
        strict: options.strict,
        share: options.share,
    };
    let mut report = HistoriesReport { examples: options.examples, ..HistoriesReport::default() };
    report.left_out = terms.left_out();
    if report.left_out.is_some() {
        let record = options.recorded.then(|| Generated::of(asked));
        return Some(Hunt { report, record });
    }
    let rooms = Rooms::new(bench);
    let hunter = Hunter { bench, terms, rooms: &rooms, replay: AtomicUsize::new(0) };
    // Boxed: what a whole hunt holds in its hands is large, and whoever waits for a run would carry it along.
    let histories = Box::pin(hunter.timelines());
    let values = Box::pin(async {
        if options.examples == 0 { families::Values::default() } else { families::play(&rooms, &terms).await }
    });
    let (timelines, values) = if rooms.are_apart() {
        // Most of a history is waiting for a service that waits: there is time for values beside them.
        future::join(histories, values).await
    } else {
        (histories.await, values.await)
    };
    rooms.close().await;
    report.families.push(timelines.family);
    report.families.extend(values.families);
    report.findings.extend(timelines.findings.into_iter().chain(values.findings));
    let record = options.recorded.then(|| Generated {
        millis: report.families[0].millis,
        no_world: values.no_world,
        stories: timelines.stories,
        shortened: timelines.shortened,
        families: values.records,
        ..Generated::of(asked)
    });
    Some(Hunt { report, record })
}

/// What the histories came to, and where the run is recorded what that was made from.
struct Timelines {
    family: FamilyReport,
    findings: Vec<Finding>,
    stories: Vec<StoryRecord>,
    shortened: Vec<Shortened>,
}

struct Hunter<'b> {
    bench: &'b Arc<Bench>,
    terms: Terms<'b>,
    rooms: &'b Rooms,
    replay: AtomicUsize,
}

impl Hunter<'_> {
    async fn timelines(&self) -> Timelines {
        let began = self.bench.own.clock().elapsed();
        let examples = self.terms.examples();
        let histories: Vec<(History, String)> = examples
            .iter()
            .enumerate()
            .map(|(number, example)| (example.history.clone(), format!("H-T {number}")))
            .collect();
        let judged = stage::play(self.rooms, histories).await;
        let millis = u64::try_from((self.bench.own.clock().elapsed() - began).as_millis()).unwrap_or_default();
        let mut shrunk = Vec::new();
        for (rule, number) in to_shrink(&judged, self.bench.options.most_shrunk) {
            shrunk.push(self.shrunk(&examples[number], judged[number].clone(), rule, number).await);
        }
        let (family, findings) = told(&self.terms, &examples, &judged, &shrunk, millis);
        let recorded = self.bench.options.recorded;
        let plays = judged.iter().zip(&examples).filter(|_| recorded);
        let shorter = shrunk.iter().filter(|_| recorded);
        Timelines {
            family,
            findings,
            stories: plays.map(|(judged, example)| record_of(judged, &example.history)).collect(),
            shortened: shorter.map(shortened).collect(),
        }
    }

    /// Plays these, and says how each ended; counts them.
    async fn replay(&self, histories: &[History], replays: &mut usize) -> Vec<Judged> {
        *replays += histories.len();
        let scoped = histories
            .iter()
            .map(|history| (history.clone(), format!("H-T again {}", self.replay.fetch_add(1, Ordering::Relaxed))))
            .collect();
        stage::play(self.rooms, scoped).await
    }

    /// The shortest history that breaks the same rule.
    async fn shrunk(&self, example: &Example, found: Judged, rule: String, number: usize) -> Shrunk {
        let mut replays = 0;
        // Steps that made no sense say nothing.
        let mut best = History { steps: found.done, ..example.history.clone() };
        let again = self.replay(std::slice::from_ref(&best), &mut replays).await;
        let mut before = again.into_iter().next().filter(|judged| judged.breaks(&rule));
        if before.is_none() {
            best = example.history.clone();
        }
        'smaller: while replays < MOST_REPLAYS {
            for round in shrink::rounds(&best) {
                for batch in round.chunks(TRIED_AT_ONCE) {
                    let judged = self.replay(batch, &mut replays).await;
                    let failing = batch.iter().zip(judged).filter(|(_, judged)| judged.breaks(&rule));
                    // Of all that still fail the shortest, as it was really played.
                    let smallest = failing
                        .map(|(history, judged)| {
                            let steps = judged.done.clone();
                            (History { steps, ..history.clone() }, judged)
                        })
                        .min_by_key(|(history, _)| (history.steps.len(), history.under.len()));
                    if let Some((smaller, judged)) = smallest {
                        (best, before) = (smaller, Some(judged));
                        continue 'smaller;
                    }
                    if replays >= MOST_REPLAYS {
                        break 'smaller;
                    }
                }
            }
            break;
        }
        let plays = self.replay(&vec![best.clone(); CONFIRMED], &mut replays).await;
        Shrunk { rule, number, shortest: best, replays, before, plays }
    }
}

/// What a play was judged by. One that broke left nothing but the reason.
fn record_of(judged: &Judged, history: &History) -> StoryRecord {
    match &judged.record {
        Some(record) => StoryRecord::clone(record),
        None => StoryRecord::unplayed(history.clone(), judged.suite_error.clone().unwrap_or_default()),
    }
}

/// What became of an example that was made shorter, as it is recorded.
fn shortened(shrunk: &Shrunk) -> Shortened {
    Shortened {
        rule: shrunk.rule.clone(),
        number: shrunk.number,
        shortest: shrunk.shortest.clone(),
        replays: shrunk.replays,
        before: shrunk.before.as_ref().map(|judged| Box::new(record_of(judged, &shrunk.shortest))),
        plays: shrunk.plays.iter().map(|judged| record_of(judged, &shrunk.shortest)).collect(),
    }
}
