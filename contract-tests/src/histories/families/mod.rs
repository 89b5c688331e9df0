//! Generated values that are no stories: prices, return URLs, signature headers. Each example is one exchange; the first that fails is made smaller.

mod money;
mod return_url;
mod signature;

use std::fmt::Debug;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::{StreamExt as _, stream};
use proptest::strategy::BoxedStrategy;

use super::generate::draw;
use super::hunt::rerun_drawn;
use super::play::{SLOW_MILLIS, TOGETHER};
use super::report::{FamilyReport, Finding, HistoriesReport};
use super::rooms::Rooms;
use crate::model::{Check, Stop, Verdict, Weight};
use crate::runner::{Bench, Ctx, Item};
use crate::steps::Seller;
use crate::target::Profile;

/// How many examples run side by side: there is nothing to wait for, so more would only wait for each other.
const AT_ONCE: usize = 16;
/// The most smaller examples that are played for one finding.
const MOST_REPLAYS: usize = 200;

/// One way of drawing values.
trait Family: Copy + Send + Sync + 'static {
    /// What is drawn.
    type Example: Clone + Debug + PartialEq + Send + Sync + 'static;
    /// Its id, such as `H-M`.
    const ID: &'static str;
    /// What its examples are called.
    const NAME: &'static str;

    /// What is drawn for this service.
    fn strategy(profile: &Profile) -> BoxedStrategy<Self::Example>;
    /// Smaller examples, those worth a try first.
    fn smaller(example: &Self::Example, profile: &Profile) -> Vec<Self::Example>;
    /// The example for people, on a line.
    fn show(example: &Self::Example, profile: &Profile) -> String;
    /// Plays one; what does not hold goes into the context.
    fn play(ctx: Ctx, seller: Seller, example: Self::Example) -> BoxFuture<'static, Result<(), Stop>>;
}

/// Plays all families, one after another.
pub(super) async fn play(rooms: &Rooms, report: &mut HistoriesReport) {
    // Without a world the histories have none either, and tell of it.
    let Ok(bench) = rooms.shared().await else { return };
    family::<money::Prices>(&bench, report).await;
    family::<return_url::ReturnUrls>(&bench, report).await;
    family::<signature::Headers>(&bench, report).await;
}

/// One example, played.
struct Played<T> {
    number: usize,
    example: T,
    ctx: Ctx,
    result: Result<(), Stop>,
}

impl<T> Played<T> {
    fn broken(&self) -> Vec<Check> {
        let checks = self.ctx.log().checks;
        checks.into_iter().filter(|check| !check.ok && check.weight != Weight::Info).collect()
    }

    fn suite_error(&self) -> Option<&String> {
        match &self.result {
            Err(Stop::Suite(why)) => Some(why),
            _ => None,
        }
    }

    fn failed(&self) -> bool {
        self.suite_error().is_none() && !self.broken().is_empty()
    }

    /// Whether the service may have given up waiting for fakes that got no time on a busy machine.
    fn was_slow(&self) -> bool {
        self.ctx.log().answers.iter().any(|answer| answer.millis >= SLOW_MILLIS)
    }
}

async fn family<F: Family>(bench: &Arc<Bench>, report: &mut HistoriesReport) {
    let began = bench.own.clock().elapsed();
    let item = Item { case: &TOGETHER, under: None };
    let arranging = Ctx::scoped(Arc::clone(bench), item, F::ID.to_owned(), Vec::new());
    let seller = match arranging.arrange(crate::steps::Sale { capacity: CAPACITY, ..Default::default() }).await {
        Ok(seller) => seller,
        Err(stop) => {
            report.findings.push(unplayed::<F>(bench, format!("{stop:?}")));
            return;
        }
    };
    let strategy = F::strategy(&bench.profile);
    let seed = bench.options.seed;
    let mine = |number: &usize| bench.options.share.is_none_or(|share| share.takes(&format!("{} {number}", F::ID)));
    let examples: Vec<(usize, F::Example)> = (0..bench.options.examples)
        .filter(mine)
        .filter_map(|number| draw(&strategy, F::ID, seed, number).map(|example| (number, example)))
        .collect();
    let played = run::<F>(bench, &seller, examples, "").await;
    let millis = u64::try_from((bench.own.clock().elapsed() - began).as_millis()).unwrap_or_default();
    report.families.push(FamilyReport {
        id: F::ID.to_owned(),
        name: F::NAME.to_owned(),
        played: played.len(),
        steps: played.len(),
        millis,
    });
    if let Some(why) = played.iter().find_map(Played::suite_error) {
        report.findings.push(unplayed::<F>(bench, why.clone()));
    }
    let failing = played.iter().filter(|played| played.failed()).count();
    if let Some(first) = played.into_iter().find(Played::failed) {
        report.findings.push(smallest::<F>(bench, &seller, first, failing).await);
    }
}

