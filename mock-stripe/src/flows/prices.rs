//! Prices: described, made, changed.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::domain::belonging::Belonging;
use crate::domain::catalog::{Price, Product, Recurring};
use crate::domain::metadata::Metadata;
use crate::domain::money::Currency;
use crate::domain::open_amount::{OpenAmount, Wrong};
use crate::error::Error;
use crate::params::Params;

use super::{Tx, products};

/// Whether a price can be made of these parameters, and what one costs then; `prefix` names where they stand (empty at the top).
pub(crate) fn check(tx: &Tx<'_>, params: &Params, prefix: &str) -> Result<Asked, Error> {
    let amount = amount_of(params, prefix)?;
    params.metadata().made().map_err(|fault| Error::metadata(&fault))?;
    match (params.text("product"), params.object("product_data")) {
        (Some(_), Some(_)) => return Err(Error::exclusive(&at(prefix, "product"), &at(prefix, "product_data"))),
        (None, None) => return Err(Error::missing(&at(prefix, "product"))),
        (Some(id), None) => {
            if tx.state.products.get(id).is_none_or(|product| product.deleted) {
                return Err(Error::no_such_in_body("product", id, &at(prefix, "product")));
            }
        }
        (None, Some(data)) => {
            data.metadata().made().map_err(|fault| Error::metadata(&fault))?;
            if let Some(id) = data.text("id")
                && tx.state.products.has(id)
            {
                let param = at(prefix, "product_data[id]");
                return Err(Error::invalid("Product already exists.").code("resource_already_exists").param(param));
            }
        }
    }
    if let Some(key) = params.text("lookup_key")
        && params.flag("transfer_lookup_key") != Some(true)
        && tx.state.prices.by("lookup_key", key).any(|price| price.lookup_key.as_deref() == Some(key))
    {
        let message = format!("A price already uses the lookup key '{key}'.");
        return Err(Error::invalid(message).param(at(prefix, "lookup_key")));
    }
    Ok(amount)
}

/// A price that somebody described, and its product when that was described with it. Neither is stored yet.
pub(crate) struct Described {
    pub(crate) price: Arc<Price>,
    pub(crate) product: Option<Product>,
}

/// What is described by parameters that [`check`] would let pass; nothing is changed yet.
pub(crate) fn describe(tx: &Tx<'_>, params: &Params, prefix: &str, belongs: &Belonging) -> Result<Described, Error> {
    let asked = check(tx, params, prefix)?;
    let metadata = |params: &Params| params.metadata().made().map_err(|fault| Error::metadata(&fault));
    let mut belongs = belongs.clone();
    let (id, product) = match params.object("product_data") {
        Some(data) => {
            let product = products::described(tx, data, metadata(data)?, &belongs);
            (product.id.clone(), Some(product))
        }
        None => {
            let id = params.text("product").unwrap_or_default();
            let product = tx.state.products.get(id).ok_or_else(|| Error::no_such_in_body("product", id, "product"))?;
            belongs.inherit(&product.belongs);
            (product.id.clone(), None)
        }
    };
    let price = described(tx, params, &id, asked, metadata(params)?, &belongs);
    Ok(Described { price: Arc::new(price), product })
}

/// Stores what was described.
pub(crate) fn keep(tx: &mut Tx<'_>, described: Described) -> Arc<Price> {
    if let Some(product) = described.product {
        products::announce(tx, product);
    }
    if let Some(key) = &described.price.lookup_key {
        release_lookup_key(tx, key);
    }
    announce(tx, Arc::unwrap_or_clone(described.price))
}

/// Makes a price, and its product when that is described instead of named.
pub(crate) fn create(tx: &mut Tx<'_>, params: &Params, belongs: &Belonging) -> Result<Arc<Price>, Error> {
    let described = describe(tx, params, "", belongs)?;
    Ok(keep(tx, described))
}

