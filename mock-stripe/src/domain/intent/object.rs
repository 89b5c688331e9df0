//! The intent itself.

use super::failure::PaymentError;
use crate::domain::address::Shipping;
use crate::domain::belonging::Belonging;
use crate::domain::cards::AfterChallenge;
use crate::domain::metadata::Metadata;
use crate::domain::method_filter::MethodFilter;
use crate::domain::money::Currency;

/// `status`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing to pay with yet, or the last try failed.
    RequiresPaymentMethod,
    /// A method is there, but not confirmed.
    RequiresConfirmation,
    /// The buyer must do something (3-D Secure).
    RequiresAction,
    /// A delayed payment is on its way.
    Processing,
    /// Authorised; the seller must capture.
    RequiresCapture,
    /// Paid.
    Succeeded,
    /// Given up.
    Canceled,
}

impl Status {
    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresConfirmation => "requires_confirmation",
            Self::RequiresAction => "requires_action",
            Self::Processing => "processing",
            Self::RequiresCapture => "requires_capture",
            Self::Succeeded => "succeeded",
            Self::Canceled => "canceled",
        }
    }
}

/// `capture_method`: who takes the money once the bank has agreed, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureMethod {
    /// At once.
    Automatic,
    /// At once, the books follow.
    AutomaticAsync,
    /// The seller, by a call.
    Manual,
}

impl CaptureMethod {
    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::AutomaticAsync => "automatic_async",
            Self::Manual => "manual",
        }
    }

    /// From the wire; what the service takes when nothing is said.
    pub fn parse(text: Option<&str>) -> Self {
        match text {
            Some("automatic") => Self::Automatic,
            Some("manual") => Self::Manual,
            _ => Self::AutomaticAsync,
        }
    }
}

/// `confirmation_method`: who goes on after the buyer confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// The service.
    Automatic,
    /// The seller, who confirms once more.
    Manual,
}

impl Confirmation {
    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Manual => "manual",
        }
    }
}

/// `payment_method_options[card][request_three_d_secure]`: when the buyer is to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskBuyer {
    /// When the bank or the rules want it.
    Automatic,
    /// Whenever the card can.
    Any,
    /// Whenever the card can, with a question to answer.
    Challenge,
}

impl AskBuyer {
    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Any => "any",
            Self::Challenge => "challenge",
        }
    }

    /// From the wire.
    pub fn parse(text: &str) -> Self {
        match text {
            "any" => Self::Any,
            "challenge" => Self::Challenge,
            _ => Self::Automatic,
        }
    }
}

/// `setup_future_usage`: what the method will be used for later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetUp {
    /// Payments while the buyer is there.
    OnSession,
    /// Payments without the buyer too.
    OffSession,
}

impl SetUp {
    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnSession => "on_session",
            Self::OffSession => "off_session",
        }
    }

    /// From the wire.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "on_session" => Some(Self::OnSession),
            "off_session" => Some(Self::OffSession),
            _ => None,
        }
    }
}

/// A payment intent.
#[derive(Clone, Debug, PartialEq)]
pub struct Intent {
    /// `pi_3…`
    pub id: String,
    /// The 17 characters that every id of this payment shares.
    pub core: String,
    /// Unix seconds.
    pub created: i64,
    /// In the smallest unit.
    pub amount: i64,
    /// Authorised and not captured yet, in the smallest unit.
    pub amount_capturable: i64,
    /// Received so far, in the smallest unit.
    pub amount_received: i64,
    /// The currency.
    pub currency: Currency,
    /// `status`
    pub status: Status,
    /// Who takes the money, and when.
    pub capture_method: CaptureMethod,
    /// Who goes on after the buyer confirmed.
    pub confirmation: Confirmation,
    /// `automatic_payment_methods`: whether those may redirect; `None` when types were named instead.
    pub automatic_methods: Option<bool>,
    /// `pi_…_secret_…`
    pub client_secret: String,
    /// The customer, when there is one.
    pub customer: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Metadata.
    pub metadata: Metadata,
    /// The method of the last try that did not fail.
    pub payment_method: Option<String>,
    /// Types that may pay.
    pub payment_method_types: Vec<String>,
    /// Which of the methods that fit those are, where the seller named none.
    pub methods: MethodFilter,
    /// The last charge.
    pub latest_charge: Option<String>,
    /// Why the last try failed.
    pub last_error: Option<PaymentError>,
    /// What follows when the buyer confirms.
    pub challenge: Option<AfterChallenge>,
    /// The buyer confirmed, and this follows when the seller confirms too.
    pub confirmed: Option<AfterChallenge>,
    /// When the buyer of a card is to be asked.
    pub ask_buyer: AskBuyer,
    /// Where the buyer goes after the confirmation.
    pub return_url: Option<String>,
    /// What the method will be used for later.
    pub setup_future_usage: Option<SetUp>,
    /// Where goods go.
    pub shipping: Option<Box<Shipping>>,
    /// Unix seconds.
    pub canceled_at: Option<i64>,
    /// `abandoned`, `automatic`, `duplicate`, `fraudulent`, `requested_by_customer`.
    pub cancellation_reason: Option<String>,
    /// Receipts go there.
    pub receipt_email: Option<String>,
    /// Shown on statements.
    pub statement_descriptor: Option<String>,
    /// Shown on statements after the account's own prefix.
    pub statement_descriptor_suffix: Option<String>,
    /// Joins payments.
    pub transfer_group: Option<String>,
    /// The session that made it.
    pub session: Option<String>,
    /// What it belongs to.
    pub belongs: Belonging,
}

impl Intent {
    /// The types that may pay when the seller names none: cards, and SEPA debits for euros.
    pub fn default_types(currency: Currency) -> Vec<String> {
        let mut types = vec!["card".to_owned()];
        if currency.code() == "eur" {
            types.push("sepa_debit".to_owned());
        }
        types
    }
}
