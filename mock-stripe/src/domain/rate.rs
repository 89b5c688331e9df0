//! How many calls the account may make: a pure decision over buckets that fill again with the world's time.
//!
//! Source: `facts/stripe.md` 6, after <https://docs.stripe.com/rate-limits>. How bursts are measured is not published; a bucket here holds what
//! its limit allows in one of its periods, and fills evenly.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How many calls the account may make. Every number is at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RateLimits {
    /// All calls together, in a second.
    pub per_second: u32,
    /// Calls of one endpoint, in a second.
    pub per_endpoint: u32,
    /// Searches of all kinds, in a second.
    pub search: u32,
    /// Calls about files, in a second.
    pub files: u32,
    /// Changes of one payment intent, in an hour.
    pub intent_updates_per_hour: u32,
}

impl RateLimits {
    /// What a sandbox may do.
    pub const SANDBOX: Self =
        Self { per_second: 25, per_endpoint: 25, search: 20, files: 20, intent_updates_per_hour: 1_000 };
    /// What an account in live mode may do.
    pub const LIVE: Self = Self { per_second: 100, ..Self::SANDBOX };

    /// A sandbox's, but for so many calls in a second, of one endpoint or of all.
    pub fn per_second(most: u32) -> Self {
        Self { per_second: most, per_endpoint: most, ..Self::SANDBOX }
    }

    /// Whether every number is one that can be meant.
    pub fn is_sound(&self) -> bool {
        let all = [self.per_second, self.per_endpoint, self.search, self.files, self.intent_updates_per_hour];
        all.iter().all(|most| (1..=1_000_000).contains(most))
    }
}

impl Default for RateLimits {
    fn default() -> Self {
        Self::SANDBOX
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask<'a> {
    /// The endpoint's name.
    pub endpoint: &'static str,
    /// Which of its own limits it falls under.
    pub family: Family,
    /// The payment intent that it changes.
    pub changes_intent: Option<&'a str>,
}

/// Endpoints with a limit of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Searches.
    Search,
    /// Files.
    Files,
    /// All others, each for itself.
    Other,
}

/// Which limit is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The account's.
    Global,
    /// The endpoint's.
    Endpoint,
    /// The object's.
    Resource,
}

impl Reason {
    /// As the header `Stripe-Rate-Limited-Reason` says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Global => "global-rate",
            Self::Endpoint => "endpoint-rate",
            Self::Resource => "resource-specific",
        }
    }
}

/// When each bucket will be full again, in nanoseconds since 1970. What is not in here is full.
#[derive(Clone, Debug, Default)]
pub struct Buckets {
    all: i128,
    endpoints: BTreeMap<&'static str, i128>,
    intents: BTreeMap<String, i128>,
}

/// From so many payment intents on, those whose buckets are full again are forgotten.
const MANY_INTENTS: usize = 10_000;

const SECOND: i128 = 1_000_000_000;
const HOUR: i128 = 3_600 * SECOND;

impl Buckets {
    /// Takes one call out of each bucket that it falls under, or says which of them is empty and takes nothing.
    pub fn admit(&mut self, limits: &RateLimits, ask: &Ask<'_>, now: Timestamp) -> Result<(), Reason> {
        let now = now.as_nanosecond();
        let (name, most) = match ask.family {
            Family::Search => ("search", limits.search),
            Family::Files => ("files", limits.files),
            Family::Other => (ask.endpoint, limits.per_endpoint),
        };
        let all = take(self.all, SECOND, limits.per_second, now).ok_or(Reason::Global)?;
        let full = self.endpoints.get(name).copied().unwrap_or_default();
        let endpoint = take(full, SECOND, most, now).ok_or(Reason::Endpoint)?;
        if let Some(intent) = ask.changes_intent {
            let full = self.intents.get(intent).copied().unwrap_or_default();
            let changed = take(full, HOUR, limits.intent_updates_per_hour, now).ok_or(Reason::Resource)?;
            if self.intents.len() >= MANY_INTENTS {
                self.intents.retain(|_, full| *full > now);
            }
            self.intents.insert(intent.to_owned(), changed);
        }
        self.all = all;
        self.endpoints.insert(name, endpoint);
        Ok(())
    }
}

