//! What can be done to an intent, and in which status.

use jiff::Timestamp;

use super::failure::PaymentError;
use super::object::{CaptureMethod, Confirmation, Intent, Status};
use crate::domain::cards::AfterChallenge;
use crate::domain::effect::Effect;
use crate::domain::money::Currency;

/// What can be done to an intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A method is chosen, or taken away again; nothing is asked of it yet.
    Choose(Option<String>),
    /// Another amount, in the smallest unit, and its currency.
    Reprice(i64, Currency),
    /// The bank agreed. The money is there, or waits to be captured where the seller captures.
    Approve {
        /// The method.
        payment_method: String,
        /// The charge.
        charge: String,
    },
    /// The try failed.
    Refuse(PaymentError),
    /// The buyer must confirm first.
    Challenge {
        /// The method.
        payment_method: String,
        /// What follows.
        then: AfterChallenge,
    },
    /// The buyer confirmed, and the seller must confirm too.
    Authenticate,
    /// A delayed payment was submitted.
    Submit {
        /// The method.
        payment_method: String,
        /// The pending charge.
        charge: String,
    },
    /// The delayed payment came.
    Settle,
    /// The delayed payment was refused.
    Bounce(PaymentError),
    /// The seller takes so much of what was authorised, in the smallest unit; the rest is let go.
    Capture(i64),
    /// Given up, for this reason.
    Cancel(Option<String>),
}

/// Why an intent does not do that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Its status forbids it.
    Status(Status),
    /// No more than this was authorised, in the smallest unit.
    MoreThanCapturable(i64),
    /// The amount is not above zero.
    NotPositive,
}

impl Intent {
    /// Whether a new try may start. A buyer who left a 3-D Secure step may begin anew.
    pub fn takes_payment(&self) -> bool {
        matches!(self.status, Status::RequiresPaymentMethod | Status::RequiresConfirmation | Status::RequiresAction)
    }

    fn refuses(&self, command: &Command) -> Option<Refusal> {
        let allowed = match command {
            Command::Choose(_)
            | Command::Reprice(..)
            | Command::Approve { .. }
            | Command::Refuse(_)
            | Command::Challenge { .. }
            | Command::Submit { .. } => self.takes_payment(),
            Command::Authenticate => self.status == Status::RequiresAction && self.confirmation == Confirmation::Manual,
            Command::Settle | Command::Bounce(_) => self.status == Status::Processing,
            Command::Capture(_) => self.status == Status::RequiresCapture,
            Command::Cancel(_) => !matches!(self.status, Status::Succeeded | Status::Canceled | Status::Processing),
        };
        match *command {
            _ if !allowed => Some(Refusal::Status(self.status)),
            Command::Capture(amount) | Command::Reprice(amount, _) if amount <= 0 => Some(Refusal::NotPositive),
            Command::Capture(amount) if amount > self.amount_capturable => {
                Some(Refusal::MoreThanCapturable(self.amount_capturable))
            }
            _ => None,
        }
    }

    /// The intent after `command`.
    pub fn apply(&self, command: Command, now: Timestamp) -> Result<(Self, Vec<Effect>), Refusal> {
        if let Some(refusal) = self.refuses(&command) {
            return Err(refusal);
        }
        let mut after = self.clone();
        // Whatever was asked of the buyer is over, unless the command asks again.
        after.challenge = None;
        after.confirmed = None;
        let event = match command {
            Command::Choose(method) => {
                after.wait_for_confirmation(method);
                None
            }
            Command::Reprice(amount, currency) => {
                (after.amount, after.currency) = (amount, currency);
                let method = after.payment_method.take();
                after.wait_for_confirmation(method);
                None
            }
            Command::Approve { payment_method, charge } => {
                after.payment_method = Some(payment_method);
                after.latest_charge = Some(charge);
                Some(if self.capture_method == CaptureMethod::Manual {
                    after.authorised()
                } else {
                    after.paid(self.amount)
                })
            }
            Command::Settle => Some(after.paid(self.amount)),
            Command::Capture(amount) => Some(after.paid(amount)),
            Command::Refuse(error) | Command::Bounce(error) => {
                after.status = Status::RequiresPaymentMethod;
                after.payment_method = None;
                if error.charge.is_some() {
                    after.latest_charge.clone_from(&error.charge);
                }
                after.last_error = Some(error);
                Some("payment_intent.payment_failed")
            }
            Command::Challenge { payment_method, then } => {
                after.status = Status::RequiresAction;
                after.payment_method = Some(payment_method);
                after.challenge = Some(then);
                after.last_error = None;
                Some("payment_intent.requires_action")
            }
            Command::Authenticate => {
                after.status = Status::RequiresConfirmation;
                after.confirmed = self.challenge;
                None
            }
            Command::Submit { payment_method, charge } => {
                after.status = Status::Processing;
                after.payment_method = Some(payment_method);
                after.latest_charge = Some(charge);
                after.last_error = None;
                Some("payment_intent.processing")
            }
            Command::Cancel(reason) => {
                after.status = Status::Canceled;
                after.amount_capturable = 0;
                after.canceled_at = Some(now.as_second());
                after.cancellation_reason = reason;
                Some("payment_intent.canceled")
            }
        };
        Ok((after, event.map(Effect::Emit).into_iter().collect()))
    }

    fn wait_for_confirmation(&mut self, method: Option<String>) {
        self.status = if method.is_some() { Status::RequiresConfirmation } else { Status::RequiresPaymentMethod };
        self.payment_method = method;
        self.last_error = None;
    }

    fn authorised(&mut self) -> &'static str {
        self.status = Status::RequiresCapture;
        self.amount_capturable = self.amount;
        self.last_error = None;
        "payment_intent.amount_capturable_updated"
    }

    fn paid(&mut self, amount: i64) -> &'static str {
        self.status = Status::Succeeded;
        self.amount_capturable = 0;
        self.amount_received = amount;
        self.last_error = None;
        "payment_intent.succeeded"
    }
}
