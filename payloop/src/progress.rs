//! What a run looks like while it runs: a live line on a terminal, one plain line a case in a pipe.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use contract_tests::report::{console, family_line};
use contract_tests::{Event, Verdict};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use owo_colors::OwoColorize as _;

use crate::screen;

/// Where the lines of a run go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lines {
    /// Standard output, which is the reader's.
    Out,
    /// Standard error, since standard output carries a report for a program.
    Error,
}

/// Listens to a run and shows it.
#[derive(Debug)]
pub(crate) struct Progress {
    lines: Lines,
    bar: ProgressBar,
    running: Mutex<BTreeSet<String>>,
}

impl Progress {
    pub(crate) fn new(lines: Lines) -> Self {
        let bar = if screen::is_watched() { ProgressBar::no_length() } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {pos}/{len} {wide_msg}") {
            bar.set_style(style);
        }
        bar.set_draw_target(if screen::is_watched() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        });
        Self { lines, bar, running: Mutex::default() }
    }

    /// A line that stays, above whatever is live.
    pub(crate) fn say(&self, text: impl std::fmt::Display) {
        let write = || match self.lines {
            Lines::Out => screen::line(&text),
            Lines::Error => screen::remark(&text),
        };
        if self.bar.is_hidden() { write() } else { self.bar.suspend(write) }
    }

    /// Takes one event in.
    pub(crate) fn hear(&self, event: &Event<'_>) {
        match event {
            Event::Starting { service } => self.say(format_args!("Certifying {}.", service.bold())),
            Event::Connected { cases, level, seed } => {
                match cases {
                    0 => self.say(format_args!("No cases, seed {seed}.")),
                    _ => {
                        let cases = console::counted(*cases, "case");
                        self.say(format_args!("{cases}, level {level}, seed {seed}.\n"));
                    }
                }
                self.bar.set_length(*cases as u64);
                self.bar.enable_steady_tick(Duration::from_millis(100));
            }
            Event::CaseStarted { name } => self.now(|running| {
                running.insert((*name).to_owned());
            }),
            Event::CaseFinished { case, done, .. } => {
                self.bar.set_position(*done as u64);
                self.say(colored(case.verdict, &console::line(case)));
                self.now(|running| {
                    running.remove(&case.name());
                });
            }
            Event::Misconfigured { .. } => {}
            Event::HistoriesStarted { examples } => {
                self.now(|running| {
                    running.insert("generated histories".to_owned());
                });
                match examples {
                    0 => self.say("\nThe histories that were given."),
                    _ => self.say(format_args!(
                        "\nNow what is generated: {} of each kind.",
                        console::counted(*examples, "example")
                    )),
                }
            }
            Event::HistoriesFinished { histories } => {
                for family in &histories.families {
                    let bad = |finding: &&contract_tests::histories::Finding| finding.family == family.id;
                    let worst = histories.findings.iter().filter(bad).map(|finding| finding.verdict).max();
                    let verdict = worst.unwrap_or(Verdict::Pass);
                    let line = format!("{:<6} {:<6} {}", console::mark(verdict), family.id, family_line(family));
                    self.say(colored(verdict, &line));
                }
                self.now(BTreeSet::clear);
            }
            Event::Finished { report } => {
                self.bar.finish_and_clear();
                self.say(format_args!("\n{}", console::summary(report).trim_end()));
            }
        }
    }

    fn now(&self, change: impl FnOnce(&mut BTreeSet<String>)) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut running);
        let names: Vec<_> = running.iter().map(String::as_str).collect();
        self.bar.set_message(names.join(" "));
    }
}

/// The line in the colour of its verdict; only a pass is green.
pub(crate) fn colored(verdict: Verdict, line: &str) -> String {
    match verdict {
        Verdict::Pass => line.replacen("ok", &format!("{}", "ok".green()), 1),
        Verdict::Fail | Verdict::StaleKnown | Verdict::ConfigError | Verdict::SuiteError => line.red().to_string(),
        Verdict::Warn => line.yellow().to_string(),
        Verdict::NotApplicable | Verdict::NotTestable | Verdict::KnownFailing => line.dimmed().to_string(),
    }
}
