//! Generated histories: proptest draws numbers, and a sketch of the purchases turns them into steps that make sense when they come.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use ring::digest;

use super::data::{Again, Edge, Foreign, Forgery, History, Op, Order, SWITCHES, Tab, Times, Trouble, Who};

/// How many steps a generated history has.
const LENGTH: std::ops::RangeInclusive<usize> = 5..=16;
/// Every so-many-th history may restart the service and move the clock, and runs alone.
pub const ALONE_EVERY: usize = 16;

/// What a generated history may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct May {
    /// Restart the service.
    pub restart: bool,
    /// Move the world's clock.
    pub advance: bool,
    /// Pay by a delayed way.
    pub debit: bool,
}

impl May {
    /// Only what can run beside others.
    pub const TOGETHER: Self = Self { restart: false, advance: false, debit: true };
}

/// Histories that do what they may.
pub fn histories(may: May) -> impl Strategy<Value = History> {
    let switches = vec(any::<u8>(), SWITCHES.len());
    (1..=3_u8, switches, vec((any::<u16>(), any::<u16>()), LENGTH)).prop_map(move |(purchases, switches, draws)| {
        let mut under = BTreeMap::new();
        for ((id, values), draw) in SWITCHES.iter().zip(switches) {
            let place = usize::from(draw) % values.len();
            if place > 0 {
                under.insert((*id).to_owned(), values[place].to_owned());
            }
        }
        // Most of what goes wrong goes wrong with one purchase.
        let purchases = if purchases == 3 { 2 } else { 1 };
        let mut sketch = Sketch::new(purchases, may);
        let steps = draws.into_iter().map(|(which, how)| sketch.step(which, how)).collect();
        History { under, steps }
    })
}

/// The generated history of this number; the same for the same seed, however many are drawn.
pub fn history(seed: u64, number: usize, may: May) -> History {
    draw(&histories(may), "history", seed, number).unwrap_or_default()
}

/// The value that a strategy gives for a number under a seed.
pub(super) fn draw<S: Strategy>(strategy: &S, family: &str, seed: u64, number: usize) -> Option<S::Value> {
    let text = format!("{family} {seed} {number}");
    let digest = digest::digest(&digest::SHA256, text.as_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, digest.as_ref());
    let mut runner = TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, rng);
    // None of our strategies rejects what it draws.
    strategy.new_tree(&mut runner).ok().map(|tree| tree.current())
}

/// What a purchase looks like half-way, as far as the steps so far tell.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each says one thing that has happened or has not")]
struct Rough {
    tabs: u8,
    promised: bool,
    paid: bool,
    over: bool,
    held: bool,
    at_once: bool,
    told: bool,
    /// Calls are broken until they are healed.
    broken: bool,
    /// How many steps since then.
    since: u8,
}

/// A service tries what is broken again and again, and that takes real time: so many steps until it is healed, and so many such spells in a story.
const MOST_STEPS_BROKEN: u8 = 2;
const MOST_SPELLS: u8 = 1;
/// How many other faults a story has.
const MOST_FAULTS: u8 = 3;

#[derive(Debug)]
struct Sketch {
    purchases: Vec<Rough>,
    may: May,
    restarts: u8,
    spells: u8,
    faults: u8,
}

impl Sketch {
    fn new(purchases: u8, may: May) -> Self {
        Self { purchases: vec![Rough::default(); usize::from(purchases)], may, restarts: 0, spells: 0, faults: 0 }
    }

    /// The step that two numbers mean now: the first says what, the second says how.
    fn step(&mut self, which: u16, how: u16) -> Op {
        let mut choices: Vec<(u32, Op)> = Vec::new();
        for (place, rough) in self.purchases.iter().enumerate() {
            let who = Who(u8::try_from(place).unwrap_or_default());
            if rough.broken && rough.since >= MOST_STEPS_BROKEN {
                self.note(Op::Heal(who));
                return Op::Heal(who);
            }
            sensible(*rough, who, how, self.may, &mut choices);
            if self.faults < MOST_FAULTS && !rough.broken {
                choices.push((5, broken(who, how, self.spells < MOST_SPELLS)));
            }
        }
        choices.push((1, Op::Foreign(pick(Foreign::ALL, how))));
        if self.may.restart && self.restarts < 2 {
            choices.push((8, Op::Restart));
        }
        if self.may.advance {
            choices.push((2, Op::Advance(if how.is_multiple_of(3) { 25 * 60 } else { 31 })));
        }
        let all: u32 = choices.iter().map(|(weight, _)| weight).sum();
        let mut left = u32::from(which) % all.max(1);
        let mut op = Op::Restart;
        for (weight, choice) in choices {
            op = choice;
            if left < weight {
                break;
            }
            left -= weight;
        }
        self.note(op);
        op
    }

