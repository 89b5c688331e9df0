//! Money as Stripe counts it: integers in a currency's smallest unit, with the special cases of single currencies.
//!
//! Source: `facts/stripe.md` 7, after <https://docs.stripe.com/currencies>.

use std::fmt;

/// A currency that Stripe takes, always shown in lower case (`usd`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Currency(&'static str);

/// The currency of the account itself, a sandbox in the United States.
pub const ACCOUNT_CURRENCY: &str = "usd";

/// Every presentment currency, dollar first, the rest by name, as the real error text lists them.
const SUPPORTED: &[&str] = &[
    "usd", "aed", "afn", "all", "amd", "ang", "aoa", "ars", "aud", "awg", "azn", "bam", "bbd", "bdt", "bgn", "bhd",
    "bif", "bmd", "bnd", "bob", "brl", "bsd", "bwp", "byn", "bzd", "cad", "cdf", "chf", "clp", "cny", "cop", "crc",
    "cve", "czk", "djf", "dkk", "dop", "dzd", "egp", "etb", "eur", "fjd", "fkp", "gbp", "gel", "gip", "gmd", "gnf",
    "gtq", "gyd", "hkd", "hnl", "htg", "huf", "idr", "ils", "inr", "isk", "jmd", "jod", "jpy", "kes", "kgs", "khr",
    "kmf", "krw", "kwd", "kyd", "kzt", "lak", "lbp", "lkr", "lrd", "lsl", "mad", "mdl", "mga", "mkd", "mmk", "mnt",
    "mop", "mur", "mvr", "mwk", "mxn", "myr", "mzn", "nad", "ngn", "nio", "nok", "npr", "nzd", "omr", "pab", "pen",
    "pgk", "php", "pkr", "pln", "pyg", "qar", "ron", "rsd", "rub", "rwf", "sar", "sbd", "scr", "sek", "sgd", "shp",
    "sle", "sos", "srd", "std", "szl", "thb", "tjs", "tnd", "top", "try", "ttd", "twd", "tzs", "uah", "ugx", "uyu",
    "uzs", "vnd", "vuv", "wst", "xaf", "xcd", "xof", "xpf", "yer", "zar", "zmw",
];

const ZERO_DECIMAL: &[&str] =
    &["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"];

const THREE_DECIMAL: &[&str] = &["bhd", "jod", "kwd", "omr", "tnd"];

/// Why an amount cannot be charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountFault {
    /// Below the least amount of the currency (in its smallest unit).
    BelowMinimum(i64),
    /// Above the most that eight digits (twelve for rupiah) can say.
    AboveMaximum(i64),
    /// The amount must be a multiple of this many smallest units.
    NotAMultipleOf(i64),
}

impl Currency {
    /// The currency of this code in any case; `None` when Stripe does not take it.
    pub fn parse(code: &str) -> Option<Self> {
        let lower = code.to_ascii_lowercase();
        SUPPORTED.iter().find(|known| **known == lower).map(|known| Self(known))
    }

    /// Every currency, in the order in which the error text names them.
    pub fn all() -> impl Iterator<Item = Self> {
        SUPPORTED.iter().map(|code| Self(code))
    }

