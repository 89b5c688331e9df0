//! A payment intent: the collecting of one amount, over as many tries as it takes.
//!
//! Source: `facts/stripe.md` 12.

use jiff::Timestamp;

use super::address::Shipping;
use super::belonging::Belonging;
use super::cards::{AfterChallenge, Decline};
use super::effect::Effect;
use super::metadata::Metadata;
use super::money::Currency;

/// `status`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing to pay with yet, or the last try failed.
    RequiresPaymentMethod,
    /// A method is there, but not confirmed.
    RequiresConfirmation,
    /// The buyer must do something (3-D Secure).
    RequiresAction,
    /// A delayed payment is on its way.
    Processing,
    /// Authorised; the seller must capture.
    RequiresCapture,
    /// Paid.
    Succeeded,
    /// Given up.
    Canceled,
}

impl Status {
    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresConfirmation => "requires_confirmation",
            Self::RequiresAction => "requires_action",
            Self::Processing => "processing",
            Self::RequiresCapture => "requires_capture",
            Self::Succeeded => "succeeded",
            Self::Canceled => "canceled",
        }
    }
}

/// `last_payment_error`: why the last try failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentError {
    /// `code`
    pub code: &'static str,
    /// `decline_code`
    pub decline_code: Option<&'static str>,
    /// The sentence for the buyer.
    pub message: &'static str,
    /// The failed charge, when the bank was asked.
    pub charge: Option<String>,
    /// The method of the try.
    pub payment_method: String,
}

/// A payment intent.
#[derive(Clone, Debug, PartialEq)]
pub struct Intent {
    /// `pi_3…`
    pub id: String,
    /// The 17 characters that every id of this payment shares.
    pub core: String,
    /// Unix seconds.
    pub created: i64,
    /// In the smallest unit.
    pub amount: i64,
    /// Received so far, in the smallest unit.
    pub amount_received: i64,
    /// The currency.
    pub currency: Currency,
    /// `status`
    pub status: Status,
    /// `automatic` or `automatic_async`.
    pub capture_method: String,
    /// `pi_…_secret_…`
    pub client_secret: String,
    /// The customer, when there is one.
    pub customer: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Metadata.
    pub metadata: Metadata,
    /// The method of the last try that did not fail.
    pub payment_method: Option<String>,
    /// Types that may pay.
    pub payment_method_types: Vec<String>,
    /// The last charge.
    pub latest_charge: Option<String>,
    /// Why the last try failed.
    pub last_error: Option<PaymentError>,
    /// What follows when the buyer confirms.
    pub challenge: Option<AfterChallenge>,
    /// Unix seconds.
    pub canceled_at: Option<i64>,
    /// `abandoned`, `duplicate`, `fraudulent`, `requested_by_customer`.
    pub cancellation_reason: Option<String>,
    /// Receipts go there.
    pub receipt_email: Option<String>,
    /// `on_session` or `off_session`: the method is to be kept for later payments.
    pub setup_future_usage: Option<String>,
    /// Where the goods go.
    pub shipping: Option<Box<Shipping>>,
    /// Shown on statements.
    pub statement_descriptor: Option<String>,
    /// Shown on statements after the account's own prefix.
    pub statement_descriptor_suffix: Option<String>,
    /// Joins payments.
    pub transfer_group: Option<String>,
    /// The session that made it.
    pub session: Option<String>,
    /// What it belongs to.
    pub belongs: Belonging,
}

/// What can be done to an intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The bank paid the charge at once.
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
    /// Given up, for this reason.
    Cancel(Option<String>),
}

/// Why an intent does not do that: its status forbids it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal(pub Status);

impl PaymentError {
    /// The error of a decline.
    pub fn declined(decline: Decline, charge: Option<String>, payment_method: String) -> Self {
        Self {
            code: decline.code,
            decline_code: Some(decline.decline_code),
            message: decline.message,
            charge,
            payment_method,
        }
    }

    /// The error of a failed 3-D Secure step.
    pub fn unauthenticated(payment_method: String) -> Self {
        Self {
            code: "payment_intent_authentication_failure",
            decline_code: None,
            message: "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
            charge: None,
            payment_method,
        }
    }
}

impl Intent {
    /// Whether a new try may start. A buyer who left a 3-D Secure step may begin anew.
    pub fn takes_payment(&self) -> bool {
        matches!(self.status, Status::RequiresPaymentMethod | Status::RequiresConfirmation | Status::RequiresAction)
    }

    /// The intent after `command`.
    pub fn apply(&self, command: Command, now: Timestamp) -> Result<(Self, Vec<Effect>), Refusal> {
        let mut after = self.clone();
        let allowed = match command {
            Command::Approve { .. } | Command::Refuse(_) | Command::Challenge { .. } | Command::Submit { .. } => {
                self.takes_payment()
            }
            Command::Settle | Command::Bounce(_) => self.status == Status::Processing,
            Command::Cancel(_) => !matches!(self.status, Status::Succeeded | Status::Canceled | Status::Processing),
        };
        if !allowed {
            return Err(Refusal(self.status));
        }
        let event = match command {
            Command::Approve { payment_method, charge } => {
                after.payment_method = Some(payment_method);
                after.latest_charge = Some(charge);
                after.paid()
            }
            Command::Settle => after.paid(),
            Command::Refuse(error) | Command::Bounce(error) => {
                after.status = Status::RequiresPaymentMethod;
                after.payment_method = None;
                after.challenge = None;
                if error.charge.is_some() {
                    after.latest_charge.clone_from(&error.charge);
                }
                after.last_error = Some(error);
                "payment_intent.payment_failed"
            }
            Command::Challenge { payment_method, then } => {
                after.status = Status::RequiresAction;
                after.payment_method = Some(payment_method);
                after.challenge = Some(then);
                after.last_error = None;
                "payment_intent.requires_action"
            }
            Command::Submit { payment_method, charge } => {
                after.status = Status::Processing;
                after.payment_method = Some(payment_method);
                after.latest_charge = Some(charge);
                after.challenge = None;
                after.last_error = None;
                "payment_intent.processing"
            }
            Command::Cancel(reason) => {
                after.status = Status::Canceled;
                after.canceled_at = Some(now.as_second());
                after.cancellation_reason = reason;
                after.challenge = None;
                "payment_intent.canceled"
            }
        };
        Ok((after, vec![Effect::Emit(event)]))
    }

    fn paid(&mut self) -> &'static str {
        self.status = Status::Succeeded;
        self.amount_received = self.amount;
        self.challenge = None;
        self.last_error = None;
        "payment_intent.succeeded"
    }
}
