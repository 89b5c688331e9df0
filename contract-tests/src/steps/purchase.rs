//! A purchase: as the registration made it, and as Dataverse has it now.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::check::money;

/// A purchase as the registration made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    /// Its id.
    pub id: Uuid,
    /// The link that the Event API answered, as it came.
    pub link: String,
    /// Its price in the main unit; `None` when the case took it away.
    pub price: Option<Decimal>,
    /// ISO code of its currency, upper case; empty when the case took it away.
    pub currency: String,
    /// The event's readable id.
    pub event: String,
}

impl Purchase {
    /// The price in Stripe's minor unit.
    pub fn minor(&self) -> Option<i64> {
        money::minor(self.price?, &self.currency)
    }

    /// Whether a text names this purchase: the same GUID, in whatever spelling.
    pub fn is(&self, text: &str) -> bool {
        text.parse::<Uuid>().is_ok_and(|id| id == self.id)
    }

    /// The price for people.
    pub fn shown_price(&self) -> String {
        match (self.price, self.minor()) {
            (Some(_), Some(minor)) => money::shown(minor, &self.currency),
            (Some(price), None) => format!("{price} {}", self.currency),
            (None, _) => "no price".to_owned(),
        }
    }
}

/// A purchase as Dataverse has it now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseState {
    /// Where it stood, one word for each time that changed, oldest first: `reserved`, `completed`, `cancelled`, `expired`.
    pub states: Vec<String>,
    /// How many registrations it has.
    pub registrations: usize,
    /// How many attendees it is for.
    pub attendees: usize,
}

impl PurchaseState {
    /// Where it stands.
    pub fn word(&self) -> &str {
        self.states.last().map_or("unknown", String::as_str)
    }

    /// Whether it is paid and confirmed.
    pub fn is_completed(&self) -> bool {
        self.word() == "completed"
    }

    /// Whether it still waits for its payment.
    pub fn is_reserved(&self) -> bool {
        self.word() == "reserved"
    }

    /// Whether it has ended without a seat: given up by a finalize call, or not paid in time.
    pub fn is_over(&self) -> bool {
        matches!(self.word(), "cancelled" | "expired")
    }
}
