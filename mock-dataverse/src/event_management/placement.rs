//! Who gets a seat, who waits, and where each attendee stands with each session: a pure decision over one request
//! (`facts/event-api.md` 3.6).

use std::collections::BTreeSet;

use uuid::Uuid;

use super::capacity::{Demand, Full, Limits, Seats};
use super::request::Attendee;

/// Where somebody stands with a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Has a place.
    Registered,
    /// Waits for a place of the session.
    Waitlisted,
    /// The session had room, but the attendee waits for a place of the event.
    OnHold,
}

/// What an event and the switches say about waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rules {
    /// The event has a waiting list.
    pub(super) waitlist: bool,
    /// EAPI-WAITLIST-FULL: whoever finds no seat waits without having asked for it.
    pub(super) full_waits: bool,
    /// EAPI-WAITLIST-ROOM: whoever asks to wait is seated while there is room.
    pub(super) room_seats: bool,
}

/// An attendee and where they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) attendee: Attendee,
    pub(super) waiting: bool,
    pub(super) sessions: Vec<(Uuid, Standing)>,
}

/// The attendees of a request with the seats that they need together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placement {
    pub(super) placed: Vec<Placed>,
    pub(super) demand: Demand,
}

/// Places all attendees of a request, or says which seats are short: nobody is left out, though some may wait.
pub(super) fn place(
    attendees: &[Attendee],
    event: Uuid,
    limits: &Limits,
    taken: &Seats,
    rules: Rules,
) -> Result<Placement, Full> {
    let mut demand = Demand::none(event);
    for attendee in attendees.iter().filter(|attendee| !attendee.waitlisted) {
        demand.add(&Demand::one(event, attendee.pass, []));
    }
    // Once not all fit, each is looked at on their own.
    let overflows = match taken.room(&demand, limits) {
        Ok(()) => false,
        Err(_) if rules.waitlist && rules.full_waits => true,
        Err(full) => return Err(full),
    };
    if overflows {
        demand = Demand::none(event);
    }
    let mut placed = Vec::with_capacity(attendees.len());
    for attendee in attendees {
        let mut waiting = overflows || attendee.waitlisted;
        if waiting && (rules.room_seats || !attendee.waitlisted) {
            let mut more = demand.clone();
            more.add(&Demand::one(event, attendee.pass, []));
            if taken.room(&more, limits).is_ok() {
                demand = more;
                waiting = false;
            }
        }
        placed.push(Placed { attendee: attendee.clone(), waiting, sessions: Vec::new() });
    }
    for person in &mut placed {
        person.sessions = sessions(person, &mut demand, limits, taken, rules)?;
    }
    Ok(Placement { placed, demand })
}

