//! The test cards: which number does what.
//!
//! Source: `facts/stripe.md` 16, after <https://docs.stripe.com/testing>.

use super::card_number;

/// What happens when money is asked of a payment instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// The bank pays.
    Approve,
    /// The bank or Stripe refuses.
    Decline(Decline),
    /// The buyer must confirm first; then this happens.
    Challenge(AfterChallenge),
}

/// What follows a confirmed 3-D Secure step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterChallenge {
    /// The bank pays.
    Approve,
    /// The bank refuses.
    Decline(Decline),
}

/// A refusal, as `error.code`, `error.decline_code` and the sentence for the buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decline {
    /// `error.code`.
    pub code: &'static str,
    /// `error.decline_code`.
    pub decline_code: &'static str,
    /// `error.message`.
    pub message: &'static str,
    /// Refused by Stripe's own risk rules instead of the bank.
    pub blocked: bool,
}

/// What the card number reveals about the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardFacts {
    /// `visa`, `mastercard`, …
    pub brand: &'static str,
    /// `credit`, `debit` or `prepaid`.
    pub funding: &'static str,
    /// Two-letter country of issue.
    pub country: &'static str,
    /// What a charge does.
    pub behaviour: Behaviour,
}

/// Why a card cannot be taken as typed: the error code and the sentence for the buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardFault {
    /// `error.code`.
    pub code: &'static str,
    /// The form field it is about.
    pub field: &'static str,
    /// The sentence.
    pub message: &'static str,
}

/// A card as typed, checked for form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Digits only.
    pub number: String,
    /// 1 to 12.
    pub exp_month: u8,
    /// Four digits.
    pub exp_year: i16,
    /// Three or four digits, when given.
    pub cvc: Option<String>,
}

const DECLINED: &str = "Your card was declined.";

const fn decline(code: &'static str, decline_code: &'static str, message: &'static str) -> Decline {
    Decline { code, decline_code, message, blocked: false }
}

/// An ordinary refusal without a reason.
pub const GENERIC_DECLINE: Decline = decline("card_declined", "generic_decline", DECLINED);

/// The buyer would have to confirm, and is not there.
pub const AUTHENTICATION_REQUIRED: Decline = decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
);

const INSUFFICIENT: Decline = decline("card_declined", "insufficient_funds", "Your card has insufficient funds.");

impl Card {
    /// Reads a card from the fields of a form, or says what is wrong with each of them. `now` is year and month, for the expiry.
    pub fn parse(number: &str, expiry: &str, cvc: &str, now: (i16, i8)) -> Result<Self, Vec<CardFault>> {
        let number = card_number::digits(number);
        let expiry = card_number::parse_expiry(expiry)
            .and_then(|(month, year)| card_number::check_expiry(month, year, now).map(|()| (month, year)));
        let cvc = match cvc.trim() {
            "" => {
                let message = "Enter your card's security code.";
                Err(CardFault { code: "incomplete_cvc", field: "card_cvc", message })
            }
            cvc => card_number::check_cvc(cvc),
        };
        match (number, expiry, cvc) {
            (Ok(number), Ok((exp_month, exp_year)), Ok(cvc)) => {
                Ok(Self { number, exp_month, exp_year, cvc: Some(cvc) })
            }
            (number, expiry, cvc) => Err([number.err(), expiry.err(), cvc.err()].into_iter().flatten().collect()),
        }
    }

    /// A card from its parts; the security code may be missing. `now` is year and month.
    pub fn new(
        number: &str,
        exp_month: u8,
        exp_year: i16,
        cvc: Option<&str>,
        now: (i16, i8),
    ) -> Result<Self, CardFault> {
        let number = card_number::digits(number)?;
        card_number::check_expiry(exp_month, exp_year, now)?;
        let cvc = cvc.map(card_number::check_cvc).transpose()?;
        Ok(Self { number, exp_month, exp_year, cvc })
    }

    /// The card behind a test id.
    pub fn of_test_number(number: &str) -> Self {
        Self { number: number.to_owned(), exp_month: 12, exp_year: 2099, cvc: Some("314".to_owned()) }
    }

    /// The last four digits.
    pub fn last4(&self) -> &str {
        self.number.get(self.number.len().saturating_sub(4)..).unwrap_or_default()
    }

    /// What the number stands for in the table of test cards; ordinary approval when it is not in the table.
    pub fn facts(&self) -> CardFacts {
        let behaviour = self.behaviour();
        let (brand, funding, country) = match self.number.as_str() {
            "4000056655665556" => ("visa", "debit", "US"),
            "5200828282828210" => ("mastercard", "debit", "US"),
            "5105105105105100" => ("mastercard", "prepaid", "US"),
            "4000002500000003" | "4000002500003155" => ("visa", "credit", "FR"),
            "4000002760000016" | "4000002760003184" => ("visa", "credit", "DE"),
            "4000008260000000" | "4000008260003178" => ("visa", "credit", "GB"),
            number => (card_number::brand_of(number), "credit", "US"),
        };
        CardFacts { brand, funding, country, behaviour }
    }

