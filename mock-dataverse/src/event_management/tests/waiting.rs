//! Sessions and waiting lists: who gets a place, who waits, who moves up.

use std::sync::atomic::{AtomicBool, Ordering};

use uuid::Uuid;

use super::{Bench, CANCELLED, COMPLETED, gala, person};
use crate::event_management::programme::{NewSession, Programme};
use crate::event_management::request::{Attendee, SessionWish};
use crate::event_management::{EventChange, NewEvent, Registered, Standing};
use crate::store::Fields;

/// The gala with a talk of two places and a lab of one; the workshop pass admits to the lab alone.
pub(super) fn with_sessions(gateway: bool) -> NewEvent {
    let session = |name: &str, seats| NewSession { capacity: Some(seats), ..NewSession::named(name) };
    let mut event = NewEvent {
        gateway,
        programme: Programme { sessions: vec![session("Talk", 2), session("Lab", 1)], ..Programme::default() },
        ..gala()
    };
    event.passes[1].sessions = vec!["Lab".to_owned()];
    event
}

fn free(capacity: u32, waitlist: bool, auto_register: bool) -> Bench {
    let mut event = NewEvent { capacity: Some(capacity), ..with_sessions(false) };
    event.details.waitlist = waitlist;
    event.details.auto_register = auto_register;
    Bench::new(&event)
}

impl Bench {
    pub(super) fn session(&self, n: usize) -> Uuid {
        self.event.staged.sessions[n]
    }

    /// Somebody without a pass who wants the sessions of these numbers.
    fn guest(&self, n: usize, sessions: &[usize]) -> Attendee {
        let wish = |n: &usize| SessionWish { session: self.session(*n), waitlisted: false };
        Attendee { sessions: sessions.iter().map(wish).collect(), ..person(n, None) }
    }

    #[track_caller]
    fn registered(&self, attendee: Attendee) -> Uuid {
        match self.register(vec![attendee]).unwrap() {
            Registered::Free { registrations } => registrations[0],
            other => panic!("{other:?}"),
        }
    }

