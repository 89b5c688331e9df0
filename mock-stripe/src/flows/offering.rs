//! Which types of methods a payment offers: named by the seller, filtered, or all that fit.

use crate::domain::intent::Intent;
use crate::domain::method_filter::{METHOD_TYPES, MethodFilter};
use crate::domain::money::Currency;
use crate::error::Error;
use crate::params::Params;
use crate::wire::Version;

use super::{Tx, links};

/// The first version whose intents take whatever methods the account has when none are named.
const AUTOMATIC_METHODS: &str = "2023-08-16";

/// Which of the methods that fit are let through. `exclusive` are the parameters that cannot stand beside a filter by name.
pub(super) fn filter(params: &Params, exclusive: &[&str]) -> Result<MethodFilter, Error> {
    let names = |name: &str| params.strings(name).filter(|names| !names.is_empty());
    let allowed = names("allowed_payment_method_types");
    let excluded = names("excluded_payment_method_types");
    if allowed.is_some()
        && let Some(other) = exclusive.iter().find(|name| params.has(name))
    {
        return Err(Error::exclusive("allowed_payment_method_types", other));
    }
    match (allowed, excluded) {
        (Some(_), Some(_)) => Err(Error::exclusive("allowed_payment_method_types", "excluded_payment_method_types")),
        (Some(names), None) => Ok(MethodFilter::Allowed(names)),
        (None, Some(names)) => Ok(MethodFilter::Excluded(names)),
        (None, None) => Ok(MethodFilter::All),
    }
}

/// How an intent may be paid.
pub(super) struct Offer {
    /// Whether the methods are the account's own choice, and may redirect.
    pub(super) automatic: Option<bool>,
    /// Which of those that fit are let through.
    pub(super) filter: MethodFilter,
    /// The types that may pay.
    pub(super) types: Vec<String>,
}

/// How a new intent may be paid.
pub(super) fn offered(tx: &Tx<'_>, params: &Params, currency: Currency) -> Result<Offer, Error> {
    let automatic = params.object("automatic_payment_methods");
    let enabled = automatic.as_ref().and_then(|given| given.flag("enabled"));
    let types = named_types(tx, params)?;
    let filter = filter(params, &["automatic_payment_methods", "payment_method_types"])?;
    let offer = |automatic, types| Ok(Offer { automatic, filter: filter.clone(), types });
    match (types, enabled) {
        (Some(_), Some(true)) => Err(Error::exclusive("automatic_payment_methods", "payment_method_types")),
        (Some(types), _) => offer(None, check_types(types, currency)?),
        // A filter by name leaves nothing that could redirect.
        (None, _) if filter.allowed().is_some() => offer(None, fitting(&filter, currency)?),
        (None, None) if tx.api_version < AUTOMATIC_METHODS => offer(None, vec!["card".to_owned()]),
        (None, Some(false)) => offer(None, vec!["card".to_owned()]),
        (None, _) => {
            let redirects = automatic.and_then(|given| given.string("allow_redirects"));
            offer(Some(redirects.as_deref() != Some("never")), fitting(&filter, currency)?)
        }
    }
}

/// The types that a caller names. The newest versions of the API do not take them any more.
pub(super) fn named_types(tx: &Tx<'_>, params: &Params) -> Result<Option<Vec<String>>, Error> {
    let types = params.strings("payment_method_types").filter(|types| !types.is_empty());
    if types.is_some() && tx.view.version >= Version::ENDIVE { Err(Error::method_types_gone()) } else { Ok(types) }
}

/// The types that fit and are let through.
pub(super) fn fitting(filter: &MethodFilter, currency: Currency) -> Result<Vec<String>, Error> {
    let types = filter.apply(Intent::default_types(currency));
    if types.is_empty() { Err(links::nothing_to_pay_with(false)) } else { Ok(types) }
}

/// Whether the named types can pay in this currency.
pub(super) fn check_types(types: Vec<String>, currency: Currency) -> Result<Vec<String>, Error> {
    if let Some(other) = types.iter().find(|kind| !METHOD_TYPES.contains(&kind.as_str())) {
        return Err(Error::no_such_method_type(other));
    }
    if let Some(other) = types.iter().find(|kind| !matches!(kind.as_str(), "card" | "sepa_debit")) {
        return Err(Error::unsupported(format!("payment methods of type {other:?}"), Some("payment_method_types")));
    }
    if currency.code() != "eur" && types.iter().any(|kind| kind == "sepa_debit") {
        let message = format!(
            "The currency provided ({currency}) is invalid for one or more payment method types on this PaymentIntent."
        );
        return Err(Error::invalid(message).code("payment_intent_invalid_parameter").param("currency"));
    }
    Ok(types)
}
