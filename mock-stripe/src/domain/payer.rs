//! The buyer and the instrument that pays.

use super::address::{Address, Shipping};
use super::cards::{self, Behaviour, Card};
use super::intent::AskBuyer;
use super::metadata::Metadata;
use super::sequel::Sequel;

/// What the buyer said about themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payer {
    /// E-mail address.
    pub email: Option<String>,
    /// Name, as on the card or account.
    pub name: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Billing address, when one was asked for.
    pub address: Option<Box<Address>>,
}

impl Payer {
    /// Of whom nothing was said when it could have been.
    pub fn silent() -> Self {
        Self { address: Some(Box::default()), ..Self::default() }
    }
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
    /// Whether the buyer is asked no more once the card was set up for later payments.
    pub asks_until_set_up: bool,
    /// Whether the buyer is asked when the seller wants it.
    pub asks_on_request: bool,
    /// Why a customer cannot keep the card, if so.
    pub refuses_to_be_kept: Option<cards::Decline>,
    /// What follows a payment.
    pub sequel: Option<Sequel>,
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
            asks_until_set_up: cards::asks_until_set_up(&card.number),
            asks_on_request: cards::asks_on_request(&card.number),
            refuses_to_be_kept: cards::can_be_kept(card).err(),
            sequel: Sequel::of(&card.number),
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
    /// The instrument.
    pub instrument: Instrument,
    /// `always`, `limited` or `unspecified`.
    pub allow_redisplay: String,
    /// Metadata.
    pub metadata: Metadata,
    /// Whether it was used or given back without a customer to keep it, and so cannot be used again.
    pub spent: bool,
    /// Whether the buyer agreed to later payments without them.
    pub set_up: bool,
    /// What it belongs to.
    pub belongs: super::belonging::Belonging,
}

impl PaymentMethod {
    /// A fresh one, kept for nobody.
    pub fn new(
        id: String,
        created: i64,
        payer: Payer,
        instrument: Instrument,
        belongs: super::belonging::Belonging,
    ) -> Self {
        Self {
            id,
            created,
            payer,
            customer: None,
            instrument,
            allow_redisplay: "unspecified".to_owned(),
            metadata: Metadata::new(),
            spent: false,
            set_up: false,
            belongs,
        }
    }

    /// What a charge does; `None` for a bank account, which answers later.
    pub fn behaviour(&self, ask_buyer: AskBuyer) -> Option<Behaviour> {
        match &self.instrument {
            Instrument::Card(card) => match card.behaviour {
                Behaviour::Approve if card.asks_on_request && ask_buyer != AskBuyer::Automatic => {
                    Some(Behaviour::Challenge(cards::AfterChallenge::Approve))
                }
                Behaviour::Challenge(cards::AfterChallenge::Approve) if card.asks_until_set_up && self.set_up => {
                    Some(Behaviour::Approve)
                }
                behaviour => Some(behaviour),
            },
            Instrument::SepaDebit { .. } => None,
        }
    }
}

/// A customer object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// `cus_…`
    pub id: String,
    /// Unix seconds.
    pub created: i64,
    /// E-mail address.
    pub email: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Name of the business, where it was told apart.
    pub business_name: Option<String>,
    /// Name of the person, where it was told apart.
    pub individual_name: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Address.
    pub address: Option<Address>,
    /// Where goods go.
    pub shipping: Option<Shipping>,
    /// Metadata.
    pub metadata: Metadata,
    /// Languages, most wanted first.
    pub preferred_locales: Vec<String>,
    /// `exempt`, `none` or `reverse`.
    pub tax_exempt: String,
    /// The method that invoices would use.
    pub default_payment_method: Option<String>,
    /// Starts the numbers of the customer's invoices: three to twelve characters.
    pub invoice_prefix: String,
    /// Deleted customers answer that, and nothing else.
    pub deleted: bool,
    /// What it belongs to.
    pub belongs: super::belonging::Belonging,
}

impl Customer {
    /// A customer of whom nothing is known.
    pub fn new(id: String, created: i64, invoice_prefix: String, belongs: super::belonging::Belonging) -> Self {
        Self {
            id,
            created,
            email: None,
            name: None,
            business_name: None,
            individual_name: None,
            phone: None,
            description: None,
            address: None,
            shipping: None,
            metadata: Metadata::new(),
            preferred_locales: Vec::new(),
            tax_exempt: "none".to_owned(),
            default_payment_method: None,
            invoice_prefix,
            deleted: false,
            belongs,
        }
    }
}
