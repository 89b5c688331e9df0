//! One value of each kind: from what stands in the form to what it says, or the complaint about it.

use mock_core::form::{FormFields, FormNode};
use rust_decimal::Decimal;

use super::read::Fields;
use super::spec::{Field, Kind};
use super::texts::{bounded, email, integer, short, url};
use super::values::{Params, Value};
use crate::domain::money::Currency;
use crate::error::Error;

/// The complaint about the first parameter that is missing, which comes after all others.
#[derive(Default)]
pub(super) struct Missing(pub(super) Option<Error>);

/// What stands in one place, typed. `parent` names the place.
pub(super) fn members(
    entries: FormFields<'_>,
    parent: &str,
    fields: Fields<'_>,
    missing: &mut Missing,
) -> Result<Params, Error> {
    if missing.0.is_none()
        && let Some(field) = fields.missing(entries)
    {
        missing.0 = Some(match parent {
            "" => Error::missing(field.name),
            _ => Error::missing(&format!("{parent}[{}]", field.name)),
        });
    }
    let mut values = Vec::with_capacity(entries.len());
    for (key, child) in entries.iter() {
        let field = fields.find(key).ok_or_else(|| Error::unknown(&[child.name().to_owned()]))?;
        values.push((field.name, value(child, &field.kind, missing)?));
    }
    Ok(Params::new(values))
}

/// One value, typed. Unset values become null.
fn value(node: FormNode<'_>, kind: &Kind, missing: &mut Missing) -> Result<Value, Error> {
    let name = node.name();
    match kind {
        Kind::Text(most) => {
            let text = filled(node, "string")?;
            bounded(name, text, *most).map(Value::from)
        }
        Kind::TextOrUnset(most) => match text(node, "string")? {
            "" => Ok(Value::Unset),
            text => bounded(name, text, *most).map(Value::from),
        },
        Kind::Integer(least, most) => integer(name, filled(node, "integer")?, *least, *most),
        Kind::Time => integer(name, filled(node, "timestamp")?, 0, 253_402_300_799),
        Kind::Flag => match filled(node, "boolean")? {
            "true" => Ok(Value::Flag(true)),
            "false" => Ok(Value::Flag(false)),
            other => Err(Error::wrong_shape(name, &format!("boolean: {}", short(other)))),
        },
        Kind::Decimal => {
            let text = filled(node, "decimal")?;
            let plain = text.len() <= 32 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            match text.parse::<Decimal>() {
                Ok(decimal) if plain && decimal.scale() <= 12 => Ok(text.into()),
                _ => Err(Error::wrong_shape(name, &format!("decimal: {}", short(text)))),
            }
        }
        Kind::OneOf(words) if words.contains(&"") && text(node, "string")?.is_empty() => Ok(Value::Unset),
        Kind::OneOf(words) => {
            let text = filled(node, "string")?;
            if words.contains(&text) { Ok(text.into()) } else { Err(Error::not_one_of(name, words)) }
        }
        Kind::SomeOf { words, taken } => match filled(node, "string")? {
            text if taken.contains(&text) => Ok(text.into()),
            text if words.contains(&text) => Err(Error::unsupported(format!("the {name} {text:?}"), Some(name))),
            _ => Err(Error::not_one_of(name, words)),
        },
        Kind::Currency => {
            let text = filled(node, "string")?;
            let currency = Currency::parse(text).ok_or_else(|| Error::bad_currency(name, text))?;
            Ok(currency.code().into())
        }
        Kind::Url => url(name, filled(node, "string")?),
        Kind::UrlOrUnset => match text(node, "string")? {
            "" => Ok(Value::Unset),
            text => url(name, text),
        },
        Kind::Email => email(name, filled(node, "string")?),
        Kind::EmailOrUnset => match text(node, "string")? {
            "" => Ok(Value::Unset),
            text => email(name, text),
        },
        Kind::Range => match node.text() {
            Some(text) => integer(name, text, 0, i64::MAX),
            None => object(node, RANGE, missing),
        },
        Kind::Metadata => metadata(node),
        Kind::Object(fields) => object(node, fields, missing),
        Kind::ObjectOrUnset(fields) => match node.text() {
            Some("") => Ok(Value::Unset),
            _ => object(node, fields, missing),
        },
        Kind::List(of, most) => list(node, of, *most, missing),
        Kind::ListOrUnset(of, most) => match node.text() {
            Some("") => Ok(Value::List(Vec::new())),
            _ => list(node, of, *most, missing),
        },
        Kind::SwitchedOff => switched_off(node),
        Kind::Later => Err(Error::unsupported(format!("the parameter {name}"), Some(name))),
    }
}

const RANGE: &[Field] = &[
    super::opt("gt", Kind::Integer(0, i64::MAX)),
    super::opt("gte", Kind::Integer(0, i64::MAX)),
    super::opt("lt", Kind::Integer(0, i64::MAX)),
    super::opt("lte", Kind::Integer(0, i64::MAX)),
];

fn text<'a>(node: FormNode<'a>, wanted: &str) -> Result<&'a str, Error> {
    node.text().ok_or_else(|| Error::wrong_shape(node.name(), wanted))
}

fn filled<'a>(node: FormNode<'a>, wanted: &str) -> Result<&'a str, Error> {
    match text(node, wanted)? {
        "" => Err(Error::empty(node.name())),
        text => Ok(text),
    }
}

fn metadata(node: FormNode<'_>) -> Result<Value, Error> {
    let Some(entries) = node.entries() else {
        return match node.text() {
            Some("") => Ok(Value::Unset),
            _ => Err(Error::wrong_shape(node.name(), "object")),
        };
    };
    let pairs: Result<_, Error> =
        entries.iter().map(|(key, child)| Ok((key.into(), text(child, "string")?.into()))).collect();
    pairs.map(Value::Pairs)
}

fn object(node: FormNode<'_>, fields: &[Field], missing: &mut Missing) -> Result<Value, Error> {
    let entries = node.entries().ok_or_else(|| Error::wrong_shape(node.name(), "object"))?;
    members(entries, node.name(), Fields::within(fields), missing).map(Value::Object)
}

fn list(node: FormNode<'_>, of: &Kind, most: usize, missing: &mut Missing) -> Result<Value, Error> {
    let items = node.items().ok_or_else(|| Error::wrong_shape(node.name(), "array"))?;
    if items.len() > most {
        return Err(Error::invalid(format!("This array can have at most {most} elements."))
            .code("parameter_invalid_array_length")
            .param(node.name()));
    }
    items.into_iter().map(|item| value(item, of, missing)).collect::<Result<Vec<_>, _>>().map(Value::List)
}

fn switched_off(node: FormNode<'_>) -> Result<Value, Error> {
    for (_, child) in node.entries().into_iter().flat_map(FormFields::iter) {
        if child.text() != Some("false") {
            return Err(Error::unsupported(format!("the parameter {}", child.name()), Some(child.name())));
        }
    }
    match node.text() {
        None | Some("") => Ok(Value::Unset),
        Some(_) => Err(Error::wrong_shape(node.name(), "object")),
    }
}
