//! A charge: one asking of the bank.
//!
//! Source: `facts/stripe.md` 12, 13.

use jiff::{SignedDuration, Timestamp};

use super::address::Shipping;
use super::belonging::Belonging;
use super::cards::Decline;
use super::effect::Effect;
use super::metadata::Metadata;
use super::money::Currency;
use super::payer::{Instrument, Payer};

/// `status`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The bank has not answered.
    Pending,
    /// Paid.
    Succeeded,
    /// Refused.
    Failed,
}

impl Status {
    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// A charge.
#[derive(Clone, Debug, PartialEq)]
pub struct Charge {
    /// `ch_3…` for cards, `py_3…` for bank debits.
    pub id: String,
    /// The 17 characters that every id of this payment shares.
    pub core: String,
    /// Unix seconds.
    pub created: i64,
    /// In the smallest unit.
    pub amount: i64,
    /// How much of it was taken, in the smallest unit; `None` while it is only authorised, and when it failed.
    pub captured: Option<i64>,
    /// Given back or let go so far, in the smallest unit.
    pub amount_refunded: i64,
    /// The currency.
    pub currency: Currency,
    /// `status`
    pub status: Status,
    /// Why it failed.
    pub decline: Option<Decline>,
    /// The payment intent.
    pub intent: String,
    /// The payment method.
    pub payment_method: String,
    /// What paid.
    pub instrument: Instrument,
    /// Whether the buyer confirmed a 3-D Secure step for it.
    pub authenticated: bool,
    /// Who paid.
    pub payer: Payer,
    /// The customer, when there is one.
    pub customer: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Copied from the intent when it was made.
    pub metadata: Metadata,
    /// The balance transaction, once booked.
    pub balance_transaction: Option<String>,
    /// The last dispute.
    pub dispute: Option<String>,
    /// Whether a dispute took the money back, so that it cannot be given back again.
    pub charged_back: bool,
    /// What the seller reported: `fraudulent` or `safe`.
    pub user_report: Option<String>,
    /// Risk, 0 to 99.
    pub risk_score: i64,
    /// The bank's approval, six digits.
    pub authorization_code: String,
    /// The card network's id, 15 digits.
    pub network_transaction_id: String,
    /// The last part of the receipt's address.
    pub receipt_token: String,
    /// Receipts go there.
    pub receipt_email: Option<String>,
    /// Where the goods go.
    pub shipping: Option<Box<Shipping>>,
    /// Shown on statements.
    pub statement_descriptor: Option<String>,
    /// Shown on statements after the account's own prefix.
    pub statement_descriptor_suffix: Option<String>,
    /// Joins payments.
    pub transfer_group: Option<String>,
    /// What it belongs to.
    pub belongs: Belonging,
}

/// What can be done to a charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The bank paid a pending charge.
    Settle,
    /// The bank refused a pending charge.
    Bounce(Decline),
    /// The seller takes so much of what was authorised, in the smallest unit; the rest is let go.
    Capture(i64),
    /// The whole authorisation is let go.
    Release,
    /// The same, because its time is over.
    Expire,
    /// The payment was booked.
    Book(String),
    /// Part or all goes back to the buyer, in the smallest unit.
    Refund(i64),
    /// So much of it came back from the buyer's bank, in the smallest unit.
    RefundFailed(i64),
    /// The buyer's bank disputes it, and has taken the money or only asks.
    Dispute {
        /// The dispute's id.
        dispute: String,
        /// Whether it has taken the money.
        withdrawn: bool,
    },
    /// The money that a dispute took is back.
    DisputeWon,
}

/// Why a charge does not do that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Its status forbids it.
    Status(Status),
    /// Nothing was taken yet.
    Uncaptured,
    /// It was taken before.
    Captured,
    /// It was booked before.
    Booked,
    /// Everything was given back before.
    AlreadyRefunded,
    /// More than this is not left, in the smallest unit.
    MoreThanLeft(i64),
    /// The amount is not above zero.
    NotPositive,
    /// The buyer's bank took the money back.
    ChargedBack,
}

impl Charge {
    /// Whether everything was given back or let go.
    pub fn is_refunded(&self) -> bool {
        self.status == Status::Succeeded && self.amount > 0 && self.amount_refunded == self.amount
    }

    /// What can still be given back, in the smallest unit.
    pub fn refundable(&self) -> i64 {
        match (self.status, self.captured) {
            (Status::Succeeded, Some(_)) => self.amount - self.amount_refunded,
            _ => 0,
        }
    }

