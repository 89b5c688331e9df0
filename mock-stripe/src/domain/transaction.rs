//! A balance transaction: one line of the account's books, and what Stripe takes for a payment.
//!
//! Source: `facts/stripe.md` 12, 13.

use jiff::SignedDuration;

use super::belonging::Belonging;
use super::money::Currency;
use super::payer::Instrument;

/// What a line of the books is about: `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A card payment.
    Charge,
    /// Any other payment.
    Payment,
    /// Money given back to a card.
    Refund,
    /// Money given back otherwise.
    PaymentRefund,
    /// A refund that came back.
    RefundFailure,
    /// Disputed money, and the fee, leave.
    DisputeWithdrawal,
    /// They come back.
    DisputeReversal,
}

impl Entry {
    /// `type`, as on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Payment => "payment",
            Self::Refund => "refund",
            Self::PaymentRefund => "payment_refund",
            Self::RefundFailure => "refund_failure",
            Self::DisputeWithdrawal | Self::DisputeReversal => "adjustment",
        }
    }

    /// `reporting_category`
    pub fn category(self) -> &'static str {
        match self {
            Self::Charge | Self::Payment => "charge",
            Self::Refund | Self::PaymentRefund => "refund",
            Self::RefundFailure => "refund_failure",
            Self::DisputeWithdrawal => "dispute",
            Self::DisputeReversal => "dispute_reversal",
        }
    }

    /// What its fee is for.
    pub fn fee_description(self) -> &'static str {
        match self {
            Self::DisputeWithdrawal | Self::DisputeReversal => "Dispute fee",
            _ => "Stripe processing fees",
        }
    }
}

/// One line of the account's books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceTransaction {
    /// `txn_3…`
    pub id: String,
    /// Unix seconds.
    pub created: i64,
    /// When the money can be paid out, in Unix seconds.
    pub available_on: i64,
    /// In the smallest unit; negative when it leaves.
    pub amount: i64,
    /// Stripe's fee, in the smallest unit; negative when it is given back.
    pub fee: i64,
    /// The currency.
    pub currency: Currency,
    /// Description.
    pub description: Option<String>,
    /// The charge, refund or dispute it books.
    pub source: String,
    /// What it is about.
    pub kind: Entry,
    /// What it belongs to.
    pub belongs: Belonging,
}

impl BalanceTransaction {
    /// What it changes in the account's balance, in the smallest unit.
    pub fn net(&self) -> i64 {
        self.amount - self.fee
    }
}

/// How long money waits before it can be paid out.
pub const SETTLED_AFTER: SignedDuration = SignedDuration::from_hours(48);

/// The public price of a card payment in the United States: 2.9 % and 30 cents; a bank debit costs 0.8 %. What a sandbox books is not
/// published.
pub fn fee(amount: i64, currency: Currency, instrument: &Instrument) -> i64 {
    let fixed = match currency.decimals() {
        0 => 0,
        2 => 30,
        _ => 300,
    };
    let permille_part = |permille: i64| amount.saturating_mul(permille).saturating_add(500) / 1_000;
    match instrument {
        Instrument::Card(_) => permille_part(29).saturating_add(fixed).min(amount),
        Instrument::SepaDebit { .. } => permille_part(8),
    }
}
