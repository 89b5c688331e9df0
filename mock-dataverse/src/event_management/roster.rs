//! The roster in the book: who has a seat, who waits for one, and in which order.

use std::collections::BTreeMap;

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use uuid::Uuid;

use super::capacity::Demand;
use super::placement::Standing;

/// A registration that the app made and that is not cancelled.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) event: Uuid,
    pub(super) pass: Option<Uuid>,
    /// Row of `msevtmgt_attendeepass`; a waiting attendee has none yet.
    pub(super) attendee_pass: Option<Uuid>,
    /// The purchase that paid for it.
    pub(super) purchase: Option<Uuid>,
    /// Whether the attendee agreed to be moved up without being asked.
    pub(super) consents: bool,
    /// Waits for a seat of the event.
    pub(super) waits: bool,
    /// The pass has a price that nobody has paid.
    pub(super) unpaid: bool,
    /// Its place in the order of coming, which is also its place in every queue.
    pub(super) order: u64,
    pub(super) sessions: Vec<SessionPlace>,
}

/// One session of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SessionPlace {
    pub(super) session: Uuid,
    /// Row of `msevtmgt_sessionregistration`.
    pub(super) row: Uuid,
    pub(super) standing: Standing,
}

impl Entry {
    /// The seats it has; one that waits for the event has none.
    pub(super) fn seats(&self) -> Demand {
        if self.waits {
            return Demand::none(self.event);
        }
        let seated = self.sessions.iter().filter(|place| place.standing == Standing::Registered);
        Demand::one(self.event, self.pass, seated.map(|place| place.session))
    }

    fn queues(&self) -> impl Iterator<Item = Uuid> {
        let event = self.waits.then_some(self.event);
        let in_session = |place: &&SessionPlace| !self.waits && place.standing == Standing::Waitlisted;
        event.into_iter().chain(self.sessions.iter().filter(in_session).map(|place| place.session))
    }
}

/// All registrations of the app, and the queues of events and sessions. An attendee that waits for the event stands in no queue of a session.
#[derive(Clone, Debug, Default)]
pub(super) struct Roster {
    entries: IndexMap<Uuid, Entry, RandomState>,
    /// By event or session, and the order of coming.
    queues: BTreeMap<(Uuid, u64), Uuid>,
    next: u64,
}

impl Roster {
    /// The next place in the order of coming.
    pub(super) fn next(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    pub(super) fn get(&self, registration: Uuid) -> Option<&Entry> {
        self.entries.get(&registration)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Uuid, &Entry)> {
        self.entries.iter().map(|(id, entry)| (*id, entry))
    }

    /// Puts an entry in, in place of an earlier one of the same registration.
    pub(super) fn put(&mut self, registration: Uuid, entry: Entry) {
        self.take(registration);
        for queue in entry.queues() {
            self.queues.insert((queue, entry.order), registration);
        }
        self.entries.insert(registration, entry);
    }

    /// Takes an entry out.
    pub(super) fn take(&mut self, registration: Uuid) -> Option<Entry> {
        let entry = self.entries.swap_remove(&registration)?;
        for queue in entry.queues() {
            self.queues.remove(&(queue, entry.order));
        }
        Some(entry)
    }

    /// Whether nobody waits for anything.
    pub(super) fn nobody_waits(&self) -> bool {
        self.queues.is_empty()
    }

    /// Who waits for an event or a session, oldest first.
    pub(super) fn queue(&self, of: Uuid) -> Vec<Uuid> {
        self.queues.range((of, 0)..=(of, u64::MAX)).map(|(_, registration)| *registration).collect()
    }

    /// The registration that a row of `msevtmgt_sessionregistration` belongs to.
    pub(super) fn of_session_row(&self, row: Uuid) -> Option<Uuid> {
        self.entries.iter().find(|(_, entry)| entry.sessions.iter().any(|place| place.row == row)).map(|(id, _)| *id)
    }
}
