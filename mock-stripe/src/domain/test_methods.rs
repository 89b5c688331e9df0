//! The names of test instruments, as `pm_card_…` and `tok_…` spell them, and the card numbers that they stand for.
//!
//! Source: `facts/stripe.md` 16, after <https://docs.stripe.com/testing>.

use super::cards::Card;

/// The card behind a test payment method (`pm_card_visa`) or a test token (`tok_visa`).
pub fn test_card(name: &str) -> Option<Card> {
    let card = name.strip_prefix("pm_card_").or_else(|| name.strip_prefix("tok_"))?;
    let number = match card {
        "visa" => "4242424242424242",
        "visa_debit" => "4000056655665556",
        "mastercard" => "5555555555554444",
        "mastercard_debit" => "5200828282828210",
        "mastercard_prepaid" => "5105105105105100",
        "amex" => "378282246310005",
        "discover" => "6011111111111117",
        "diners" => "3056930009020004",
        "jcb" => "3566002020360505",
        "unionpay" => "6200000000000005",
        "visa_chargeDeclined" | "chargeDeclined" => "4000000000000002",
        "visa_chargeDeclinedInsufficientFunds" | "chargeDeclinedInsufficientFunds" => "4000000000009995",
        "visa_chargeDeclinedLostCard" | "chargeDeclinedLostCard" => "4000000000009987",
        "visa_chargeDeclinedStolenCard" | "chargeDeclinedStolenCard" => "4000000000009979",
        "chargeDeclinedExpiredCard" => "4000000000000069",
        "chargeDeclinedIncorrectCvc" => "4000000000000127",
        "chargeDeclinedProcessingError" => "4000000000000119",
        "authenticationRequired" => "4000002760003184",
        _ => return None,
    };
    Some(Card { number: number.to_owned(), exp_month: 12, exp_year: 2099, cvc: Some("314".to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::test_card;
    use crate::domain::cards::{Behaviour, Card};

    #[test]
    fn both_spellings_name_the_same_card() {
        assert_eq!(test_card("tok_visa"), test_card("pm_card_visa"));
        assert_eq!(test_card("tok_visa").as_ref().map(Card::last4), Some("4242"));
        let declined = test_card("tok_chargeDeclined").unwrap();
        assert!(matches!(declined.facts().behaviour, Behaviour::Decline(_)));
        assert_eq!(test_card("visa"), None);
        assert_eq!(test_card("tok_nothing"), None);
    }
}
