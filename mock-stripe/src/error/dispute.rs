//! Refusals of disputes. That a dispute is closed is told in Stripe's words; the other sentences are our own.

use super::object::Error;
use crate::domain::dispute::{Refusal, Status};

impl Error {
    /// The dispute does not do that: it cannot be `updated`, `closed`, `decided`.
    pub fn dispute(refusal: Refusal, done: &str) -> Self {
        match refusal {
            Refusal::Status(Status::Won | Status::Lost | Status::WarningClosed) => {
                Self::invalid("This dispute is already closed")
            }
            Refusal::Status(status) => {
                Self::invalid(format!("This dispute cannot be {done} because it has a status of {}.", status.as_str()))
            }
            Refusal::PastDue => {
                Self::invalid("The time for submitting evidence for this dispute is over.").param("evidence")
            }
            Refusal::NoEvidence => Self::invalid("There is no evidence to submit for this dispute.").param("submit"),
            Refusal::NotYet => Self::invalid("The time for this dispute is not over yet."),
        }
        .executed()
    }
}