    fn note(&mut self, op: Op) {
        if op == Op::Restart {
            self.restarts += 1;
        }
        if let Op::Advance(_) = op {
            for rough in &mut self.purchases {
                rough.over |= !rough.paid;
            }
        }
        if let Op::Break(.., times) = op {
            self.faults += 1;
            self.spells += u8::from(times == Times::Always);
        }
        let Some(rough) = op.who().and_then(|who| self.purchases.get_mut(usize::from(who.0))) else { return };
        rough.since = if rough.broken { rough.since + 1 } else { 0 };
        match op {
            Op::Visit(_) => rough.tabs += 1,
            Op::Pay(..) => (rough.paid, rough.tabs, rough.told) = (true, rough.tabs.max(1), rough.told || !rough.held),
            Op::Debit(_) => {
                (rough.promised, rough.tabs, rough.told) = (true, rough.tabs.max(1), rough.told || !rough.held);
            }
            Op::BankPays(_) => (rough.promised, rough.paid) = (false, true),
            Op::BankRefuses(_) => rough.promised = false,
            Op::Expire(_) => (rough.tabs, rough.told) = (rough.tabs.saturating_sub(1), rough.told || !rough.held),
            Op::TimeOut(_) => rough.over = true,
            Op::Hold(_) => rough.held = true,
            Op::Release(..) => (rough.held, rough.told) = (false, true),
            Op::AtOnce(_) => rough.at_once = true,
            Op::Break(.., times) => rough.broken = times == Times::Always,
            Op::Heal(_) => rough.broken = false,
            _ => {}
        }
    }
}

/// What may happen to a purchase next, with weights.
fn sensible(rough: Rough, who: Who, how: u16, may: May, choices: &mut Vec<(u32, Op)>) {
    let mut add = |when: bool, weight: u32, op: Op| {
        if when {
            choices.push((weight, op));
        }
    };
    let sold = rough.paid || rough.promised;
    add(rough.tabs < 3, if rough.tabs == 0 { 8 } else { 4 }, Op::Visit(who));
    add(!sold, if rough.tabs == 0 { 3 } else { 9 }, Op::Pay(who, Tab::Newest));
    add(sold, 2, Op::Pay(who, Tab::Newest));
    add(rough.tabs > 1, 3, Op::Pay(who, Tab::Oldest));
    add(rough.tabs > 0 && !sold, 2, Op::Decline(who));
    add(may.debit && !sold, 5, Op::Debit(who));
    add(rough.promised, 7, Op::BankPays(who));
    add(rough.promised, 4, Op::BankRefuses(who));
    add(rough.tabs > 0, 3, Op::Expire(who));
    add(!rough.over, 2, Op::TimeOut(who));
    add(rough.paid, 1, Op::Refund(who));
    add(rough.paid, 1, Op::Dispute(who));
    add(!rough.held, 3, Op::Hold(who));
    add(rough.held, 4, Op::Release(who, Order::OldestFirst));
    add(rough.held, 4, Op::Release(who, Order::NewestFirst));
    add(rough.held && sold, 1, Op::Drop(who));
    add(!rough.at_once, 2, Op::AtOnce(who));
    let again = if rough.broken { Again::Last } else { pick(Again::ALL, how) };
    add(rough.told, 6, Op::Resend(who, again));
    add(sold, 2, Op::Stale(who));
    add(rough.tabs > 0 && !sold, 2, Op::Forge(who, pick(Forgery::ALL, how)));
    add(rough.broken, 5, Op::Heal(who));
}

/// A fault that this number means. A connection that is reset on the way to Stripe or Dataverse, or a lost answer, is told apart by its edge.
fn broken(who: Who, how: u16, for_long: bool) -> Op {
    let edge = pick(&[Edge::Finalize, Edge::Finalize, Edge::Read, Edge::Create, Edge::Refund], how);
    let how = how / 5;
    let trouble = pick(Trouble::ALL, how);
    let how = how / 5;
    // Who waits as long as it is told to waits a second each time.
    let often = match (trouble, for_long) {
        (Trouble::Throttled, _) => &Times::ALL[..1],
        (_, false) => &Times::ALL[..2],
        (_, true) => Times::ALL,
    };
    Op::Break(who, edge, trouble, pick(often, how))
}

/// The value that a number means.
fn pick<T: Copy>(all: &[T], number: u16) -> T {
    all[usize::from(number) % all.len()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::script::{Titled, parse, print};
    use super::*;

    const ALL: May = May { restart: true, advance: true, debit: true };

    proptest! {
        #[test]
        fn every_history_is_well_formed_and_survives_being_written_down(history in histories(ALL)) {
            prop_assert!(history.is_well_formed(), "{history}");
            let titled = Titled { title: "INV-2 of seed 7".to_owned(), history };
            prop_assert_eq!(parse(&print(&titled)).unwrap(), vec![titled]);
        }

        #[test]
        fn histories_that_run_beside_others_touch_no_world(history in histories(May::TOGETHER)) {
            prop_assert!(!history.is_alone(), "{history}");
        }

        #[test]
        fn scripts_of_any_kind_are_read_or_refused(text in "(visit|pay|break|under|history|advance|#)? ?[A-D]?[ a-z0-9=-]{0,20}\n?.{0,20}") {
            if let Ok(all) = parse(&text) {
                prop_assert!(all.iter().all(|titled| titled.history.is_well_formed()), "{text}");
            }
        }
    }

    #[test]
    fn a_number_means_the_same_history_under_the_same_seed() {
        let of = |seed, number| history(seed, number, May::TOGETHER);
        assert_eq!(of(1, 3), of(1, 3));
        assert_ne!(of(1, 3), of(1, 4));
        assert_ne!(of(1, 3), of(2, 3));
    }

    #[test]
    fn few_hundred_histories_hold_every_kind_of_step() {
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        for number in 0..400 {
            for op in history(1, number, ALL).steps {
                *kinds.entry(op.to_string().split(' ').next().unwrap_or_default().to_owned()).or_default() += 1;
            }
        }
        assert_eq!(kinds.len(), 22, "{kinds:?}");
    }
}
