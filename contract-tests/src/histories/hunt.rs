//! The generated part of a run: plays histories side by side, makes those that fail as short as they can be, and reports.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt as _;
use futures_util::stream;
use uuid::Uuid;

use super::data::{History, Op};
use super::families;
use super::generate::{self, ALONE_EVERY, May};
use super::report::{FamilyReport, Finding, HistoriesReport};
use super::script::{self, Titled};
use super::shrink;
use super::verdict::{Judged, Story, tell};
use crate::model::Verdict;
use crate::runner::Bench;

/// How many histories run side by side.
const AT_ONCE: usize = 256;
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
    let hunter = Hunter { bench, replay: AtomicUsize::new(0) };
    hunter.timelines(&mut report).await;
    if options.examples > 0 {
        families::play(bench, &mut report).await;
    }
    Some(report)
}

struct Hunter<'b> {
    bench: &'b Arc<Bench>,
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
        let judged = self.play(histories).await;
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
            let same = report.findings.iter_mut().find(|known| steps_of(&known.script) == steps_of(&finding.script));
            match same {
                Some(known) => known.checks.extend(
                    finding.checks.into_iter().filter(|check| !known.checks.contains(check)).collect::<Vec<_>>(),
                ),
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

    /// Plays histories, each in a scope of its own: side by side what can be, then one after another what must. Judges them in one quiet moment.
    async fn play(&self, histories: Vec<(History, String)>) -> Vec<Judged> {
        let after = self.bench.control.world().await.map(|world| world.journal.last_seq).unwrap_or_default();
        let numbered = histories.into_iter().enumerate();
        let (alone, mut together): (Vec<_>, Vec<_>) = numbered.partition(|(_, (history, _))| history.is_alone());
        // What waits for broken calls begins first.
        together.sort_by_key(|(_, (history, _))| {
            std::cmp::Reverse(history.steps.iter().filter(|op| matches!(op, Op::Break(..))).count())
        });
        let stories: Vec<(usize, Story)> = stream::iter(together)
            .map(|(number, (history, scope))| {
                let bench = Arc::clone(self.bench);
                // On any core, not on that of this task.
                let task = tokio::spawn(async move { tell(&bench, &history, scope, after).await });
                async move { (number, task.await) }
            })
            .buffer_unordered(AT_ONCE)
            .filter_map(|(number, story)| async move { story.ok().map(|story| (number, story)) })
            .collect()
            .await;
        let mut judged = self.judged(stories).await;
        // Each is judged before the next one moves the clock: what time does to it then is no part of its story.
        for (number, (history, scope)) in alone {
            let story = tell(self.bench, &history, scope, after).await;
            judged.extend(self.judged(vec![(number, story)]).await);
        }
        judged.sort_by_key(|(number, _)| *number);
        judged.into_iter().map(|(_, judged)| judged).collect()
    }

    /// Waits for one quiet moment of all of them, and judges them.
    async fn judged(&self, stories: Vec<(usize, Story)>) -> Vec<(usize, Judged)> {
        self.quiet(&stories).await;
        stream::iter(stories)
            .map(|(number, story)| {
                let task = tokio::spawn(story.judge());
                async move { (number, task.await) }
            })
            .buffer_unordered(AT_ONCE)
            .map(|(number, judged)| (number, judged.unwrap_or_else(panicked)))
            .collect()
            .await
    }

    /// One quiet moment for all of them.
    async fn quiet(&self, stories: &[(usize, Story)]) {
        let subjects: Vec<Uuid> = stories.iter().flat_map(|(_, story)| story.subjects()).collect();
        let budgets = &self.bench.profile.budgets;
        let limit = budgets.webhook.0 * 2 + budgets.settle.0;
        if !subjects.is_empty() {
            // A service that never rests is judged as it is then.
            drop(self.bench.control.quiet(&subjects, budgets.settle.0, limit).await);
        }
    }

    /// Plays these, and says how each ended; counts them.
    async fn replay(&self, histories: &[History], replays: &mut usize) -> Vec<Judged> {
        *replays += histories.len();
        let scoped = histories
            .iter()
            .map(|history| (history.clone(), format!("H-T again {}", self.replay.fetch_add(1, Ordering::Relaxed))))
            .collect();
        self.play(scoped).await
    }

    /// The shortest history that breaks the same rule.
    async fn shrunk(&self, example: &Example, found: Judged, rule: &str) -> Finding {
        let found_with = found.done.len();
        let mut replays = 0;
        // Steps that made no sense say nothing.
        let mut best = History { steps: found.done.clone(), ..example.history.clone() };
        let mut how = found;
        let again = self.replay(std::slice::from_ref(&best), &mut replays).await;
        match again.into_iter().next().filter(|judged| judged.breaks(rule)) {
            Some(judged) => how = judged,
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
                        (best, how) = (smaller, judged);
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
            how = judged;
        }
        self.finding(example, &best, &how, rule, found_with, replays, format!("{failed} of {CONFIRMED}"))
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

/// What a history does, without its title.
fn steps_of(script: &str) -> String {
    let lines = script.lines().filter(|line| !line.starts_with('#') && !line.starts_with("history"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// A name for the file of a finding: `INV-2-1-example-42.history`.
fn file_of(rule: &str, seed: u64, origin: &str) -> String {
    let number = origin.strip_prefix("example ").and_then(|rest| rest.split(' ').next());
    format!("{rule}-{seed}-{}.history", number.unwrap_or("given"))
}

/// A judgement that broke is a fault of ours.
fn panicked(error: tokio::task::JoinError) -> Judged {
    Judged { suite_error: Some(format!("the judgement of a history broke: {error}")), ..Judged::default() }
}
