//! The generated part of a run: plays histories side by side, makes those that fail as short as they can be, and reports.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future;

use super::data::History;
use super::families;
use super::generate::{self, ALONE_EVERY, May};
use super::report::{FamilyReport, Finding, HistoriesReport};
use super::rooms::Rooms;
use super::script::{self, Titled};
use super::verdict::Judged;
use super::{shrink, stage};
use crate::model::Verdict;
use crate::runner::Bench;

/// How many smaller histories run side by side while one is shrunk.
const TRIED_AT_ONCE: usize = 24;
/// The most smaller ones that are played for one finding.
const MOST_REPLAYS: usize = 240;
/// How often the shortest form is played again, to see whether it fails every time.
const CONFIRMED: usize = 3;

/// A history that was given, not drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The file that it stands in.
    pub file: String,
    /// The history.
    pub titled: Titled,
}

/// One history of a run.
#[derive(Clone, Debug)]
struct Example {
    origin: String,
    /// The file that it was read from.
    file: Option<String>,
    history: History,
}

/// Plays what was asked for; nothing when nothing was.
pub(crate) async fn hunt(bench: &Arc<Bench>) -> Option<HistoriesReport> {
    let options = &bench.options;
    if options.examples == 0 && options.histories.is_empty() {
        return None;
    }
    let mut report = HistoriesReport { examples: options.examples, ..HistoriesReport::default() };
    if bench.profile.declares.platform.is_outbound() {
        report.left_out = Some(
            "histories are about services in front of real-time journeys; this one declares outbound marketing"
                .to_owned(),
        );
        return Some(report);
    }
    let rooms = Rooms::new(bench);
    let hunter = Hunter { bench, rooms: &rooms, replay: AtomicUsize::new(0) };
    if options.examples == 0 {
        hunter.timelines(&mut report).await;
    } else if rooms.are_apart() {
        // Most of a history is waiting for a service that waits: there is time for values beside them.
        let mut values = HistoriesReport::default();
        future::join(hunter.timelines(&mut report), families::play(&rooms, &mut values)).await;
        report = report.and(values);
    } else {
        hunter.timelines(&mut report).await;
        families::play(&rooms, &mut report).await;
    }
    rooms.close().await;
    Some(report)
}

struct Hunter<'b> {
    bench: &'b Arc<Bench>,
    rooms: &'b Rooms,
    replay: AtomicUsize,
}

