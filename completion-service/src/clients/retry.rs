//! Tries again what may pass, within bounds, and honours what the other side asks for.

use std::time::Duration;

use jiff::fmt::rfc2822::DateTimeParser;

use crate::clock::Deadline;
use crate::config::Limits;

/// A trouble that may be over the next time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub(crate) struct Passing {
    pub(crate) reason: String,
    /// How long the other side asked us to wait.
    pub(crate) retry_after: Option<Duration>,
    /// Whether time ran out, as opposed to a refusal or a broken connection.
    pub(crate) late: bool,
    /// Whether it will not be over within one request: the other side is not who it should be.
    pub(crate) hopeless: bool,
}

impl Passing {
    pub(crate) fn late() -> Self {
        Self { reason: "no answer in time".into(), retry_after: None, late: true, hopeless: false }
    }

    pub(crate) fn unreachable(reason: String) -> Self {
        Self { reason, retry_after: None, late: false, hopeless: false }
    }

    /// Whoever answers there cannot prove to be the one that is meant. Asking again at once would only show them more.
    pub(crate) fn untrusted(reason: String) -> Self {
        Self { reason, retry_after: None, late: false, hopeless: true }
    }

    pub(crate) fn busy(reason: String, retry_after: Option<Duration>) -> Self {
        Self { reason, retry_after, late: false, hopeless: false }
    }
}

/// What one attempt came to, if not to a result.
#[derive(Debug)]
pub(crate) enum Setback<E> {
    /// Trying again makes sense.
    Again(Passing),
    /// It does not.
    Final(E),
}

impl<E> From<Passing> for Setback<E> {
    fn from(passing: Passing) -> Self {
        Self::Again(passing)
    }
}

/// Calls `attempt` until it succeeds, fails for good, or attempts or time run out. Waits as long as the other side asked, or
/// gives up at once if that is longer than the time left.
pub(crate) async fn persist<T, E, F, A>(limits: &Limits, deadline: Deadline, mut attempt: F) -> Result<T, E>
where
    E: From<Passing>,
    F: FnMut() -> A,
    A: Future<Output = Result<T, Setback<E>>>,
{
    let mut made = 1;
    loop {
        let passing = match attempt().await {
            Ok(value) => return Ok(value),
            Err(Setback::Final(error)) => return Err(error),
            Err(Setback::Again(passing)) => passing,
        };
        let wait = wait_before(made, passing.retry_after, limits.backoff);
        if passing.hopeless || made >= limits.attempts || wait >= deadline.left() {
            return Err(passing.into());
        }
        tracing::debug!(reason = %passing, wait_ms = wait.as_millis(), "trying again");
        tokio::time::sleep(wait).await;
        made += 1;
    }
}

/// The wait after `made` attempts: what was asked for, else twice as long each time.
fn wait_before(made: u32, asked: Option<Duration>, backoff: Duration) -> Duration {
    asked.unwrap_or_else(|| backoff.saturating_mul(1 << (made - 1).min(8)))
}

/// Reads a `Retry-After` value: seconds, or a date compared with `now` (Unix seconds). RFC 9110, 10.2.3.
pub(crate) fn parse_retry_after(text: &str, now: i64) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let due = RFC_1123.parse_timestamp(text).ok()?.as_second();
    Some(Duration::from_secs(u64::try_from(due.saturating_sub(now)).unwrap_or(0)))
}

/// Reads dates such as `Sun, 06 Nov 1994 08:49:37 GMT`.
static RFC_1123: DateTimeParser = DateTimeParser::new();

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u64>) {
        let now = 784_111_777; // Sun, 06 Nov 1994 08:49:37 GMT
        assert_eq!(parse_retry_after(text, now), expected.map(Duration::from_secs), "{text}");
    }

    #[test]
    fn seconds_and_dates_are_read() {
        check("2", Some(2));
        check(" 86400 ", Some(86_400));
        check("99999999999999999999999", Some(u64::MAX));
        check("Sun, 06 Nov 1994 08:49:37 GMT", Some(0));
        check("Sun, 06 Nov 1994 08:49:40 GMT", Some(3));
        check("Sat, 05 Nov 1994 08:49:40 GMT", Some(0));
        check("Wed, 01 Mar 1995 08:49:37 GMT", Some(115 * 86_400));
    }

    #[test]
    fn nonsense_is_no_wait() {
        for text in ["", "soon", "-1", "1.5", "Sun, 40 Nov 1994 08:49:37 GMT"] {
            check(text, None);
        }
    }

    #[test]
    fn waits_double_unless_told() {
        let base = Duration::from_millis(200);
        assert_eq!(wait_before(1, None, base), base);
        assert_eq!(wait_before(3, None, base), base * 4);
        assert_eq!(wait_before(3, Some(Duration::from_secs(2)), base), Duration::from_secs(2));
    }
}
