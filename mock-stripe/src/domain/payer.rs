//! The buyer and the instrument that pays.

use super::address::Address;
use super::cards::{Behaviour, Card};
use super::metadata::Metadata;

/// What the buyer said about themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payer {
    /// E-mail address.
    pub email: Option<String>,
    /// Name, as on the card or account.
    pub name: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Postal address, when it was asked for.
    pub address: Option<Box<Address>>,
}

/// A card as Stripe remembers it: never the number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardSummary {
    /// `visa`, …
    pub brand: &'static str,
    /// Two-letter country of issue.
    pub country: &'static str,
    /// `credit`, `debit`, `prepaid`.
    pub funding: &'static str,
    /// Last four digits.
    pub last4: String,
    /// 1 to 12.
    pub exp_month: u8,
    /// Four digits.
    pub exp_year: i16,
    /// Names the card across payments: 16 characters.
    pub fingerprint: String,
    /// Whether a security code was given.
    pub cvc_given: bool,
    /// What a charge does.
    pub behaviour: Behaviour,
}

impl CardSummary {
    /// The summary of a typed card.
    pub fn of(card: &Card, fingerprint: String) -> Self {
        let facts = card.facts();
        Self {
            brand: facts.brand,
            country: facts.country,
            funding: facts.funding,
            last4: card.last4().to_owned(),
            exp_month: card.exp_month,
            exp_year: card.exp_year,
            fingerprint,
            cvc_given: card.cvc.is_some(),
            behaviour: facts.behaviour,
        }
    }
}

/// A payment instrument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instrument {
    /// A card.
    Card(CardSummary),
    /// A bank account for SEPA direct debit.
    SepaDebit {
        /// Bank code.
        bank_code: String,
        /// Two-letter country.
        country: String,
        /// Names the account across payments: 16 characters.
        fingerprint: String,
        /// Last four characters.
        last4: String,
        /// How the bank will answer.
        settles: bool,
    },
}

impl Instrument {
    /// The payment method type: `card` or `sepa_debit`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Card(_) => "card",
            Self::SepaDebit { .. } => "sepa_debit",
        }
    }
}

/// A payment method object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentMethod {
    /// `pm_…`
    pub id: String,
    /// Unix seconds.
    pub created: i64,
    /// Who pays.
    pub payer: Payer,
    /// The customer it is kept for.
    pub customer: Option<String>,
    /// Metadata.
    pub metadata: Metadata,
    /// The instrument.
    pub instrument: Instrument,
    /// What it belongs to.
    pub belongs: super::belonging::Belonging,
}

/// A customer object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// `cus_…`
    pub id: String,
    /// Unix seconds.
    pub created: i64,
    /// Who it is.
    pub payer: Payer,
    /// Starts the numbers of the customer's invoices: eight characters.
    pub invoice_prefix: String,
    /// What it belongs to.
    pub belongs: super::belonging::Belonging,
}
