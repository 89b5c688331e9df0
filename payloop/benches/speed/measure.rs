//! Measuring in turns, and a table of ratios.

use std::time::Duration;

use futures_util::future::{BoxFuture, join_all};
use tokio::time::Instant;

/// Calls at once when the rate is measured.
const TOGETHER: usize = 8;

/// One thing to measure.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    /// Run before each of its turns.
    pub(crate) prepare: Box<dyn Fn()>,
    /// The work of one call.
    pub(crate) call: Box<dyn Fn() -> BoxFuture<'static, ()>>,
}

/// What was measured.
pub(crate) struct Figures {
    pub(crate) name: &'static str,
    /// Half of the calls, one after another, took no longer than this.
    pub(crate) median: Duration,
    /// Calls a second with eight under way.
    pub(crate) rate: f64,
}

/// How much to measure.
#[derive(Clone, Copy)]
pub(crate) struct Amount {
    pub(crate) turns: usize,
    /// Calls one after another in each turn.
    pub(crate) alone: usize,
    /// Calls with others in each turn.
    pub(crate) together: usize,
}

/// Measures all subjects in turns, so that whatever else the machine does hits all of them.
pub(crate) async fn measure(subjects: &[Subject], amount: Amount) -> Vec<Figures> {
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); subjects.len()];
    let mut spent = vec![Duration::ZERO; subjects.len()];
    for subject in subjects {
        (subject.prepare)();
        for _ in 0..amount.alone {
            (subject.call)().await;
        }
    }
    for _ in 0..amount.turns {
        for (index, subject) in subjects.iter().enumerate() {
            (subject.prepare)();
            for _ in 0..amount.alone {
                let start = Instant::now();
                (subject.call)().await;
                times[index].push(start.elapsed());
            }
            let start = Instant::now();
            let each = amount.together / TOGETHER;
            join_all((0..TOGETHER).map(|_| async {
                for _ in 0..each {
                    // A task of its own: the callers are on all cores, as they would be.
                    tokio::spawn((subject.call)()).await.expect("the call panicked");
                }
            }))
            .await;
            spent[index] += start.elapsed();
        }
    }
    let calls = amount.together / TOGETHER * TOGETHER * amount.turns;
    let calls = f64::from(u32::try_from(calls).expect("fewer calls than four thousand million"));
    subjects
        .iter()
        .zip(times.iter_mut().zip(spent))
        .map(|(subject, (times, spent))| {
            times.sort_unstable();
            Figures { name: subject.name, median: times[times.len() / 2], rate: calls / spent.as_secs_f64() }
        })
        .collect()
}

/// Prints figures as ratios to the first of them.
pub(crate) fn print(title: &str, figures: &[Figures]) {
    println!("\n{title}");
    println!("  {:<28} {:>12} {:>8}   {:>12} {:>8}", "", "median", "ratio", "a second", "ratio");
    let first = &figures[0];
    for figure in figures {
        println!(
            "  {:<28} {:>9.3} ms {:>7.2}x   {:>12.0} {:>7.0}%",
            figure.name,
            figure.median.as_secs_f64() * 1e3,
            figure.median.as_secs_f64() / first.median.as_secs_f64(),
            figure.rate,
            figure.rate / first.rate * 100.0,
        );
    }
}

/// What the guard adds, apart from the rest, in units of the bare handlers' own cost.
pub(crate) fn print_guard(bare: &Figures, without: &Figures, with: &Figures) {
    let cost = |figure: &Figures| 1.0 / figure.rate;
    println!(
        "  the contract guard adds {:.2} times the bare handlers' own cost",
        (cost(with) - cost(without)) / cost(bare)
    );
}

/// Whether the program runs as a bench, or only to show that it builds (`cargo test --benches`).
pub(crate) fn amount(full: Amount) -> Amount {
    if std::env::args().any(|argument| argument == "--bench") {
        full
    } else {
        Amount { turns: 1, alone: 2, together: TOGETHER }
    }
}
