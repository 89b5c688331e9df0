//! Measuring in turns, and a table of ratios.

use std::sync::Arc;

use futures_util::future::{BoxFuture, join_all};
use tokio::runtime::Runtime;
use tokio::time::Instant;

/// How many clients work at once: alone for the latency, four for the rate.
const CLIENTS: [usize; 2] = [1, MOST_CLIENTS];
/// How many clients there are at most.
pub(crate) const MOST_CLIENTS: usize = 4;

/// One thing to measure.
pub(crate) struct Side {
    /// What it is called in the table.
    pub(crate) name: &'static str,
    /// Run before each of its turns.
    pub(crate) prepare: Box<dyn Fn()>,
    /// One call.
    pub(crate) call: Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>,
}

impl Side {
    /// A side without preparation.
    pub(crate) fn new<F>(name: &'static str, call: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self { name, prepare: Box::new(|| {}), call: Arc::new(move || Box::pin(call())) }
    }

    /// Does this before each of its turns.
    pub(crate) fn prepared(mut self, prepare: impl Fn() + 'static) -> Self {
        self.prepare = Box::new(prepare);
        self
    }
}

/// How much to measure.
#[derive(Clone, Copy)]
pub(crate) struct Amount {
    /// Turns of each side.
    pub(crate) turns: usize,
    /// Calls of each client in a turn.
    pub(crate) calls: usize,
}

/// What one side came to with so many clients: one figure for each turn.
#[derive(Default)]
struct Turns {
    /// Wall time by call, over all clients.
    cost: Vec<f64>,
    /// The median time that one call took.
    latency: Vec<f64>,
    /// The time that 99 of 100 calls did not exceed.
    p99: Vec<f64>,
}

/// What one turn came to.
struct Turn {
    cost: f64,
    latency: f64,
    p99: f64,
}

/// What was measured, by number of clients and side.
pub(crate) struct Measured {
    names: Vec<&'static str>,
    by_clients: Vec<Vec<Turns>>,
}

/// Measures all sides in turns, so that whatever else the machine does hits all of them.
pub(crate) fn measure(runtime: &Runtime, sides: &[Side], amount: Amount) -> Measured {
    let mut by_clients = Vec::new();
    for clients in CLIENTS {
        let mut turns: Vec<_> = sides.iter().map(|_| Turns::default()).collect();
        // The first turn only warms up.
        for turn in 0..=amount.turns {
            for (side, into) in sides.iter().zip(&mut turns) {
                (side.prepare)();
                let made = runtime.block_on(one_turn(side, clients, amount.calls));
                if turn > 0 {
                    into.cost.push(made.cost);
                    into.latency.push(made.latency);
                    into.p99.push(made.p99);
                }
            }
        }
        by_clients.push(turns);
    }
    Measured { names: sides.iter().map(|side| side.name).collect(), by_clients }
}

/// Each client makes its calls.
async fn one_turn(side: &Side, clients: usize, calls: usize) -> Turn {
    let start = Instant::now();
    // Each client is a task of its own, so that they use all threads there are.
    let clients = (0..clients).map(|_| {
        let call = Arc::clone(&side.call);
        tokio::spawn(async move {
            let mut took = Vec::with_capacity(calls);
            for _ in 0..calls {
                let start = Instant::now();
                call().await;
                took.push(start.elapsed().as_secs_f64());
            }
            took
        })
    });
    let mut took: Vec<f64> =
        join_all(clients).await.into_iter().flat_map(|took| took.expect("no call panics")).collect();
    let cost = start.elapsed().as_secs_f64() / number(took.len());
    took.sort_by(f64::total_cmp);
    Turn { cost, latency: quantile(&took, 50), p99: quantile(&took, 99) }
}

impl Measured {
    /// Prints every side, and how its rate and its 99th percentile relate to the first one's. A ratio is the median of the turns'
    /// ratios: a turn that was disturbed counts once.
    pub(crate) fn print(&self, title: &str) {
        println!("\n{title}");
        for (clients, turns) in CLIENTS.iter().zip(&self.by_clients) {
            let clients = if *clients == 1 { "one client".to_owned() } else { format!("{clients} clients") };
            println!(
                "  {clients:<34} {:>10}  {:>6}  {:>12}  {:>12}  {:>6}",
                "per second", "rate", "one takes", "p99", "of p99"
            );
            for (name, turn) in self.names.iter().zip(turns) {
                println!(
                    "    {name:<32} {:>10.0}  {:>5.0}%  {:>9.3} ms  {:>9.3} ms  {:>5.2}x",
                    1.0 / median(turn.cost.clone()),
                    100.0 * median(pairwise(&turns[0].cost, &turn.cost, |bare, fake| bare / fake)),
                    median(turn.latency.clone()) * 1e3,
                    median(turn.p99.clone()) * 1e3,
                    median(pairwise(&turns[0].p99, &turn.p99, |bare, fake| fake / bare)),
                );
            }
        }
    }

    /// Prints what a call of each side costs as a multiple of what it costs the first one.
    pub(crate) fn print_cost(&self) {
        for (clients, turns) in CLIENTS.iter().zip(&self.by_clients) {
            for (name, turn) in self.names.iter().zip(turns).skip(1) {
                let ratio = median(pairwise(&turns[0].cost, &turn.cost, |first, later| later / first));
                println!("  cost {name}, of that {}, {clients} at once: {ratio:.2}", self.names[0]);
            }
        }
    }

    /// Prints what the third side (with the guard) costs beyond the second (without), in units of the first (bare).
    pub(crate) fn print_guard(&self, exchanges: usize) {
        for (clients, turns) in CLIENTS.iter().zip(&self.by_clients) {
            let [bare, off, on] = turns.as_slice() else { continue };
            let added = pairwise(&off.cost, &on.cost, |off, on| on - off);
            let share = median(pairwise(&bare.cost, &added, |bare, added| added / bare));
            println!(
                "  what the guard adds, {clients} at once: {:.0} µs per exchange, {:.0}% of what the bare handlers cost",
                median(added) * 1e6 / number(exchanges),
                100.0 * share
            );
        }
    }
}

fn pairwise(left: &[f64], right: &[f64], with: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    left.iter().zip(right).map(|(left, right)| with(*left, *right)).collect()
}

/// The middle one of `figures`.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    quantile(&figures, 50)
}

/// What so many of a hundred sorted figures lie below.
fn quantile(sorted: &[f64], percent: usize) -> f64 {
    sorted.get(sorted.len() * percent / 100).copied().unwrap_or(f64::NAN)
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The full amount for `cargo bench`; the least there is when the program only shows that it runs (`cargo test --benches`).
pub(crate) fn amount(full: Amount) -> Amount {
    if in_earnest() { full } else { Amount { turns: 1, calls: 1 } }
}

/// Whether this is `cargo bench`, and no mere look whether the program runs.
pub(crate) fn in_earnest() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}
