//! What the account has chosen for itself: its API version and its rate limits.

use std::sync::Arc;

use mock_core::control::Problem;

use super::dto::{RateLimiting, SetSettings, SettingsView};
use crate::settings::Settings;
use crate::stripe::Stripe;
use crate::wire::version;

/// The settings as they are.
pub(super) fn show(stripe: &Stripe) -> SettingsView {
    let settings = stripe.settings();
    SettingsView { api_version: settings.api_version.clone(), rate_limits: settings.rate_limits }
}

/// Changes them, and counts calls anew where the limits were named.
pub(super) fn set(stripe: &Stripe, change: SetSettings) -> Result<SettingsView, Problem> {
    if let Some(asked) = change.api_version.as_deref().filter(|asked| !version::is_version(asked)) {
        return Err(Problem::bad(format!("{asked:?} is not an API version"), "such as 2026-07-29.dahlia"));
    }
    let limits = change.rate_limits.map(RateLimiting::limits);
    if limits.flatten().is_some_and(|limits| !limits.is_sound()) {
        return Err(Problem::bad("a limit is out of range", "each is a number from 1 to 1,000,000"));
    }
    let mut state = stripe.state.write();
    let settings = Settings {
        api_version: change.api_version.unwrap_or_else(|| state.settings.api_version.clone()),
        rate_limits: limits.unwrap_or(state.settings.rate_limits),
    };
    state.settings = Arc::new(settings);
    if let Some(limits) = limits {
        stripe.gate.set(limits);
    }
    drop(state);
    Ok(show(stripe))
}