/// Changes a price; its amount never changes.
pub(crate) fn update(tx: &mut Tx<'_>, price: &Arc<Price>, params: &Params) -> Result<Arc<Price>, Error> {
    let mut after = price.as_ref().clone();
    after.metadata = params.metadata().apply(&price.metadata).map_err(|fault| Error::metadata(&fault))?;
    after.active = params.flag("active").unwrap_or(price.active);
    if params.has("nickname") {
        after.nickname = params.string("nickname");
    }
    if let Some(tax) = params.string("tax_behavior") {
        if price.tax_behavior != "unspecified" && price.tax_behavior != tax {
            let message = "You cannot change `tax_behavior` once it is set to `inclusive` or `exclusive`.";
            return Err(Error::invalid(message).param("tax_behavior").executed());
        }
        after.tax_behavior = tax;
    }
    if params.has("lookup_key") {
        let key = params.string("lookup_key");
        if let Some(key) = &key
            && price.lookup_key.as_ref() != Some(key)
        {
            let taken = tx.state.prices.by("lookup_key", key).any(|other| other.lookup_key.as_ref() == Some(key));
            if taken && params.flag("transfer_lookup_key") != Some(true) {
                let message = format!("A price already uses the lookup key '{key}'.");
                return Err(Error::invalid(message).param("lookup_key"));
            }
            release_lookup_key(tx, key);
        }
        after.lookup_key = key;
    }
    if after == **price {
        return Ok(Arc::clone(price));
    }
    let after = tx.state.prices.put(after);
    tx.emit_change("price.updated", Arc::clone(price), Arc::clone(&after), &after.belongs, None);
    Ok(after)
}

fn release_lookup_key(tx: &mut Tx<'_>, key: &str) {
    let holders: Vec<_> =
        tx.state.prices.by("lookup_key", key).filter(|price| price.lookup_key.as_deref() == Some(key)).collect();
    for holder in holders {
        tx.state.prices.put(Price { lookup_key: None, ..holder.as_ref().clone() });
    }
}

/// The price that these parameters describe; it is not stored yet.
pub(super) fn described(
    tx: &Tx<'_>,
    params: &Params,
    product: &str,
    asked: Asked,
    metadata: Metadata,
    belongs: &Belonging,
) -> Price {
    Price {
        id: tx.mint.plain("price_", &belongs.scope),
        active: params.flag("active").unwrap_or(true),
        created: tx.seconds(),
        currency: asked.currency,
        lookup_key: params.string("lookup_key"),
        metadata,
        nickname: params.string("nickname"),
        product: product.to_owned(),
        recurring: params.object("recurring").map(|recurring| Recurring {
            interval: recurring.string("interval").unwrap_or_default(),
            interval_count: recurring.integer("interval_count").unwrap_or(1),
        }),
        tax_behavior: params.string("tax_behavior").unwrap_or_else(|| "unspecified".to_owned()),
        amount: asked.amount,
        open: asked.open,
        belongs: belongs.clone(),
    }
}

/// What one costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// In the smallest unit; what it starts with where the buyer chooses.
    pub(crate) amount: Decimal,
    pub(crate) currency: Currency,
    /// Set when the buyer chooses.
    pub(crate) open: Option<OpenAmount>,
}

