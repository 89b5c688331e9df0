//! Stretches of time that are named relative to now (`LastXDays`, `ThisWeek`), in UTC; weeks begin on Sunday, years in January.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Unit};

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// The first moment; `None` reaches back without end.
    pub(crate) from: Option<Timestamp>,
    /// Where it ends.
    pub(crate) until: Until,
}

/// The end of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// This moment is the first behind it.
    Before(Timestamp),
    /// This moment is its last.
    At(Timestamp),
}

/// Names without a number.
pub(crate) const NAMED: &[&str] = &[
    "Today",
    "Yesterday",
    "Tomorrow",
    "Last7Days",
    "Next7Days",
    "LastWeek",
    "ThisWeek",
    "NextWeek",
    "LastMonth",
    "ThisMonth",
    "NextMonth",
    "LastYear",
    "ThisYear",
    "NextYear",
];

/// Names that take a number.
pub(crate) const COUNTED: &[&str] = &[
    "LastXHours",
    "LastXDays",
    "LastXWeeks",
    "LastXMonths",
    "LastXYears",
    "NextXHours",
    "NextXDays",
    "NextXWeeks",
    "NextXMonths",
    "NextXYears",
    "OlderThanXMinutes",
    "OlderThanXHours",
    "OlderThanXDays",
    "OlderThanXWeeks",
    "OlderThanXMonths",
    "OlderThanXYears",
];

/// Midnight at the beginning of a day.
pub(crate) fn midnight(date: Date) -> Option<Timestamp> {
    date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// The day of a moment.
pub(crate) fn day(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::UTC).date()
}

fn moved(date: Date, count: i64, unit: Unit) -> Option<Date> {
    let span = Span::new();
    let span = match unit {
        Unit::Year => span.try_years(count),
        Unit::Month => span.try_months(count),
        Unit::Week => span.try_weeks(count),
        _ => span.try_days(count),
    };
    span.ok().and_then(|span| date.checked_add(span).ok())
}

/// From one day up to another, the second left out.
fn days(from: Option<Date>, until: Option<Date>) -> Option<Stretch> {
    Some(Stretch { from: Some(midnight(from?)?), until: Until::Before(midnight(until?)?) })
}

/// The stretch of a name without a number; `None` for other names, or where the calendar ends.
pub(crate) fn named(name: &str, now: Timestamp) -> Option<Stretch> {
    let today = day(now);
    let by_days = |from, until| days(moved(today, from, Unit::Day), moved(today, until, Unit::Day));
    let into_week = i64::from(today.weekday().since(Weekday::Sunday));
    let month = |offset| moved(today.first_of_month(), offset, Unit::Month);
    let year = |offset| moved(today.first_of_year(), offset, Unit::Year);
    match name {
        "Today" => by_days(0, 1),
        "Yesterday" => by_days(-1, 0),
        "Tomorrow" => by_days(1, 2),
        "Last7Days" => counted("LastXDays", 7, now),
        "Next7Days" => counted("NextXDays", 7, now),
        "LastWeek" => by_days(-into_week - 7, -into_week),
        "ThisWeek" => by_days(-into_week, 7 - into_week),
        "NextWeek" => by_days(7 - into_week, 14 - into_week),
        "LastMonth" => days(month(-1), month(0)),
        "ThisMonth" => days(month(0), month(1)),
        "NextMonth" => days(month(1), month(2)),
        "LastYear" => days(year(-1), year(0)),
        "ThisYear" => days(year(0), year(1)),
        "NextYear" => days(year(1), year(2)),
        _ => None,
    }
}