impl Hunter<'_> {
    async fn timelines(&self, report: &mut HistoriesReport) {
        let began = self.bench.own.clock().elapsed();
        let examples = self.examples();
        let histories: Vec<(History, String)> = examples
            .iter()
            .enumerate()
            .map(|(number, example)| (example.history.clone(), format!("H-T {number}")))
            .collect();
        let judged = stage::play(self.rooms, histories).await;
        let millis = u64::try_from((self.bench.own.clock().elapsed() - began).as_millis()).unwrap_or_default();
        report.families.push(FamilyReport {
            id: "H-T".to_owned(),
            name: "histories".to_owned(),
            played: judged.len(),
            steps: judged.iter().map(|judged| judged.done.len()).sum(),
            millis,
        });
        // The shortest example of each rule tells most, and takes least time to be made shorter.
        let mut kinds: BTreeMap<(bool, String), usize> = BTreeMap::new();
        for (number, found) in judged.iter().enumerate() {
            let key = match (&found.suite_error, found.rule()) {
                (Some(_), _) => (true, "suite".to_owned()),
                (None, Some(rule)) => (false, rule.to_owned()),
                (None, None) => continue,
            };
            let shortest = kinds.entry(key).or_insert(number);
            if found.done.len() < judged[*shortest].done.len() {
                *shortest = number;
            }
        }
        let mut shrunk = 0;
        for ((broken, rule), number) in kinds {
            let (example, found) = (&examples[number], judged[number].clone());
            let finding = if broken {
                self.suite_error(example, found)
            } else if shrunk < self.bench.options.most_shrunk {
                shrunk += 1;
                self.shrunk(example, found, &rule).await
            } else {
                self.finding(
                    example,
                    &example.history,
                    &found,
                    &rule,
                    example.history.steps.len(),
                    0,
                    "1 of 1".to_owned(),
                )
            };
            // Two rules that one story breaks are one finding.
            let same = report.findings.iter_mut().find(|known| known.steps_alone() == finding.steps_alone());
            match same {
                Some(known) => {
                    known.verdict = known.verdict.min(finding.verdict);
                    let more = finding.checks.into_iter().filter(|check| !known.checks.contains(check));
                    let more: Vec<_> = more.collect();
                    known.checks.extend(more);
                }
                None => report.findings.push(finding),
            }
        }
        // What fails every time is the better place to begin.
        report.findings.sort_by_key(|finding| !finding.is_steady());
    }

    /// What was given first, then what is drawn.
    fn examples(&self) -> Vec<Example> {
        let options = &self.bench.options;
        let given = options.histories.iter().map(|given| {
            let title = &given.titled.title;
            let origin = if title.is_empty() { given.file.clone() } else { format!("{} ({title})", given.file) };
            Example { origin, file: Some(given.file.clone()), history: given.titled.history.clone() }
        });
        let managed = self.bench.launcher.managed();
        let debit = self.bench.profile.sells_in("EUR");
        let drawn = (0..options.examples).map(|number| {
            let alone = managed && number % ALONE_EVERY == ALONE_EVERY - 1;
            let may = May { restart: alone, advance: alone, debit };
            Example {
                origin: format!("example {number} of seed {}", options.seed),
                file: None,
                history: generate::history(options.seed, number, may),
            }
        });
        let mine = |example: &Example| options.share.is_none_or(|share| share.takes(&example.origin));
        given.chain(drawn).filter(mine).collect()
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
    async fn shrunk(&self, example: &Example, found: Judged, rule: &str) -> Finding {
        let found_with = found.done.len();
        let mut replays = 0;
        let mut again_and_again = false;
        // Steps that made no sense say nothing.
        let mut best = History { steps: found.done.clone(), ..example.history.clone() };
        let mut how = found;
        let again = self.replay(std::slice::from_ref(&best), &mut replays).await;
        match again.into_iter().next().filter(|judged| judged.breaks(rule)) {
            Some(judged) => (how, again_and_again) = (judged, true),
            None => best = example.history.clone(),
        }
        'smaller: while replays < MOST_REPLAYS {
            for round in shrink::rounds(&best) {
                for batch in round.chunks(TRIED_AT_ONCE) {
                    let judged = self.replay(batch, &mut replays).await;
                    let failing = batch.iter().zip(judged).filter(|(_, judged)| judged.breaks(rule));
                    // Of all that still fail the shortest, as it was really played.
                    let smallest = failing
                        .map(|(history, judged)| {
                            let steps = judged.done.clone();
                            (History { steps, ..history.clone() }, judged)
                        })
                        .min_by_key(|(history, _)| (history.steps.len(), history.under.len()));
                    if let Some((smaller, judged)) = smallest {
                        (best, how, again_and_again) = (smaller, judged, true);
                        continue 'smaller;
                    }
                    if replays >= MOST_REPLAYS {
                        break 'smaller;
                    }
                }
            }
            break;
        }
        let confirmed = self.replay(&vec![best.clone(); CONFIRMED], &mut replays).await;
        let failed = confirmed.iter().filter(|judged| judged.breaks(rule)).count();
        if let Some(judged) = confirmed.into_iter().find(|judged| judged.breaks(rule)) {
            (how, again_and_again) = (judged, true);
        }
        let failed = format!("{failed} of {CONFIRMED}");
        let mut finding = self.finding(example, &best, &how, rule, found_with, replays, failed);
        if !again_and_again {
            // Seen once and never again: somebody should look, but nobody's gate may hang on it.
            finding.verdict = Verdict::Warn;
        }
        finding
    }

    #[expect(clippy::too_many_arguments, reason = "all of it is told")]
    fn finding(
        &self,
        example: &Example,
        history: &History,
        how: &Judged,
        rule: &str,
        found_with: usize,
        replays: usize,
        failed: String,
    ) -> Finding {
        let options = &self.bench.options;
        let mut checks: Vec<_> = how.broken.iter().map(|broken| broken.check.clone()).collect();
        // The rule that it was found by comes first.
        checks.sort_by_key(|check| !how.broken.iter().any(|broken| broken.rule == rule && broken.check == *check));
        let file = if example.file.is_none() { file_of(rule, options.seed, &example.origin) } else { String::new() };
        let titled = Titled { title: format!("{rule}, {}", example.origin), history: history.clone() };
        Finding {
            family: "H-T".to_owned(),
            rule: rule.to_owned(),
            verdict: Finding::verdict_of(&checks, options.strict),
            origin: example.origin.clone(),
            script: script::print(&titled),
            found_with,
            steps: history.steps.len(),
            replays,
            failed,
            checks,
            told: how.told.clone(),
            evidence: how.evidence.clone(),
            rerun: self.rerun(example, &file),
            file,
        }
    }

    fn suite_error(&self, example: &Example, found: Judged) -> Finding {
        let why = found.suite_error.clone().unwrap_or_default();
        let steps = example.history.steps.len();
        let mut finding = self.finding(example, &example.history, &found, "suite", steps, 0, "1 of 1".to_owned());
        finding.verdict = Verdict::SuiteError;
        finding.told.push(format!("could not go on: {why}"));
        finding
    }

    fn rerun(&self, example: &Example, file: &str) -> String {
        match (&example.file, &self.bench.options.history_folder) {
            (Some(read), _) => self.bench.rerun_with(&format!("--history {read}")),
            (None, Some(folder)) => self.bench.rerun_with(&format!("--history {}", folder.join(file).display())),
            (None, None) => rerun_drawn(self.bench),
        }
    }
}

/// The command that draws the same examples again.
pub(super) fn rerun_drawn(bench: &Bench) -> String {
    bench.rerun_with(&format!("--examples {} --seed {}", bench.options.examples, bench.options.seed))
}

/// A name for the file of a finding: `INV-2-1-example-42.history`.
fn file_of(rule: &str, seed: u64, origin: &str) -> String {
    let number = origin.strip_prefix("example ").and_then(|rest| rest.split(' ').next());
    format!("{rule}-{seed}-{}.history", number.unwrap_or("given"))
}
