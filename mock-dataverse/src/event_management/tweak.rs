//! What a test may change on a purchase that no organizer or visitor could: its price, its currency.

use rust_decimal::Decimal;
use uuid::Uuid;

use super::app::EventManagement;
use super::ledger::{Happening, What};
use super::reservation::State;
use super::setup_request::SetUpError;
use super::tables::PURCHASE;
use crate::store::Fields;

/// A change of a purchase; `None` leaves a thing as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PurchaseChange {
    /// Another total price in the main unit; an inner `None` takes it away.
    pub price: Option<Option<Decimal>>,
    /// Another currency by its ISO code; an inner `None` takes it away.
    pub currency: Option<Option<String>>,
}

impl EventManagement {
    /// Changes the row of a purchase and notes it in its history.
    pub fn change_purchase(&self, purchase: Uuid, change: &PurchaseChange) -> Result<(), SetUpError> {
        let now = self.now();
        let mut ledger = self.ledger();
        let unknown = || SetUpError::Unknown { what: "purchase", name: purchase.to_string() };
        let entry = ledger.purchases.get_mut(&purchase).ok_or_else(unknown)?;
        let mut words = Vec::new();
        self.store().write(now, |tx| {
            let mut fields = Fields::new();
            if let Some(currency) = &change.currency {
                let id = self.currency(tx, currency.as_deref())?;
                fields.put("transactioncurrencyid", id);
                words.push(format!("currency {}", currency.as_deref().unwrap_or("missing")));
            }
            if let Some(price) = change.price {
                fields.put("msevtmgt_totalprice", price);
                words.push(price.map_or_else(|| "price missing".to_owned(), |price| format!("price {price}")));
            }
            if fields.is_empty() {
                return Ok(());
            }
            tx.update(PURCHASE, purchase, fields).map(drop).map_err(SetUpError::from)
        })?;
        if !words.is_empty() {
            let state = entry.reservation.state();
            entry.note(Happening {
                at: now,
                what: What::Changed(words.join(", ")),
                before: Some(state),
                after: state,
                refused: None,
            });
        }
        Ok(())
    }

    /// Ends an open reservation now, as if its payment timeout had come; the world's clock stays where it is. Anything but an open
    /// reservation is left alone.
    pub fn expire_purchase(&self, purchase: Uuid) -> Result<(), SetUpError> {
        let now = self.now();
        let mut ledger = self.ledger();
        let unknown = || SetUpError::Unknown { what: "purchase", name: purchase.to_string() };
        let entry = ledger.purchases.get_mut(&purchase).ok_or_else(unknown)?;
        let state = entry.reservation.state();
        if state == State::Reserved {
            let deadline = Fields::new().set("payloop_expireson", now.min(entry.reservation.deadline()));
            self.store().write(now, |tx| tx.update(PURCHASE, purchase, deadline).map(drop))?;
            entry.reservation = entry.reservation.ending_by(now);
            let what = What::Changed("payment timeout now".to_owned());
            entry.note(Happening { at: now, what, before: Some(state), after: state, refused: None });
        }
        drop(ledger);
        self.time_out(purchase);
        Ok(())
    }
}
