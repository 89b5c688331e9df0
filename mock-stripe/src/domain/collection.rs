//! What the page asks a buyer beside how they pay: names, telephone, address, consent, and up to three questions of the seller's own.
//!
//! Source: `facts/stripe.md` 10, after <https://docs.stripe.com/payments/checkout/custom-components>.

/// What the page asks beside how to pay, and says beside what it says anyway.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collection {
    /// Whether a telephone number is asked for.
    pub phone: bool,
    /// Whether the name of the buyer's business is asked for, where the seller said anything of it.
    pub business_name: Option<NameAsked>,
    /// Whether the buyer's own name is asked for, where the seller said anything of it.
    pub individual_name: Option<NameAsked>,
    /// `consent_collection`, when the seller said anything of it: whether the buyer must agree to the terms of service.
    pub terms: Option<bool>,
    /// The seller's own sentences.
    pub texts: CustomTexts,
    /// The seller's own questions.
    pub fields: Vec<CustomField>,
}

/// A name that is asked for or not (`name_collection`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NameAsked {
    /// Whether it is asked for.
    pub enabled: bool,
    /// Whether it may be left empty.
    pub optional: bool,
}

/// Most characters of a name, as for customers: <https://docs.stripe.com/api/customers/create>.
pub const MOST_NAME: usize = 150;

impl NameAsked {
    /// The name that was typed; nothing where it is not asked for, or may be left out and was.
    pub fn check(self, typed: &str) -> Result<Option<String>, WrongAnswer> {
        match typed {
            _ if !self.enabled => Ok(None),
            "" if self.optional => Ok(None),
            "" => Err(WrongAnswer::Missing),
            long if long.chars().count() > MOST_NAME => Err(WrongAnswer::Length),
            name => Ok(Some(name.to_owned())),
        }
    }
}

/// The names that a buyer gave where the page asks for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Of the business.
    pub business: Option<String>,
    /// Of the buyer.
    pub individual: Option<String>,
}

impl Names {
    /// What a customer is called who is not called otherwise: the business first, then the person
    /// (<https://docs.stripe.com/changelog/clover/2025-09-30/customer-business-individual-names>).
    pub fn calling(&self) -> Option<&String> {
        self.business.as_ref().or(self.individual.as_ref())
    }
}

/// The seller's own sentences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomTexts {
    /// Below the button.
    pub after_submit: Option<String>,
    /// Beside the shipping address, which is not asked for here.
    pub shipping_address: Option<String>,
    /// Above the button.
    pub submit: Option<String>,
    /// Instead of the sentence about the terms of service.
    pub terms: Option<String>,
}

/// A question of the seller's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomField {
    /// Its name for the seller.
    pub key: String,
    /// Its name for the buyer.
    pub label: String,
    /// Whether it may be left empty.
    pub optional: bool,
    /// What may be answered.
    pub kind: FieldKind,
}

/// What may be answered to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One of these.
    Dropdown {
        /// The value that is chosen at first.
        default: Option<String>,
        /// Labels and values.
        options: Vec<(String, String)>,
    },
    /// Digits.
    Numeric(Lengths),
    /// Any text.
    Text(Lengths),
}

/// How long an answer is, and what stands there at first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lengths {
    /// What stands there at first.
    pub default: Option<String>,
    /// Most characters; 255 when not said.
    pub most: Option<i64>,
    /// Least characters.
    pub least: Option<i64>,
}

/// Most characters of an answer.
pub const MOST_ANSWER: i64 = 255;

/// Why an answer is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongAnswer {
    /// There is none.
    Missing,
    /// It is none of those offered.
    NotOffered,
    /// It is not made of digits.
    NotDigits,
    /// It is too long or too short.
    Length,
}

