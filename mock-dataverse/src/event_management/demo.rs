//! The demo payment: finalizing without any payment, a security hole that an administrator's setting keeps shut
//! (`facts/event-api.md` 5.3).

use thiserror::Error;
use uuid::Uuid;

use super::app::EventManagement;
use super::finalize::FinalizeRefusal;
use super::switches::Scoped;
use super::tables::{ADMINISTRATION, EVENT, FINALIZATION_NO, FINALIZATION_YES, PURCHASE};
use crate::store::{Fields, StoreError};

/// `msevtmgt_paymentstatus`: completed.
const COMPLETED: i64 = 100_000_001;

/// Why a demo payment was refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum DemoRefusal {
    /// The setting does not allow it.
    #[error("Demo payments are not enabled; a payment is finalized by msevtmgt_finalizeregistrationpayment.")]
    SwitchedOff,
    /// The event has no such purchase.
    #[error("The purchase was not found.")]
    Unknown,
    /// The purchase was made in another browser session (OB-SESSION).
    #[error("The purchase does not belong to this browser session.")]
    OtherSession,
    /// The purchase cannot be completed.
    #[error(transparent)]
    Finalize(FinalizeRefusal),
}

impl EventManagement {
    /// Whether `msevtmgt_enablefinalizationendpoints` says yes in an active settings row.
    pub fn demo_payments_enabled(&self) -> bool {
        self.store().read(|data| {
            data.rows(ADMINISTRATION).any(|row| {
                row.choice("statecode") == Some(0)
                    && row.choice("msevtmgt_enablefinalizationendpoints") == Some(FINALIZATION_YES)
            })
        })
    }

    /// Sets `msevtmgt_enablefinalizationendpoints` in the settings row, which is made when there is none.
    pub fn enable_demo_payments(&self, on: bool) -> Result<(), StoreError> {
        let fresh = self.world().ids().uuid("event administration", "");
        let fields = Fields::new()
            .set("msevtmgt_enablefinalizationendpoints", if on { FINALIZATION_YES } else { FINALIZATION_NO });
        self.store().write(self.now(), |tx| {
            let known: Vec<Uuid> = tx.rows(ADMINISTRATION).map(|row| row.id()).collect();
            if known.is_empty() {
                tx.create(ADMINISTRATION, fresh, fields.set("msevtmgt_name", "Default settings"))?;
                return Ok(());
            }
            known.into_iter().try_for_each(|id| tx.update(ADMINISTRATION, id, fields.clone()).map(drop))
        })
    }

    /// Completes a purchase of an event as if it had been paid; `session` is the browser session that the call belongs to.
    pub fn finalize_demo(
        &self,
        readable_event_id: &str,
        purchase: Uuid,
        session: Option<Uuid>,
    ) -> Result<(), DemoRefusal> {
        if !self.demo_payments_enabled() {
            return Err(DemoRefusal::SwitchedOff);
        }
        let of_this_event = self.store().read(|data| {
            let event = data.get(PURCHASE, purchase)?.lookup("msevtmgt_eventid")?;
            Some(data.get(EVENT, event)?.text("msevtmgt_readableeventid") == Some(readable_event_id))
        });
        if of_this_event != Some(true) {
            return Err(DemoRefusal::Unknown);
        }
        if !self.in_session(purchase, session) {
            return Err(DemoRefusal::OtherSession);
        }
        self.finalize_by(None, purchase, COMPLETED, None).map_err(DemoRefusal::Finalize)
    }

    /// OB-SESSION: whether a browser session may speak for a purchase. One made by the real-time API has no session.
    fn in_session(&self, purchase: Uuid, session: Option<Uuid>) -> bool {
        let ledger = self.ledger();
        let Some(entry) = ledger.purchases.get(&purchase) else { return true };
        let Some(own) = entry.visit.session else { return true };
        let scope = purchase.to_string();
        match Scoped::purchase(self.world(), &scope, &entry.readable_event_id).value("OB-SESSION") {
            "ignored" => true,
            "sent" => session.is_none_or(|session| session == own),
            _ => session == Some(own),
        }
    }
}
