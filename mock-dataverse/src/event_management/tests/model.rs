//! Random buyers, finalizers and clock steps against a small model: never oversold, capacity conserved, nothing completes twice, every purchase
//! ends.

use std::collections::BTreeMap;

use mock_core::SignedDuration;
use proptest::prelude::*;
use uuid::Uuid;

use super::{Bench, CANCELLED, COMPLETED, gala, person};
use crate::event_management::reservation::State;
use crate::event_management::{EventChange, Generation, Registered, RegistrationRefusal, What};

/// What somebody does.
#[derive(Clone, Debug)]
enum Step {
    /// Registers as many with the first pass, as many with the second, on the terms of either generation.
    Buy { standard: usize, workshop: usize, outbound: bool },
    /// Finalizes the n-th purchase (modulo how many there are); a completion may come by the legacy action.
    Finalize { nth: usize, completed: bool, legacy: bool },
    /// Lets seconds pass.
    Wait { seconds: i64 },
    /// The organizer changes the event's capacity, never below what is taken.
    Resize { capacity: u32 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..4_usize, 0..3_usize, any::<bool>())
            .prop_map(|(standard, workshop, outbound)| Step::Buy { standard, workshop, outbound }),
        4 => (any::<prop::sample::Index>(), any::<bool>(), any::<bool>())
            .prop_map(|(nth, completed, legacy)| Step::Finalize { nth: nth.index(64), completed, legacy }),
        2 => (0..1_200_i64).prop_map(|seconds| Step::Wait { seconds }),
        1 => (5..16_u32).prop_map(|capacity| Step::Resize { capacity }),
    ]
}

/// The model: one reservation.
#[derive(Clone, Debug)]
struct Modelled {
    standard: u64,
    workshop: u64,
    deadline: i64,
    state: State,
}

/// The model: times in seconds from the start, the same default policy.
#[derive(Debug)]
struct Model {
    now: i64,
    capacity: u64,
    purchases: Vec<(Uuid, Modelled)>,
}

impl Model {
    fn taken(&self, count: impl Fn(&Modelled) -> u64) -> u64 {
        let holds = |purchase: &&(Uuid, Modelled)| matches!(purchase.1.state, State::Reserved | State::Completed);
        self.purchases.iter().filter(holds).map(|(_, purchase)| count(purchase)).sum()
    }

    fn fits(&self, standard: u64, workshop: u64) -> bool {
        self.taken(|purchase| purchase.standard + purchase.workshop) + standard + workshop <= self.capacity
            && (standard == 0 || self.taken(|purchase| purchase.standard) + standard <= 8)
            && (workshop == 0 || self.taken(|purchase| purchase.workshop) + workshop <= 5)
    }

    fn wait(&mut self, seconds: i64) {
        self.now += seconds;
        for (_, purchase) in &mut self.purchases {
            if purchase.state == State::Reserved && purchase.deadline <= self.now {
                purchase.state = State::Expired;
            }
        }
    }

    /// Whether the default policy takes the call, and the state after it.
    fn finalize(&mut self, nth: usize, completed: bool) -> bool {
        let purchase = &mut self.purchases[nth].1;
        let (accepted, state) = match (purchase.state, completed) {
            (State::Reserved, true) => (true, State::Completed),
            (State::Reserved, false) => (true, State::Cancelled),
            (State::Completed, completed) => (completed, State::Completed),
            (state, completed) => (!completed, state),
        };
        purchase.state = state;
        accepted
    }
}

