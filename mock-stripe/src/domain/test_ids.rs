//! The test ids `pm_card_…` and `tok_…`: which test card each stands for.
//!
//! Source: `facts/stripe.md` 16, 17.

/// What follows the prefix, and the card's number.
const CARDS: &[(&str, &str)] = &[
    ("visa", "4242424242424242"),
    ("visa_debit", "4000056655665556"),
    ("mastercard", "5555555555554444"),
    ("mastercard_debit", "5200828282828210"),
    ("mastercard_prepaid", "5105105105105100"),
    ("amex", "378282246310005"),
    ("discover", "6011111111111117"),
    ("diners", "3056930009020004"),
    ("jcb", "3566002020360505"),
    ("unionpay", "6200000000000005"),
    ("us", "4242424242424242"),
    ("fr", "4000002500000003"),
    ("de", "4000002760000016"),
    ("gb", "4000008260000000"),
    ("bypassPending", "4000000000000077"),
    ("chargeDeclined", "4000000000000002"),
    ("chargeDeclinedInsufficientFunds", "4000000000009995"),
    ("chargeDeclinedLostCard", "4000000000009987"),
    ("chargeDeclinedStolenCard", "4000000000009979"),
    ("chargeDeclinedExpiredCard", "4000000000000069"),
    ("chargeDeclinedIncorrectCvc", "4000000000000127"),
    ("chargeDeclinedProcessingError", "4000000000000119"),
    ("chargeDeclinedVelocityLimitExceeded", "4000000000006975"),
    ("chargeDeclinedFraudulent", "4100000000000019"),
    ("chargeCustomerFail", "4000000000000341"),
    ("createDispute", "4000000000000259"),
    ("createDisputeProductNotReceived", "4000000000002685"),
    ("createDisputeInquiry", "4000000000001976"),
    ("createIssuerFraudRecord", "4000000000005423"),
    ("createMultipleDisputes", "4000000404000079"),
    ("pendingRefund", "4000000000007726"),
    ("refundFail", "4000000000005126"),
    ("authenticationRequiredOnSetup", "4000002500003155"),
    ("authenticationRequired", "4000002760003184"),
    ("authenticationRequiredChargeDeclinedInsufficientFunds", "4000008260003178"),
    ("threeDSecure2Required", "4000000000003220"),
    ("threeDSecureRequired", "4000000000003220"),
    ("threeDSecureRequiredChargeDeclined", "4000008400001629"),
    ("threeDSecureRequiredProcessingError", "4000008400001280"),
    ("threeDSecureOptional", "4000000000003055"),
];

/// The number of the card that `pm_card_…` (`prefix` is `pm_card_`) or `tok_…` (`tok_`) stands for. What behaves in a special way is
/// also known with `visa_` before it.
pub fn card_number(prefix: &str, id: &str) -> Option<&'static str> {
    let rest = id.strip_prefix(prefix)?;
    let find = |name: &str| CARDS.iter().find(|(known, _)| *known == name).map(|(_, number)| *number);
    find(rest).or_else(|| {
        rest.strip_prefix("visa_")
            .filter(|rest| rest.starts_with("charge") || rest.starts_with("create"))
            .and_then(find)
    })
}

#[cfg(test)]
mod tests {
    use super::{CARDS, card_number};
    use crate::domain::cards::Card;

    #[test]
    fn every_number_in_the_table_is_a_card_number() {
        for (name, number) in CARDS {
            Card::new(number, 12, 2034, Some("123"), (2026, 11)).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
        }
    }

    #[test]
    fn ids_are_known_with_their_prefix_only() {
        assert_eq!(card_number("pm_card_", "pm_card_visa"), Some("4242424242424242"));
        assert_eq!(card_number("tok_", "tok_visa_debit"), Some("4000056655665556"));
        assert_eq!(card_number("pm_card_", "pm_card_visa_chargeDeclined"), Some("4000000000000002"));
        assert_eq!(card_number("tok_", "tok_visa_createDispute"), Some("4000000000000259"));
        assert_eq!(card_number("pm_card_", "pm_card_visa_mastercard"), None);
        assert_eq!(card_number("pm_card_", "tok_visa"), None);
        assert_eq!(card_number("tok_", "tok_"), None);
    }
}