/// The amount that the buyer chooses, from `custom_unit_amount`.
fn open_amount(params: &Params, given: &Params, prefix: &str, currency: Currency) -> Result<Asked, Error> {
    let name = at(prefix, "custom_unit_amount");
    if let Some(other) = ["unit_amount", "unit_amount_decimal"].into_iter().find(|other| params.has(other)) {
        return Err(Error::exclusive(&at(prefix, other), &name));
    }
    if given.flag("enabled") != Some(true) {
        let message = "Pass in `true` to enable `custom_unit_amount`, otherwise omit `custom_unit_amount`.";
        return Err(Error::invalid(message).param(format!("{name}[enabled]")));
    }
    if params.has("recurring") {
        let message = "Prices with `custom_unit_amount` cannot be recurring.";
        return Err(Error::invalid(message).param(at(prefix, "recurring")));
    }
    let open = OpenAmount {
        minimum: given.integer("minimum"),
        maximum: given.integer("maximum"),
        preset: given.integer("preset"),
    };
    open.check(currency).map_err(|wrong| match wrong {
        Wrong::Minimum(fault) => Error::bad_unit_amount(&format!("{name}[minimum]"), fault, currency),
        Wrong::Maximum(fault) => Error::bad_unit_amount(&format!("{name}[maximum]"), fault, currency),
        Wrong::Preset => {
            let message = "The preset amount must be one that the customer could choose.";
            Error::invalid(message).param(format!("{name}[preset]"))
        }
    })?;
    Ok(Asked { amount: Decimal::from(open.start(currency)), currency, open: Some(open) })
}

/// The amount for one and its currency, from `unit_amount`, `unit_amount_decimal` or `custom_unit_amount`.
pub(super) fn amount_of(params: &Params, prefix: &str) -> Result<Asked, Error> {
    let currency = params.currency("currency").ok_or_else(|| Error::missing(&at(prefix, "currency")))?;
    if let Some(given) = params.object("custom_unit_amount") {
        return open_amount(params, given, prefix, currency);
    }
    let (amount, param) = match (params.integer("unit_amount"), params.text("unit_amount_decimal")) {
        (Some(_), Some(_)) => {
            return Err(Error::exclusive(&at(prefix, "unit_amount"), &at(prefix, "unit_amount_decimal")));
        }
        (Some(amount), None) => (Decimal::from(amount), "unit_amount"),
        (None, Some(text)) => {
            let param = at(prefix, "unit_amount_decimal");
            let amount = text.parse().map_err(|_| Error::wrong_shape(&param, "decimal"))?;
            (amount, "unit_amount_decimal")
        }
        (None, None) => return Err(Error::missing(&at(prefix, "unit_amount"))),
    };
    let fault = |fault| Error::bad_unit_amount(&at(prefix, param), fault, currency);
    match (amount.fract().is_zero(), i64::try_from(amount.trunc())) {
        (true, Ok(whole)) => currency.check_unit(whole).map_err(fault)?,
        (false, Ok(whole)) if whole < currency.maximum() => {}
        _ => return Err(fault(crate::domain::money::AmountFault::AboveMaximum(currency.maximum()))),
    }
    Ok(Asked { amount, currency, open: None })
}

/// Stores a new price and tells of it.
pub(super) fn announce(tx: &mut Tx<'_>, price: Price) -> Arc<Price> {
    let price = tx.state.prices.put(price);
    tx.emit("price.created", Arc::clone(&price), &price.belongs);
    if price.recurring.is_some() {
        let plan = plan(&price, tx.view.livemode);
        tx.emit("plan.created", plan, &price.belongs);
    }
    price
}

/// The older object that still accompanies recurring prices.
fn plan(price: &Price, livemode: bool) -> serde_json::Value {
    let recurring = price.recurring.as_ref();
    serde_json::json!({
        "id": price.id,
        "object": "plan",
        "active": price.active,
        "amount": price.unit_amount(),
        "amount_decimal": price.amount.normalize().to_string(),
        "billing_scheme": "per_unit",
        "created": price.created,
        "currency": price.currency.code(),
        "interval": recurring.map(|recurring| recurring.interval.as_str()),
        "interval_count": recurring.map(|recurring| recurring.interval_count),
        "livemode": livemode,
        "metadata": price.metadata,
        "meter": null,
        "nickname": price.nickname,
        "product": price.product,
        "tiers_mode": null,
        "transform_usage": null,
        "trial_period_days": null,
        "usage_type": "licensed",
    })
}

fn at(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}[{name}]") }
}