fn run(steps: &[Step]) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let bench = Bench::new(&gala());
    let mut model = Model { now: 0, capacity: 10, purchases: Vec::new() };
    for step in steps {
        match step {
            Step::Buy { standard, workshop, outbound } if standard + workshop == 0 => {
                prop_assert_eq!(bench.register_by(*outbound, Vec::new()), Err(RegistrationRefusal::NoAttendees));
            }
            Step::Buy { standard, workshop, outbound } => {
                let passes = std::iter::repeat_n(0, *standard).chain(std::iter::repeat_n(1, *workshop));
                let people = passes.enumerate().map(|(n, pass)| person(n, Some(bench.pass(pass)))).collect();
                let (standard, workshop) = (*standard as u64, *workshop as u64);
                match bench.register_by(*outbound, people) {
                    Ok(Registered::Paid { purchase, .. }) => {
                        prop_assert!(model.fits(standard, workshop), "oversold");
                        let timeout = if *outbound { 3_000 } else { 1_800 };
                        let modelled =
                            Modelled { standard, workshop, deadline: model.now + timeout, state: State::Reserved };
                        model.purchases.push((purchase, modelled));
                    }
                    Err(RegistrationRefusal::Full(full)) => {
                        prop_assert!(!model.fits(standard, workshop), "refused although there is room: {}", full);
                    }
                    other => prop_assert!(false, "{:?}", other),
                }
            }
            Step::Finalize { .. } if model.purchases.is_empty() => {}
            Step::Finalize { nth, completed, legacy } => {
                let nth = nth % model.purchases.len();
                let status = if *completed { COMPLETED } else { CANCELLED };
                let by = if *legacy { Generation::Outbound } else { Generation::RealTime };
                let result = bench.app().finalize_by(Some(by), model.purchases[nth].0, status, None);
                let accepted = model.finalize(nth, *completed);
                prop_assert_eq!(result.is_ok(), accepted, "{:?}", result);
            }
            Step::Wait { seconds } => {
                runtime.block_on(bench.world.advance(SignedDuration::from_secs(*seconds)));
                model.wait(*seconds);
            }
            Step::Resize { capacity } => {
                let taken = model.taken(|purchase| purchase.standard + purchase.workshop);
                let capacity = (*capacity).max(u32::try_from(taken).unwrap());
                let change = EventChange { capacity: Some(Some(capacity)), ..EventChange::default() };
                bench.app().change_event("Gala1", &change).unwrap();
                model.capacity = capacity.into();
            }
        }
        compare(&bench, &model)?;
    }
    // Every purchase ends, one way or another.
    runtime.block_on(bench.world.advance(SignedDuration::from_mins(50)));
    model.wait(3_000);
    compare(&bench, &model)?;
    prop_assert!(model.purchases.iter().all(|(_, purchase)| purchase.state != State::Reserved));
    Ok(())
}

/// The book, the rows and the model agree.
fn compare(bench: &Bench, model: &Model) -> Result<(), TestCaseError> {
    let held = |count: fn(&Modelled) -> u64, state: State| -> u64 {
        model
            .purchases
            .iter()
            .filter(|(_, purchase)| purchase.state == state)
            .map(|(_, purchase)| count(purchase))
            .sum()
    };
    let both = |count: fn(&Modelled) -> u64| (held(count, State::Reserved), held(count, State::Completed));
    let expected = vec![both(|p| p.standard + p.workshop), both(|p| p.standard), both(|p| p.workshop)];
    prop_assert_eq!(bench.seats(), expected);
    let mut registered = BTreeMap::new();
    for (id, modelled) in &model.purchases {
        let view = bench.app().purchase(*id).unwrap();
        prop_assert_eq!(view.state, modelled.state);
        prop_assert_eq!(view.paid, modelled.state == State::Completed);
        let expected = if view.paid { view.attendees } else { 0 };
        prop_assert_eq!((view.registrations, view.attendee_passes), (expected, expected));
        let completions = view.history.iter().filter(|entry| {
            entry.before == Some(State::Reserved)
                && entry.after == State::Completed
                && matches!(entry.what, What::Finalize(_))
        });
        prop_assert!(completions.count() <= 1, "completed twice");
        registered.insert(*id, view.registrations);
    }
    let rows = bench.rows("msevtmgt_eventregistration").len();
    prop_assert_eq!(rows, registered.values().sum::<usize>(), "registrations that belong to no purchase");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_book_agrees_with_the_model(steps in prop::collection::vec(step(), 1..48)) {
        run(&steps)?;
    }
}