/// More places than examples and smaller examples take; the column holds no more.
const CAPACITY: u32 = 50_000;

async fn run<F: Family>(
    bench: &Arc<Bench>,
    seller: &Seller,
    examples: Vec<(usize, F::Example)>,
    round: &str,
) -> Vec<Played<F::Example>> {
    let mut played: Vec<Played<F::Example>> = stream::iter(examples)
        .map(|(number, example)| once::<F>(bench, seller, number, example, round))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    for one in &mut played {
        if one.failed() && one.was_slow() {
            let round = format!("{round} in peace");
            *one = once::<F>(bench, seller, one.number, one.example.clone(), &round).await;
        }
    }
    played.sort_by_key(|played| played.number);
    played
}

async fn once<F: Family>(
    bench: &Arc<Bench>,
    seller: &Seller,
    number: usize,
    example: F::Example,
    round: &str,
) -> Played<F::Example> {
    let scope = format!("{} {number}{round}", F::ID);
    let ctx = Ctx::scoped(Arc::clone(bench), Item { case: &TOGETHER, under: None }, scope, Vec::new());
    let limit = bench.options.case_limit;
    let playing = F::play(ctx.clone(), seller.clone(), example.clone());
    let result = match tokio::spawn(async move { tokio::time::timeout(limit, playing).await }).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(Stop::Suite(format!("the example did not end within {} s", limit.as_secs()))),
        Err(error) => Err(Stop::Suite(format!("the example broke: {error}"))),
    };
    Played { number, example, ctx, result }
}

/// The smallest example that still fails, and what is told of it.
async fn smallest<F: Family>(
    bench: &Arc<Bench>,
    seller: &Seller,
    first: Played<F::Example>,
    failing: usize,
) -> Finding {
    let mut best = first;
    let mut replays = 0;
    let number = best.number;
    while replays < MOST_REPLAYS {
        let smaller = F::smaller(&best.example, &bench.profile);
        let examples = smaller.into_iter().enumerate().collect::<Vec<_>>();
        replays += examples.len();
        let round = format!(" smaller {replays}");
        match run::<F>(bench, seller, examples, &round).await.into_iter().find(Played::failed) {
            Some(failed) => best = failed,
            None => break,
        }
    }
    let checks = best.broken();
    let log = best.ctx.log();
    Finding {
        family: F::ID.to_owned(),
        rule: F::NAME.to_owned(),
        verdict: Finding::verdict_of(&checks, bench.options.strict),
        origin: format!(
            "example {number} of seed {}; {failing} of {} fail",
            bench.options.seed, bench.options.examples
        ),
        script: F::show(&best.example, &bench.profile),
        found_with: 1,
        steps: 1,
        replays,
        failed: "1 of 1".to_owned(),
        checks,
        told: log.steps,
        evidence: log.evidence,
        rerun: rerun_drawn(bench),
        file: String::new(),
    }
}

/// A family that could not be played: a fault of ours.
fn unplayed<F: Family>(bench: &Bench, why: String) -> Finding {
    Finding {
        family: F::ID.to_owned(),
        rule: "suite".to_owned(),
        verdict: Verdict::SuiteError,
        origin: format!("seed {}", bench.options.seed),
        script: String::new(),
        found_with: 0,
        steps: 0,
        replays: 0,
        failed: "1 of 1".to_owned(),
        checks: Vec::new(),
        told: vec![format!("could not go on: {why}")],
        evidence: Vec::new(),
        rerun: rerun_drawn(bench),
        file: String::new(),
    }
}