fn sessions(
    person: &Placed,
    demand: &mut Demand,
    limits: &Limits,
    taken: &Seats,
    rules: Rules,
) -> Result<Vec<(Uuid, Standing)>, Full> {
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    // A session that is named twice is one session.
    for wish in person.attendee.sessions.iter().filter(|wish| known.insert(wish.session)) {
        let asked = demand.sessions.get(&wish.session).copied().unwrap_or_default() + 1;
        let left = limits.sessions.get(&wish.session).map(|limit| taken.session(wish.session).left(*limit));
        let room = left.is_none_or(|left| asked <= left);
        let standing = match (person.waiting, room) {
            (_, true) if wish.waitlisted && !rules.room_seats => Standing::Waitlisted,
            (true, true) => Standing::OnHold,
            (true, false) => Standing::Waitlisted,
            (false, true) => Standing::Registered,
            (false, false) if wish.waitlisted || rules.waitlist => Standing::Waitlisted,
            (false, false) => {
                return Err(Full::Session { session: wish.session, asked, left: left.unwrap_or_default() });
            }
        };
        if standing == Standing::Registered {
            demand.sessions.insert(wish.session, asked);
        }
        found.push((wish.session, standing));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{Placement, Rules, Standing, place};
    use crate::event_management::capacity::{Demand, Limits, SeatChange, Seats};
    use crate::event_management::request::{Attendee, SessionWish};
    use std::collections::BTreeMap;
    use uuid::Uuid;

    const EVENT: Uuid = Uuid::from_u128(1);
    const TALK: Uuid = Uuid::from_u128(2);
    const PLAIN: Rules = Rules { waitlist: false, full_waits: false, room_seats: false };
    const LIST: Rules = Rules { waitlist: true, ..PLAIN };

    fn person(waitlisted: bool, talk: Option<bool>) -> Attendee {
        Attendee {
            first_name: "Ada".into(),
            last_name: "Ng".into(),
            email: "ada@example.test".into(),
            pass: None,
            waitlisted,
            auto_register: false,
            responses: Vec::new(),
            sessions: talk.map(|waitlisted| SessionWish { session: TALK, waitlisted }).into_iter().collect(),
        }
    }

    /// An event of 3 places with 1 taken, a talk of 2 with as many taken as said.
    #[track_caller]
    fn check(rules: Rules, talk_taken: u64, people: &[Attendee], expect: &str) {
        let limits = Limits { event: Some(3), passes: BTreeMap::new(), sessions: BTreeMap::from([(TALK, 2)]) };
        let mut taken = Seats::default();
        let sessions = BTreeMap::from([(TALK, talk_taken)]);
        taken.apply(SeatChange::Sell, &Demand { seats: 1, sessions, ..Demand::none(EVENT) });
        let told = match place(people, EVENT, &limits, &taken, rules) {
            Err(full) => full.to_string().replace(&TALK.to_string(), "talk"),
            Ok(Placement { placed, demand }) => {
                let one = |person: &super::Placed| {
                    let session = match person.sessions.first() {
                        None => "",
                        Some((_, Standing::Registered)) => "+talk",
                        Some((_, Standing::Waitlisted)) => "+talk?",
                        Some((_, Standing::OnHold)) => "+talk hold",
                    };
                    format!("{}{session}", if person.waiting { "waits" } else { "seat" })
                };
                let told: Vec<_> = placed.iter().map(one).collect();
                format!("{} ({}/{})", told.join(", "), demand.seats, demand.sessions.values().sum::<u64>())
            }
        };
        assert_eq!(told, expect);
    }

    #[test]
    fn seats_are_given_to_all_or_none() {
        let p = || person(false, None);
        check(PLAIN, 0, &[p(), p()], "seat, seat (2/0)");
        check(PLAIN, 0, &[p(), p(), p()], "the event has 2 of the 3 places asked for");
        check(LIST, 0, &[p(), p(), p()], "the event has 2 of the 3 places asked for");
        let full = Rules { full_waits: true, ..LIST };
        check(full, 0, &[p(), p(), p()], "seat, seat, waits (2/0)");
        check(Rules { waitlist: false, ..full }, 0, &[p(), p(), p()], "the event has 2 of the 3 places asked for");
    }

    #[test]
    fn whoever_asks_to_wait_waits_unless_the_rule_seats_them() {
        let waits = || person(true, None);
        check(LIST, 0, &[waits(), person(false, None)], "waits, seat (1/0)");
        let seats = Rules { room_seats: true, ..LIST };
        check(seats, 0, &[waits(), waits(), waits()], "seat, seat, waits (2/0)");
    }

    #[test]
    fn sessions_are_held_or_waited_for() {
        let both = [person(false, Some(false)), person(false, Some(false))];
        check(PLAIN, 0, &both, "seat+talk, seat+talk (2/2)");
        check(PLAIN, 1, &both, "session talk has 1 of the 2 places asked for");
        check(LIST, 1, &both, "seat+talk, seat+talk? (2/1)");
        check(LIST, 0, &[person(true, Some(false))], "waits+talk hold (0/0)");
        check(LIST, 2, &[person(true, Some(false))], "waits+talk? (0/0)");
        check(LIST, 0, &[person(false, Some(true))], "seat+talk? (1/0)");
        check(PLAIN, 2, &[person(false, Some(true))], "seat+talk? (1/0)");
        check(Rules { room_seats: true, ..LIST }, 0, &[person(false, Some(true))], "seat+talk (1/1)");
        let mut twice = person(false, Some(false));
        twice.sessions.push(twice.sessions[0]);
        check(PLAIN, 1, &[twice], "seat+talk (1/1)");
    }
}
