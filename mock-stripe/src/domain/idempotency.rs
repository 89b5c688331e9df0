//! What a request with an `Idempotency-Key` is: the first of its kind, a repeat, or a misuse. A pure decision.
//!
//! Source: `facts/stripe.md` 4, after <https://docs.stripe.com/api/idempotent_requests>.

use jiff::{SignedDuration, Timestamp};

/// Longest key, in characters.
pub const MAX_KEY: usize = 255;

/// How long a key is remembered, in the world's time.
pub const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// What is remembered of the first request with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its path; one with an id is another endpoint than one with another id.
    pub path: String,
    /// A digest of its parameters, whatever their order.
    pub parameters: u64,
    /// When it came.
    pub at: Timestamp,
    /// Whether its answer is still being made.
    pub in_flight: bool,
}

/// What to do with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nobody used the key (or long ago): carry it out and remember.
    First,
    /// The same request again: answer what the first got.
    Replay,
    /// The first is not answered yet: 409.
    InFlight,
    /// Another endpoint than the first: 400. This was the first one's path.
    OtherEndpoint(String),
    /// Other parameters than the first: 400.
    OtherParameters,
}

/// Decides by what is remembered of the key.
pub fn decide(seen: Option<&Seen>, path: &str, parameters: u64, now: Timestamp) -> Decision {
    let Some(seen) = seen else { return Decision::First };
    if !seen.in_flight && now.duration_since(seen.at) >= REMEMBERED {
        Decision::First
    } else if seen.path != path {
        Decision::OtherEndpoint(seen.path.clone())
    } else if seen.parameters != parameters {
        Decision::OtherParameters
    } else if seen.in_flight {
        Decision::InFlight
    } else {
        Decision::Replay
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Decision, Seen, decide};

    fn seen(in_flight: bool) -> Seen {
        Seen { path: "/v1/prices".into(), parameters: 7, at: Timestamp::UNIX_EPOCH, in_flight }
    }

    #[track_caller]
    fn check(before: Option<&Seen>, path: &str, parameters: u64, hours: i64, expect: Decision) {
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
        assert_eq!(decide(before, path, parameters, now), expect);
    }

    #[test]
    fn the_first_request_is_carried_out_and_the_same_again_replayed() {
        check(None, "/v1/prices", 7, 0, Decision::First);
        check(Some(&seen(false)), "/v1/prices", 7, 23, Decision::Replay);
    }

    #[test]
    fn a_key_is_forgotten_after_a_day_unless_its_request_still_runs() {
        check(Some(&seen(false)), "/v1/prices", 7, 24, Decision::First);
        check(Some(&seen(true)), "/v1/prices", 7, 24, Decision::InFlight);
    }

    #[test]
    fn misuse_is_told_apart() {
        check(Some(&seen(false)), "/v1/products", 7, 1, Decision::OtherEndpoint("/v1/prices".into()));
        check(Some(&seen(false)), "/v1/prices", 8, 1, Decision::OtherParameters);
        check(Some(&seen(true)), "/v1/prices", 7, 1, Decision::InFlight);
        check(Some(&seen(true)), "/v1/prices", 8, 1, Decision::OtherParameters);
    }
}
