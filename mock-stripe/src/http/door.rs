//! Who is let in: keys, limits on calls, and versions of the API.

use std::borrow::Cow;

use http::{HeaderMap, Uri, header};

use super::call::{Operation, id_in};
use super::names::{STRIPE_ACCOUNT, STRIPE_CONTEXT, STRIPE_VERSION};
use crate::domain::rate::{Ask, Family};
use crate::error::Error;
use crate::stripe::Stripe;
use crate::wire::version;

/// `Bearer` with the key, or `Basic` with the key as user.
pub(super) fn authorize(stripe: &Stripe, headers: &HeaderMap) -> Result<(), Error> {
    let key = key_in(headers);
    if key.is_empty() {
        return Err(Error::no_key());
    }
    let known = stripe.config.api_keys.iter().any(|known| {
        // The comparison takes as long for a wrong key as for a right one.
        bool::from(subtle::ConstantTimeEq::ct_eq(known.as_bytes(), key.as_bytes()))
    });
    match known {
        true => Ok(()),
        false if key.starts_with("pk_") => Err(Error::publishable_key()),
        false => Err(Error::wrong_key(&key)),
    }
}

/// Whether the account that the call is about is this one: a key of a platform could name a connected account, and there is none.
pub(super) fn check_account(stripe: &Stripe, headers: &HeaderMap) -> Result<(), Error> {
    let named = [STRIPE_ACCOUNT, STRIPE_CONTEXT].into_iter().filter_map(|name| headers.get(name));
    let mut named = named.map(|value| String::from_utf8_lossy(value.as_bytes()));
    match named.find(|account| !account.is_empty() && **account != *stripe.config.account) {
        Some(other) => Err(Error::other_account(&key_in(headers), &other)),
        None => Ok(()),
    }
}

/// The key that a call brings; empty when there is none.
fn key_in(headers: &HeaderMap) -> Cow<'_, str> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Cow::Borrowed("") };
    match String::from_utf8_lossy(value.as_bytes()) {
        Cow::Borrowed(text) => key_of(text),
        Cow::Owned(text) => Cow::Owned(key_of(&text).into_owned()),
    }
}

/// The key of an `Authorization`.
fn key_of(text: &str) -> Cow<'_, str> {
    let (scheme, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    if scheme.eq_ignore_ascii_case("bearer") {
        Cow::Borrowed(rest.trim())
    } else if scheme.eq_ignore_ascii_case("basic") {
        Cow::Owned(basic_user(rest.trim()).unwrap_or_default())
    } else {
        Cow::Borrowed("")
    }
}

/// Counts the call where the account has limits.
pub(super) fn admit(operation: &Operation, stripe: &Stripe, uri: &Uri) -> Result<(), Error> {
    let family = match operation.path {
        path if path.ends_with("/search") => Family::Search,
        path if path.starts_with("/v1/files") => Family::Files,
        _ => Family::Other,
    };
    let of_intent = operation.method == "POST" && operation.path.starts_with("/v1/payment_intents/{intent}");
    let intent = of_intent.then(|| id_in(operation.path, uri.path()));
    let ask = Ask { endpoint: operation.id, family, changes_intent: intent.as_deref() };
    stripe.gate.admit(&ask, || stripe.world.clock().now()).map_err(Error::rate_limited)
}

fn basic_user(encoded: &str) -> Option<String> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(encoded).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    Some(text.split_once(':').map_or(text.as_str(), |(user, _)| user).to_owned())
}

/// Whether the version that is asked for is one.
pub(super) fn check_version(headers: &HeaderMap) -> Result<(), Error> {
    match headers.get(&STRIPE_VERSION) {
        None => Ok(()),
        Some(value) if value.to_str().is_ok_and(version::is_version) => Ok(()),
        Some(value) => {
            let shown: String = String::from_utf8_lossy(value.as_bytes()).chars().take(60).collect();
            Err(Error::invalid(format!("Invalid Stripe API version: {shown}")))
        }
    }
}