/// The stretch of a name with its number; `None` for other names, or where the calendar ends.
pub(crate) fn counted(name: &str, count: i64, now: Timestamp) -> Option<Stretch> {
    let today = day(now);
    let (kind, unit) = name.split_once('X')?;
    let unit = match unit {
        "Minutes" => Unit::Minute,
        "Hours" => Unit::Hour,
        "Days" => Unit::Day,
        "Weeks" => Unit::Week,
        "Months" => Unit::Month,
        "Years" => Unit::Year,
        _ => return None,
    };
    let forward = kind == "Next";
    let signed = if forward { count } else { count.checked_neg()? };
    let edge = match unit {
        Unit::Minute | Unit::Hour => {
            let span = Span::new();
            let span = if unit == Unit::Hour { span.try_hours(signed) } else { span.try_minutes(signed) };
            now.checked_add(span.ok()?).ok()?
        }
        _ => midnight(moved(today, signed, unit)?)?,
    };
    match kind {
        "Last" => Some(Stretch { from: Some(edge), until: Until::At(now) }),
        // The day that is so far ahead belongs to it as a whole.
        "Next" if unit != Unit::Hour => {
            let end = midnight(moved(day(edge), 1, Unit::Day)?)?;
            Some(Stretch { from: Some(now), until: Until::Before(end) })
        }
        "Next" => Some(Stretch { from: Some(now), until: Until::At(edge) }),
        "OlderThan" => Some(Stretch { from: None, until: Until::Before(edge) }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::{COUNTED, NAMED, Stretch, Until, counted, day, named};

    #[track_caller]
    fn check(name: &str, count: Option<i64>, expect: &str) {
        // A Thursday.
        let now: Timestamp = "2026-09-10T08:30:00Z".parse().unwrap();
        let stretch = count.map_or_else(|| named(name, now), |count| counted(name, count, now)).unwrap();
        let from = stretch.from.map(|from| from.to_string()).unwrap_or_default();
        let until = match stretch.until {
            Until::Before(end) => format!("{end})"),
            Until::At(end) => format!("{end}]"),
        };
        assert_eq!(format!("[{from} {until}"), expect, "{name}");
    }

    #[test]
    fn stretches_around_a_thursday_morning() {
        check("Today", None, "[2026-09-10T00:00:00Z 2026-09-11T00:00:00Z)");
        check("LastWeek", None, "[2026-08-30T00:00:00Z 2026-09-06T00:00:00Z)");
        check("ThisWeek", None, "[2026-09-06T00:00:00Z 2026-09-13T00:00:00Z)");
        check("NextMonth", None, "[2026-10-01T00:00:00Z 2026-11-01T00:00:00Z)");
        check("LastYear", None, "[2025-01-01T00:00:00Z 2026-01-01T00:00:00Z)");
        check("Last7Days", None, "[2026-09-03T00:00:00Z 2026-09-10T08:30:00Z]");
        check("Next7Days", None, "[2026-09-10T08:30:00Z 2026-09-18T00:00:00Z)");
        check("LastXHours", Some(2), "[2026-09-10T06:30:00Z 2026-09-10T08:30:00Z]");
        check("NextXHours", Some(2), "[2026-09-10T08:30:00Z 2026-09-10T10:30:00Z]");
        check("LastXMonths", Some(7), "[2026-02-10T00:00:00Z 2026-09-10T08:30:00Z]");
        check("NextXWeeks", Some(1), "[2026-09-10T08:30:00Z 2026-09-18T00:00:00Z)");
        check("OlderThanXMinutes", Some(30), "[ 2026-09-10T08:00:00Z)");
        check("OlderThanXYears", Some(1), "[ 2025-09-10T00:00:00Z)");
    }

    fn holds(stretch: Stretch, moment: Timestamp) -> bool {
        let ends = match stretch.until {
            Until::Before(end) => moment < end,
            Until::At(end) => moment <= end,
        };
        stretch.from.is_none_or(|from| moment >= from) && ends
    }

    fn moment() -> impl Strategy<Value = Timestamp> {
        (1_000_000_000..2_000_000_000i64).prop_map(|second| Timestamp::from_second(second).unwrap())
    }

    proptest! {
        #[test]
        fn calendar_names_mean_what_the_calendar_says(now in moment(), distance in -40_000_000..40_000_000i64) {
            let other = Timestamp::from_second(now.as_second() + distance).unwrap();
            let (today, that) = (day(now), day(other));
            let month = |date: jiff::civil::Date| i32::from(date.year()) * 12 + i32::from(date.month());
            let apart = (that - today).get_days();
            for (name, expect) in [
                ("Today", apart == 0),
                ("Yesterday", apart == -1),
                ("Tomorrow", apart == 1),
                ("LastMonth", month(that) == month(today) - 1),
                ("ThisMonth", month(that) == month(today)),
                ("NextMonth", month(that) == month(today) + 1),
                ("LastYear", that.year() == today.year() - 1),
                ("ThisYear", that.year() == today.year()),
                ("NextYear", that.year() == today.year() + 1),
                ("Last7Days", apart >= -7 && other <= now),
                ("Next7Days", apart <= 7 && other >= now),
            ] {
                prop_assert_eq!(holds(named(name, now).unwrap(), other), expect, "{} {} {}", name, now, other);
            }
            let weeks = ["LastWeek", "ThisWeek", "NextWeek"].map(|name| holds(named(name, now).unwrap(), other));
            prop_assert!(weeks.iter().filter(|hit| **hit).count() <= 1);
            prop_assert_eq!(weeks[1], (0..7).contains(&(apart + i32::from(today.weekday().to_sunday_zero_offset()))));
        }

        #[test]
        fn any_number_is_a_stretch_or_none(count in any::<i64>(), now in moment()) {
            for name in COUNTED {
                if let Some(stretch) = counted(name, count, now).filter(|_| count > 0) {
                    prop_assert_eq!(holds(stretch, now), !name.starts_with("Older"), "{}", name);
                }
            }
        }
    }

    #[test]
    fn every_name_is_known() {
        let now = Timestamp::UNIX_EPOCH;
        assert!(NAMED.iter().all(|name| named(name, now).is_some()));
        assert!(COUNTED.iter().all(|name| counted(name, 1, now).is_some()));
    }
}
