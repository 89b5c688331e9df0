//! What follows a payment with some of the test cards: disputes, warnings of fraud, refunds that take their time or fail, money that is available at once.
//!
//! Source: `facts/stripe.md` 16, after <https://docs.stripe.com/testing#disputes> and <https://docs.stripe.com/testing#refunds>.

use super::dispute::Reason;

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sequel {
    /// The buyer's bank takes the money back.
    Dispute(Reason),
    /// The buyer's bank asks questions first.
    Inquiry,
    /// The payment is disputed twice, each time for half of it.
    Disputes,
    /// A refund waits for the bank.
    RefundPending,
    /// A refund succeeds, and then comes back.
    RefundFails,
    /// The money can be paid out at once.
    AvailableAtOnce,
    /// The buyer's bank warns that it takes the payment for fraud.
    FraudWarning,
}

impl Sequel {
    /// What follows a payment with the card of this number, if anything.
    pub fn of(number: &str) -> Option<Self> {
        Some(match number {
            "4000000000000259" => Self::Dispute(Reason::Fraudulent),
            "4000000000002685" => Self::Dispute(Reason::ProductNotReceived),
            "4000000000001976" => Self::Inquiry,
            "4000000404000079" => Self::Disputes,
            "4000000000005423" => Self::FraudWarning,
            "4000000000007726" => Self::RefundPending,
            "4000000000005126" => Self::RefundFails,
            "4000000000000077" => Self::AvailableAtOnce,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Sequel;
    use crate::domain::test_ids::card_number;

    #[test]
    fn the_test_ids_of_disputes_and_refunds_name_cards_with_a_sequel() {
        for id in [
            "createDispute",
            "createDisputeProductNotReceived",
            "createDisputeInquiry",
            "createMultipleDisputes",
            "createIssuerFraudRecord",
            "pendingRefund",
            "refundFail",
            "bypassPending",
        ] {
            let number = card_number("pm_card_", &format!("pm_card_{id}")).unwrap();
            assert!(Sequel::of(number).is_some(), "{id}");
        }
        assert_eq!(Sequel::of("4242424242424242"), None);
    }
}
