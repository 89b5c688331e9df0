//! How the fake is set up.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use url::Url;

use crate::domain::rate::RateLimits;
use crate::domain::retry::RetrySchedule;

/// How the fake is set up. `Config::default()` is a sandbox with known keys and no webhook endpoint.
#[derive(Clone, Debug)]
pub struct Config {
    /// `acct_1…`; its last ten characters are part of most ids.
    pub account: Arc<str>,
    /// The secret (or restricted) keys that are accepted.
    pub api_keys: Vec<String>,
    /// Live mode: ids, links and `livemode` say so.
    pub livemode: bool,
    /// The account's API version: what answers and events are rendered in unless a request or endpoint asks for another.
    pub api_version: String,
    /// How many calls the account may make; as many as come when not set.
    pub rate_limits: Option<RateLimits>,
    /// The pre-registered endpoint's URL; none is registered without one.
    pub webhook_url: Option<Url>,
    /// The pre-registered endpoint's secret.
    pub webhook_secret: String,
    /// The event types that the pre-registered endpoint hears of; `*` is all.
    pub webhook_events: Vec<String>,
    /// The version that the pre-registered endpoint's events are rendered in; the account's when not set.
    pub webhook_api_version: Option<String>,
    /// How failed deliveries are tried again. `None` follows the switch `STRIPE-RETRY`.
    pub retry: Option<RetrySchedule>,
    /// How long an endpoint may take to answer, in real time. Not published; 20 s.
    pub webhook_timeout: Duration,
    /// How long the hosted page waits for the endpoint before it sends the buyer on, in real time: 10 s.
    pub page_wait: Duration,
    /// When a payment is booked after it succeeded, in the world's time: about 2.5 s.
    pub booked_after: SignedDuration,
    /// How long, in the world's time, a bank takes to answer a refund to the test cards whose refunds wait or come back.
    pub refund_answered_after: SignedDuration,
    /// When the bank answers a debit, in the world's time. Days in real life, three minutes in a sandbox.
    pub debit_after: SignedDuration,
    /// Where the hosted pages are, when not at the address this face listens on. No trailing slash.
    pub page_base: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            account: "acct_1PayLoopSandbox0".into(),
            api_keys: vec!["sk_test_51PayLoopSandbox0KeyForLocalUseOnly".to_owned()],
            livemode: false,
            api_version: "2026-07-29.dahlia".to_owned(),
            rate_limits: None,
            webhook_url: None,
            webhook_secret: "whsec_PayLoopSandboxSecretForLocalUse0".to_owned(),
            webhook_events: vec!["*".to_owned()],
            webhook_api_version: None,
            retry: None,
            webhook_timeout: Duration::from_secs(20),
            page_wait: Duration::from_secs(10),
            refund_answered_after: SignedDuration::from_mins(3),
            booked_after: SignedDuration::from_millis(2_500),
            debit_after: SignedDuration::from_secs(180),
            page_base: None,
        }
    }
}
