//! Resource paths: segments, keys, and literals in parentheses.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::grammar::parse_whole_literal;
use super::lexer::split;
use super::syntax::Literal;
use crate::fault::{Code, Fault};
use crate::schema::{Column, ColumnType, Table};
use crate::store::{Value, choices};

/// Segments of a path may not be more than this.
const MAX_SEGMENTS: usize = 8;

/// One segment: a name and what stands in parentheses behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) name: String,
    pub(crate) parentheses: Option<String>,
}

impl Segment {
    /// The segment as written.
    pub(crate) fn text(&self) -> String {
        match &self.parentheses {
            Some(inner) => format!("{}({inner})", self.name),
            None => self.name.clone(),
        }
    }
}

/// How a row is named in a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    /// By primary id.
    Id(Uuid),
    /// By columns: position and value.
    Columns(Vec<(usize, Value)>),
}

fn unparsable(what: &str) -> Fault {
    Fault::bad(Code::BAD_QUERY, format!("The URL cannot be parsed: {what}."))
}

/// Splits the path behind the version into segments.
pub(crate) fn parse_path(path: &str) -> Result<Vec<Segment>, Fault> {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() {
        return Ok(Vec::new());
    }
    let raw: Vec<&str> = trimmed.split('/').collect();
    if raw.len() > MAX_SEGMENTS {
        return Err(unparsable(&format!("it has more than {MAX_SEGMENTS} segments")));
    }
    raw.into_iter().map(parse_segment).collect()
}

fn parse_segment(raw: &str) -> Result<Segment, Fault> {
    let text = if raw.contains('%') {
        percent_decode_str(raw).decode_utf8().map_err(|_| unparsable("it is not UTF-8"))?
    } else {
        Cow::Borrowed(raw)
    };
    let Some((name, rest)) = text.split_once('(') else {
        if text.is_empty() {
            return Err(unparsable("it has an empty segment"));
        }
        return Ok(Segment { name: text.into_owned(), parentheses: None });
    };
    let inner = rest.strip_suffix(')').ok_or_else(|| unparsable(&format!("'{text}' lacks its closing parenthesis")))?;
    if name.is_empty() {
        return Err(unparsable(&format!("'{text}' has no name")));
    }
    Ok(Segment { name: name.to_owned(), parentheses: Some(inner.to_owned()) })
}

impl Key {
    /// Reads what stands in the parentheses behind an entity set.
    pub(crate) fn parse(table: &Table, inner: &str) -> Result<Self, Fault> {
        let unrecognized = || {
            Fault::bad(
                Code::BAD_QUERY,
                format!("Unrecognized literal '{inner}' in the key of '{}({inner})'.", table.entity_set),
            )
        };
        if let Ok(id) = Uuid::try_parse(inner)
            && inner.len() == 36
        {
            return Ok(Self::Id(id));
        }
        let named = named_values(inner).ok_or_else(unrecognized)?;
        if named.is_empty() {
            return Err(unrecognized());
        }
        let mut columns = Vec::new();
        for (name, text) in named {
            let literal = parse_literal(text).ok_or_else(unrecognized)?;
            let (position, column) = table.readable(name).ok_or_else(|| not_a_key(table))?;
            columns.push((position, literal_value(column, &literal).ok_or_else(unrecognized)?));
        }
        let name_of = |position: usize| table.columns().get(position).map(|column| column.name.as_str());
        if let [(position, value)] = columns.as_slice()
            && name_of(*position) == Some(table.primary_id.as_str())
        {
            return value.guid().map(Self::Id).ok_or_else(unrecognized);
        }
        let mut given: Vec<&str> = columns.iter().filter_map(|(position, _)| name_of(*position)).collect();
        given.sort_unstable();
        let known = table.keys.iter().any(|key| {
            let mut key: Vec<&str> = key.iter().map(String::as_str).collect();
            key.sort_unstable();
            key == given
        });
        if known { Ok(Self::Columns(columns)) } else { Err(not_a_key(table)) }
    }
}

fn not_a_key(table: &Table) -> Fault {
    Fault::bad(
        Code::NOT_A_KEY,
        format!("The specified key attributes are not a defined key for the {} entity", table.logical_name),
    )
}

