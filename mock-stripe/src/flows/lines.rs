//! Line items: from a request's parameters to what is sold, with the prices described on the way.

use std::sync::Arc;

use crate::domain::belonging::Belonging;
use crate::domain::catalog::{Adjustable, LineItem, Price, total_of};
use crate::domain::money::{AmountFault, Currency};
use crate::domain::open_amount::{OpenAmount, Unsellable, sellable};
use crate::error::Error;
use crate::params::Params;

use super::Tx;
use super::prices::{self, Described};

/// Most pieces on one line.
pub(crate) const MOST_QUANTITY: i64 = 999_999;

/// Lines that were read, all in one currency.
pub(crate) struct Lines {
    pub(crate) items: Vec<LineItem>,
    pub(crate) currency: Currency,
    pub(crate) recurring: bool,
    /// What the prices and products belong to.
    pub(crate) belongs: Belonging,
    /// Those of the prices that were described, not named: stored once nothing can be refused any more.
    pub(crate) described: Vec<Described>,
}

impl Lines {
    /// The lines' ids with their products.
    pub(crate) fn products(&self, tx: &Tx<'_>) -> Vec<(String, String)> {
        let described = |id: &str| self.described.iter().map(|it| &it.price).find(|price| price.id == id);
        let product = |id: &str| match described(id) {
            Some(price) => price.product.clone(),
            None => tx.state.prices.get(id).map(|price| price.product.clone()).unwrap_or_default(),
        };
        self.items.iter().map(|item| (item.id.clone(), product(&item.price))).collect()
    }
}

/// A line that was looked at, before anything is described.
struct Draft {
    price: Option<Arc<Price>>,
    quantity: i64,
    adjustable: Option<Adjustable>,
    open: Option<OpenAmount>,
}

/// Reads `line_items`. The total must be chargeable; `belongs` is what the request itself is about. Nothing is stored: whoever reads may
/// still refuse, and keeps what was [described](Lines::described) when not.
pub(crate) fn read(tx: &Tx<'_>, params: &Params, belongs: &Belonging) -> Result<Lines, Error> {
    let rows = params.objects("line_items").unwrap_or_default();
    let mut currency = params.currency("currency");
    let mut drafts = Vec::with_capacity(rows.len());
    let mut total = 0_i64;
    for (index, row) in rows.iter().enumerate() {
        let name = |member: &str| format!("line_items[{index}][{member}]");
        let (price, unit, its_currency, open) = match (row.text("price"), row.object("price_data")) {
            (Some(_), Some(_)) => return Err(Error::exclusive(&name("price"), &name("price_data"))),
            (None, None) => return Err(Error::missing(&name("price"))),
            (Some(id), None) => {
                let price = existing_price(tx, id, || name("price"))?;
                let (unit, currency, open) = (price.amount, price.currency, price.open);
                (Some(price), unit, currency, open)
            }
            (None, Some(data)) => {
                let asked = prices::check(tx, data, &name("price_data"))?;
                (None, asked.amount, asked.currency, asked.open)
            }
        };
        let expected = *currency.get_or_insert(its_currency);
        if its_currency != expected {
            return Err(Error::invalid(format!(
                "The price specified only supports `{its_currency}`. This doesn't match the expected currency: `{expected}`."
            ))
            .param(name("price")));
        }
        let quantity = row.integer("quantity").ok_or_else(|| Error::missing(&name("quantity")))?;
        let amount = total_of(unit, quantity)
            .ok_or_else(|| Error::bad_total(AmountFault::AboveMaximum(expected.maximum()), expected))?;
        total = total.saturating_add(amount);
        let adjustable = adjustable(row, || name("adjustable_quantity"))?;
        drafts.push((Draft { price, quantity, adjustable, open }, amount));
    }
    let currency = currency.filter(|_| !drafts.is_empty()).ok_or_else(|| Error::missing("line_items"))?;
    currency.check_total(total).map_err(|fault| Error::bad_total(fault, currency))?;

    let mut belongs = belongs.clone();
    let mut items = Vec::with_capacity(drafts.len());
    let mut described = Vec::new();
    let mut recurring = false;
    for (index, ((draft, amount), row)) in drafts.into_iter().zip(&rows).enumerate() {
        let (price, new) = match draft.price {
            Some(price) => (price, None),
            None => {
                let data = row.object("price_data").unwrap_or_default();
                let new = prices::describe(tx, data, &format!("line_items[{index}][price_data]"), &belongs)?;
                (Arc::clone(&new.price), Some(new))
            }
        };
        recurring |= price.recurring.is_some();
        belongs.inherit(&price.belongs);
        let description = match new.as_ref().and_then(|new| new.product.as_ref()) {
            Some(product) => product.name.clone(),
            None => tx.state.products.get(&price.product).map(|product| product.name.clone()).unwrap_or_default(),
        };
        items.push(LineItem {
            id: tx.mint.plain("li_", &belongs.scope),
            description,
            price: price.id.clone(),
            quantity: draft.quantity,
            adjustable: draft.adjustable,
            amount,
            open: draft.open.map(|open| open.range(currency)),
            currency,
        });
        described.extend(new);
    }
    Ok(Lines { items, currency, recurring, belongs, described })
}

/// Whether these lines can be sold together, with discounts or without.
pub(super) fn check_open(lines: &[LineItem], discounts: Option<&str>) -> Result<(), Error> {
    sellable(lines, discounts.is_some()).map_err(|reason| {
        let (what, param) = match reason {
            Unsellable::OtherLines => ("with other line items", "line_items"),
            Unsellable::Quantity => ("with a quantity other than 1", "line_items[0][quantity]"),
            Unsellable::Discounts => ("with discounts or promotion codes", discounts.unwrap_or_default()),
        };
        Error::invalid(format!("Prices with `custom_unit_amount` cannot be used {what}.")).param(param)
    })
}

/// `param` names the parameter, should there be something to complain about.
fn existing_price(tx: &Tx<'_>, id: &str, param: impl Fn() -> String) -> Result<Arc<Price>, Error> {
    let price = tx.state.prices.get(id).ok_or_else(|| Error::no_such_in_body("price", id, &param()))?;
    // A price may stay active while its product is archived; it cannot be sold then.
    let product = tx.state.products.get(&price.product);
    let sellable = price.active && product.is_some_and(|product| product.active && !product.deleted);
    if sellable { Ok(price) } else { Err(inactive(&param())) }
}

fn inactive(param: &str) -> Error {
    Error::invalid("The price specified is inactive. This field only accepts active prices.").param(param)
}

fn adjustable(row: &Params, param: impl Fn() -> String) -> Result<Option<Adjustable>, Error> {
    let Some(given) = row.object("adjustable_quantity") else { return Ok(None) };
    if given.flag("enabled") != Some(true) {
        return Ok(None);
    }
    let range =
        Adjustable { minimum: given.integer("minimum").unwrap_or(0), maximum: given.integer("maximum").unwrap_or(99) };
    if range.minimum > range.maximum {
        let message = "The minimum of an adjustable quantity must not be above its maximum.";
        return Err(Error::invalid(message).param(format!("{}[minimum]", param())));
    }
    Ok(Some(range))
}
