//! Defects about calls to other services: waiting, tokens, keys, redirects.

use http::StatusCode;

use super::catalogue::Defect;
use super::hooks::Hooks;
use crate::clients::retry::{Passing, Setback};

/// How often the defect that never has enough renews a token for one call.
const RENEWALS: u32 = 25;

impl Hooks {
    /// A setback of a call to Dataverse.
    pub(crate) fn at_dataverse<E>(&self, setback: Setback<E>) -> Setback<E> {
        if self.has(Defect::RetriesAtOnce) { at_once(setback) } else { setback }
    }

    /// A setback of a call to Stripe.
    pub(crate) fn at_stripe<E>(&self, setback: Setback<E>) -> Setback<E> {
        if self.has(Defect::StripeStorm) { at_once(setback) } else { setback }
    }

    /// Whether Stripe's word about trying again counts.
    pub(crate) fn heeds_stripe(&self) -> bool {
        !self.has(Defect::IgnoresShouldRetry)
    }

    /// Whether calls that make something carry an idempotency key.
    pub(crate) fn sends_keys(&self) -> bool {
        !self.has(Defect::NoIdempotencyKey)
    }

    /// How often a refused token is renewed for one call.
    pub(crate) fn renewals(&self) -> u32 {
        if self.has(Defect::LoopsOn401) { RENEWALS } else { 1 }
    }

    /// Whether a token that was fetched before is used.
    pub(crate) fn keeps_tokens(&self) -> bool {
        !self.has(Defect::TokenPerCall)
    }

    /// Whether a refused token is forgotten.
    pub(crate) fn forgets_refused_tokens(&self) -> bool {
        !self.has(Defect::KeepsRefusedToken)
    }

    /// Whether the token endpoint's answer is read at all.
    pub(crate) fn reads_token(&self, body: &[u8]) -> bool {
        !self.has(Defect::LifetimeMustBeNumber)
            || serde_json::from_slice::<serde_json::Value>(body)
                .is_ok_and(|granted| granted.get("expires_in").is_some_and(serde_json::Value::is_u64))
    }

    /// Whether an answer of Dataverse to an operation counts as success.
    pub(crate) fn takes_for_done(&self, status: StatusCode) -> bool {
        self.has(Defect::ConflictIsDone) && matches!(status.as_u16(), 409 | 412)
    }

    /// Whether redirects of Dataverse are followed.
    #[cfg(feature = "defects")]
    pub(crate) fn follows_redirects(&self) -> bool {
        self.has(Defect::FollowsRedirects)
    }
}

/// The same, to be tried again without a pause.
fn at_once<E>(setback: Setback<E>) -> Setback<E> {
    match setback {
        Setback::Again(passing) => Setback::Again(Passing { retry_after: Some(std::time::Duration::ZERO), ..passing }),
        done @ Setback::Final(_) => done,
    }
}
