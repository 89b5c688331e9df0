//! Random organizers, buyers, finalizers and clock steps, with sessions and waiting lists: never oversold, capacity conserved, every purchase
//! ends, nothing completes twice, and nobody waits beside a free seat that they may have.

use mock_core::SignedDuration;
use proptest::prelude::*;
use uuid::Uuid;

use super::waiting::with_sessions;
use super::{Bench, CANCELLED, COMPLETED, person};
use crate::event_management::request::{Attendee, SessionWish};
use crate::event_management::reservation::State;
use crate::event_management::{EventChange, Registered, RegistrationRefusal, Standing, What};
use crate::store::Fields;

/// What somebody does; numbers are taken modulo how many there are.
#[derive(Clone, Debug)]
enum Step {
    /// Registers people: with the pass that costs money, with the free one, without any; some want the talk, some to wait.
    Register {
        paid: usize,
        free: usize,
        none: usize,
        talk: bool,
        waits: bool,
        /// On the terms of the outbound ancestor.
        outbound: bool,
    },
    Finalize {
        nth: usize,
        completed: bool,
    },
    Wait {
        seconds: i64,
    },
    /// Other capacities, never below what is taken.
    Resize {
        event: u32,
        talk: u32,
    },
    /// The organizer cancels by the app, or by writing the row.
    Cancel {
        nth: usize,
        by_row: bool,
    },
    CancelSession {
        nth: usize,
    },
    MoveUp {
        nth: usize,
    },
    /// Somebody registers for the talk afterwards.
    AddSession {
        nth: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let nth = || any::<prop::sample::Index>().prop_map(|nth| nth.index(64));
    prop_oneof![
        6 => (0..3_usize, 0..3_usize, 0..2_usize, any::<bool>(), prop::bool::weighted(0.2), any::<bool>())
            .prop_map(|(paid, free, none, talk, waits, outbound)| Step::Register { paid, free, none, talk, waits, outbound }),
        4 => (nth(), any::<bool>()).prop_map(|(nth, completed)| Step::Finalize { nth, completed }),
        2 => (0..1_500_i64).prop_map(|seconds| Step::Wait { seconds }),
        1 => (3..14_u32, 1..6_u32).prop_map(|(event, talk)| Step::Resize { event, talk }),
        3 => (nth(), any::<bool>()).prop_map(|(nth, by_row)| Step::Cancel { nth, by_row }),
        1 => nth().prop_map(|nth| Step::CancelSession { nth }),
        1 => nth().prop_map(|nth| Step::MoveUp { nth }),
        2 => nth().prop_map(|nth| Step::AddSession { nth }),
    ]
}

fn people(bench: &Bench, counts: [usize; 3], talk: bool, waitlisted: bool) -> Vec<Attendee> {
    let wish = SessionWish { session: bench.session(0), waitlisted: false };
    let passes = [Some(bench.pass(0)), Some(bench.pass(1)), None];
    let each = passes.into_iter().zip(counts).flat_map(|(pass, count)| std::iter::repeat_n(pass, count));
    let one = |(n, pass): (usize, Option<Uuid>)| Attendee {
        waitlisted,
        sessions: talk.then_some(wish).into_iter().collect(),
        ..person(n, pass)
    };
    each.enumerate().map(one).collect()
}

async fn take(bench: &Bench, purchases: &mut Vec<Uuid>, step: &Step) -> Result<(), TestCaseError> {
    let app = bench.app();
    let registrations = || app.registrations("Gala1").unwrap();
    match step {
        Step::Register { paid, free, none, talk, waits, outbound } => {
            match bench.register_by(*outbound, people(bench, [*paid, *free, *none], *talk, *waits)) {
                Ok(Registered::Paid { purchase, .. }) => purchases.push(purchase),
                Ok(Registered::Free { .. }) | Err(RegistrationRefusal::NoAttendees | RegistrationRefusal::Full(_)) => {}
                other => prop_assert!(false, "{:?}", other),
            }
        }
        Step::Finalize { nth, completed } => {
            if let Some(purchase) = purchases.get(nth % purchases.len().max(1)) {
                let status = if *completed { COMPLETED } else { CANCELLED };
                // Refused or not: what is true afterwards is what counts.
                drop(app.finalize(*purchase, status));
            }
        }
        Step::Wait { seconds } => drop(bench.world.advance(SignedDuration::from_secs(*seconds)).await),
        Step::Resize { event, talk } => {
            let at_least = |n: u64| u32::try_from(n).unwrap();
            let taken = app.capacity("Gala1").unwrap().taken.taken();
            let talks = app.session_seats(bench.session(0)).taken();
            let change = EventChange {
                capacity: Some(Some((*event).max(at_least(taken)))),
                sessions: [(bench.session(0), Some((*talk).max(at_least(talks))))].into(),
                ..EventChange::default()
            };
            app.change_event("Gala1", &change).unwrap();
        }
        Step::Cancel { nth, by_row } => {
            let all = registrations();
            if let Some(view) = all.get(nth % all.len().max(1)) {
                if *by_row {
                    let author = bench.dataverse.store().system_user();
                    let fields = Fields::new().set("msevtmgt_iscanceled", true);
                    bench
                        .dataverse
                        .write_rows(author, None, |tx| {
                            tx.update("msevtmgt_eventregistration", view.id, fields).map(drop)
                        })
                        .unwrap();
                } else {
                    app.cancel_registration(view.id).unwrap();
                }
                prop_assert!(registrations().iter().all(|other| other.id != view.id));
            }
        }
        Step::CancelSession { nth } => {
            let all = registrations();
            let with: Vec<_> = all.iter().filter(|view| !view.sessions.is_empty()).collect();
            if let Some(view) = with.get(nth % with.len().max(1)) {
                app.cancel_session_registration(view.id, view.sessions[0].session).unwrap();
            }
        }
        Step::MoveUp { nth } => {
            let all = registrations();
            let waiting: Vec<_> = all.iter().filter(|view| view.waits).collect();
            if let Some(view) = waiting.get(nth % waiting.len().max(1)) {
                drop(app.move_up(view.id));
            }
        }
        Step::AddSession { nth } => {
            let all = registrations();
            if let Some(view) = all.get(nth % all.len().max(1)) {
                let row = bench.dataverse.store().get("msevtmgt_eventregistration", view.id).unwrap();
                let contact = row.lookup("msevtmgt_contactid").unwrap();
                app.add_own_session(contact, "Gala1", bench.session(0)).unwrap();
            }
        }
    }
    Ok(())
}

/// What has to be true at any time.
fn judge(bench: &Bench, purchases: &[Uuid]) -> Result<(), TestCaseError> {
    let app = bench.app();
    let seats = app.capacity("Gala1").unwrap();
    let talk = app.session_seats(bench.session(0));
    let session = bench.dataverse.store().get("msevtmgt_session", bench.session(0)).unwrap();
    let talk_limit = u64::try_from(session.int("msevtmgt_sessionmaxcapacity").unwrap()).unwrap();
    let limit = seats.capacity.unwrap();
    prop_assert!(seats.taken.taken() <= limit && talk.taken() <= talk_limit, "oversold: {:?} {:?}", seats, talk);
    prop_assert!(seats.passes.iter().all(|(_, allocated, taken)| taken.taken() <= *allocated), "oversold: {:?}", seats);

    // Held is what open reservations ask for; sold is what rows say.
    let (mut held, mut completions) = (0, 0);
    for purchase in purchases {
        let view = app.purchase(*purchase).unwrap();
        held += if view.state == State::Reserved { view.attendees as u64 } else { 0 };
        let done = view.history.iter().filter(|happening| {
            happening.before == Some(State::Reserved)
                && happening.after == State::Completed
                && matches!(happening.what, What::Finalize(_))
        });
        completions = completions.max(done.count());
        prop_assert_eq!(view.registrations, if view.state == State::Completed { view.attendees } else { 0 });
    }
    prop_assert!(completions <= 1, "completed twice");
    prop_assert_eq!(seats.taken.held, held);
    let active = |table: &str, status: Option<i32>| {
        let rows = bench.rows(table);
        let counts = |row: &&std::sync::Arc<crate::store::Row>| {
            row.choice("statecode") == Some(0) && status.is_none_or(|status| row.choice("statuscode") == Some(status))
        };
        rows.iter().filter(counts).count() as u64
    };
    prop_assert_eq!(seats.taken.sold, active("msevtmgt_eventregistration", Some(100_000_001)));
    let passes: u64 = seats.passes.iter().map(|(.., taken)| taken.sold).sum();
    prop_assert_eq!(passes, active("msevtmgt_attendeepass", None));
    prop_assert_eq!(talk.sold, active("msevtmgt_sessionregistration", Some(100_000_001)));
    prop_assert_eq!(session.int("msevtmgt_registrationcount").unwrap_or_default(), i32::try_from(talk.sold).unwrap());

    // The roster is the rows, and nobody waits beside a seat that they may have.
    let roster = app.registrations("Gala1").unwrap();
    prop_assert_eq!(roster.len() as u64, active("msevtmgt_eventregistration", None));
    let pass_left = |pass: Option<Uuid>| {
        let row = seats.passes.iter().find(|(id, ..)| Some(*id) == pass);
        row.is_none_or(|(_, allocated, taken)| taken.left(*allocated) > 0)
    };
    for view in &roster {
        let has_to_pay = view.pass == Some(bench.pass(0));
        let room = seats.taken.left(limit) > 0 && pass_left(view.pass);
        prop_assert!(!view.waits || has_to_pay || !room, "waits beside a free seat");
        let in_talk = view.sessions.first().map(|place| place.standing);
        let waits_for_talk = !view.waits && in_talk == Some(Standing::Waitlisted);
        prop_assert!(!waits_for_talk || talk.left(talk_limit) == 0, "waits beside a free place of the talk");
        prop_assert!(view.waits || in_talk != Some(Standing::OnHold), "on hold with a seat");
    }
    Ok(())
}

fn run(steps: &[Step]) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut event = with_sessions(true);
    event.details.waitlist = true;
    event.details.auto_register = true;
    event.passes[1].price = "0".parse().ok();
    event.passes[1].sessions.clear();
    let bench = Bench::new(&event);
    bench.set("EAPI-11", "free");
    bench.set("EAPI-WAITLIST-FULL", "waitlist");
    bench.set("EAPI-WAITLIST-ROOM", "register");
    let mut purchases = Vec::new();
    runtime.block_on(async {
        for step in steps {
            take(&bench, &mut purchases, step).await?;
            judge(&bench, &purchases)?;
        }
        bench.minutes(50).await;
        judge(&bench, &purchases)
    })?;
    let ended = |purchase: &Uuid| bench.app().purchase(*purchase).unwrap().state != State::Reserved;
    prop_assert!(purchases.iter().all(ended), "a purchase did not end");
    Ok(())
}

proptest! {
    // 250 lives of 40 steps: 10,000 in all.
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn seats_sessions_and_waiting_lists_stay_true(steps in prop::collection::vec(step(), 40)) {
        run(&steps)?;
    }
}
