//! The app's own book beside the rows: seats, reservations with their history, and the settings that have no table of their own.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use jiff::Timestamp;
use mock_core::Stateful;
use parking_lot::Mutex;
use uuid::Uuid;

use super::capacity::{Demand, Seats};
use super::generation::{Generation, Visit};
use super::papers::Papers;
use super::placement::Standing;
use super::request::Attendee;
use super::reservation::{Reservation, State};
use super::roster::{Entry, Roster};
use super::worker::{Queued, Seen};

/// The longest history kept of one purchase; what comes later is only counted.
const MAX_HISTORY: usize = 1_000;

/// One seat of a purchase: the attendee and the rows made for them with the purchase.
#[derive(Clone, Debug)]
pub(super) struct Seat {
    pub(super) attendee: Attendee,
    /// Row of `msevtmgt_eventpurchaseattendee`.
    pub(super) purchase_attendee: Uuid,
    /// Row of `msevtmgt_eventpurchasepass`.
    pub(super) purchase_pass: Option<Uuid>,
    /// The sessions wished for: where the attendee stands, or `None` while that is decided with the completion.
    pub(super) sessions: Vec<(Uuid, Option<Standing>)>,
}

/// What the attendees of a purchase hold.
#[derive(Clone, Debug)]
pub(super) enum Issued {
    /// Nothing yet, but what they will get may be drawn already, while nobody waits for the book.
    Not(Arc<OnceLock<Vec<Papers>>>),
    /// Seat by seat the row of `msevtmgt_eventregistration` and that of `msevtmgt_attendeepass`.
    Rows(Vec<(Uuid, Option<Uuid>)>),
}

impl Default for Issued {
    fn default() -> Self {
        Self::Not(Arc::default())
    }
}

impl Issued {
    /// The rows, seat by seat; none before the purchase was completed for the first time.
    pub(super) fn rows(&self) -> &[(Uuid, Option<Uuid>)] {
        match self {
            Self::Not(_) => &[],
            Self::Rows(rows) => rows,
        }
    }
}

/// What happened to a purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It was made by a registration.
    Registered,
    /// The finalize operation was called with this value of the choice, which need not be a documented one.
    Finalize(i64),
    /// Its payment timeout came.
    Timeout,
    /// It was changed from outside, in words.
    Changed(String),
}

/// One line of a purchase's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// When (world time, UTC).
    pub at: Timestamp,
    /// What.
    pub what: What,
    /// Where the reservation stood before; `None` for its beginning.
    pub before: Option<State>,
    /// Where it stood afterwards.
    pub after: State,
    /// Why it was refused; `None` when it was not.
    pub refused: Option<String>,
}

/// One purchase in the book.
#[derive(Clone, Debug)]
pub(super) struct Purchase {
    pub(super) event: Uuid,
    pub(super) readable_event_id: Arc<str>,
    /// On whose terms it was made.
    pub(super) generation: Generation,
    /// Who made it, as far as the outbound API told or the legacy finalize said since.
    pub(super) visit: Visit,
    pub(super) reservation: Reservation,
    pub(super) demand: Demand,
    pub(super) seats: Arc<[Seat]>,
    pub(super) issued: Issued,
    pub(super) history: Vec<Happening>,
    pub(super) history_dropped: u64,
}

impl Purchase {
    /// The seat of a registration is no longer a part of what was bought; what it was.
    pub(super) fn give_up(&mut self, registration: Uuid) -> Option<Seat> {
        let Issued::Rows(rows) = &mut self.issued else { return None };
        let place = rows.iter().position(|(row, _)| *row == registration)?;
        rows.remove(place);
        let mut seats = self.seats.to_vec();
        let seat = (place < seats.len()).then(|| seats.remove(place));
        self.seats = seats.into();
        seat
    }

    /// A seat that was given up is a part of what was bought again, without its sessions.
    pub(super) fn take_back(&mut self, registration: Uuid, attendee_pass: Option<Uuid>, seat: Seat) {
        let Issued::Rows(rows) = &mut self.issued else { return };
        rows.push((registration, attendee_pass));
        let mut seats = self.seats.to_vec();
        seats.push(Seat { sessions: Vec::new(), ..seat });
        self.seats = seats.into();
    }

