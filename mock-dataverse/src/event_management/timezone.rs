//! Dataverse's numbers of time zones: the names that it shows for them, and the places of the IANA database that keep their time.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// The number of UTC.
pub const UTC: i64 = 92;

/// Every zone whose number is public, and where it is from.
const TEXT: &str = include_str!("../../../fixtures/dataverse/time-zones.tsv");

static ZONES: LazyLock<Zones> = LazyLock::new(|| Zones::read(TEXT));

/// One zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Zone {
    /// The name that Dataverse shows.
    shown: &'static str,
    /// The place that stands for it.
    iana: &'static str,
}

#[derive(Debug, Default)]
struct Zones {
    by_number: BTreeMap<i64, Zone>,
    by_place: BTreeMap<&'static str, i64>,
}

impl Zones {
    /// Reads the list; a test holds that every line of it is one.
    fn read(text: &'static str) -> Self {
        let mut zones = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            let (Some(Ok(number)), Some(_), Some(shown), Some(places), None) =
                (columns.next().map(str::parse), columns.next(), columns.next(), columns.next(), columns.next())
            else {
                continue;
            };
            let Some(iana) = places.split(' ').next() else { continue };
            zones.by_number.insert(number, Zone { shown, iana });
            zones.by_place.extend(places.split(' ').map(|place| (place, number)));
        }
        zones
    }
}

/// The name that Dataverse shows for a zone; `None` for a number that no zone has.
pub fn name(code: i64) -> Option<&'static str> {
    ZONES.by_number.get(&code).map(|zone| zone.shown)
}

/// The number of the zone that a place is in, by its IANA name, which is told to the letter; `None` for a place in none of them.
pub fn code(iana: &str) -> Option<i64> {
    ZONES.by_place.get(iana).copied()
}

/// The wall-clock time of a column that is independent of time zones.
pub fn wall_clock(local: Timestamp) -> DateTime {
    Offset::UTC.to_datetime(local)
}

/// The moment that a wall-clock time means in a zone; `None` for a number that no zone has.
pub fn to_utc(local: Timestamp, code: i64) -> Option<Timestamp> {
    let zone = ZONES.by_number.get(&code)?;
    wall_clock(local).to_zoned(TimeZone::get(zone.iana).ok()?).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::{TEXT, UTC, ZONES, code, name, to_utc};
    use jiff::tz::TimeZone;

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
    fn half_hours_and_the_edges_of_the_world() {
        let noon = "2026-09-10T12:00:00Z";
        for (zone, expect) in [
            (0, "2026-09-11T00:00:00Z"),
            (60, "2026-09-10T14:30:00Z"),
            (193, "2026-09-10T06:15:00Z"),
            (274, "2026-09-10T01:30:00Z"),
            (300, "2026-09-09T23:00:00Z"),
            (75, "2026-09-10T14:00:00Z"),
        ] {
            check(zone, noon, Some(expect));
        }
    }

    #[test]
    fn every_line_of_the_list_is_a_zone_that_the_time_zone_data_knows() {
        let lines: Vec<_> = TEXT.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!((lines.len(), ZONES.by_number.len()), (133, 133));
        for (number, zone) in &ZONES.by_number {
            assert_eq!(name(*number), Some(zone.shown));
            assert!(zone.shown.starts_with("(GMT") || zone.shown.starts_with("(UTC"), "{zone:?}");
            assert!(to_utc("2026-09-10T08:00:00Z".parse().unwrap(), *number).is_some(), "{zone:?}");
        }
        // Every place keeps the time of the one that stands for its zone.
        for (place, number) in &ZONES.by_place {
            let known = TimeZone::get(place).unwrap_or_else(|error| panic!("{place}: {error}"));
            let main = TimeZone::get(ZONES.by_number[number].iana).unwrap();
            for moment in ["2026-01-15T12:00:00Z", "2026-07-15T12:00:00Z"] {
                let at = moment.parse().unwrap();
                assert_eq!(known.to_offset(at), main.to_offset(at), "{place} at {moment}");
            }
        }
    }

    #[test]
    fn places_find_their_zone() {
        for (place, number) in [
            ("UTC", UTC),
            ("Europe/Berlin", 110),
            ("Europe/Vienna", 110),
            ("Asia/Kolkata", 190),
            ("Asia/Calcutta", 190),
            ("America/Sao_Paulo", 65),
            ("Etc/GMT+2", 76),
        ] {
            assert_eq!(code(place), Some(number), "{place}");
        }
        for nowhere in ["Mars/Olympus", "europe/berlin", "", "Africa/Tripoli"] {
            assert_eq!(code(nowhere), None, "{nowhere}");
        }
    }
}
