//! The handle of the app: one book beside the rows, one lock for every decision about seats, and the payment-timeout sweep.

use std::fmt;
use std::sync::{Arc, Weak};

use jiff::Timestamp;
use mock_core::{World, patience};
use parking_lot::MutexGuard;
use uuid::Uuid;

use super::forms::Forms;
use super::ledger::{Ledger, SharedLedger};
use super::switches::{self, Scoped};
use super::tables::PURCHASE;
use super::worker::TICKET_JOB;
use crate::store::{Store, StoreError};

/// The kind of job that ends unpaid reservations; its subject is the purchase id.
pub const TIMEOUT_JOB: &str = "dataverse.reservation-timeout";

/// The event-management app on one Dataverse. Clones are handles to the same app.
///
/// The book's lock is taken first, then the veils', then the store's, and nothing is awaited under any: whoever decides about seats sees
/// them as they are. The veils' lock is never held while another is taken.
#[derive(Clone)]
pub struct EventManagement(Arc<Inner>);

/// A handle that keeps neither the app nor its world.
#[derive(Clone)]
pub struct WeakEventManagement(Weak<Inner>);

impl WeakEventManagement {
    /// The app, while it is there.
    pub fn upgrade(&self) -> Option<EventManagement> {
        self.0.upgrade().map(EventManagement)
    }
}

impl fmt::Debug for WeakEventManagement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakEventManagement").finish_non_exhaustive()
    }
}

pub(super) struct Inner {
    world: World,
    store: Store,
    ledger: SharedLedger,
    forms: Result<Forms, StoreError>,
}

impl EventManagement {
    /// Installs the app: its switches, its state and its timeout job become known to the world.
    pub fn new(world: &World, store: &Store) -> Self {
        switches::declare(world);
        let ledger = SharedLedger::default();
        world.register_state(Arc::new(ledger.clone()));
        let forms = Forms::new(store.schema());
        let app = Self(Arc::new(Inner { world: world.clone(), store: store.clone(), ledger, forms }));
        // The world owns the handler and the app owns the world: only a weak handle lets both end.
        let weak: Weak<Inner> = Arc::downgrade(&app.0);
        world.scheduler().on(TIMEOUT_JOB, move |job| {
            let weak = Weak::clone(&weak);
            Box::pin(async move {
                if let (Some(inner), Ok(purchase)) = (weak.upgrade(), job.subject.parse::<Uuid>()) {
                    Self(inner).time_out(purchase);
                }
            })
        });
        let weak: Weak<Inner> = Arc::downgrade(&app.0);
        world.scheduler().on(TICKET_JOB, move |job| {
            let weak = Weak::clone(&weak);
            Box::pin(async move {
                if let (Some(inner), Ok(ticket)) = (weak.upgrade(), job.subject.parse::<Uuid>()) {
                    Self(inner).work_off(ticket);
                }
            })
        });
        app
    }

    /// A handle for what the world owns: a world that owned the app, which owns the world, would never end.
    pub fn downgrade(&self) -> WeakEventManagement {
        WeakEventManagement(Arc::downgrade(&self.0))
    }

    pub(super) fn world(&self) -> &World {
        &self.0.world
    }

    pub(super) fn store(&self) -> &Store {
        &self.0.store
    }

    /// The forms of what is written; an error where the schema lacks a table or a column of the app.
    pub(super) fn forms(&self) -> Result<&Forms, StoreError> {
        self.0.forms.as_ref().map_err(StoreError::clone)
    }

    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        patience::lock(&self.0.ledger.book)
    }

    /// AMB-3: the first `reads` of a purchase find nothing.
    pub(super) fn hide(&self, purchase: Uuid, reads: u32) {
        self.0.ledger.veils.lock().hide(purchase, reads);
    }

    pub(super) fn now(&self) -> Timestamp {
        self.0.world.clock().now()
    }

    /// The switches as they stand for an event.
    pub fn switches<'a>(&'a self, readable_event_id: &'a str) -> Scoped<'a> {
        Scoped::event(&self.0.world, readable_event_id)
    }

    /// AMB-3: whether a read by id must still answer as if this row did not exist. Each call counts as one read.
    pub fn hides(&self, table: &str, id: Uuid) -> bool {
        table == PURCHASE && self.begin_read(id).0
    }

    /// As [`EventManagement::hides`] for a purchase, with the event that it belongs to as far as it matters.
    pub(crate) fn begin_read(&self, purchase: Uuid) -> (bool, Option<Arc<str>>) {
        // The veils are let go before the book is opened: whoever registers holds the book and reaches for the veils.
        let hidden = self.0.ledger.veils.lock().read(purchase);
        (hidden, self.event_for_switches(purchase))
    }

    /// The value of a switch for a purchase: its own, else its event's, else the world's. A purchase that is not known has only the last.
    pub fn switch_for(&self, purchase: Uuid, id: &str) -> &'static str {
        self.switch_in(purchase, self.event_for_switches(purchase).as_deref(), id)
    }

    /// The event of a purchase; `None` while no switch has a value of its own anywhere, and the book need not be opened.
    fn event_for_switches(&self, purchase: Uuid) -> Option<Arc<str>> {
        if !self.0.world.switches().any_scoped() {
            return None;
        }
        self.ledger().purchases.get(&purchase).map(|purchase| Arc::clone(&purchase.readable_event_id))
    }

    /// As [`EventManagement::switch_for`] when the event is known; takes no lock of the app.
    pub(crate) fn switch_in(&self, purchase: Uuid, event: Option<&str>, id: &str) -> &'static str {
        let switches = self.0.world.switches();
        if !switches.any_scoped() {
            return switches.value(id, "");
        }
        Scoped::purchase(&self.0.world, &purchase.to_string(), event.unwrap_or_default()).value(id)
    }

    /// AMB-8: whether the expanded currency of this purchase is left out when there is none, instead of being null.
    pub fn omits_missing_currency(&self, purchase: Uuid) -> bool {
        self.switch_for(purchase, "AMB-8") == "absent"
    }
}

impl fmt::Debug for EventManagement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventManagement").field("purchases", &self.ledger().purchases.len()).finish_non_exhaustive()
    }
}