/// One call out of a bucket that is full again at `full` and holds `most` in a `period`: when it is full again then. `None` when it is
/// empty.
fn take(full: i128, period: i128, most: u32, now: i128) -> Option<i128> {
    let after = full.max(now) + period / i128::from(most.max(1));
    (after - now <= period).then_some(after)
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Ask, Buckets, Family, RateLimits, Reason};

    const LINK: Ask<'_> = Ask { endpoint: "createPaymentLink", family: Family::Other, changes_intent: None };
    const PRICE: Ask<'_> = Ask { endpoint: "createPrice", family: Family::Other, changes_intent: None };

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap() + SignedDuration::from_millis(millis)
    }

    /// How many of `asks` pass at one moment, and what the first that does not is told.
    fn passes(buckets: &mut Buckets, limits: &RateLimits, ask: &Ask<'_>, millis: i64) -> (usize, Option<Reason>) {
        for count in 0..2_000 {
            if let Err(reason) = buckets.admit(limits, ask, at(millis)) {
                return (count, Some(reason));
            }
        }
        (2_000, None)
    }

    #[test]
    fn a_second_holds_what_its_limit_says_and_fills_evenly() {
        let (mut buckets, limits) = (Buckets::default(), RateLimits::SANDBOX);
        assert_eq!(passes(&mut buckets, &limits, &LINK, 0), (25, Some(Reason::Global)));
        assert_eq!(passes(&mut buckets, &limits, &LINK, 39), (0, Some(Reason::Global)));
        assert_eq!(passes(&mut buckets, &limits, &LINK, 40), (1, Some(Reason::Global)));
        assert_eq!(passes(&mut buckets, &limits, &LINK, 540), (12, Some(Reason::Global)));
        assert_eq!(passes(&mut buckets, &limits, &LINK, 60_000), (25, Some(Reason::Global)), "it holds no more");
    }

    #[test]
    fn an_endpoint_has_a_limit_of_its_own_and_a_refused_call_costs_nothing() {
        let (mut buckets, limits) = (Buckets::default(), RateLimits::LIVE);
        assert_eq!(passes(&mut buckets, &limits, &LINK, 0), (25, Some(Reason::Endpoint)));
        assert_eq!(passes(&mut buckets, &limits, &PRICE, 0), (25, Some(Reason::Endpoint)));
        let search = |endpoint| Ask { endpoint, family: Family::Search, changes_intent: None };
        assert_eq!(passes(&mut buckets, &limits, &search("searchPrices"), 0), (20, Some(Reason::Endpoint)));
        assert_eq!(passes(&mut buckets, &limits, &search("searchCharges"), 0), (0, Some(Reason::Endpoint)));
        let file = Ask { endpoint: "listFiles", family: Family::Files, changes_intent: None };
        assert_eq!(passes(&mut buckets, &limits, &file, 0), (20, Some(Reason::Endpoint)));
        let other = Ask { endpoint: "listEvents", ..PRICE };
        assert_eq!(passes(&mut buckets, &limits, &other, 0), (10, Some(Reason::Global)));
    }

    #[test]
    fn one_payment_intent_is_not_changed_more_than_so_often_in_an_hour() {
        let limits = RateLimits { intent_updates_per_hour: 3, ..RateLimits::LIVE };
        let mut buckets = Buckets::default();
        let change =
            |intent| Ask { endpoint: "updatePaymentIntent", family: Family::Other, changes_intent: Some(intent) };
        assert_eq!(passes(&mut buckets, &limits, &change("pi_1"), 0), (3, Some(Reason::Resource)));
        assert_eq!(passes(&mut buckets, &limits, &change("pi_2"), 0), (3, Some(Reason::Resource)));
        assert_eq!(passes(&mut buckets, &limits, &change("pi_1"), 1_200_000), (1, Some(Reason::Resource)));
    }

    #[test]
    fn limits_of_nothing_are_not_meant() {
        assert!(RateLimits::SANDBOX.is_sound() && RateLimits::per_second(3).is_sound());
        assert!(!RateLimits::per_second(0).is_sound());
        assert!(!RateLimits { files: 2_000_000, ..RateLimits::LIVE }.is_sound());
    }
}
