//! `last_payment_error`: why the last try failed.

use crate::domain::cards::Decline;

/// Why the last try failed.
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
