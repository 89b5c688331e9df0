//! Checking an attendee in: a row, and the registration's status.

use thiserror::Error;
use uuid::Uuid;

use super::app::EventManagement;
use super::tables::{ATTENDEE_PASS, CHECK_IN, EVENT_CHECK_IN, REGISTRATION, registration_status};
use crate::store::{Fields, StoreError};

/// Why nobody was checked in.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CheckInRefusal {
    /// No such registration.
    #[error("The registration was not found.")]
    Unknown,
    /// It was cancelled.
    #[error("The registration is cancelled.")]
    Cancelled,
    /// It has no place yet.
    #[error("The registration is on the waiting list.")]
    Waiting,
    /// A row could not be written.
    #[error("The check-in cannot be stored: {0}.")]
    Store(#[from] StoreError),
}

impl EventManagement {
    /// Checks the attendee of a registration in. Whoever is checked in already stays so, and no second row is written.
    pub fn check_in(&self, registration: Uuid) -> Result<(), CheckInRefusal> {
        let now = self.now();
        let id = self.world().ids().uuid("check-in", &registration.to_string());
        self.store().write(now, |tx| {
            let row = tx.get(REGISTRATION, registration).ok_or(CheckInRefusal::Unknown)?;
            let status = row.choice("statuscode");
            if row.flag("msevtmgt_iscanceled") || row.choice("statecode") != Some(0) {
                return Err(CheckInRefusal::Cancelled);
            }
            if status == Some(registration_status::WAITLISTED.0) {
                return Err(CheckInRefusal::Waiting);
            }
            let (checked_in, word) = registration_status::CHECKED_IN;
            if status == Some(checked_in) {
                return Ok(());
            }
            let pass =
                tx.find(ATTENDEE_PASS, "msevtmgt_eventregistrationid", registration).next().map(|pass| pass.id());
            let fields = Fields::new()
                .set("msevtmgt_name", row.name())
                .set("msevtmgt_event", row.lookup("msevtmgt_eventid"))
                .set("msevtmgt_contact", row.lookup("msevtmgt_contactid"))
                .set("msevtmgt_registrationid", registration)
                .set("msevtmgt_registrationidfromqr", registration.to_string())
                .set("msevtmgt_purchasedpassesid", pass)
                .set("msevtmgt_checkintime", now)
                .set("msevtmgt_checkintype", EVENT_CHECK_IN);
            tx.create(CHECK_IN, id, fields)?;
            let fields = Fields::new().set("msevtmgt_registrationstatus", word).set("statuscode", checked_in);
            tx.update(REGISTRATION, registration, fields)?;
            Ok(())
        })
    }
}
