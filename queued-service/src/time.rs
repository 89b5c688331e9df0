//! The service's only look at a clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::fmt::rfc2822::DateTimeParser;

/// Time since 1970, in UTC. What is written to disk has to mean the same after a restart, so no other clock is used.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub(crate) fn now() -> Duration {
    // Before 1970 nothing here is right anyway.
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// What a `Retry-After` asks for (RFC 9110, 10.2.3): seconds, or a date to be compared with `now`.
pub(crate) fn retry_after(text: &str, now: Duration) -> Option<Duration> {
    static DATES: DateTimeParser = DateTimeParser::new();
    if let Ok(seconds) = text.trim().parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let due = DATES.parse_timestamp(text.trim()).ok()?.as_second();
    Some(Duration::from_secs(u64::try_from(due).ok()?).saturating_sub(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates() {
        let now = Duration::from_secs(784_111_777);
        for (text, expect) in [
            ("2", Some(2)),
            (" 86400 ", Some(86_400)),
            ("Sun, 06 Nov 1994 08:49:40 GMT", Some(3)),
            ("Sun, 06 Nov 1994 08:49:30 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(retry_after(text, now), expect.map(Duration::from_secs), "{text}");
        }
    }
}