/// `a=1,b='x'` as pairs; `None` when a part has no name. Empty parentheses have no pairs.
pub(crate) fn named_values(inner: &str) -> Option<Vec<(&str, &str)>> {
    if inner.trim().is_empty() {
        return Some(Vec::new());
    }
    split(inner, ',')
        .into_iter()
        .map(|part| {
            let (name, value) = part.split_once('=')?;
            let name = name.trim();
            let good = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            good.then_some((name, value.trim()))
        })
        .collect()
}

/// A literal of a URL; the type in front of an enumeration's value (`Namespace.Type'Value'`) is dropped.
pub(crate) fn parse_literal(text: &str) -> Option<Literal> {
    let text = match text.split_once('\'') {
        Some((kind, _)) if !kind.is_empty() && !kind.starts_with('[') => {
            let typed = kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_');
            if !typed {
                return None;
            }
            text.get(kind.len()..)?
        }
        _ => text,
    };
    parse_whole_literal(text).ok()
}

/// A literal as the value of a column; `None` when it is of another type.
pub(crate) fn literal_value(column: &Column, literal: &Literal) -> Option<Value> {
    match (&column.kind, literal) {
        (_, Literal::Null) => Some(Value::Null),
        (ColumnType::Text { .. }, Literal::Text(text)) => Some(Value::from(text.as_str())),
        (ColumnType::MultiChoice { .. }, Literal::Text(text)) => {
            let mut numbers = choices(text)?;
            numbers.sort_unstable();
            Some(Value::from(numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")))
        }
        (ColumnType::Bool { .. }, Literal::Bool(value)) => Some(Value::Bool(*value)),
        (ColumnType::Guid | ColumnType::Lookup { .. }, Literal::Guid(id)) => Some(Value::Guid(*id)),
        (ColumnType::DateTime, Literal::Instant(text)) => text.parse().ok().map(Value::DateTime),
        (ColumnType::DateTime, Literal::Date(text)) => format!("{text}T00:00:00Z").parse().ok().map(Value::DateTime),
        (ColumnType::DateOnly, Literal::Date(text)) => text.parse().ok().map(Value::Date),
        (
            ColumnType::Int { .. }
            | ColumnType::BigInt
            | ColumnType::Decimal { .. }
            | ColumnType::Money { .. }
            | ColumnType::Choice { .. }
            | ColumnType::State { .. }
            | ColumnType::Status { .. },
            Literal::Number(number),
        ) => Some(Value::Decimal(*number)),
        _ => None,
    }
}

/// A literal's value without a column to tell its type.
pub(crate) fn free_value(literal: &Literal) -> Value {
    match literal {
        Literal::Null | Literal::List(_) => Value::Null,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Number(number) => Value::Decimal(*number),
        Literal::Text(text) => Value::from(text.as_str()),
        Literal::Guid(id) => Value::Guid(*id),
        Literal::Instant(text) => text.parse().map_or(Value::Null, Value::DateTime),
        Literal::Date(text) => text.parse().map_or(Value::Null, Value::Date),
    }
}

/// The OData type of a column, for messages.
pub(crate) fn edm(column: &Column) -> &'static str {
    match column.kind {
        ColumnType::Text { .. } | ColumnType::MultiChoice { .. } => "Edm.String",
        ColumnType::Int { .. } | ColumnType::Choice { .. } | ColumnType::State { .. } | ColumnType::Status { .. } => {
            "Edm.Int32"
        }
        ColumnType::BigInt => "Edm.Int64",
        ColumnType::Decimal { .. } | ColumnType::Money { .. } => "Edm.Decimal",
        ColumnType::Bool { .. } => "Edm.Boolean",
        ColumnType::DateTime => "Edm.DateTimeOffset",
        ColumnType::DateOnly => "Edm.Date",
        ColumnType::Lookup { .. } | ColumnType::Guid => "Edm.Guid",
    }
}

/// The OData type of a literal, for messages.
pub(crate) fn edm_of(literal: &Literal) -> &'static str {
    match literal {
        Literal::Null => "null",
        Literal::Bool(_) => "Edm.Boolean",
        Literal::Number(number) if *number == number.trunc() && number.abs() <= Decimal::from(i32::MAX) => "Edm.Int32",
        Literal::Number(_) => "Edm.Decimal",
        Literal::Text(_) => "Edm.String",
        Literal::Guid(_) => "Edm.Guid",
        Literal::Instant(_) => "Edm.DateTimeOffset",
        Literal::Date(_) => "Edm.Date",
        Literal::List(_) => "Collection(Edm.String)",
    }
}
