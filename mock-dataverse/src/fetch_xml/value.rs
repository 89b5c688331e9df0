//! Values of conditions: always texts, whatever the type of the column is.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::xml::clipped;
use crate::fault::{Code, Fault};
use crate::schema::{Column, ColumnType, Table};
use crate::store::{Value, choices};

/// A text as a value of a column.
pub(super) fn value(table: &Table, column: &Column, text: &str) -> Result<Value, Fault> {
    let trimmed = text.trim();
    let (read, kind, problem) = match &column.kind {
        ColumnType::Text { .. } => return Ok(Value::from(text)),
        ColumnType::MultiChoice { .. } => (numbers(trimmed), "System.Int32", WRONG),
        ColumnType::Bool { .. } => (truth(trimmed), "System.Boolean", "String was not recognized as a valid Boolean."),
        ColumnType::Guid | ColumnType::Lookup { .. } => (
            id(trimmed).map(Value::Guid),
            "System.Guid",
            "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).",
        ),
        ColumnType::DateTime => (moment(trimmed).map(Value::DateTime), "System.DateTime", NO_DATE),
        ColumnType::DateOnly => {
            let date = moment(trimmed).map(|moment| Value::Date(moment.to_zoned(TimeZone::UTC).date()));
            (date, "System.DateTime", NO_DATE)
        }
        ColumnType::BigInt => (whole(trimmed), "System.Int64", WRONG),
        ColumnType::Decimal { .. } | ColumnType::Money { .. } => (number(trimmed), "System.Decimal", WRONG),
        ColumnType::Int { .. } | ColumnType::Choice { .. } | ColumnType::State { .. } | ColumnType::Status { .. } => {
            (whole(trimmed), "System.Int32", WRONG)
        }
    };
    read.ok_or_else(|| {
        let text = format!(
            "An exception System.FormatException was thrown while trying to convert input value '{}' to attribute '{}.{}'. Expected type of attribute value: {kind}. Exception raised: {problem}",
            clipped(text),
            table.logical_name,
            column.name
        );
        Fault::bad(Code::INVALID_VALUE, text)
    })
}

const WRONG: &str = "Input string was not in a correct format.";
const NO_DATE: &str = "String was not recognized as a valid DateTime.";

/// Ids may stand in braces.
pub(super) fn id(text: &str) -> Option<Uuid> {
    let bare = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    Uuid::try_parse(bare).ok()
}

fn truth(text: &str) -> Option<Value> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" => Some(Value::Bool(true)),
        "0" | "false" => Some(Value::Bool(false)),
        _ => None,
    }
}

fn number(text: &str) -> Option<Value> {
    Decimal::from_str_exact(text).ok().map(Value::Decimal)
}

fn whole(text: &str) -> Option<Value> {
    text.parse::<i64>().ok().map(|number| Value::Decimal(Decimal::from(number)))
}

fn numbers(text: &str) -> Option<Value> {
    let mut numbers = choices(text)?;
    numbers.sort_unstable();
    Some(Value::from(numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")))
}

/// A moment: with its offset, without one in UTC, or the beginning of a day (`2026-09-10`, `9/10/2026`).
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let civil = text.parse::<DateTime>().ok().or_else(|| american(text).map(|date| date.at(0, 0, 0, 0)))?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

fn american(text: &str) -> Option<Date> {
    let mut parts = text.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::{id, moment};

    #[test]
    fn moments_in_the_forms_that_are_taken() {
        for (text, expect) in [
            ("2026-09-10T08:00:00Z", Some("2026-09-10T08:00:00Z")),
            ("2026-09-10T08:00:00+02:00", Some("2026-09-10T06:00:00Z")),
            ("2026-09-10T08:00:00", Some("2026-09-10T08:00:00Z")),
            ("2026-09-10 08:00:00", Some("2026-09-10T08:00:00Z")),
            ("2026-09-10", Some("2026-09-10T00:00:00Z")),
            ("9/10/2026", Some("2026-09-10T00:00:00Z")),
            ("13/1/2026", None),
            ("1/1/26", None),
            ("today", None),
            ("", None),
        ] {
            assert_eq!(moment(text).map(|moment| moment.to_string()).as_deref(), expect, "{text}");
        }
    }

    #[test]
    fn ids_with_and_without_braces() {
        let plain = id("6b1f0c0e-0000-4000-8000-00000000000a");
        assert!(plain.is_some());
        assert_eq!(id("{6B1F0C0E-0000-4000-8000-00000000000A}"), plain);
        assert_eq!(id("{6b1f0c0e-0000-4000-8000-00000000000a"), None);
    }
}
