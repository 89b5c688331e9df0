//! Shipping rates, and the ways of sending that links and sessions offer.

use std::sync::Arc;

use crate::domain::belonging::Belonging;
use crate::domain::money::Currency;
use crate::domain::shipping::{Bound, ShippingOption, ShippingRate};
use crate::error::Error;
use crate::params::Params;

use super::Tx;

/// Makes a rate. `prefix` names the object around its parameters.
pub(crate) fn create(
    tx: &mut Tx<'_>,
    params: &Params,
    prefix: &str,
    belongs: &Belonging,
) -> Result<Arc<ShippingRate>, Error> {
    let rate = read(tx, params, prefix, belongs)?;
    Ok(tx.state.shipping_rates.put(rate))
}

fn read(tx: &Tx<'_>, params: &Params, prefix: &str, belongs: &Belonging) -> Result<ShippingRate, Error> {
    let name = |member: &str| if prefix.is_empty() { member.to_owned() } else { format!("{prefix}[{member}]") };
    let fixed = params.object("fixed_amount").ok_or_else(|| Error::missing(&name("fixed_amount")))?;
    let (amount, currency) = (fixed.integer("amount").unwrap_or_default(), fixed.currency("currency"));
    let currency = currency.ok_or_else(|| Error::missing(&format!("{}[currency]", name("fixed_amount"))))?;
    currency
        .check_unit(amount)
        .map_err(|fault| Error::bad_unit_amount(&format!("{}[amount]", name("fixed_amount")), fault, currency))?;
    let estimate = params.object("delivery_estimate").map(|given| {
        let bound = |end: &str| {
            let given = given.object(end)?;
            Some(Bound { unit: given.string("unit")?, value: given.integer("value")? })
        };
        (bound("minimum"), bound("maximum"))
    });
    Ok(ShippingRate {
        id: tx.mint.plain("shr_", &belongs.scope),
        created: tx.seconds(),
        active: true,
        display_name: params.string("display_name").unwrap_or_default(),
        amount,
        currency,
        estimate,
        tax_behavior: params.string("tax_behavior").unwrap_or_else(|| "unspecified".to_owned()),
        tax_code: params.string("tax_code"),
        metadata: params.metadata().made().map_err(|fault| Error::metadata(&fault))?,
        belongs: belongs.clone(),
    })
}

/// Changes a rate: its amount never changes.
pub(crate) fn update(tx: &mut Tx<'_>, rate: &ShippingRate, params: &Params) -> Result<Arc<ShippingRate>, Error> {
    let mut after = rate.clone();
    after.metadata = params.metadata().apply(&rate.metadata).map_err(|fault| Error::metadata(&fault))?;
    after.active = params.flag("active").unwrap_or(after.active);
    if let Some(behavior) = params.string("tax_behavior") {
        after.tax_behavior = behavior;
    }
    Ok(tx.state.shipping_rates.put(after))
}

/// The rates that `shipping_options` names or describes; those that are described are not stored yet. Nothing when the parameter was not
/// sent.
pub(super) fn offered(
    tx: &Tx<'_>,
    params: &Params,
    belongs: &Belonging,
) -> Result<Option<Vec<Arc<ShippingRate>>>, Error> {
    if !params.has("shipping_options") {
        return Ok(None);
    }
    let mut offered = Vec::new();
    for (at, row) in params.objects("shipping_options").unwrap_or_default().iter().enumerate() {
        let name = |member: &str| format!("shipping_options[{at}][{member}]");
        offered.push(match (row.text("shipping_rate"), row.object("shipping_rate_data")) {
            (Some(_), Some(_)) => return Err(Error::exclusive(&name("shipping_rate"), &name("shipping_rate_data"))),
            (None, None) => return Err(Error::missing(&name("shipping_rate"))),
            (None, Some(data)) => Arc::new(read(tx, data, &name("shipping_rate_data"), belongs)?),
            (Some(id), None) => {
                let rate = tx.state.shipping_rates.get(id);
                rate.ok_or_else(|| Error::no_such_in_body("shipping rate", id, &name("shipping_rate")))?
            }
        });
    }
    Ok(Some(offered))
}

/// The same as a link or session in `currency` has them, when it may.
pub(super) fn options(offered: &[Arc<ShippingRate>], currency: Currency) -> Result<Arc<[ShippingOption]>, Error> {
    for (at, rate) in offered.iter().enumerate() {
        let param = format!("shipping_options[{at}][shipping_rate]");
        if !rate.active {
            let message = "The shipping rate specified is inactive. This field only accepts active shipping rates.";
            return Err(Error::invalid(message).param(param));
        }
        if rate.currency != currency {
            let message = format!(
                "The shipping rate specified only supports `{}`. This doesn't match the expected currency: `{currency}`.",
                rate.currency
            );
            return Err(Error::invalid(message).param(param));
        }
    }
    let option = |rate: &Arc<ShippingRate>| ShippingOption {
        rate: rate.id.clone(),
        name: rate.display_name.clone(),
        amount: rate.amount,
    };
    Ok(offered.iter().map(option).collect())
}

/// Stores those of the rates that were described, not named.
pub(super) fn keep(tx: &mut Tx<'_>, offered: &[Arc<ShippingRate>]) {
    for rate in offered {
        if !tx.state.shipping_rates.has(&rate.id) {
            tx.state.shipping_rates.put(rate.as_ref().clone());
        }
    }
}

/// The countries that goods are sent to; nothing when the parameter was not sent, or unset.
pub(super) fn countries(params: &Params) -> Option<Arc<[String]>> {
    let given = params.object("shipping_address_collection")?;
    given.strings("allowed_countries").map(Arc::from)
}
