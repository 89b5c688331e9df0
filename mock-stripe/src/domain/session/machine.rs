//! What can be done to a session, and what comes of it.

use jiff::Timestamp;

use super::object::{PaymentStatus, Session, Status};
use crate::domain::effect::Effect;

/// What can be done to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// The buyer submits the page; the session stays open until the answer is known.
    Submit,
    /// The card paid.
    Pay,
    /// The delayed payment was submitted.
    Defer,
    /// The card pays later, when the seller captures.
    Hold,
    /// The seller captured.
    Capture,
    /// There is nothing to pay.
    CompleteFree,
    /// The delayed payment came.
    Settle,
    /// The delayed payment was refused.
    Fail,
    /// The seller expires it.
    Expire,
    /// Its time is over.
    TimeOut,
}

/// Why a session does not do that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not open; this is what it is.
    NotOpen(Status),
    /// Its time is over, though nobody has marked it yet.
    Overdue,
    /// Its time is not over yet.
    NotYet,
    /// It does not wait for a delayed payment.
    NothingPending,
    /// The total is (or is not) zero.
    WrongTotal,
}

impl Session {
    /// The session after `command`.
    pub fn apply(&self, command: Command, now: Timestamp) -> Result<(Self, Vec<Effect>), Refusal> {
        let mut after = self.clone();
        let free = self.total() == 0;
        let event = match command {
            Command::Submit
            | Command::Pay
            | Command::Defer
            | Command::Hold
            | Command::CompleteFree
            | Command::Expire
                if self.status != Status::Open =>
            {
                return Err(Refusal::NotOpen(self.status));
            }
            Command::Submit if now.as_second() >= self.expires_at => return Err(Refusal::Overdue),
            Command::Submit => return Ok((after, Vec::new())),
            Command::Pay | Command::Defer | Command::Hold if free => return Err(Refusal::WrongTotal),
            Command::CompleteFree if !free => return Err(Refusal::WrongTotal),
            Command::Pay => {
                after.status = Status::Complete;
                after.payment_status = PaymentStatus::Paid;
                "checkout.session.completed"
            }
            Command::Defer | Command::Hold => {
                after.status = Status::Complete;
                "checkout.session.completed"
            }
            Command::CompleteFree => {
                after.status = Status::Complete;
                after.payment_status = PaymentStatus::NoPaymentRequired;
                "checkout.session.completed"
            }
            Command::Settle | Command::Fail | Command::Capture
                if self.status != Status::Complete || self.payment_status != PaymentStatus::Unpaid =>
            {
                return Err(Refusal::NothingPending);
            }
            Command::Settle => {
                after.payment_status = PaymentStatus::Paid;
                "checkout.session.async_payment_succeeded"
            }
            Command::Fail => "checkout.session.async_payment_failed",
            Command::Capture => {
                after.payment_status = PaymentStatus::Paid;
                return Ok((after, Vec::new()));
            }
            Command::TimeOut if self.status != Status::Open => return Err(Refusal::NotOpen(self.status)),
            Command::TimeOut if now.as_second() < self.expires_at => return Err(Refusal::NotYet),
            Command::Expire | Command::TimeOut => {
                after.status = Status::Expired;
                "checkout.session.expired"
            }
        };
        Ok((after, vec![Effect::Emit(event)]))
    }
}