impl CustomField {
    /// `type` on the wire.
    pub fn kind(&self) -> &'static str {
        match self.kind {
            FieldKind::Dropdown { .. } => "dropdown",
            FieldKind::Numeric(_) => "numeric",
            FieldKind::Text(_) => "text",
        }
    }

    /// What stands there at first.
    pub fn default(&self) -> Option<&str> {
        match &self.kind {
            FieldKind::Dropdown { default, .. } => default.as_deref(),
            FieldKind::Numeric(lengths) | FieldKind::Text(lengths) => lengths.default.as_deref(),
        }
    }

    /// The answer that was typed; nothing where it may be left out and was.
    pub fn check(&self, typed: &str) -> Result<Option<String>, WrongAnswer> {
        let fits = |lengths: &Lengths| {
            let length = i64::try_from(typed.chars().count()).unwrap_or(i64::MAX);
            length <= lengths.most.unwrap_or(MOST_ANSWER) && length >= lengths.least.unwrap_or_default()
        };
        match &self.kind {
            _ if typed.is_empty() && self.optional => return Ok(None),
            _ if typed.is_empty() => return Err(WrongAnswer::Missing),
            FieldKind::Dropdown { options, .. } if options.iter().all(|(_, value)| value != typed) => {
                return Err(WrongAnswer::NotOffered);
            }
            FieldKind::Numeric(_) if !typed.bytes().all(|byte| byte.is_ascii_digit()) => {
                return Err(WrongAnswer::NotDigits);
            }
            FieldKind::Numeric(lengths) | FieldKind::Text(lengths) if !fits(lengths) => {
                return Err(WrongAnswer::Length);
            }
            _ => {}
        }
        Ok(Some(typed.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::{CustomField, FieldKind, Lengths, MOST_NAME, NameAsked, Names, WrongAnswer};

    #[track_caller]
    fn check(kind: FieldKind, optional: bool, typed: &str, expect: Result<Option<&str>, WrongAnswer>) {
        let field = CustomField { key: "k".into(), label: "K".into(), optional, kind };
        assert_eq!(field.check(typed), expect.map(|answer| answer.map(str::to_owned)), "{typed:?}");
    }

    #[test]
    fn an_answer_must_be_one_that_was_asked_for() {
        let meals = || FieldKind::Dropdown { default: None, options: vec![("Vegan".into(), "vegan".into())] };
        let short = || Lengths { most: Some(4), least: Some(2), default: None };
        check(meals(), false, "vegan", Ok(Some("vegan")));
        check(meals(), false, "Vegan", Err(WrongAnswer::NotOffered));
        check(meals(), false, "", Err(WrongAnswer::Missing));
        check(meals(), true, "", Ok(None));
        check(FieldKind::Numeric(short()), false, "0123", Ok(Some("0123")));
        check(FieldKind::Numeric(short()), false, "1", Err(WrongAnswer::Length));
        check(FieldKind::Numeric(short()), false, "-12", Err(WrongAnswer::NotDigits));
        check(FieldKind::Text(short()), false, "äöüß", Ok(Some("äöüß")));
        check(FieldKind::Text(short()), false, "äöüße", Err(WrongAnswer::Length));
        check(FieldKind::Text(Lengths::default()), false, &"x".repeat(256), Err(WrongAnswer::Length));
    }

    #[test]
    fn a_name_is_taken_where_it_is_asked_for() {
        let asked = |optional| NameAsked { enabled: true, optional };
        assert_eq!(NameAsked::default().check("Ada"), Ok(None));
        assert_eq!(asked(false).check("Ada"), Ok(Some("Ada".to_owned())));
        assert_eq!(asked(false).check(""), Err(WrongAnswer::Missing));
        assert_eq!(asked(true).check(""), Ok(None));
        assert_eq!(asked(true).check(&"ä".repeat(MOST_NAME)).map(|name| name.is_some()), Ok(true));
        assert_eq!(asked(true).check(&"ä".repeat(MOST_NAME + 1)), Err(WrongAnswer::Length));
    }

    #[test]
    fn a_customer_is_called_as_the_business_is() {
        let names = |business: Option<&str>, individual: Option<&str>| Names {
            business: business.map(str::to_owned),
            individual: individual.map(str::to_owned),
        };
        assert_eq!(names(Some("Acme"), Some("Ada")).calling().map(String::as_str), Some("Acme"));
        assert_eq!(names(None, Some("Ada")).calling().map(String::as_str), Some("Ada"));
        assert_eq!(names(None, None).calling(), None);
    }
}
