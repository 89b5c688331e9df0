//! Times on the wire: the local one without a zone, its twin in UTC with a `Z`.

use jiff::Timestamp;
use mock_dataverse::event_management::timezone;

/// A time without a zone: `2026-09-10T08:00:00`.
pub(super) fn local_text(local: Timestamp) -> String {
    timezone::wall_clock(local).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// A UTC time: `2026-09-10T08:00:00Z`.
pub(super) fn utc_text(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The UTC twin of a local time; `None` without a time, or for a zone that is not known.
pub(super) fn utc_twin(local: Option<Timestamp>, zone: i64) -> Option<String> {
    timezone::to_utc(local?, zone).map(utc_text)
}
