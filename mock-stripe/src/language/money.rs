//! How an amount is written in a language: separators, and where the currency stands.
//!
//! Source: the Unicode CLDR, as `Intl.NumberFormat` shows it.

use crate::domain::money::Currency;

/// How a language writes amounts.
#[derive(Debug)]
pub(super) struct MoneyForm {
    /// Before the decimals.
    pub(super) decimal: char,
    /// Between groups of three digits.
    pub(super) group: &'static str,
    /// How many digits before the decimals are grouped; fewer are not.
    pub(super) groups_from: usize,
    /// Where the currency stands.
    pub(super) place: Place,
    /// Currencies with a name other than their code in capitals: `usd=$ eur=€`.
    pub(super) names: &'static str,
}

/// Where the currency stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Before the number, joined to it when it is a sign: `$1.00`, `CHF 1.00`.
    Before,
    /// Before the number and apart from it: `€ 1,00`.
    BeforeApart,
    /// After the number: `1,00 €`.
    After,
}

/// A blank that keeps number and currency on one line.
const BLANK: char = '\u{a0}';

impl MoneyForm {
    /// An amount in the smallest unit as text.
    pub(super) fn write(&self, currency: Currency, amount: i64) -> String {
        let number = self.number(currency, amount);
        let code = currency.code().to_ascii_uppercase();
        let named = |pair: &'static str| pair.strip_prefix(currency.code())?.strip_prefix('=');
        let name = self.names.split(' ').find_map(named).unwrap_or(&code);
        match self.place {
            Place::After => format!("{number}{BLANK}{name}"),
            Place::Before if !name.ends_with(char::is_alphabetic) => format!("{name}{number}"),
            Place::Before | Place::BeforeApart => format!("{name}{BLANK}{number}"),
        }
    }

    fn number(&self, currency: Currency, amount: i64) -> String {
        let (whole, decimals) = currency.parts(amount);
        let mut text = String::from(if amount < 0 { "-" } else { "" });
        let grouped = whole.len() >= self.groups_from;
        for (index, digit) in whole.chars().enumerate() {
            if grouped && index > 0 && (whole.len() - index).is_multiple_of(3) {
                text.push_str(self.group);
            }
            text.push(digit);
        }
        if !decimals.is_empty() {
            text.push(self.decimal);
            text.push_str(&decimals);
        }
        text
    }
}
