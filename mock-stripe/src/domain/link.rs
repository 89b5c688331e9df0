//! A payment link: a page address that opens a checkout session for each visitor.
//!
//! Source: `facts/stripe.md` 10.

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;

use super::address::Shipping;
use super::belonging::Belonging;
use super::catalog::LineItem;
use super::collection::Collection;
use super::effect::Effect;
use super::intent::SetUp;
use super::metadata::Metadata;
use super::money::Currency;
use super::shipping::ShippingOption;

/// What the buyer meets after paying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AfterCompletion {
    /// The hosted thank-you page, with an own sentence if there is one.
    HostedConfirmation(Option<String>),
    /// The seller's page; `{CHECKOUT_SESSION_ID}` is replaced on the way.
    Redirect(String),
}

/// How many sessions may complete, and how many did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Most.
    pub limit: i64,
    /// So far.
    pub count: i64,
}

/// What a link or session hands to the payment intent it makes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntentData {
    /// `automatic`, `automatic_async` or `manual`.
    pub capture_method: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Copied to the intent, and from there to the charge.
    pub metadata: Metadata,
    /// Receipts go there (sessions only).
    pub receipt_email: Option<String>,
    /// What the method will be used for later.
    pub setup_future_usage: Option<SetUp>,
    /// Where the goods go (sessions only).
    pub shipping: Option<Box<Shipping>>,
    /// Shown on statements.
    pub statement_descriptor: Option<String>,
    /// Shown on statements after the account's own prefix.
    pub statement_descriptor_suffix: Option<String>,
    /// Joins payments.
    pub transfer_group: Option<String>,
}

static NO_DATA: LazyLock<Arc<IntentData>> = LazyLock::new(Arc::default);

impl IntentData {
    /// Nothing: the same for all who give nothing.
    pub fn nothing() -> Arc<Self> {
        Arc::clone(&NO_DATA)
    }
}

/// Settings that sessions take over from a link unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presentation {
    /// Whether a promotion code can be typed.
    pub allow_promotion_codes: Option<bool>,
    /// `auto` or `required`.
    pub billing_address_collection: Option<String>,
    /// What else is asked and said.
    pub collects: Collection,
    /// `if_required` or `always`.
    pub customer_creation: Option<String>,
    /// `card`, `sepa_debit`; all that fit when not set.
    pub payment_method_types: Option<Vec<String>>,
    /// `auto`, `book`, `donate`, `pay`.
    pub submit_type: Option<String>,
    /// The countries that goods are sent to, when the buyer is asked for an address.
    pub ships_to: Option<Arc<[String]>>,
    /// The ways of sending that the buyer chooses from; the first is chosen at first.
    pub shipping_options: Arc<[ShippingOption]>,
}

static PLAIN: LazyLock<Arc<Presentation>> = LazyLock::new(Arc::default);

impl Presentation {
    /// To be kept: most links and sessions say nothing of their page, and share that.
    pub fn kept(self) -> Arc<Self> {
        if self == **PLAIN { Arc::clone(&PLAIN) } else { Arc::new(self) }
    }
}

/// A payment link.
#[derive(Clone, Debug, PartialEq)]
pub struct PaymentLink {
    /// `plink_…`
    pub id: String,
    /// The last part of its address.
    pub slug: String,
    /// Whether visitors may pay.
    pub active: bool,
    /// Unix seconds.
    pub created: i64,
    /// What comes after payment.
    pub after_completion: AfterCompletion,
    /// The currency of every line.
    pub currency: Currency,
    /// What the page of a switched-off link says.
    pub inactive_message: Option<String>,
    /// What is sold.
    pub line_items: Arc<[LineItem]>,
    /// Copied to sessions, not further.
    pub metadata: Metadata,
    /// For the payment intent.
    pub intent_data: Option<Arc<IntentData>>,
    /// For the page.
    pub presentation: Arc<Presentation>,
    /// Set when the number of payments is limited.
    pub limit: Option<Limit>,
    /// Whether a price recurs: such a link can be made, but not paid here.
    pub recurring: bool,
    /// What it belongs to.
    pub belongs: Belonging,
}

/// What can be done to a link beside editing its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Somebody opens its address.
    Visit,
    /// A session of it completes. `flips` says whether `active` turns false at the limit.
    Complete {
        /// Whether `active` turns false when the limit is reached.
        flips: bool,
    },
    /// The seller switches it on or off.
    SetActive(bool),
}

/// Why a link does not do that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is switched off.
    Inactive,
    /// It took all the payments it may take.
    LimitReached,
}

impl PaymentLink {
    /// Whether the limit of completed sessions is used up.
    pub fn is_used_up(&self) -> bool {
        self.limit.is_some_and(|limit| limit.count >= limit.limit)
    }

    /// The lines, from which nothing is taken off before somebody buys.
    pub fn lines(&self) -> Vec<(&LineItem, i64)> {
        self.line_items.iter().map(|item| (item, 0)).collect()
    }

    /// The link after `command`. A session that was open before the link was switched off stays payable (`facts/stripe.md` 10), so
    /// completing asks for the limit only.
    pub fn apply(&self, command: Command, _now: Timestamp) -> Result<(Self, Vec<Effect>), Refusal> {
        let mut after = self.clone();
        match command {
            Command::Visit | Command::Complete { .. } if self.is_used_up() => Err(Refusal::LimitReached),
            Command::Visit if !self.active => Err(Refusal::Inactive),
            Command::Visit => Ok((after, vec![Effect::OpenSession])),
            Command::Complete { flips } => {
                let mut effects = Vec::new();
                if let Some(limit) = &mut after.limit {
                    limit.count += 1;
                    effects.push(Effect::Emit("payment_link.updated"));
                }
                if after.is_used_up() {
                    after.active = after.active && !flips;
                    effects.push(Effect::LimitReached);
                }
                Ok((after, effects))
            }
            Command::SetActive(active) => {
                after.active = active;
                let changed = active != self.active;
                Ok((after, if changed { vec![Effect::Emit("payment_link.updated")] } else { Vec::new() }))
            }
        }
    }
}
