//! Makes a failing history smaller: pure lists of smaller ones, in the order in which they are worth a try. Whoever shrinks takes the first that
//! still fails and asks again.

use super::data::{Again, History, Op, Order, Tab, Times, Who};

/// Smaller histories, round by round: within a round all may be tried at once, and the first that fails is taken. The last rounds change
/// details only.
pub(super) fn rounds(history: &History) -> Vec<Vec<History>> {
    let mut rounds = Vec::new();
    let length = history.steps.len();
    // Big pieces first, then each step alone.
    let mut piece = length / 2;
    while piece >= 1 {
        rounds.push(without_pieces(history, piece));
        piece /= 2;
    }
    rounds.push(fewer_switches(history));
    rounds.push(one_purchase(history));
    if length <= MOST_PAIRS {
        rounds.push(without_pairs(history));
    }
    rounds.push(plainer_steps(history));
    rounds.retain(|round| !round.is_empty());
    rounds
}

/// Up to this length, pairs of steps are taken out too: two that only make sense together.
const MOST_PAIRS: usize = 9;

fn without_pieces(history: &History, piece: usize) -> Vec<History> {
    (0..history.steps.len())
        .step_by(piece)
        .map(|start| {
            let mut smaller = history.clone();
            let end = (start + piece).min(smaller.steps.len());
            drop(smaller.steps.drain(start..end));
            smaller
        })
        .collect()
}

fn without_pairs(history: &History) -> Vec<History> {
    let length = history.steps.len();
    let pairs = (0..length).flat_map(|first| (first + 1..length).map(move |second| (first, second)));
    pairs
        .map(|(first, second)| {
            let mut smaller = history.clone();
            smaller.steps.remove(second);
            smaller.steps.remove(first);
            smaller
        })
        .collect()
}

fn fewer_switches(history: &History) -> Vec<History> {
    history
        .under
        .keys()
        .map(|id| {
            let mut smaller = history.clone();
            smaller.under.remove(id);
            smaller
        })
        .collect()
}

/// All steps about the first purchase, where there are several.
fn one_purchase(history: &History) -> Vec<History> {
    if history.purchases() == 1 {
        return Vec::new();
    }
    let all_first = history.steps.iter().map(|op| op.about(Who(0))).collect();
    // Steps about the second alone: it may take the first one's name.
    let swapped = |op: &Op| match op.who() {
        Some(Who(0)) => op.about(Who(1)),
        Some(Who(1)) => op.about(Who(0)),
        _ => *op,
    };
    let only_second: Vec<Op> = history.steps.iter().filter(|op| op.who() != Some(Who(0))).map(swapped).collect();
    [all_first, only_second].map(|steps| History { under: history.under.clone(), steps }).to_vec()
}

fn plainer_steps(history: &History) -> Vec<History> {
    let mut all = Vec::new();
    for (place, op) in history.steps.iter().enumerate() {
        let Some(plainer) = plainer(*op) else { continue };
        let mut smaller = history.clone();
        smaller.steps[place] = plainer;
        all.push(smaller);
    }
    all
}

/// The same step in its plainest form, if it is not that already.
const fn plainer(op: Op) -> Option<Op> {
    match op {
        Op::Pay(who, Tab::Oldest) => Some(Op::Pay(who, Tab::Newest)),
        Op::Release(who, Order::NewestFirst) => Some(Op::Release(who, Order::OldestFirst)),
        Op::Resend(who, Again::All | Again::AllNewestFirst | Again::AtOnce) => Some(Op::Resend(who, Again::Last)),
        Op::Break(who, edge, trouble, Times::Twice | Times::Always) => Some(Op::Break(who, edge, trouble, Times::Once)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::generate::{May, histories};
    use super::*;

    const ALL: May = May { restart: true, advance: true, debit: true };

    /// Shrinks by a rule that says which histories fail; answers the smallest, and how many were tried.
    fn shrink(mut history: History, fails: impl Fn(&History) -> bool) -> (History, usize) {
        let mut tried = 0;
        'again: loop {
            for round in rounds(&history) {
                tried += round.len();
                if let Some(smaller) = round.into_iter().find(|smaller| fails(smaller)) {
                    history = smaller;
                    continue 'again;
                }
            }
            return (history, tried);
        }
    }

    proptest! {
        #[test]
        fn every_smaller_history_is_well_formed_and_smaller_or_plainer(history in histories(ALL)) {
            for smaller in rounds(&history).into_iter().flatten() {
                prop_assert!(smaller.is_well_formed(), "{smaller}");
                prop_assert_ne!(&smaller, &history);
                prop_assert!(smaller.steps.len() <= history.steps.len());
                prop_assert!(smaller.under.len() <= history.under.len());
            }
        }

        #[test]
        fn what_makes_it_fail_is_all_that_is_left(history in histories(ALL)) {
            // Fails when somebody pays and, later, anything is sent again to the same purchase.
            let fails = |history: &History| {
                let pays = |op: &Op| matches!(op, Op::Pay(..));
                let paid = history.steps.iter().position(pays);
                paid.is_some_and(|paid| {
                    history.steps[paid..].iter().any(|op| matches!(op, Op::Resend(who, _) if Some(*who) == history.steps[paid].who()))
                })
            };
            if fails(&history) {
                let (smallest, tried) = shrink(history, fails);
                prop_assert_eq!(smallest.to_string(), "pay A\nresend A\n");
                prop_assert!(tried < 300, "{}", tried);
            }
        }
    }
}
