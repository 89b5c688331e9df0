//! Defects about calls to other services: waiting, tokens, keys, redirects.

use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use tokio::sync::SemaphorePermit;

use super::catalogue::Defect;
use super::hooks::Hooks;
use crate::clients::http::Answer;
use crate::clients::retry::{Passing, Setback};
use crate::http::pages::Problem;

/// How often the defect that never has enough renews a token for one call.
const RENEWALS: u32 = 25;

/// Held during a visit; there is no end of them, but for the defect that serves one visitor at a time.
pub(crate) struct Place<'h>(#[expect(dead_code, reason = "held, not looked at")] Option<SemaphorePermit<'h>>);

impl Hooks {
    /// A setback of a call to Dataverse.
    pub(crate) fn at_dataverse<E>(&self, setback: Setback<E>) -> Setback<E> {
        if self.has(Defect::RetriesAtOnce) { at_once(setback) } else { setback }
    }

    /// A setback of a call to Stripe.
    pub(crate) fn at_stripe<E: From<Passing>>(&self, setback: Setback<E>) -> Setback<E> {
        match setback {
            Setback::Again(passing) if self.has(Defect::BrokenForGood) => Setback::Final(passing.into()),
            setback if self.has(Defect::StripeStorm) => at_once(setback),
            setback => setback,
        }
    }

    /// A setback of reading a purchase.
    pub(crate) fn at_reading<E>(&self, setback: Setback<E>) -> Setback<E> {
        if self.has(Defect::ReadsAtOnce) { at_once(setback) } else { setback }
    }

    /// An answer of Dataverse as it is understood.
    pub(crate) fn heard(&self, mut answer: Answer) -> Answer {
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if self.has(Defect::DateIsNow) && answer.header("retry-after").is_some_and(|text| !is_number(text)) {
            answer.headers.insert(RETRY_AFTER, HeaderValue::from_static("0"));
        }
        answer
    }

    /// A place for a visit.
    pub(crate) fn place(&self) -> Result<Place<'_>, Problem> {
        if !self.has(Defect::TurnsOthersAway) {
            return Ok(Place(None));
        }
        self.single.try_acquire().map(|held| Place(Some(held))).map_err(|_| Problem::Busy(None))
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
