//! A checkout session and what it says of itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::address::Shipping;
use crate::domain::belonging::Belonging;
use crate::domain::catalog::LineItem;
use crate::domain::collection::Names;
use crate::domain::discount::{Discount, shares};
use crate::domain::intent::{AskBuyer, Intent};
use crate::domain::link::{IntentData, Presentation};
use crate::domain::metadata::Metadata;
use crate::domain::method_filter::MethodFilter;
use crate::domain::money::Currency;
use crate::domain::payer::Payer;
use crate::domain::shipping::ShippingOption;

/// `status`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The buyer may pay.
    Open,
    /// The buyer is done; the money may still be on its way.
    Complete,
    /// Nobody paid in time.
    Expired,
}

/// `payment_status`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentStatus {
    /// No money yet.
    Unpaid,
    /// The money came.
    Paid,
    /// There was nothing to pay.
    NoPaymentRequired,
}

impl Status {
    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Complete => "complete",
            Self::Expired => "expired",
        }
    }
}

impl PaymentStatus {
    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unpaid => "unpaid",
            Self::Paid => "paid",
            Self::NoPaymentRequired => "no_payment_required",
        }
    }
}

/// Where the buyer goes after paying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Completion {
    /// The hosted page, with an own sentence if there is one.
    Hosted(Option<String>),
    /// The seller's page, placeholder unreplaced.
    Redirect(String),
}

/// What a customer that was there before keeps of what the buyer says (`customer_update`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keeps {
    /// The billing address, where it was asked for.
    pub address: bool,
    /// The name.
    pub name: bool,
    /// Where the goods go, where that was asked for.
    pub shipping: bool,
}

/// A checkout session in payment mode.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// `cs_test_…`
    pub id: String,
    /// Unix seconds.
    pub created: i64,
    /// Unix seconds.
    pub expires_at: i64,
    /// `status`
    pub status: Status,
    /// `payment_status`
    pub payment_status: PaymentStatus,
    /// The currency.
    pub currency: Currency,
    /// What is bought.
    pub line_items: Arc<[LineItem]>,
    /// How it is sent, when there are ways to choose from.
    pub shipping_option: Option<ShippingOption>,
    /// Where it is sent, when the buyer was asked.
    pub delivery: Option<Box<Shipping>>,
    /// What makes it cheaper.
    pub discount: Option<Arc<Discount>>,
    /// The link it was opened from.
    pub link: Option<String>,
    /// The payment intent, once the buyer tried.
    pub intent: Option<String>,
    /// The customer, when there is one.
    pub customer: Option<String>,
    /// What the customer keeps of what the buyer says.
    pub keeps: Keeps,
    /// Whether buyers may be shown their own currency. Amounts are never converted here.
    pub adaptive_pricing: bool,
    /// What the buyer said; set when the buyer submits.
    pub payer: Option<Payer>,
    /// The names that the buyer gave, where they were asked for.
    pub names: Option<Box<Names>>,
    /// The buyer's answers to the seller's own questions, by key.
    pub answers: BTreeMap<String, String>,
    /// Fills the e-mail field, and is fixed.
    pub customer_email: Option<String>,
    /// Fills the e-mail field, and may be changed (links).
    pub prefilled_email: Option<String>,
    /// Fills the field for a promotion code (links).
    pub prefilled_code: Option<String>,
    /// The seller's own reference.
    pub client_reference_id: Option<String>,
    /// Where the buyer goes after paying.
    pub completion: Completion,
    /// Where the buyer goes who does not want to.
    pub cancel_url: Option<String>,
    /// Metadata.
    pub metadata: Metadata,
    /// For the payment intent.
    pub intent_data: Arc<IntentData>,
    /// For the page.
    pub presentation: Arc<Presentation>,
    /// Which of the methods that fit are offered, where the seller named none.
    pub methods: MethodFilter,
    /// When the buyer of a card is to be asked.
    pub ask_buyer: AskBuyer,
    /// The page's language, when one was asked for.
    pub locale: Option<String>,
    /// Campaign parameters, appended to the redirect URL.
    pub utm: Vec<(String, String)>,
    /// What it belongs to.
    pub belongs: Belonging,
}

impl Session {
    /// The sum of all lines, in the smallest unit.
    pub fn subtotal(&self) -> i64 {
        self.line_items.iter().map(|item| item.amount).fold(0, i64::saturating_add)
    }

    /// What the buyer pays, in the smallest unit.
    pub fn total(&self) -> i64 {
        (self.subtotal() - self.taken_off()).saturating_add(self.sending())
    }

    /// What the chosen way of sending costs, in the smallest unit.
    pub fn sending(&self) -> i64 {
        self.shipping_option.as_ref().map_or(0, |option| option.amount)
    }

    /// What is taken off all lines together, in the smallest unit.
    pub fn taken_off(&self) -> i64 {
        if self.discount.is_none() { 0 } else { self.lines().iter().map(|(_, off)| off).sum() }
    }

    /// The lines, each with what is taken off it, in the smallest unit.
    pub fn lines(&self) -> Vec<(&LineItem, i64)> {
        let Some(discount) = &self.discount else { return self.line_items.iter().map(|item| (item, 0)).collect() };
        let amounts: Vec<_> =
            self.line_items.iter().map(|item| (item.amount, discount.lines.contains(&item.id))).collect();
        self.line_items.iter().zip(shares(discount.coupon.off, &amounts)).collect()
    }

    /// The types that the seller named, where all of them can be offered.
    pub fn named_types(&self) -> Option<&[String]> {
        self.presentation.payment_method_types.as_deref().filter(|_| !self.captures_by_hand())
    }

    /// The types of methods that the page offers: those named by the seller, or else those that fit. Only cards can be captured later.
    pub fn offers(&self) -> Vec<String> {
        let named = self.presentation.payment_method_types.clone();
        let mut types = named.unwrap_or_else(|| self.methods.apply(Intent::default_types(self.currency)));
        types.retain(|kind| kind == "card" || !self.captures_by_hand());
        types
    }

    /// Whether the seller takes the money later.
    pub fn captures_by_hand(&self) -> bool {
        self.intent_data.capture_method.as_deref() == Some("manual")
    }

    /// Whether the buyer can pay at `now`.
    pub fn is_payable(&self, now: Timestamp) -> bool {
        self.status == Status::Open && now.as_second() < self.expires_at
    }
}