    /// What was let go without being taken, in the smallest unit.
    pub fn released(&self) -> i64 {
        match self.captured {
            Some(taken) => self.amount - taken,
            None => self.amount_refunded,
        }
    }

    /// What was taken and given back, in the smallest unit.
    pub fn given_back(&self) -> i64 {
        self.amount_refunded - self.released()
    }

    /// Until when an authorisation can be captured: seven days, in Unix seconds.
    pub fn capture_before(&self) -> Option<i64> {
        let waits = self.status == Status::Succeeded && self.captured.is_none() && self.amount_refunded == 0;
        waits.then(|| self.created.saturating_add(AUTHORIZED_FOR.as_secs()))
    }

    fn refuses(&self, command: &Command) -> Option<Refusal> {
        let wanted = match command {
            Command::Settle | Command::Bounce(_) => Status::Pending,
            _ => Status::Succeeded,
        };
        if self.status != wanted {
            return Some(Refusal::Status(self.status));
        }
        match (command, self.captured) {
            (Command::Capture(_) | Command::Release | Command::Expire, Some(_)) => Some(Refusal::Captured),
            (Command::Capture(_) | Command::Release | Command::Expire, None) if self.amount_refunded > 0 => {
                Some(Refusal::AlreadyRefunded)
            }
            (Command::Capture(amount), None) if *amount <= 0 => Some(Refusal::NotPositive),
            (Command::Capture(amount), None) if *amount > self.amount => Some(Refusal::MoreThanLeft(self.amount)),
            (
                Command::Book(_)
                | Command::Refund(_)
                | Command::RefundFailed(_)
                | Command::Dispute { .. }
                | Command::DisputeWon,
                None,
            ) => Some(Refusal::Uncaptured),
            (Command::Book(_), Some(_)) if self.balance_transaction.is_some() => Some(Refusal::Booked),
            (Command::Refund(_), Some(_)) if self.charged_back => Some(Refusal::ChargedBack),
            (Command::Refund(_), Some(_)) if self.refundable() == 0 => Some(Refusal::AlreadyRefunded),
            (Command::Refund(amount), Some(_)) if *amount <= 0 => Some(Refusal::NotPositive),
            (Command::Refund(amount), Some(_)) if *amount > self.refundable() => {
                Some(Refusal::MoreThanLeft(self.refundable()))
            }
            (Command::RefundFailed(amount), Some(_)) if *amount <= 0 => Some(Refusal::NotPositive),
            (Command::RefundFailed(amount), Some(_)) if *amount > self.given_back() => {
                Some(Refusal::MoreThanLeft(self.given_back()))
            }
            _ => None,
        }
    }

    /// The charge after `command`.
    pub fn apply(&self, command: Command, _now: Timestamp) -> Result<(Self, Vec<Effect>), Refusal> {
        if let Some(refusal) = self.refuses(&command) {
            return Err(refusal);
        }
        let mut after = self.clone();
        let event = match command {
            Command::Settle => {
                after.status = Status::Succeeded;
                "charge.succeeded"
            }
            Command::Bounce(decline) => {
                after.status = Status::Failed;
                after.captured = None;
                after.decline = Some(decline);
                "charge.failed"
            }
            Command::Capture(amount) => {
                after.captured = Some(amount);
                after.amount_refunded = self.amount - amount;
                "charge.captured"
            }
            Command::Release => {
                after.amount_refunded = self.amount;
                "charge.refunded"
            }
            Command::Expire => {
                after.amount_refunded = self.amount;
                "charge.expired"
            }
            Command::Book(transaction) => {
                after.balance_transaction = Some(transaction);
                "charge.updated"
            }
            Command::Refund(amount) => {
                after.amount_refunded += amount;
                "charge.refunded"
            }
            Command::RefundFailed(amount) => {
                after.amount_refunded -= amount;
                "charge.updated"
            }
            Command::Dispute { dispute, withdrawn } => {
                after.dispute = Some(dispute);
                after.charged_back |= withdrawn;
                return Ok((after, Vec::new()));
            }
            Command::DisputeWon => {
                after.charged_back = false;
                return Ok((after, Vec::new()));
            }
        };
        Ok((after, vec![Effect::Emit(event)]))
    }
}

/// How long an authorisation holds (<https://docs.stripe.com/payments/place-a-hold-on-a-payment-method>).
pub const AUTHORIZED_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