    fn behaviour(&self) -> Behaviour {
        use Behaviour::{Approve, Challenge, Decline as Refuse};
        match self.number.as_str() {
            "4000000000000002" | "4000000000000341" | "4000008400001280" => Refuse(GENERIC_DECLINE),
            "4000000000009995" => Refuse(INSUFFICIENT),
            "4000000000009987" => Refuse(decline("card_declined", "lost_card", DECLINED)),
            "4000000000009979" => Refuse(decline("card_declined", "stolen_card", DECLINED)),
            "4000000000000069" => Refuse(decline("expired_card", "expired_card", "Your card has expired.")),
            "4000000000000127" if self.cvc.is_some() => {
                Refuse(decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."))
            }
            "4000000000000119" => Refuse(decline(
                "processing_error",
                "processing_error",
                "An error occurred while processing your card. Try again in a little bit.",
            )),
            "4000000000006975" => Refuse(decline(
                "card_declined",
                "card_velocity_exceeded",
                "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
            )),
            "4100000000000019" => {
                Refuse(Decline { code: "card_declined", decline_code: "fraudulent", message: DECLINED, blocked: true })
            }
            "4000002500003155" | "4000002760003184" | "4000000000003220" => Challenge(AfterChallenge::Approve),
            "4000008400001629" => Challenge(AfterChallenge::Decline(GENERIC_DECLINE)),
            "4000008260003178" => Challenge(AfterChallenge::Decline(INSUFFICIENT)),
            _ => Approve,
        }
    }
}

/// Whether a customer can keep the card. The bank is asked then, and refuses the cards it refuses payments with; one test card only
/// shows its refusal when it is charged.
pub fn can_be_kept(card: &Card) -> Result<(), Decline> {
    match card.facts().behaviour {
        Behaviour::Decline(decline) if card.number != "4000000000000341" => Err(decline),
        _ => Ok(()),
    }
}

/// Whether the buyer of this card is asked no more once the card was set up for later payments.
pub fn asks_until_set_up(number: &str) -> bool {
    number == "4000002500003155"
}

/// Whether the buyer of this card is asked when the seller wants it, though the bank does not.
pub fn asks_on_request(number: &str) -> bool {
    number == "4000000000003055"
}

#[cfg(test)]
mod tests {
    use super::{AfterChallenge, Behaviour, Card};

    fn card(number: &str) -> Card {
        Card::parse(number, "12 / 34", "123", (2026, 11)).unwrap()
    }

    #[track_caller]
    fn declines(number: &str, expect: (&str, &str)) {
        match card(number).facts().behaviour {
            Behaviour::Decline(decline) => assert_eq!((decline.code, decline.decline_code), expect),
            other => panic!("{number} should be declined, got {other:?}"),
        }
    }

    #[test]
    fn each_declining_card_gives_its_code() {
        declines("4000000000000002", ("card_declined", "generic_decline"));
        declines("4000000000009995", ("card_declined", "insufficient_funds"));
        declines("4000000000009987", ("card_declined", "lost_card"));
        declines("4000000000009979", ("card_declined", "stolen_card"));
        declines("4000000000000069", ("expired_card", "expired_card"));
        declines("4000000000000127", ("incorrect_cvc", "incorrect_cvc"));
        declines("4000000000000119", ("processing_error", "processing_error"));
        declines("4000000000006975", ("card_declined", "card_velocity_exceeded"));
        declines("4100000000000019", ("card_declined", "fraudulent"));
        declines("4000008400001280", ("card_declined", "generic_decline"));
    }

    #[test]
    fn secure_cards_ask_the_buyer_first() {
        assert_eq!(card("4000002760003184").facts().behaviour, Behaviour::Challenge(AfterChallenge::Approve));
        assert!(matches!(card("4000008400001629").facts().behaviour, Behaviour::Challenge(AfterChallenge::Decline(_))));
    }

    #[test]
    fn numbers_tell_their_brand() {
        for (number, brand) in [
            ("4242 4242 4242 4242", "visa"),
            ("5555555555554444", "mastercard"),
            ("2223003122003222", "mastercard"),
            ("378282246310005", "amex"),
            ("6011111111111117", "discover"),
            ("3056930009020004", "diners"),
            ("3566002020360505", "jcb"),
            ("6200000000000005", "unionpay"),
        ] {
            assert_eq!(card(number).facts().brand, brand, "{number}");
        }
    }

    #[track_caller]
    fn refused(number: &str, expiry: &str, cvc: &str, code: &str) {
        assert_eq!(Card::parse(number, expiry, cvc, (2026, 11)).unwrap_err()[0].code, code);
    }

    #[test]
    fn mistyped_cards_never_reach_the_bank() {
        refused("4242424242424241", "12/34", "123", "incorrect_number");
        refused("", "12/34", "123", "incomplete_number");
        refused("4242", "12/34", "123", "incorrect_number");
        refused("4242424242424242", "10/26", "123", "invalid_expiry_year");
        refused("4242424242424242", "13/30", "123", "invalid_expiry_month");
        refused("4242424242424242", "12/99", "123", "invalid_expiry_year");
        refused("4242424242424242", "é", "123", "invalid_expiry_month");
        refused("4242424242424242", "+1/30", "123", "invalid_expiry_month");
        refused("4242424242424242", "12/34", "", "incomplete_cvc");
        refused("4242424242424242", "12/34", "12a", "invalid_cvc");
    }

    #[test]
    fn expiry_is_read_in_the_usual_spellings() {
        for text in ["12/34", "12 / 34", "1234", "12/2034", "12-34"] {
            let card = Card::parse("4242424242424242", text, "123", (2026, 11)).unwrap();
            assert_eq!((card.exp_month, card.exp_year), (12, 2034), "{text}");
        }
    }
}
