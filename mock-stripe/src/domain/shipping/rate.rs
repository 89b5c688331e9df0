//! A shipping rate: what one way of sending costs, and how long it takes.
//!
//! Source: <https://docs.stripe.com/api/shipping_rates/object>.

use crate::domain::belonging::Belonging;
use crate::domain::metadata::Metadata;
use crate::domain::money::Currency;

/// A shipping rate.
#[derive(Clone, Debug, PartialEq)]
pub struct ShippingRate {
    /// `shr_…`
    pub id: String,
    /// Unix seconds.
    pub created: i64,
    /// Whether new orders can have it.
    pub active: bool,
    /// What the buyer reads.
    pub display_name: String,
    /// In the currency's smallest unit.
    pub amount: i64,
    /// The currency.
    pub currency: Currency,
    /// How long it takes at least and at most, when anything is said of it.
    pub estimate: Option<(Option<Bound>, Option<Bound>)>,
    /// `exclusive`, `inclusive` or `unspecified`.
    pub tax_behavior: String,
    /// Tax code id.
    pub tax_code: Option<String>,
    /// Metadata.
    pub metadata: Metadata,
    /// What it belongs to.
    pub belongs: Belonging,
}

/// So many units of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// `hour`, `day`, `business_day`, `week` or `month`.
    pub unit: String,
    /// How many.
    pub value: i64,
}

/// A rate that a link or session offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShippingOption {
    /// The rate's id.
    pub rate: String,
    /// What the buyer reads.
    pub name: String,
    /// What it costs, in the smallest unit.
    pub amount: i64,
}
