//! Card numbers and expiry dates as people type them.

use super::cards::CardFault;

/// The digits of a typed number, checked for length and check digit.
pub(super) fn digits(number: &str) -> Result<String, CardFault> {
    let fault = |code, message| Err(CardFault { code, field: "card_number", message });
    let digits: String = number.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if digits.is_empty() {
        return fault("incomplete_number", "Enter your card number.");
    }
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || !(12..=19).contains(&digits.len()) || !luhn(&digits) {
        return fault("incorrect_number", "Your card number is incorrect.");
    }
    Ok(digits)
}

/// Whether a card of that month and year is still good. `now` is year and month.
pub(super) fn check_expiry(month: u8, year: i16, now: (i16, i8)) -> Result<(), CardFault> {
    let fault = |code, message| Err(CardFault { code, field: "card_expiry", message });
    if !(1..=12).contains(&month) {
        return fault("invalid_expiry_month", "Your card's expiration month is invalid.");
    }
    if (year, i16::from(month)) < (now.0, i16::from(now.1)) {
        return fault("invalid_expiry_year", "Your card's expiration date is in the past.");
    }
    if year > now.0.saturating_add(50) {
        return fault("invalid_expiry_year", "Your card's expiration year is invalid.");
    }
    Ok(())
}

/// A security code of three or four digits.
pub(super) fn check_cvc(cvc: &str) -> Result<String, CardFault> {
    match cvc.len() {
        3 | 4 if cvc.bytes().all(|byte| byte.is_ascii_digit()) => Ok(cvc.to_owned()),
        _ => {
            Err(CardFault { code: "invalid_cvc", field: "card_cvc", message: "Your card's security code is invalid." })
        }
    }
}

/// Month and four-digit year, in the usual spellings.
pub(super) fn parse_expiry(text: &str) -> Result<(u8, i16), CardFault> {
    const FAULT: CardFault = CardFault {
        code: "invalid_expiry_month",
        field: "card_expiry",
        message: "Your card's expiration date is incomplete.",
    };
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (month, year) = match compact.split_once(['/', '-']) {
        Some(parts) => parts,
        None => match (compact.get(..2), compact.get(2..)) {
            (Some(month), Some(year)) => (month, year),
            _ => return Err(FAULT),
        },
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(month) || !digits(year) {
        return Err(FAULT);
    }
    let month: u8 = month.parse().map_err(|_| FAULT)?;
    let full: i16 = match year.len() {
        2 => 2000 + year.parse::<i16>().map_err(|_| FAULT)?,
        4 => year.parse().map_err(|_| FAULT)?,
        _ => return Err(FAULT),
    };
    if (1..=12).contains(&month) { Ok((month, full)) } else { Err(FAULT) }
}

/// The brand that a number's first digits name.
pub(super) fn brand_of(number: &str) -> &'static str {
    let starts = |from: u32, to: u32, len: usize| {
        number.get(..len).and_then(|text| text.parse::<u32>().ok()).is_some_and(|prefix| (from..=to).contains(&prefix))
    };
    if starts(4, 4, 1) {
        "visa"
    } else if starts(51, 55, 2) || starts(2221, 2720, 4) {
        "mastercard"
    } else if starts(34, 34, 2) || starts(37, 37, 2) {
        "amex"
    } else if starts(3528, 3589, 4) {
        "jcb"
    } else if starts(36, 36, 2) || starts(300, 305, 3) || starts(38, 39, 2) {
        "diners"
    } else if starts(6011, 6011, 4) || starts(644, 649, 3) || starts(65, 65, 2) {
        "discover"
    } else if starts(62, 62, 2) {
        "unionpay"
    } else {
        "unknown"
    }
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            if index % 2 == 0 {
                digit
            } else if digit > 4 {
                digit * 2 - 9
            } else {
                digit * 2
            }
        })
        .sum();
    sum.is_multiple_of(10)
}
