//! The book for the judge: purchases with what happened to them, and seats.

use jiff::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::app::EventManagement;
use super::capacity::Occupancy;
use super::ledger::Happening;
use super::offer;
use super::reservation::State;
use super::tables::{ATTENDEE_PASS, PURCHASE, REGISTRATION};

/// A purchase as the book and its row show it together.
#[derive(Clone, Debug, PartialEq)]
pub struct PurchaseView {
    /// The purchase.
    pub id: Uuid,
    /// The event's row.
    pub event: Uuid,
    /// The event's readable id.
    pub readable_event_id: String,
    /// Where the reservation stands.
    pub state: State,
    /// When it was made (UTC).
    pub created: Timestamp,
    /// When it ends without a payment (UTC).
    pub deadline: Timestamp,
    /// `msevtmgt_totalprice` in the main unit, as the row shows it now.
    pub price: Option<Decimal>,
    /// ISO code of the row's currency.
    pub currency: Option<String>,
    /// `msevtmgt_paid`.
    pub paid: bool,
    /// `msevtmgt_processed`.
    pub processed: bool,
    /// `msevtmgt_paymentstatus`.
    pub payment_status: Option<i64>,
    /// How many attendees it is for.
    pub attendees: usize,
    /// Registrations made for it that are not cancelled.
    pub registrations: usize,
    /// Attendee passes made for it that are active.
    pub attendee_passes: usize,
    /// What happened to it, oldest first.
    pub history: Vec<Happening>,
    /// How many later happenings were not kept.
    pub history_dropped: u64,
}

/// Seats of an event and of its passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapacityView {
    /// The event's row.
    pub event: Uuid,
    /// How many places there are.
    pub capacity: Option<u64>,
    /// How many are taken.
    pub taken: Occupancy,
    /// Per pass: its row, its allocation, what is taken.
    pub passes: Vec<(Uuid, u64, Occupancy)>,
}

impl EventManagement {
    /// A purchase as the judge sees it.
    pub fn purchase(&self, id: Uuid) -> Option<PurchaseView> {
        let ledger = self.ledger();
        let entry = ledger.purchases.get(&id)?;
        let view = self.store().read(|data| {
            let row = data.get(PURCHASE, id);
            let made = |table: &str, ids: &mut dyn Iterator<Item = Uuid>| {
                ids.filter(|id| data.get(table, *id).is_some_and(|row| row.choice("statecode") == Some(0))).count()
            };
            PurchaseView {
                id,
                event: entry.event,
                readable_event_id: entry.readable_event_id.to_string(),
                state: entry.reservation.state(),
                created: entry.reservation.created(),
                deadline: entry.reservation.deadline(),
                price: row.and_then(|row| row.money("msevtmgt_totalprice")),
                currency: row
                    .and_then(|row| row.lookup("transactioncurrencyid"))
                    .and_then(|currency| offer::iso_code(data, currency)),
                paid: row.is_some_and(|row| row.flag("msevtmgt_paid")),
                processed: row.is_some_and(|row| row.flag("msevtmgt_processed")),
                payment_status: row.and_then(|row| row.choice("msevtmgt_paymentstatus")).map(i64::from),
                attendees: entry.seats.len(),
                registrations: made(
                    REGISTRATION,
                    &mut entry.issued.rows().iter().map(|(registration, _)| *registration),
                ),
                attendee_passes: made(ATTENDEE_PASS, &mut entry.issued.rows().iter().filter_map(|(_, pass)| *pass)),
                history: entry.history.clone(),
                history_dropped: entry.history_dropped,
            }
        });
        Some(view)
    }

    /// Every purchase, in the order of their making; optionally only those of one event.
    pub fn purchases(&self, readable_event_id: Option<&str>) -> Vec<Uuid> {
        let ledger = self.ledger();
        let mut found: Vec<(Timestamp, Uuid)> = ledger
            .purchases
            .iter()
            .filter(|(_, entry)| readable_event_id.is_none_or(|event| *entry.readable_event_id == *event))
            .map(|(id, entry)| (entry.reservation.created(), *id))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, id)| id).collect()
    }

    /// Seats of an event and of its passes.
    pub fn capacity(&self, readable_id: &str) -> Option<CapacityView> {
        let ledger = self.ledger();
        self.store().read(|data| {
            let event = offer::find_event(data, readable_id, true)?;
            Some(CapacityView {
                event: event.id(),
                capacity: offer::capacity(event),
                taken: ledger.seats.event(event.id()),
                passes: offer::passes_of(data, event.id())
                    .map(|row| (row.id(), offer::allocated(row), ledger.seats.pass(row.id())))
                    .collect(),
            })
        })
    }
}
