//! Bank accounts for SEPA debits: their form, and how the test numbers end.
//!
//! Source: `facts/stripe.md` 16.

use super::cards::CardFault;

/// A bank account for SEPA debits, checked for form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Iban(String);

/// How a bank debit ends, once the bank has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DebitOutcome {
    /// The money comes.
    Settles,
    /// The bank refuses.
    Fails,
}

impl Iban {
    /// Reads an IBAN; blanks are ignored, the check digits must be right.
    pub fn parse(text: &str) -> Result<Self, CardFault> {
        const FAULT: CardFault =
            CardFault { code: "invalid_bank_account_iban", field: "iban", message: "The IBAN you entered is invalid." };
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        let well_formed = (15..=34).contains(&compact.len())
            && compact.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && compact.bytes().take(2).all(|byte| byte.is_ascii_uppercase())
            && iban_remainder(&compact) == 1;
        if well_formed { Ok(Self(compact)) } else { Err(FAULT) }
    }

    /// Two-letter country.
    pub fn country(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }

    /// Bank code, as far as a fake can tell: the digits after the check digits.
    pub fn bank_code(&self) -> &str {
        self.0.get(4..9).unwrap_or_default()
    }

    /// The last four characters.
    pub fn last4(&self) -> &str {
        self.0.get(self.0.len().saturating_sub(4)..).unwrap_or_default()
    }

    /// What the bank will say: the one failing test account fails, all others settle.
    pub fn outcome(&self) -> DebitOutcome {
        if self.0 == "IT60X0542811101000000123456" { DebitOutcome::Fails } else { DebitOutcome::Settles }
    }
}

fn iban_remainder(iban: &str) -> u32 {
    let (head, tail) = (iban.bytes().take(4), iban.bytes().skip(4));
    tail.chain(head).fold(0, |remainder, byte| {
        if byte.is_ascii_digit() {
            (remainder * 10 + u32::from(byte - b'0')) % 97
        } else {
            (remainder * 100 + u32::from(byte.wrapping_sub(b'A')) + 10) % 97
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{DebitOutcome, Iban};

    #[test]
    fn bank_accounts_settle_or_fail() {
        assert_eq!(Iban::parse("AT61 1904 3002 3457 3201").unwrap().outcome(), DebitOutcome::Settles);
        assert_eq!(Iban::parse("IT60X0542811101000000123456").unwrap().outcome(), DebitOutcome::Fails);
        assert_eq!(Iban::parse("AT611904300234573202").unwrap_err().code, "invalid_bank_account_iban");
        assert_eq!(Iban::parse("ééééééééééééééé").unwrap_err().code, "invalid_bank_account_iban");
    }
}