    /// One more session of a registration: it is a part of what was bought from now on.
    pub(super) fn take_session(&mut self, registration: Uuid, session: Uuid, standing: Standing) {
        let place = self.issued.rows().iter().position(|(row, _)| *row == registration);
        let mut seats = self.seats.to_vec();
        if let Some(seat) = place.and_then(|place| seats.get_mut(place)) {
            seat.sessions.push((session, Some(standing)));
            self.seats = seats.into();
        }
    }

    /// One session of a registration is no longer wished for.
    pub(super) fn give_up_session(&mut self, registration: Uuid, session: Uuid) {
        let place = self.issued.rows().iter().position(|(row, _)| *row == registration);
        let mut seats = self.seats.to_vec();
        if let Some(seat) = place.and_then(|place| seats.get_mut(place)) {
            seat.sessions.retain(|(wished, _)| *wished != session);
            self.seats = seats.into();
        }
    }

    pub(super) fn note(&mut self, happening: Happening) {
        if self.history.len() < MAX_HISTORY {
            self.history.push(happening);
        } else {
            self.history_dropped += 1;
        }
    }
}

/// A registration that was cancelled, and whose row is still there to be set back.
#[derive(Clone, Debug)]
pub(super) struct Cancelled {
    pub(super) entry: Entry,
    /// Its seat in the purchase that it was given up from.
    pub(super) bought: Option<Seat>,
}

/// Settings of the app that live in no public table.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// The feature switch "Enable payments in Real-time Journeys".
    pub(super) payments_enabled: bool,
    /// The payment provider that new events get.
    pub(super) default_provider: Option<Uuid>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { payments_enabled: true, default_provider: None }
    }
}

/// The book.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    pub(super) seats: Seats,
    pub(super) purchases: IndexMap<Uuid, Purchase, RandomState>,
    pub(super) settings: Settings,
    /// The contacts of those who can sign in to the outbound API, by their token.
    pub(super) visitors: BTreeMap<String, Uuid>,
    pub(super) roster: Roster,
    /// What was cancelled, by registration.
    pub(super) cancelled: BTreeMap<Uuid, Cancelled>,
    /// Free registrations that were accepted and are not written yet, by their ticket.
    pub(super) queue: BTreeMap<Uuid, Queued>,
    /// What the validation of free registrations last saw of an event.
    pub(super) seen: BTreeMap<Uuid, Seen>,
}

/// The book as a part of the world's state.
#[derive(Clone, Debug, Default)]
pub(super) struct SharedLedger {
    pub(super) book: Arc<Mutex<Ledger>>,
    pub(super) veils: Arc<Mutex<Veils>>,
}

/// AMB-3: how many reads by id still find nothing, by purchase. It has a lock of its own, taken for moments: readers need not wait for
/// decisions about seats.
#[derive(Clone, Debug, Default)]
pub(super) struct Veils(BTreeMap<Uuid, u32>);

impl Veils {
    /// The first `reads` of a purchase find nothing.
    pub(super) fn hide(&mut self, purchase: Uuid, reads: u32) {
        if reads > 0 {
            self.0.insert(purchase, reads);
        }
    }

    /// Counts a read; whether it finds nothing.
    pub(super) fn read(&mut self, purchase: Uuid) -> bool {
        let Some(left) = self.0.get_mut(&purchase) else { return false };
        *left -= 1;
        if *left == 0 {
            self.0.remove(&purchase);
        }
        true
    }
}

impl SharedLedger {
    fn become_state(&self, book: Ledger, veils: Veils) {
        *self.book.lock() = book;
        *self.veils.lock() = veils;
    }
}

impl Stateful for SharedLedger {
    fn name(&self) -> &'static str {
        "event-management"
    }

    fn snapshot(&self) -> Arc<dyn Any + Send + Sync> {
        Arc::new((self.book.lock().clone(), self.veils.lock().clone()))
    }

    fn restore(&self, snapshot: &(dyn Any + Send + Sync)) {
        if let Some((book, veils)) = snapshot.downcast_ref::<(Ledger, Veils)>() {
            self.become_state(book.clone(), veils.clone());
        }
    }

    fn reset(&self) {
        self.become_state(Ledger::default(), Veils::default());
    }
}
