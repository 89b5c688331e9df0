//! Defects about who is believed: signatures that are not looked at, or not well enough.

use axum::http::StatusCode;

use super::catalogue::Defect;
use super::hooks::Hooks;
use crate::domain::notification::Event;
use crate::domain::signature::{SignatureError, Verifier};

/// What the defect with a secret from development takes too.
const SAMPLE_SECRET: &str = "whsec_test";

impl Hooks {
    /// The header that is verified; `None` where there is none that can be.
    pub(crate) fn signature<'h>(&self, header: Option<&'h str>) -> Option<&'h str> {
        let trusting = self.has(Defect::SignatureOptional) || (self.secretless && self.has(Defect::NoSecretNoCheck));
        header.or_else(|| trusting.then_some(""))
    }

    /// Whether a delivery is Stripe's.
    pub(crate) fn verify(
        &self,
        verifier: &Verifier,
        header: &str,
        body: &[u8],
        now: i64,
    ) -> Result<(), SignatureError> {
        let verdict = self.verdict(verifier, header, body, now);
        if verdict.is_err() && self.has(Defect::ForgeriesRemembered) {
            self.remember_forgery(body);
        }
        if verdict.is_ok() && self.has(Defect::ReplayRefused) && !self.is_first(header) {
            return Err(SignatureError::NoMatch);
        }
        verdict
    }

    fn verdict(&self, verifier: &Verifier, header: &str, body: &[u8], now: i64) -> Result<(), SignatureError> {
        if self.has(Defect::ReserializesBeforeVerify) {
            return fits_a_spelling(verifier, header, body, now);
        }
        if self.has(Defect::FirstSignatureOnly) {
            return verifier.check(&first_signature(header), body, now);
        }
        if (self.has(Defect::SignatureOptional) && header.is_empty())
            || (self.has(Defect::NoSecretNoCheck) && self.secretless)
        {
            return Ok(());
        }
        let other = |secret: &str| Verifier::new(secret).check(header, body, now);
        match verifier.check(header, body, now) {
            Err(SignatureError::NoMatch) if self.has(Defect::SignatureNotCompared) => Ok(()),
            Err(SignatureError::NoMatch) if self.has(Defect::SignsItsOwnSpelling) => {
                fits_a_spelling(verifier, header, body, now)
            }
            Err(SignatureError::NoMatch) if self.has(Defect::EmptySecretFits) => other(""),
            Err(SignatureError::NoMatch) if self.has(Defect::SampleSecretFits) => other(SAMPLE_SECRET),
            Err(SignatureError::NoMatch) if self.has(Defect::TimeGuessed) => around(verifier, header, body, now),
            Err(SignatureError::OutOfTime) if self.has(Defect::NoTolerance) => Ok(()),
            Err(SignatureError::OutOfTime)
                if self.has(Defect::FutureWelcome) && time_of(header).is_some_and(|time| time > now) =>
            {
                Ok(())
            }
            verdict => verdict,
        }
    }

    /// The status of a refused delivery.
    pub(crate) fn refusal(&self, error: SignatureError) -> StatusCode {
        match error {
            SignatureError::Malformed if self.has(Defect::MalformedHeaderBreaks) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// The mode of our key, as far as events are compared with it.
    pub(crate) fn livemode(&self, ours: Option<bool>) -> Option<bool> {
        ours.filter(|_| !self.has(Defect::ModeIgnored))
    }

    fn remember_forgery(&self, body: &[u8]) {
        if let Ok(event) = Event::parse(body) {
            self.memory.lock().forgeries.insert(event.id);
        }
    }

    fn is_first(&self, header: &str) -> bool {
        self.memory.lock().headers.insert(header.to_owned())
    }
}

/// Stripe's own spelling, pretty or compact, happens to survive; any other does not.
fn fits_a_spelling(verifier: &Verifier, header: &str, body: &[u8], now: i64) -> Result<(), SignatureError> {
    let value: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let pretty = serde_json::to_vec_pretty(&value).unwrap_or_default();
    verifier.check(header, &pretty, now).or_else(|_| verifier.check(header, value.to_string().as_bytes(), now))
}

/// The header without all but the first of its `v1`.
fn first_signature(header: &str) -> String {
    let mut seen = false;
    let kept = header.split(',').filter(|part| !part.starts_with("v1=") || !std::mem::replace(&mut seen, true));
    kept.collect::<Vec<_>>().join(",")
}

fn time_of(header: &str) -> Option<i64> {
    header.split(',').find_map(|part| part.strip_prefix("t=")?.parse().ok())
}

/// The same signature under the seconds around its time.
fn around(verifier: &Verifier, header: &str, body: &[u8], now: i64) -> Result<(), SignatureError> {
    let time = time_of(header).ok_or(SignatureError::NoMatch)?;
    let under = |time: i64| {
        let rest = header.split(',').filter(|part| !part.starts_with("t="));
        let header = [format!("t={time}")].into_iter().chain(rest.map(str::to_owned)).collect::<Vec<_>>().join(",");
        verifier.check(&header, body, now)
    };
    if (time - 2..=time + 2).any(|time| under(time).is_ok()) { Ok(()) } else { Err(SignatureError::NoMatch) }
}