    /// Everybody on the roster in one line, by where they stand: `seat`, `waits`, and each session as `+name`, `?name` or `~name` (on hold).
    fn roster(&self) -> String {
        let name = |id| if id == self.session(0) { "talk" } else { "lab" };
        let views = self.app().registrations(&self.event.readable_id).unwrap();
        let one = |view: &crate::event_management::RegistrationView| {
            let mut told = if view.waits { "waits" } else { "seat" }.to_owned();
            for place in &view.sessions {
                told.push(match place.standing {
                    Standing::Registered => '+',
                    Standing::Waitlisted => '?',
                    Standing::OnHold => '~',
                });
                told.push_str(name(place.session));
            }
            told
        };
        views.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn change(&self, change: EventChange) {
        self.app().change_event(&self.event.readable_id, &change).unwrap();
    }

    fn session_rows(&self) -> Vec<String> {
        self.rows("msevtmgt_sessionregistration")
            .iter()
            .map(|row| format!("{:?} {}", row.choice("statuscode").unwrap(), row.flag("msevtmgt_iscanceled")))
            .collect()
    }
}

#[test]
fn sessions_become_rows_and_counts() {
    let bench = free(10, false, false);
    let registration = bench.registered(bench.guest(1, &[0, 1]));
    assert_eq!(bench.roster(), "seat+talk+lab");
    let rows = bench.rows("msevtmgt_sessionregistration");
    assert_eq!(rows.len(), 2);
    for row in rows {
        assert_eq!(row.lookup("msevtmgt_registrationid"), Some(registration));
        assert_eq!(row.lookup("msevtmgt_eventid"), Some(bench.event.id));
        assert!(row.lookup("msevtmgt_contactid").is_some() && row.flag("msevtmgt_createdfromapi"));
    }
    let count = |n| bench.dataverse.store().get("msevtmgt_session", bench.session(n)).unwrap();
    assert_eq!(count(0).int("msevtmgt_registrationcount"), Some(1));
    let refusal = bench.register(vec![bench.guest(2, &[1])]).unwrap_err().to_string();
    let expect =
        format!("The capacity of the event is reached: session {} has 0 of the 1 places asked for.", bench.session(1));
    assert_eq!(refusal, expect);
}

#[test]
fn sessions_that_cannot_be_had() {
    let bench = free(10, false, false);
    let other = NewEvent { scope: "other".into(), readable_id: None, ..with_sessions(false) };
    let other = bench.app().create_event(&other).unwrap();
    let told = |session: Uuid, pass: Option<usize>| {
        let sessions = vec![SessionWish { session, waitlisted: false }];
        let attendee = Attendee { sessions, ..person(1, pass.map(|n| bench.pass(n))) };
        bench.register(vec![attendee]).map(drop).map_err(|refusal| refusal.to_string())
    };
    let foreign = other.staged.sessions[0];
    let no_such = format!("attendees[0]: session {foreign} is not a session of this event.");
    assert_eq!(told(foreign, None), Err(no_such));
    assert!(told(Uuid::from_u128(9), None).is_err());
    let (talk, lab) = (bench.session(0), bench.session(1));
    let not_admitted = format!("attendees[0]: pass {} does not admit to session {talk}.", bench.pass(1));
    assert_eq!(told(talk, Some(1)), Err(not_admitted));
    assert_eq!(told(talk, Some(0)), Ok(()));
    bench.set("EAPI-PASS-SESSIONS", "listed-only");
    assert!(told(talk, Some(0)).is_err());
    assert_eq!(told(lab, Some(1)), Ok(()));
    let draft = Fields::new().set("msevtmgt_publishstatus", 100_000_000);
    let now = bench.world.clock().now();
    bench.dataverse.store().write(now, |tx| tx.update("msevtmgt_session", talk, draft).map(drop)).unwrap();
    assert!(told(talk, None).is_err());
}

#[test]
fn a_paid_registration_takes_its_sessions_when_the_switch_says() {
    let buy = |bench: &Bench, n| {
        let wish = SessionWish { session: bench.session(1), waitlisted: false };
        match bench.register(vec![Attendee { sessions: vec![wish], ..person(n, Some(bench.pass(1))) }]) {
            Ok(Registered::Paid { purchase, .. }) => Ok(purchase),
            other => Err(format!("{other:?}")),
        }
    };
    let bench = Bench::new(&with_sessions(true));
    let first = buy(&bench, 1).unwrap();
    assert_eq!((bench.app().session_seats(bench.session(1)).held, bench.session_rows().len()), (1, 0));
    assert!(buy(&bench, 2).unwrap_err().contains("Session"));
    bench.app().finalize(first, COMPLETED).unwrap();
    assert_eq!(bench.app().session_seats(bench.session(1)).sold, 1);
    assert_eq!((bench.roster().as_str(), bench.session_rows().len()), ("seat+lab", 1));

    let bench = Bench::new(&with_sessions(true));
    bench.set("EAPI-PAID-SESSIONS", "at-completion");
    let (first, second) = (buy(&bench, 1).unwrap(), buy(&bench, 2).unwrap());
    assert_eq!(bench.app().session_seats(bench.session(1)).taken(), 0);
    bench.app().finalize(second, COMPLETED).unwrap();
    bench.app().finalize(first, COMPLETED).unwrap();
    assert_eq!((bench.roster().as_str(), bench.app().session_seats(bench.session(1)).sold), ("seat+lab seat?lab", 1));
    bench.set("AMB-5", "last-wins");
    bench.app().finalize(second, CANCELLED).unwrap();
    assert_eq!(bench.app().session_seats(bench.session(1)).sold, 0);
    bench.app().finalize(second, COMPLETED).unwrap();
    assert_eq!(bench.app().session_seats(bench.session(1)).sold, 1);
    assert_eq!(bench.session_rows().len(), 2, "the row of the session is valid again, not a second one");
}

#[test]
fn a_full_event_with_a_waiting_list() {
    let bench = free(1, true, true);
    let first = bench.registered(bench.guest(1, &[1]));
    assert!(bench.register(vec![bench.guest(2, &[])]).is_err());
    bench.registered(Attendee { waitlisted: true, ..bench.guest(2, &[0, 1]) });
    assert_eq!(bench.roster(), "seat+lab waits~talk?lab");
    bench.set("EAPI-WAITLIST-FULL", "waitlist");
    bench.registered(bench.guest(3, &[0]));
    assert_eq!(bench.roster(), "seat+lab waits~talk?lab waits~talk");
    bench.app().cancel_registration(first).unwrap();
    assert_eq!(bench.roster(), "seat+talk+lab waits~talk");
    assert_eq!(bench.seats()[0], (0, 1));
    bench.change(EventChange { capacity: Some(Some(2)), ..EventChange::default() });
    assert_eq!(bench.roster(), "seat+talk+lab seat+talk");
    let event = bench.dataverse.store().get("msevtmgt_event", bench.event.id).unwrap();
    assert_eq!(event.int("msevtmgt_registrationcount"), Some(2));
}

#[test]
fn a_full_session_of_an_event_with_room() {
    let bench = free(10, true, true);
    let first = bench.registered(bench.guest(1, &[1]));
    bench.registered(bench.guest(2, &[1]));
    let third = bench.registered(bench.guest(3, &[1]));
    assert_eq!(bench.roster(), "seat+lab seat?lab seat?lab");
    bench.app().cancel_session_registration(first, bench.session(1)).unwrap();
    assert_eq!(bench.roster(), "seat seat+lab seat?lab");
    bench.change(EventChange { sessions: [(bench.session(1), None)].into(), ..EventChange::default() });
    assert_eq!(bench.roster(), "seat seat+lab seat+lab");
    bench.app().cancel_registration(third).unwrap();
    assert_eq!(bench.app().session_seats(bench.session(1)).sold, 1);
}

#[test]
fn whose_word_moves_somebody_up() {
    #[track_caller]
    fn check(switches: &[(&str, &str)], event_says: bool, consents: [bool; 2], expect: &str) {
        let bench = free(1, true, event_says);
        for (id, value) in switches {
            bench.set(id, value);
        }
        let first = bench.registered(person(1, None));
        for (n, auto_register) in consents.into_iter().enumerate() {
            bench.registered(Attendee { waitlisted: true, auto_register, ..person(n + 2, None) });
        }
        bench.app().cancel_registration(first).unwrap();
        assert_eq!(bench.roster(), expect, "{switches:?} {event_says} {consents:?}");
    }
    check(&[], true, [false, false], "seat waits");
    check(&[], false, [false, false], "waits waits");
    check(&[], false, [false, true], "waits seat");
    check(&[("EAPI-WAITLIST-ORDER", "strict")], false, [false, true], "waits waits");
    check(&[("EAPI-AUTOREGISTER", "event")], false, [true, true], "waits waits");
    check(&[("EAPI-AUTOREGISTER", "attendee")], true, [false, true], "waits seat");
}

#[test]
fn who_has_to_pay_is_moved_up_by_hand() {
    let mut event = NewEvent { capacity: Some(1), ..with_sessions(true) };
    event.details.waitlist = true;
    event.details.auto_register = true;
    let bench = Bench::new(&event);
    let purchase = bench.buy(&[0]);
    let waiting = bench.registered(Attendee { waitlisted: true, ..person(2, Some(bench.pass(0))) });
    assert!(bench.app().move_up(waiting).is_err());
    bench.app().finalize(purchase, CANCELLED).unwrap();
    assert_eq!(bench.roster(), "waits");
    bench.app().move_up(waiting).unwrap();
    assert_eq!(
        (bench.roster().as_str(), bench.rows("msevtmgt_attendeepass").len(), bench.seats()[1]),
        ("seat", 1, (0, 1))
    );
    bench.app().cancel_registration(waiting).unwrap();
    bench.set("EAPI-WAITLIST-PAID", "unpaid");
    let purchase = bench.buy(&[0]);
    bench.registered(Attendee { waitlisted: true, ..person(3, Some(bench.pass(0))) });
    bench.app().expire_purchase(purchase).unwrap();
    assert_eq!(bench.roster(), "seat");
}

#[tokio::test]
async fn a_timeout_frees_a_seat_for_who_waits() {
    let mut event = NewEvent { capacity: Some(1), ..with_sessions(true) };
    event.details.waitlist = true;
    let bench = Bench::new(&event);
    bench.buy(&[0]);
    bench.registered(Attendee { waitlisted: true, auto_register: true, ..person(2, None) });
    bench.minutes(29).await;
    assert_eq!(bench.roster(), "waits");
    bench.minutes(1).await;
    assert_eq!(bench.roster(), "seat");
}

#[test]
fn rows_that_an_organizer_writes() {
    let bench = free(2, true, true);
    let first = bench.registered(bench.guest(1, &[1]));
    let second = bench.registered(bench.guest(2, &[1]));
    let third = bench.registered(Attendee { waitlisted: true, ..bench.guest(3, &[]) });
    let write = |table: &str, id: Uuid, fields: Fields| {
        let author = bench.dataverse.store().system_user();
        bench.dataverse.write_rows(author, None, |tx| tx.update(table, id, fields).map(drop)).unwrap();
    };
    write("msevtmgt_eventregistration", first, Fields::new().set("msevtmgt_iscanceled", true));
    assert_eq!((bench.roster().as_str(), bench.seats()[0]), ("seat+lab seat", (0, 2)));
    let row = bench.dataverse.store().get("msevtmgt_eventregistration", first).unwrap();
    assert_eq!((row.text("msevtmgt_registrationstatus"), row.choice("statecode")), (Some("Canceled"), Some(1)));
    let lab = bench.app().registrations("Gala1").unwrap()[0].sessions[0].row;
    write("msevtmgt_sessionregistration", lab, Fields::new().set("statecode", 1));
    assert_eq!(bench.app().session_seats(bench.session(1)).taken(), 0);
    let author = bench.dataverse.store().system_user();
    bench.dataverse.write_rows(author, None, |tx| tx.delete("msevtmgt_eventregistration", second).map(drop)).unwrap();
    assert_eq!((bench.roster().as_str(), bench.seats()[0]), ("seat", (0, 1)));
    bench.registered(person(4, None));
    let fifth = bench.registered(Attendee { waitlisted: true, ..person(5, None) });
    write("msevtmgt_eventregistration", fifth, Fields::new().set("statuscode", 100_000_001));
    assert_eq!((bench.roster().as_str(), bench.seats()[0]), ("seat seat seat", (0, 3)), "the organizer's word counts");
    write("msevtmgt_event", bench.event.id, Fields::new().set("msevtmgt_maximumeventcapacity", 1));
    assert_eq!(bench.app().registrations("Gala1").unwrap()[0].id, third);
}

/// Writes a row as the Web API does.
fn write(bench: &Bench, table: &str, id: Uuid, fields: Fields) {
    let author = bench.dataverse.store().system_user();
    bench.dataverse.write_rows(author, None, |tx| tx.update(table, id, fields).map(drop)).unwrap();
}

fn valid(status: i32) -> Fields {
    Fields::new().set("msevtmgt_iscanceled", false).set("statecode", 0).set("statuscode", status)
}

const REGISTERED: i32 = 100_000_001;
const WAITLISTED: i32 = 100_000_002;

#[test]
fn a_row_that_is_set_back_takes_a_place_again() {
    let bench = free(1, true, true);
    let first = bench.registered(bench.guest(1, &[1]));
    let lab = bench.app().registrations("Gala1").unwrap()[0].sessions[0].row;
    let passes = || bench.rows("msevtmgt_attendeepass").len();
    bench.app().cancel_registration(first).unwrap();
    assert_eq!((bench.roster().as_str(), bench.seats()[0], passes()), ("", (0, 0), 0));
    write(&bench, "msevtmgt_eventregistration", first, valid(REGISTERED));
    assert_eq!((bench.roster().as_str(), bench.seats()[0]), ("seat", (0, 1)));
    let row = bench.dataverse.store().get("msevtmgt_eventregistration", first).unwrap();
    assert_eq!(row.text("msevtmgt_registrationstatus"), Some("Registered"));
    let event = bench.dataverse.store().get("msevtmgt_event", bench.event.id).unwrap();
    assert_eq!(event.int("msevtmgt_registrationcount"), Some(1));
    // Its session comes back by its own row, and only once.
    assert_eq!(bench.app().session_seats(bench.session(1)).taken(), 0);
    write(&bench, "msevtmgt_sessionregistration", lab, valid(REGISTERED));
    write(&bench, "msevtmgt_sessionregistration", lab, valid(REGISTERED));
    assert_eq!((bench.roster().as_str(), bench.app().session_seats(bench.session(1)).taken()), ("seat+lab", 1));
    write(&bench, "msevtmgt_eventregistration", first, valid(REGISTERED));
    assert_eq!(bench.seats()[0], (0, 1), "what is the case already changes nothing");
    // Whoever came meanwhile keeps the place: the organizer's word asks for no free one.
    bench.app().cancel_registration(first).unwrap();
    bench.registered(bench.guest(2, &[]));
    write(&bench, "msevtmgt_eventregistration", first, valid(REGISTERED));
    assert_eq!((bench.roster().as_str(), bench.seats()[0]), ("seat seat", (0, 2)));
    // Set to wait, it waits behind the others and takes none.
    bench.app().cancel_registration(first).unwrap();
    write(&bench, "msevtmgt_eventregistration", first, valid(WAITLISTED));
    assert_eq!((bench.roster().as_str(), bench.seats()[0]), ("seat waits", (0, 1)));
    let row = bench.dataverse.store().get("msevtmgt_eventregistration", first).unwrap();
    assert_eq!(row.text("msevtmgt_registrationstatus"), Some("Waitlisted"));
}

#[test]
fn what_was_bought_and_set_back_is_bought_again() {
    let bench = Bench::new(&with_sessions(true));
    let purchase = bench.buy(&[0, 0]);
    bench.app().finalize(purchase, COMPLETED).unwrap();
    let first = bench.app().registrations("Gala1").unwrap()[0].id;
    let passes = bench.rows("msevtmgt_attendeepass").len();
    bench.app().cancel_registration(first).unwrap();
    assert_eq!(bench.seats()[..2], [(0, 1), (0, 1)]);
    write(&bench, "msevtmgt_eventregistration", first, valid(REGISTERED));
    assert_eq!(bench.seats()[..2], [(0, 2), (0, 2)]);
    assert_eq!(bench.rows("msevtmgt_attendeepass").len(), passes, "the pass that it had is valid again");
    assert!(bench.rows("msevtmgt_attendeepass").iter().all(|row| row.choice("statecode") == Some(0)));
    let views = bench.app().registrations("Gala1").unwrap();
    assert!(views.iter().all(|view| view.purchase == Some(purchase)), "{views:?}");
    bench.set("AMB-5", "last-wins");
    bench.app().finalize(purchase, CANCELLED).unwrap();
    assert_eq!(bench.seats()[..2], [(0, 0), (0, 0)]);
    // Set back while the purchase is cancelled, it has a seat of its own until the purchase is completed after all.
    write(&bench, "msevtmgt_eventregistration", first, valid(REGISTERED));
    assert_eq!(bench.seats()[..2], [(0, 1), (0, 1)]);
    bench.app().finalize(purchase, COMPLETED).unwrap();
    assert_eq!(bench.seats()[..2], [(0, 2), (0, 2)]);
    let event = bench.dataverse.store().get("msevtmgt_event", bench.event.id).unwrap();
    assert_eq!(event.int("msevtmgt_registrationcount"), Some(2));
}

/// Whoever reads while purchases are completed sees registrations with their sessions, or neither.
#[test]
fn a_completion_writes_registrations_and_sessions_at_once() {
    const PURCHASES: u32 = 1000;
    for switch in ["reserved", "at-completion"] {
        let mut event = NewEvent { capacity: Some(PURCHASES), ..with_sessions(true) };
        event.passes[0].allocation = PURCHASES;
        event.programme.sessions[0].capacity = Some(PURCHASES);
        let bench = Bench::new(&event);
        bench.set("EAPI-PAID-SESSIONS", switch);
        bench.set("AMB-5", "last-wins");
        let talk = SessionWish { session: bench.session(0), waitlisted: false };
        let buy = |n| {
            let attendee = Attendee { sessions: vec![talk], ..person(n, Some(bench.pass(0))) };
            match bench.register(vec![attendee]).unwrap() {
                Registered::Paid { purchase, .. } => purchase,
                other => panic!("{other:?}"),
            }
        };
        let purchases: Vec<Uuid> = (0..PURCHASES as usize).map(buy).collect();
        let done = AtomicBool::new(false);
        let look = || {
            let (mut reads, mut torn) = (0, 0);
            while !done.load(Ordering::SeqCst) {
                let [registrations, sessions] = bench.dataverse.store().read(|data| {
                    ["msevtmgt_eventregistration", "msevtmgt_sessionregistration"].map(|table| data.count(table))
                });
                reads += 1;
                torn += usize::from(registrations != sessions);
            }
            (reads, torn)
        };
        std::thread::scope(|scope| {
            let readers = [scope.spawn(look), scope.spawn(look), scope.spawn(look)];
            for purchase in &purchases {
                bench.app().finalize(*purchase, COMPLETED).unwrap();
            }
            done.store(true, Ordering::SeqCst);
            for reader in readers {
                let (reads, torn) = reader.join().unwrap();
                assert_eq!(torn, 0, "{switch}: of {reads} reads");
            }
        });
        let taken = || {
            let row = bench.dataverse.store().get("msevtmgt_session", bench.session(0)).unwrap();
            (bench.app().session_seats(bench.session(0)).sold, row.int("msevtmgt_registrationcount"))
        };
        assert_eq!(taken(), (1000, Some(1000)), "{switch}");
        bench.app().finalize(purchases[0], CANCELLED).unwrap();
        assert_eq!(taken(), (999, Some(999)), "{switch}");
        bench.app().finalize(purchases[0], COMPLETED).unwrap();
        assert_eq!(taken(), (1000, Some(1000)), "{switch}");
    }
}

#[test]
fn a_cancelled_attendee_is_not_given_back_twice() {
    let bench = Bench::new(&with_sessions(true));
    let purchase = bench.buy(&[0, 0]);
    bench.app().finalize(purchase, COMPLETED).unwrap();
    let first = bench.app().registrations("Gala1").unwrap()[0].id;
    bench.app().cancel_registration(first).unwrap();
    assert!(bench.app().cancel_registration(first).is_err());
    assert_eq!(bench.seats()[..2], [(0, 1), (0, 1)]);
    bench.buy(&[0]);
    bench.set("AMB-5", "last-wins");
    bench.app().finalize(purchase, CANCELLED).unwrap();
    assert_eq!(bench.seats()[..2], [(1, 0), (1, 0)]);
}

#[test]
fn closed_doors() {
    let bench = free(10, false, false);
    let two = || vec![person(1, None), person(2, None)];
    let told = |people| bench.register(people).map(drop).map_err(|refusal| refusal.to_string());
    bench.change(EventChange { several: Some(false), ..EventChange::default() });
    assert_eq!(told(two()), Ok(()));
    bench.set("EAPI-SEVERAL", "enforced");
    assert_eq!(told(two()), Err("This event registers one attendee at a time.".into()));
    bench.change(EventChange { several: Some(true), ..EventChange::default() });
    assert_eq!(told(two()), Ok(()));
    bench.set("EAPI-WAITLIST-OFF", "refuse");
    let waits = || vec![Attendee { waitlisted: true, ..person(3, None) }];
    assert_eq!(told(waits()), Err("attendees[0]: the event has no waiting list.".into()));
    bench.change(EventChange { waitlist: Some(true), ..EventChange::default() });
    assert_eq!(told(waits()), Ok(()));
    bench.set("EAPI-WAITLIST-ROOM", "register");
    assert_eq!(told(waits()), Ok(()));
    assert_eq!(bench.roster().split(' ').next_back(), Some("seat"));
    bench.set("EAPI-SETTINGS", "refuse");
    assert_eq!(told(two()), Err("The event registration settings are missing.".into()));
    bench.world.switches().reset();
    let over = Fields::new().set("msevtmgt_eventenddate", bench.world.clock().now());
    let now = bench.world.clock().now();
    bench.dataverse.store().write(now, |tx| tx.update("msevtmgt_event", bench.event.id, over).map(drop)).unwrap();
    assert_eq!(told(two()), Ok(()));
    bench.set("EAPI-PAST", "refuse");
    assert_eq!(told(two()), Err("The event is over.".into()));
}

#[test]
fn which_contact_an_attendee_is() {
    #[track_caller]
    fn check(switch: &str, strategy: Option<i32>, expect: usize) {
        let bench = free(10, false, false);
        bench.set("EAPI-MATCH", switch);
        if strategy.is_some() {
            let fields = Fields::new().set("msevtmgt_name", "x").set("msevtmgt_contactmatchingstrategy", strategy);
            let now = bench.world.clock().now();
            let id = Uuid::from_u128(77);
            bench
                .dataverse
                .store()
                .write(now, |tx| tx.create("msevtmgt_eventadministration", id, fields).map(drop))
                .unwrap();
        }
        bench.registered(person(1, None));
        // The same again, the same address under another name, the same name with another address.
        bench.registered(person(1, None));
        bench.registered(Attendee { first_name: "Eve".into(), ..person(1, None) });
        bench.registered(Attendee { email: "other@example.test".into(), ..person(1, None) });
        assert_eq!(bench.rows("contact").len(), expect, "{switch} {strategy:?}");
    }
    check("email", None, 2);
    check("names", None, 2);
    check("email-and-names", None, 3);
    check("email-and-owner", None, 2);
    check("never", None, 4);
    check("settings", None, 2);
    check("settings", Some(100_000_002), 3);
    check("email", Some(100_000_002), 2);
}
