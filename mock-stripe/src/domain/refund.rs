//! A refund: money on its way back to the buyer.
//!
//! Source: `facts/stripe.md` 13.

use jiff::Timestamp;

use super::belonging::Belonging;
use super::effect::Effect;
use super::metadata::Metadata;
use super::money::Currency;

/// `status`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Waits for the buyer.
    RequiresAction,
    /// On its way.
    Pending,
    /// Done.
    Succeeded,
    /// The bank sent it back.
    Failed,
    /// Called off.
    Canceled,
}

impl Status {
    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RequiresAction => "requires_action",
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }
}

/// A refund.
#[derive(Clone, Debug, PartialEq)]
pub struct Refund {
    /// `re_3…`
    pub id: String,
    /// Unix seconds.
    pub created: i64,
    /// In the smallest unit.
    pub amount: i64,
    /// The currency.
    pub currency: Currency,
    /// The charge.
    pub charge: String,
    /// The payment intent.
    pub intent: String,
    /// The payment method.
    pub payment_method: String,
    /// `card` or `sepa_debit`.
    pub method_kind: &'static str,
    /// The customer, when there is one.
    pub customer: Option<String>,
    /// `duplicate`, `fraudulent`, `requested_by_customer`.
    pub reason: Option<String>,
    /// `status`
    pub status: Status,
    /// The bank's number for tracing, once known.
    pub reference: Option<String>,
    /// Whether an authorisation was let go, instead of money given back.
    pub reversal: bool,
    /// The balance transaction.
    pub balance_transaction: Option<String>,
    /// The balance transaction of its failure.
    pub failure_transaction: Option<String>,
    /// Metadata.
    pub metadata: Metadata,
    /// What it belongs to.
    pub belongs: Belonging,
}

/// What can be done to a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The bank named its reference.
    Reference(String),
    /// The bank took a pending refund.
    Succeed,
    /// The bank sent it back.
    Fail,
    /// Called off while it waits for the buyer.
    Cancel,
}

/// Why a refund does not do that: its status forbids it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal(pub Status);

impl Refund {
    /// The refund after `command`.
    pub fn apply(&self, command: Command, _now: Timestamp) -> Result<(Self, Vec<Effect>), Refusal> {
        let mut after = self.clone();
        let events: &[&'static str] = match (command, self.status) {
            (Command::Reference(reference), Status::Pending | Status::Succeeded) if self.reference.is_none() => {
                after.reference = Some(reference);
                &["refund.updated", "charge.refund.updated"]
            }
            (Command::Succeed, Status::Pending) => {
                after.status = Status::Succeeded;
                &["refund.updated", "charge.refund.updated"]
            }
            (Command::Fail, Status::Pending | Status::Succeeded | Status::RequiresAction) => {
                after.status = Status::Failed;
                &["refund.failed", "charge.refund.updated"]
            }
            (Command::Cancel, Status::RequiresAction) => {
                after.status = Status::Canceled;
                &["refund.updated", "charge.refund.updated"]
            }
            (_, status) => return Err(Refusal(status)),
        };
        Ok((after, events.iter().copied().map(Effect::Emit).collect()))
    }
}
