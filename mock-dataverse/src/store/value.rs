//! One cell of a row, and how a given value becomes the column's own type.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};
use uuid::Uuid;

use super::error::StoreError;
use crate::schema::{Column, ColumnType, Schema, TableId};

/// The value of one column of one row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// Text; the versions of a row share what did not change.
    Text(Arc<str>),
    /// Whole number of 32 bits.
    Int(i32),
    /// Whole number of 64 bits.
    BigInt(i64),
    /// Exact number; its scale is kept (`149.5000` stays so).
    Decimal(Decimal),
    /// Amount in major units of the row's currency; its scale is kept.
    Money(Decimal),
    /// Yes or no.
    Bool(bool),
    /// Number of an option.
    Choice(i32),
    /// Instant, UTC.
    DateTime(Timestamp),
    /// Calendar date.
    Date(Date),
    /// An id that is no reference.
    Guid(Uuid),
    /// Reference to a row.
    Lookup {
        /// The table pointed at.
        table: TableId,
        /// The row's primary id.
        id: Uuid,
    },
}

impl Value {
    /// True for [`Value::Null`].
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The exact number behind a number of any kind.
    pub fn number(&self) -> Option<Decimal> {
        match self {
            Self::Int(number) | Self::Choice(number) => Some(Decimal::from(*number)),
            Self::BigInt(number) => Some(Decimal::from(*number)),
            Self::Decimal(number) | Self::Money(number) => Some(*number),
            _ => None,
        }
    }

    /// The id behind an id or a reference.
    pub fn guid(&self) -> Option<Uuid> {
        match self {
            Self::Guid(id) | Self::Lookup { id, .. } => Some(*id),
            _ => None,
        }
    }
}

macro_rules! from {
    ($($source:ty => $make:expr),* $(,)?) => {
        $(impl From<$source> for Value {
            fn from(value: $source) -> Self {
                $make(value)
            }
        })*
    };
}

from! {
    &str => |text: &str| Self::Text(text.into()),
    String => |text: String| Self::Text(text.into()),
    i32 => Self::Int,
    i64 => Self::BigInt,
    bool => Self::Bool,
    Decimal => Self::Decimal,
    Timestamp => Self::DateTime,
    Date => Self::Date,
    Uuid => Self::Guid,
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Turns a given value into the column's type: a GUID becomes a reference where there is one target, whole numbers become
/// options or amounts. Everything else must already fit.
pub(crate) fn coerce(schema: &Schema, table: &str, column: &Column, value: Value) -> Result<Value, StoreError> {
    let wrong = |value: &Value, expected: &'static str| StoreError::WrongType {
        table: table.to_owned(),
        column: column.name.clone(),
        expected,
        given: format!("{value:?}"),
    };
    if value.is_null() {
        return Ok(Value::Null);
    }
    let range =
        |problem: String| StoreError::OutOfRange { table: table.to_owned(), column: column.name.clone(), problem };
    match &column.kind {
        ColumnType::Text { max } => match value {
            Value::Text(text) => {
                let limit = usize::try_from(*max).unwrap_or(usize::MAX);
                if text.len() > limit && text.chars().count() > limit {
                    return Err(StoreError::TooLong {
                        table: table.to_owned(),
                        column: column.name.clone(),
                        max: *max,
                    });
                }
                Ok(Value::Text(text))
            }
            other => Err(wrong(&other, "Edm.String")),
        },
        ColumnType::Int { min, max } => {
            let number = whole(&value).ok_or_else(|| wrong(&value, "Edm.Int32"))?;
            if number < *min || number > *max {
                return Err(range(format!("{number} is not between {min} and {max}")));
            }
            i32::try_from(number).map(Value::Int).map_err(|_| range(format!("{number} does not fit 32 bits")))
        }
        ColumnType::BigInt => whole(&value).map(Value::BigInt).ok_or_else(|| wrong(&value, "Edm.Int64")),
        ColumnType::Decimal { precision } => value
            .number()
            .map(|number| Value::Decimal(rounded(number, *precision)))
            .ok_or_else(|| wrong(&value, "Edm.Decimal")),
        ColumnType::Money { precision, .. } => value
            .number()
            .map(|number| Value::Money(rounded(number, *precision)))
            .ok_or_else(|| wrong(&value, "Edm.Decimal")),
        ColumnType::Bool { .. } => match value {
            Value::Bool(_) => Ok(value),
            other => Err(wrong(&other, "Edm.Boolean")),
        },
        ColumnType::Choice { options, .. } | ColumnType::State { options } | ColumnType::Status { options } => {
            let number = whole(&value).ok_or_else(|| wrong(&value, "Edm.Int32"))?;
            options
                .iter()
                .find(|option| i64::from(option.value) == number)
                .map(|option| Value::Choice(option.value))
                .ok_or_else(|| StoreError::UnknownOption {
                    table: table.to_owned(),
                    column: column.name.clone(),
                    value: number,
                })
        }
        ColumnType::MultiChoice { options } => match value {
            Value::Text(text) => {
                let mut numbers =
                    choices(&text).ok_or_else(|| wrong(&Value::Text(text), "numbers joined by commas"))?;
                numbers.sort_unstable();
                numbers.dedup();
                if let Some(unknown) =
                    numbers.iter().find(|number| options.iter().all(|option| option.value != **number))
                {
                    return Err(StoreError::UnknownOption {
                        table: table.to_owned(),
                        column: column.name.clone(),
                        value: i64::from(*unknown),
                    });
                }
                let text = numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
                Ok(if text.is_empty() { Value::Null } else { Value::from(text) })
            }
            other => Err(wrong(&other, "numbers joined by commas")),
        },
        ColumnType::DateTime => match value {
            Value::DateTime(_) => Ok(value),
            other => Err(wrong(&other, "Edm.DateTimeOffset")),
        },
        ColumnType::DateOnly => match value {
            Value::Date(_) => Ok(value),
            other => Err(wrong(&other, "Edm.Date")),
        },
        ColumnType::Guid => match value {
            Value::Guid(_) => Ok(value),
            Value::Lookup { id, .. } => Ok(Value::Guid(id)),
            other => Err(wrong(&other, "Edm.Guid")),
        },
        ColumnType::Lookup { targets, .. } => match value {
            Value::Guid(id) => {
                let target = column
                    .single_target()
                    .and_then(|name| schema.table(name))
                    .ok_or_else(|| wrong(&value, "a reference"))?;
                Ok(Value::Lookup { table: target.id, id })
            }
            Value::Lookup { table: target, .. } => {
                let known = schema.get(target).is_some_and(|target| targets.contains(&target.logical_name));
                if known { Ok(value) } else { Err(wrong(&value, "a reference to one of the column's targets")) }
            }
            other => Err(wrong(&other, "a reference")),
        },
    }
}

/// The numbers of a multi-select choice; `None` when the text is no such list.
pub(crate) fn choices(text: &str) -> Option<Vec<i32>> {
    if text.trim().is_empty() {
        return Some(Vec::new());
    }
    text.split(',').map(|number| number.trim().parse().ok()).collect()
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) | Value::Choice(number) => Some(i64::from(*number)),
        Value::BigInt(number) => Some(*number),
        Value::Decimal(number) | Value::Money(number) if number.is_integer() => i64::try_from(*number).ok(),
        _ => None,
    }
}

fn rounded(number: Decimal, precision: u32) -> Decimal {
    if number.scale() > precision {
        number.round_dp_with_strategy(precision, RoundingStrategy::MidpointAwayFromZero)
    } else {
        number
    }
}
