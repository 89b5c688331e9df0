//! Products, prices and line items: what is sold, for how much, how many.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::belonging::Belonging;
use super::metadata::Metadata;
use super::money::Currency;
use super::open_amount::{AmountRange, OpenAmount};

/// A thing that is sold.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// `prod_…`, or the caller's own.
    pub id: String,
    /// Whether it can be sold.
    pub active: bool,
    /// Unix seconds.
    pub created: i64,
    /// Unix seconds of the last change.
    pub updated: i64,
    /// What the buyer reads.
    pub name: String,
    /// At most 40,000 characters.
    pub description: Option<String>,
    /// At most eight URLs.
    pub images: Vec<String>,
    /// Names of features.
    pub marketing_features: Vec<String>,
    /// Metadata.
    pub metadata: Metadata,
    /// Height, length, weight, width (inches and ounces), as the caller wrote them.
    pub package_dimensions: Option<[String; 4]>,
    /// Whether it is shipped.
    pub shippable: Option<bool>,
    /// Shown on statements.
    pub statement_descriptor: Option<String>,
    /// Tax code id.
    pub tax_code: Option<String>,
    /// `seat`, say.
    pub unit_label: Option<String>,
    /// Public page.
    pub url: Option<String>,
    /// The default price's id.
    pub default_price: Option<String>,
    /// Deleted products answer nothing but that.
    pub deleted: bool,
    /// What it belongs to.
    pub belongs: Belonging,
}

/// How often a recurring price is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurring {
    /// `day`, `week`, `month` or `year`.
    pub interval: String,
    /// Every how many of them.
    pub interval_count: i64,
}

/// How much a product costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Price {
    /// `price_…`
    pub id: String,
    /// Whether it can be used for new purchases.
    pub active: bool,
    /// Unix seconds.
    pub created: i64,
    /// The currency.
    pub currency: Currency,
    /// A name to find it by.
    pub lookup_key: Option<String>,
    /// Metadata.
    pub metadata: Metadata,
    /// Hidden from buyers.
    pub nickname: Option<String>,
    /// The product's id.
    pub product: String,
    /// Set for recurring prices.
    pub recurring: Option<Recurring>,
    /// `unspecified`, `inclusive` or `exclusive`.
    pub tax_behavior: String,
    /// Amount for one, in the currency's smallest unit; may have a fraction (at most 12 places).
    pub amount: Decimal,
    /// Set when the buyer chooses the amount; `amount` is then what it starts with.
    pub open: Option<OpenAmount>,
    /// What it belongs to.
    pub belongs: Belonging,
}

impl Price {
    /// The amount for one as an integer; `None` when it has a fraction, or the buyer chooses it.
    pub fn unit_amount(&self) -> Option<i64> {
        if self.open.is_some() {
            return None;
        }
        self.amount.fract().is_zero().then(|| self.amount.to_i64()).flatten()
    }

    /// What `quantity` pieces cost, in the smallest unit, half away from zero. `None` when that is beyond counting.
    pub fn total(&self, quantity: i64) -> Option<i64> {
        total_of(self.amount, quantity)
    }
}

/// What `quantity` pieces of this unit amount cost, in the smallest unit, half away from zero. `None` when that is beyond counting.
pub fn total_of(unit: Decimal, quantity: i64) -> Option<i64> {
    let total = unit.checked_mul(Decimal::from(quantity))?;
    total.round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero).to_i64()
}

/// How far the buyer may change the quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adjustable {
    /// Least.
    pub minimum: i64,
    /// Most.
    pub maximum: i64,
}

/// One line of a link or session.
#[derive(Clone, Debug, PartialEq)]
pub struct LineItem {
    /// `li_…`
    pub id: String,
    /// The price's id.
    pub price: String,
    /// What the buyer reads: the product's name when the line was made.
    pub description: String,
    /// How many.
    pub quantity: i64,
    /// Set when the buyer may change the quantity.
    pub adjustable: Option<Adjustable>,
    /// `quantity` × the price's amount, in the smallest unit.
    pub amount: i64,
    /// Which amounts the buyer chooses from, where the price leaves it open.
    pub open: Option<AmountRange>,
    /// The currency.
    pub currency: Currency,
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::Price;
    use crate::domain::belonging::Belonging;
    use crate::domain::metadata::Metadata;
    use crate::domain::money::Currency;

    fn price(amount: &str) -> Price {
        Price {
            id: "price_1".into(),
            active: true,
            created: 0,
            currency: Currency::parse("usd").unwrap(),
            lookup_key: None,
            metadata: Metadata::new(),
            nickname: None,
            product: "prod_1".into(),
            recurring: None,
            tax_behavior: "unspecified".into(),
            amount: amount.parse::<Decimal>().unwrap(),
            open: None,
            belongs: Belonging::default(),
        }
    }

    #[test]
    fn fractions_round_on_the_total_only() {
        assert_eq!(price("0.5").unit_amount(), None);
        assert_eq!(price("0.5").total(3), Some(2));
        assert_eq!(price("4950").unit_amount(), Some(4950));
        assert_eq!(price("4950").total(2), Some(9900));
        assert_eq!(price("99999999").total(i64::MAX), None);
    }
}
