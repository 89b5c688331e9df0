//! What a dispute is.

use std::sync::Arc;

use jiff::SignedDuration;

use super::Evidence;
use crate::domain::belonging::Belonging;
use crate::domain::metadata::Metadata;
use crate::domain::money::Currency;
use crate::domain::transaction::BalanceTransaction;

/// `status`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// An inquiry waits for the seller.
    WarningNeedsResponse,
    /// An inquiry waits for the bank.
    WarningUnderReview,
    /// An inquiry ended without a dispute.
    WarningClosed,
    /// A dispute waits for the seller.
    NeedsResponse,
    /// A dispute waits for the bank.
    UnderReview,
    /// The seller has the money again.
    Won,
    /// The buyer keeps it.
    Lost,
}

impl Status {
    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WarningNeedsResponse => "warning_needs_response",
            Self::WarningUnderReview => "warning_under_review",
            Self::WarningClosed => "warning_closed",
            Self::NeedsResponse => "needs_response",
            Self::UnderReview => "under_review",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    /// Whether no money was taken: the bank only asks, or asked.
    pub fn is_inquiry(self) -> bool {
        matches!(self, Self::WarningNeedsResponse | Self::WarningUnderReview | Self::WarningClosed)
    }

    /// Whether nothing follows any more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::WarningClosed | Self::Won | Self::Lost)
    }

    /// Whether the seller has the money, and can give it back.
    pub fn leaves_money(self) -> bool {
        self.is_inquiry() || self == Self::Won
    }

    /// Whether the seller may still say something.
    pub fn takes_evidence(self) -> bool {
        matches!(self, Self::WarningNeedsResponse | Self::NeedsResponse)
    }
}

/// Why the buyer disputes, as far as the test cards tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// They did not pay.
    Fraudulent,
    /// Nothing arrived.
    ProductNotReceived,
    /// The bank did not say.
    General,
}

impl Reason {
    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fraudulent => "fraudulent",
            Self::ProductNotReceived => "product_not_received",
            Self::General => "general",
        }
    }

    /// The card network's own code for it. All test cards that are disputed are Visa cards.
    pub fn network_code(self) -> &'static str {
        match self {
            Self::ProductNotReceived => "13.1",
            Self::Fraudulent => "10.4",
            Self::General => "10",
        }
    }
}

/// A dispute.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispute {
    /// `du_1…`
    pub id: String,
    /// Unix seconds.
    pub created: i64,
    /// How much of the charge is disputed, in the smallest unit.
    pub amount: i64,
    /// The currency.
    pub currency: Currency,
    /// The charge.
    pub charge: String,
    /// The payment intent.
    pub intent: String,
    /// `visa`, …
    pub brand: &'static str,
    /// Why.
    pub reason: Reason,
    /// `status`
    pub status: Status,
    /// What the seller says.
    pub evidence: Evidence,
    /// How often it was handed in.
    pub submissions: u32,
    /// Until when it can be, in Unix seconds.
    pub due_by: i64,
    /// Metadata.
    pub metadata: Metadata,
    /// What was booked for it: the withdrawal, and the return.
    pub transactions: Vec<Arc<BalanceTransaction>>,
    /// What it belongs to.
    pub belongs: Belonging,
}

impl Dispute {
    /// Whether the seller's time is over, at `now` in Unix seconds.
    pub fn is_past_due(&self, now: i64) -> bool {
        now > self.due_by
    }
}

/// An inquiry that leads to no dispute closes 120 days after it came (<https://docs.stripe.com/disputes/how-disputes-work>).
pub const INQUIRY_LIFE: SignedDuration = SignedDuration::from_hours(120 * 24);

/// Until when the seller of a dispute that came at `created` can answer: the end of the eighth day after, in Unix seconds UTC.
pub fn due_by(created: i64) -> i64 {
    const DAY: i64 = 86_400;
    created.div_euclid(DAY).saturating_add(9).saturating_mul(DAY).saturating_sub(1)
}

/// The fee of a dispute: 20.00 EUR as seen on an account in the euro area, else the public price of the United States, 15 main units (in
/// currencies without decimals 1,500), never converted.
pub fn dispute_fee(currency: Currency) -> i64 {
    match (currency.code(), currency.decimals()) {
        ("eur", _) => 2_000,
        (_, 0 | 2) => 1_500,
        _ => 15_000,
    }
}

/// An amount in two parts that the currency can say; the second is not smaller.
pub fn halves(amount: i64, currency: Currency) -> (i64, i64) {
    let half = amount / 2 / currency.step() * currency.step();
    (half, amount - half)
}

#[cfg(test)]
mod tests {
    use super::{due_by, halves};
    use crate::domain::money::Currency;

    #[test]
    fn evidence_is_due_at_the_end_of_the_eighth_day() {
        // 2026-09-06T07:00:00Z and 2026-09-14T23:59:59Z.
        assert_eq!(due_by(1_788_678_000), 1_789_430_399);
        assert_eq!(due_by(1_788_652_800), 1_789_430_399);
    }

    #[test]
    fn halves_are_amounts_that_the_currency_can_say() {
        let parts = |amount, code| halves(amount, Currency::parse(code).unwrap());
        assert_eq!(parts(4951, "usd"), (2475, 2476));
        assert_eq!(parts(1_010, "kwd"), (500, 510));
        assert_eq!(parts(1, "jpy"), (0, 1));
    }
}
