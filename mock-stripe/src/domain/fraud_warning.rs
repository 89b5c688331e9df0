//! An early fraud warning: the buyer's bank tells that it takes a payment for fraud, before anybody disputes it.
//!
//! Source: <https://docs.stripe.com/disputes/measuring#early-fraud-warnings>.

use super::belonging::Belonging;

/// What the bank tells, as far as a sandbox does: it names no particular kind of fraud.
pub const FRAUD_TYPE: &str = "misc";

/// An early fraud warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FraudWarning {
    /// `issfr_1…`
    pub id: String,
    /// Unix seconds.
    pub created: i64,
    /// Whether giving the money back would still keep a dispute away.
    pub actionable: bool,
    /// The charge.
    pub charge: String,
    /// The payment intent.
    pub intent: String,
    /// What it belongs to.
    pub belongs: Belonging,
}

impl FraudWarning {
    /// The warning after its charge was refunded in full or disputed; `None` when it told so before.
    pub fn answered(&self) -> Option<Self> {
        self.actionable.then(|| Self { actionable: false, ..self.clone() })
    }
}
