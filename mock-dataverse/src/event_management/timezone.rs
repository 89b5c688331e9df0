//! Dataverse's numbers of time zones, as far as they are needed to tell an event's UTC times from its local ones.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// The number of UTC.
pub const UTC: i64 = 92;

/// The common zones: number, IANA name, the name that Dataverse shows for it.
const ZONES: &[(i64, &str, &str)] = &[
    (4, "America/Los_Angeles", "(GMT-08:00) Pacific Time (US & Canada)"),
    (10, "America/Denver", "(GMT-07:00) Mountain Time (US & Canada)"),
    (20, "America/Chicago", "(GMT-06:00) Central Time (US & Canada)"),
    (35, "America/New_York", "(GMT-05:00) Eastern Time (US & Canada)"),
    (85, "Europe/London", "(GMT+00:00) Dublin, Edinburgh, Lisbon, London"),
    (UTC, "UTC", "(GMT) Coordinated Universal Time"),
    (95, "Europe/Budapest", "(GMT+01:00) Belgrade, Bratislava, Budapest, Ljubljana, Prague"),
    (100, "Europe/Warsaw", "(GMT+01:00) Sarajevo, Skopje, Warsaw, Zagreb"),
    (105, "Europe/Paris", "(GMT+01:00) Brussels, Copenhagen, Madrid, Paris"),
    (110, "Europe/Berlin", "(GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"),
    (190, "Asia/Kolkata", "(GMT+05:30) Chennai, Kolkata, Mumbai, New Delhi"),
    (210, "Asia/Shanghai", "(GMT+08:00) Beijing, Chongqing, Hong Kong, Urumqi"),
    (235, "Asia/Tokyo", "(GMT+09:00) Osaka, Sapporo, Tokyo"),
    (255, "Australia/Sydney", "(GMT+10:00) Canberra, Melbourne, Sydney"),
];

/// The name that Dataverse shows for a zone; `None` for a number that is not kept here.
pub fn name(code: i64) -> Option<&'static str> {
    ZONES.iter().find(|(number, ..)| *number == code).map(|(.., name)| *name)
}

/// The number of a zone by its IANA name, which is told to the letter; `None` for a zone that is not kept here.
pub fn code(iana: &str) -> Option<i64> {
    ZONES.iter().find(|(_, name, _)| *name == iana).map(|(number, ..)| *number)
}

/// The wall-clock time of a column that is independent of time zones.
pub fn wall_clock(local: Timestamp) -> DateTime {
    Offset::UTC.to_datetime(local)
}

/// The moment that a wall-clock time means in a zone; `None` for a zone that is not kept here.
pub fn to_utc(local: Timestamp, code: i64) -> Option<Timestamp> {
    let (_, iana, _) = ZONES.iter().find(|(number, ..)| *number == code)?;
    wall_clock(local).to_zoned(TimeZone::get(iana).ok()?).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::{ZONES, code, name, to_utc};

    #[track_caller]
    fn check(code: i64, local: &str, expect: Option<&str>) {
        assert_eq!(to_utc(local.parse().unwrap(), code), expect.map(|text| text.parse().unwrap()));
    }

    #[test]
    fn local_times_are_read_in_their_zone() {
        check(92, "2026-09-10T08:00:00Z", Some("2026-09-10T08:00:00Z"));
        check(110, "2026-09-10T08:00:00Z", Some("2026-09-10T06:00:00Z"));
        check(110, "2026-12-10T08:00:00Z", Some("2026-12-10T07:00:00Z"));
        check(235, "2026-09-10T08:00:00Z", Some("2026-09-09T23:00:00Z"));
        check(1234, "2026-09-10T08:00:00Z", None);
    }

    #[test]
    fn every_zone_is_known_to_the_time_zone_data() {
        for (number, iana, _) in ZONES {
            assert!(
                name(*number).is_some() && to_utc("2026-09-10T08:00:00Z".parse().unwrap(), *number).is_some(),
                "{number}"
            );
            assert_eq!(code(iana), Some(*number));
        }
        assert_eq!(code("Mars/Olympus"), None);
    }
}