    /// The lower-case code.
    pub fn code(self) -> &'static str {
        self.0
    }

    /// How many decimal places one main unit has when an amount is sent. UGX and ISK are sent with two that must be zero.
    pub fn decimals(self) -> u32 {
        if ZERO_DECIMAL.contains(&self.0) {
            0
        } else if THREE_DECIMAL.contains(&self.0) {
            3
        } else {
            2
        }
    }

    /// Amounts must be a multiple of this many smallest units.
    pub fn step(self) -> i64 {
        match self.0 {
            "isk" | "ugx" => 100,
            code if THREE_DECIMAL.contains(&code) => 10,
            _ => 1,
        }
    }

    /// The least amount that can be charged, in the smallest unit. Currencies without an own minimum are converted to the
    /// account's settlement currency by the real service; here they only need to be above zero.
    pub fn minimum(self) -> i64 {
        match self.0 {
            "usd" | "aud" | "brl" | "cad" | "chf" | "eur" | "inr" | "nzd" | "sgd" | "jpy" => 50,
            "gbp" => 30,
            "aed" | "myr" | "pln" | "ron" => 200,
            "bgn" => 100,
            "dkk" => 250,
            "nok" | "sek" => 300,
            "hkd" => 400,
            "mxn" | "thb" => 1_000,
            "czk" => 1_500,
            "huf" => 17_500,
            _ => 1,
        }
    }

    /// The most that can be charged, in the smallest unit: eight digits, twelve for rupiah.
    pub fn maximum(self) -> i64 {
        if self.0 == "idr" { 999_999_999_999 } else { 99_999_999 }
    }

    /// Whether one unit price is well formed: within the maximum and a multiple of the currency's step.
    pub fn check_unit(self, amount: i64) -> Result<(), AmountFault> {
        if amount > self.maximum() {
            Err(AmountFault::AboveMaximum(self.maximum()))
        } else if amount % self.step() == 0 {
            Ok(())
        } else {
            Err(AmountFault::NotAMultipleOf(self.step()))
        }
    }

    /// Whether a total can be charged. Zero is free and needs no charge.
    pub fn check_total(self, amount: i64) -> Result<(), AmountFault> {
        self.check_unit(amount)?;
        if amount != 0 && amount < self.minimum() {
            return Err(AmountFault::BelowMinimum(self.minimum()));
        }
        Ok(())
    }

    /// What a buyer typed, in main units with `.` or `,` before the decimals and nothing between the thousands: `12.50`, `12,5`, `500`. `None`
    /// when it is no amount of this currency.
    pub fn read(self, typed: &str) -> Option<i64> {
        let (whole, rest) = typed.split_once(['.', ',']).unwrap_or((typed, ""));
        let places = usize::try_from(self.decimals()).ok()?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(rest) || rest.len() > places || typed.len() > 20 {
            return None;
        }
        format!("{whole}{rest:0<places$}").parse().ok()
    }

    /// An amount as [`read`](Self::read) reads it back: digits and a point.
    pub fn write(self, amount: i64) -> String {
        let unit = 10_i64.pow(self.decimals());
        let places = usize::try_from(self.decimals()).unwrap_or_default();
        if places == 0 { amount.to_string() } else { format!("{}.{:0places$}", amount / unit, amount % unit) }
    }

    /// An amount as a buyer reads it: `$49.50`, `¥500`, `KWD 12.340`, `€1,234.00`.
    pub fn format(self, amount: i64) -> String {
        let number = self.number(amount);
        match self.symbol() {
            Some(symbol) => format!("{symbol}{number}"),
            None => format!("{} {number}", self.0.to_ascii_uppercase()),
        }
    }

    /// An amount as error texts write it, code last: `$0.50 usd`, `175.00 Ft huf`.
    pub fn format_in_error(self, amount: i64) -> String {
        let number = self.number(amount);
        match self.0 {
            "huf" => format!("{number} Ft huf"),
            "czk" => format!("{number} Kč czk"),
            "pln" => format!("{number} zł pln"),
            "bgn" => format!("{number} лв bgn"),
            "nok" | "sek" | "dkk" => format!("{number} kr {}", self.0),
            "usd" | "aud" | "cad" | "nzd" | "sgd" | "hkd" | "mxn" => format!("${number} {}", self.0),
            code => match self.symbol() {
                Some(symbol) => format!("{symbol}{number} {code}"),
                None => format!("{number} {code}"),
            },
        }
    }

    fn symbol(self) -> Option<&'static str> {
        Some(match self.0 {
            "usd" => "$",
            "eur" => "€",
            "gbp" => "£",
            "jpy" => "¥",
            "cny" => "CN¥",
            "krw" => "₩",
            "inr" => "₹",
            "vnd" => "₫",
            "ils" => "₪",
            "php" => "₱",
            "brl" => "R$",
            "aud" => "A$",
            "cad" => "CA$",
            "nzd" => "NZ$",
            "hkd" => "HK$",
            "twd" => "NT$",
            "mxn" => "MX$",
            _ => return None,
        })
    }

    /// The digits of an amount before the decimals and those after, without its sign. The special currencies hide their idle ones.
    pub fn parts(self, amount: i64) -> (String, String) {
        let decimals = self.decimals();
        let unit = 10_u64.pow(decimals);
        let absolute = amount.unsigned_abs();
        let whole = (absolute / unit).to_string();
        if decimals == 0 || matches!(self.0, "isk" | "ugx") {
            return (whole, String::new());
        }
        let width = usize::try_from(decimals).unwrap_or(2);
        (whole, format!("{:0width$}", absolute % unit))
    }

    /// An English number.
    fn number(self, amount: i64) -> String {
        let (whole, decimals) = self.parts(amount);
        let sign = if amount < 0 { "-" } else { "" };
        let point = if decimals.is_empty() { "" } else { "." };
        format!("{sign}{}{point}{decimals}", group(&whole))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

fn group(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::{AmountFault, Currency};

    #[track_caller]
    fn shows(code: &str, amount: i64, expect: &str) {
        assert_eq!(Currency::parse(code).unwrap().format(amount), expect);
    }

    #[test]
    fn a_buyer_reads_each_currency_in_its_own_form() {
        shows("usd", 4_950, "$49.50");
        shows("USD", 123_456_789, "$1,234,567.89");
        shows("jpy", 500, "¥500");
        shows("kwd", 12_340, "KWD 12.340");
        shows("isk", 150_000, "ISK 1,500");
        shows("ugx", 150_000, "UGX 1,500");
        shows("eur", 5, "€0.05");
        shows("usd", 0, "$0.00");
    }

    #[track_caller]
    fn total(code: &str, amount: i64, expect: Result<(), AmountFault>) {
        assert_eq!(Currency::parse(code).unwrap().check_total(amount), expect, "{amount} {code}");
    }

    #[test]
    fn totals_have_a_least_a_most_and_a_step() {
        total("usd", 50, Ok(()));
        total("usd", 49, Err(AmountFault::BelowMinimum(50)));
        total("usd", 0, Ok(()));
        total("usd", 99_999_999, Ok(()));
        total("usd", 100_000_000, Err(AmountFault::AboveMaximum(99_999_999)));
        total("idr", 100_000_000, Ok(()));
        total("jpy", 50, Ok(()));
        total("jpy", 49, Err(AmountFault::BelowMinimum(50)));
        total("kwd", 12_340, Ok(()));
        total("kwd", 12_345, Err(AmountFault::NotAMultipleOf(10)));
        total("isk", 150, Err(AmountFault::NotAMultipleOf(100)));
        total("ugx", 200, Ok(()));
        total("huf", 17_499, Err(AmountFault::BelowMinimum(17_500)));
    }

    #[test]
    fn error_texts_put_the_code_last() {
        let text = |code: &str| {
            let currency = Currency::parse(code).unwrap();
            currency.format_in_error(currency.minimum())
        };
        assert_eq!(text("usd"), "$0.50 usd");
        assert_eq!(text("huf"), "175.00 Ft huf");
        assert_eq!(text("hkd"), "$4.00 hkd");
    }

    #[test]
    fn unknown_codes_are_no_currency() {
        assert_eq!(Currency::parse("xxx"), None);
        assert_eq!(Currency::parse(""), None);
    }

    #[test]
    fn what_a_buyer_types_is_read_in_main_units() {
        let read = |code: &str, typed: &str| Currency::parse(code).unwrap().read(typed);
        assert_eq!(read("usd", "12.50"), Some(1_250));
        assert_eq!(read("eur", "12,5"), Some(1_250));
        assert_eq!(read("usd", "12."), Some(1_200));
        assert_eq!(read("jpy", "500"), Some(500));
        assert_eq!(read("kwd", "1.25"), Some(1_250));
        for wrong in ["", ".5", "-1", "1.234", "1,000.00", "1e3", "½", "99999999999999999999"] {
            assert_eq!(read("usd", wrong), None, "{wrong}");
        }
        assert_eq!(read("jpy", "1.000"), None);
        for (code, amount, text) in [("usd", 1_205, "12.05"), ("jpy", 500, "500"), ("kwd", 1_250, "1.250")] {
            let currency = Currency::parse(code).unwrap();
            assert_eq!(currency.write(amount), text);
            assert_eq!(currency.read(text), Some(amount));
        }
    }
}
