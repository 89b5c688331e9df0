//! The functions of constants: `GETUTCDATE()` and `DATEADD(part, number, moment)`.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// Moves a moment by a number of parts; `None` for parts that are not known, and where the calendar ends.
pub(super) fn add(part: &str, number: i64, moment: Timestamp) -> Option<Timestamp> {
    let span = Span::new();
    let span = match part.to_ascii_lowercase().as_str() {
        "year" | "yy" | "yyyy" => span.try_years(number),
        "quarter" | "qq" | "q" => span.try_months(number.checked_mul(3)?),
        "month" | "mm" | "m" => span.try_months(number),
        "week" | "wk" | "ww" => span.try_weeks(number),
        "day" | "dd" | "d" | "dayofyear" | "dy" | "y" | "weekday" | "dw" | "w" => span.try_days(number),
        "hour" | "hh" => span.try_hours(number),
        "minute" | "mi" | "n" => span.try_minutes(number),
        "second" | "ss" | "s" => span.try_seconds(number),
        _ => return None,
    };
    let moved = moment.to_zoned(TimeZone::UTC).checked_add(span.ok()?).ok()?;
    Some(moved.timestamp())
}

#[cfg(test)]
mod tests {
    use super::add;

    #[track_caller]
    fn check(part: &str, number: i64, expect: Option<&str>) {
        let moved = add(part, number, "2026-01-31T08:00:00Z".parse().unwrap());
        assert_eq!(moved.map(|moment| moment.to_string()).as_deref(), expect, "{part} {number}");
    }

    #[test]
    fn moments_are_moved_by_parts_of_the_calendar() {
        check("day", -3, Some("2026-01-28T08:00:00Z"));
        check("MONTH", 1, Some("2026-02-28T08:00:00Z"));
        check("q", 1, Some("2026-04-30T08:00:00Z"));
        check("yy", -1, Some("2025-01-31T08:00:00Z"));
        check("week", 1, Some("2026-02-07T08:00:00Z"));
        check("hour", 20, Some("2026-02-01T04:00:00Z"));
        check("mi", -1, Some("2026-01-31T07:59:00Z"));
        check("ss", 1, Some("2026-01-31T08:00:01Z"));
        check("nanosecond", 1, None);
        check("year", i64::MAX, None);
        check("quarter", i64::MAX, None);
    }
}
