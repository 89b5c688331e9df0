//! Checks a decoded form against the parameters an operation takes.
//!
//! The order of complaints is the service's: unknown names first, then wrong values, then what is missing (`facts/stripe.md` 3).

use mock_core::form::{FormFields, FormNode, FormTree};
use rust_decimal::Decimal;
use url::Url;

use super::spec::{Field, Kind, OTHER_METHODS};
use super::values::{Params, Value};
use crate::domain::method_filter::METHOD_TYPES;
use crate::domain::money::Currency;
use crate::error::Error;

/// Every operation takes `expand[]`.
const EXPAND: Field = Field { name: "expand", kind: Kind::List(&Kind::Text(500), 50), required: false };

/// The form's values, typed, when they are what `fields` allow.
pub(crate) fn read(form: &FormTree, fields: &[Field]) -> Result<Params, Error> {
    let mut unknown = Vec::new();
    for (name, node) in form.iter() {
        match find(fields, name).or_else(|| (name == EXPAND.name).then_some(&EXPAND)) {
            None => unknown.push(name.to_owned()),
            Some(field) => unknown_inside(node, &field.kind, &mut unknown),
        }
    }
    if !unknown.is_empty() {
        return Err(Error::unknown(&unknown));
    }
    let mut values = Vec::with_capacity(form.len());
    for (name, node) in form.iter() {
        if let Some(field) = find(fields, name).or_else(|| (name == EXPAND.name).then_some(&EXPAND)) {
            values.push((field.name, value(node, &field.kind)?));
        }
    }
    let given = |name: &str| form.get(name).is_some();
    missing(fields, "", &given)?;
    for (name, node) in form.iter() {
        if let Some(field) = find(fields, name) {
            missing_inside(node, &field.kind)?;
        }
    }
    Ok(Params::new(values))
}

/// The field of this name.
fn find<'a>(fields: &'a [Field], name: &str) -> Option<&'a Field> {
    let others = || fields.iter().find(|field| field.name == OTHER_METHODS.name).filter(|_| is_method(name));
    fields.iter().find(|field| field.name == name).or_else(others)
}

/// Whether this names a type of payment method, as far as parameters are named after it.
fn is_method(name: &str) -> bool {
    METHOD_TYPES.contains(&name) || ["card_present", "demo_pay", "interac_present", "paypay"].contains(&name)
}

fn unknown_inside(node: &FormNode, kind: &Kind, unknown: &mut Vec<String>) {
    match kind {
        Kind::Object(fields) | Kind::ObjectOrUnset(fields) => {
            for (name, child) in node.entries().into_iter().flat_map(FormFields::iter) {
                match find(fields, name) {
                    None => unknown.push(child.name().to_owned()),
                    Some(field) => unknown_inside(child, &field.kind, unknown),
                }
            }
        }
        Kind::List(of, _) | Kind::ListOrUnset(of, _) => {
            for child in node.items().unwrap_or_default() {
                unknown_inside(child, of, unknown);
            }
        }
        _ => {}
    }
}

fn missing(fields: &[Field], parent: &str, given: &dyn Fn(&str) -> bool) -> Result<(), Error> {
    match fields.iter().find(|field| field.required && !given(field.name)) {
        None => Ok(()),
        Some(field) if parent.is_empty() => Err(Error::missing(field.name)),
        Some(field) => Err(Error::missing(&format!("{parent}[{}]", field.name))),
    }
}

fn missing_inside(node: &FormNode, kind: &Kind) -> Result<(), Error> {
    match kind {
        Kind::Object(fields) | Kind::ObjectOrUnset(fields) => {
            let Some(entries) = node.entries() else { return Ok(()) };
            missing(fields, node.name(), &|name| entries.has(name))?;
            for (name, child) in entries.iter() {
                if let Some(field) = find(fields, name) {
                    missing_inside(child, &field.kind)?;
                }
            }
            Ok(())
        }
        Kind::List(of, _) | Kind::ListOrUnset(of, _) => {
            node.items().unwrap_or_default().into_iter().try_for_each(|child| missing_inside(child, of))
        }
        _ => Ok(()),
    }
}

/// One value, typed. Unset values become null.
fn value(node: &FormNode, kind: &Kind) -> Result<Value, Error> {
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
            None => object(node, RANGE),
        },
        Kind::Metadata => metadata(node),
        Kind::Object(fields) => object(node, fields),
        Kind::ObjectOrUnset(fields) => match node.text() {
            Some("") => Ok(Value::Unset),
            _ => object(node, fields),
        },
        Kind::List(of, most) => list(node, of, *most),
        Kind::ListOrUnset(of, most) => match node.text() {
            Some("") => Ok(Value::List(Vec::new())),
            _ => list(node, of, *most),
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

fn text<'a>(node: &'a FormNode, wanted: &str) -> Result<&'a str, Error> {
    node.text().ok_or_else(|| Error::wrong_shape(node.name(), wanted))
}

fn filled<'a>(node: &'a FormNode, wanted: &str) -> Result<&'a str, Error> {
    match text(node, wanted)? {
        "" => Err(Error::empty(node.name())),
        text => Ok(text),
    }
}

fn bounded<'a>(name: &str, text: &'a str, most: usize) -> Result<&'a str, Error> {
    if text.chars().count() > most { Err(Error::too_long(name, text, most)) } else { Ok(text) }
}

fn integer(name: &str, text: &str, least: i64, most: i64) -> Result<Value, Error> {
    let well_formed = text.strip_prefix('-').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 =
        text.parse().ok().filter(|_| well_formed).ok_or_else(|| Error::not_an_integer(name, &short(text)))?;
    if (least..=most).contains(&number) {
        Ok(Value::Integer(number))
    } else {
        Err(Error::out_of_range(name, least, most, number))
    }
}

fn email(name: &str, text: &str) -> Result<Value, Error> {
    if is_email(text) {
        Ok(text.into())
    } else {
        Err(Error::invalid(format!("Invalid email address: {}", short(text))).code("email_invalid").param(name))
    }
}

fn url(name: &str, text: &str) -> Result<Value, Error> {
    bounded(name, text, 2_048)?;
    let absolute = Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty())
    });
    let clean = !text.chars().any(|character| character.is_control() || character.is_whitespace());
    // Browsers read `https:/host` and back-slashes generously; a stored URL must not depend on that.
    let spelled = text.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"))
        || text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://"));
    if absolute && clean && spelled && !text.contains('\\') { Ok(text.into()) } else { Err(Error::bad_url(name)) }
}

/// Enough of an address check for a form: one `@`, something on both sides, a dot in the domain, no blanks.
pub(crate) fn is_email(text: &str) -> bool {
    text.len() <= 512
        && !text.chars().any(|character| character.is_whitespace() || character.is_control())
        && text.split_once('@').is_some_and(|(user, domain)| {
            !user.is_empty()
                && !domain.contains('@')
                && domain.contains('.')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
        })
}

fn metadata(node: &FormNode) -> Result<Value, Error> {
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

fn object(node: &FormNode, fields: &[Field]) -> Result<Value, Error> {
    let entries = node.entries().ok_or_else(|| Error::wrong_shape(node.name(), "object"))?;
    let mut values = Vec::with_capacity(entries.len());
    for (key, child) in entries.iter() {
        let field = find(fields, key).ok_or_else(|| Error::unknown(&[child.name().to_owned()]))?;
        values.push((field.name, value(child, &field.kind)?));
    }
    Ok(Value::Object(Params::new(values)))
}

fn list(node: &FormNode, of: &Kind, most: usize) -> Result<Value, Error> {
    let items = node.items().ok_or_else(|| Error::wrong_shape(node.name(), "array"))?;
    if items.len() > most {
        return Err(Error::invalid(format!("This array can have at most {most} elements."))
            .code("parameter_invalid_array_length")
            .param(node.name()));
    }
    items.into_iter().map(|item| value(item, of)).collect::<Result<Vec<_>, _>>().map(Value::List)
}

fn switched_off(node: &FormNode) -> Result<Value, Error> {
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

fn short(text: &str) -> String {
    text.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use mock_core::form;

    use super::{Params, Value, is_email, read};
    use crate::params::{Field, Kind, later, need, opt};

    const ITEM: &[Field] = &[need("quantity", Kind::Integer(1, 10)), opt("price", Kind::Text(5)), later("tax_rates")];
    const FIELDS: &[Field] = &[
        need("currency", Kind::Currency),
        opt("active", Kind::Flag),
        opt("items", Kind::List(&Kind::Object(ITEM), 2)),
        opt("metadata", Kind::Metadata),
        opt("url", Kind::UrlOrUnset),
        opt("amount", Kind::Decimal),
        opt("mode", Kind::OneOf(&["payment", "setup"])),
        opt("tax", Kind::SwitchedOff),
    ];

    #[track_caller]
    fn refused(body: &str, code: Option<&str>, param: &str, message: &str) {
        let error = read(&form::parse(body.as_bytes()).unwrap(), FIELDS).unwrap_err();
        assert_eq!((error.code.as_deref(), error.param.as_deref()), (code, Some(param)));
        assert!(error.message.starts_with(message), "{}", error.message);
    }

    #[test]
    fn complaints_name_the_parameter_as_it_was_written() {
        refused("x=1", Some("parameter_unknown"), "x", "Received unknown parameter: x");
        refused("x=1&y[a]=2", Some("parameter_unknown"), "x", "Received unknown parameters: x, y");
        refused(
            "items[0][foo]=1",
            Some("parameter_unknown"),
            "items[0][foo]",
            "Received unknown parameter: items[0][foo]",
        );
        refused("", Some("parameter_missing"), "currency", "Missing required param: currency.");
        refused(
            "currency=usd&items[0][price]=a",
            Some("parameter_missing"),
            "items[0][quantity]",
            "Missing required param: items[0][quantity].",
        );
        refused(
            "currency=xxx",
            None,
            "currency",
            "Invalid currency: xxx. Stripe currently supports these currencies: usd, aed, ",
        );
        refused(
            "items[][quantity]=abc",
            Some("parameter_invalid_integer"),
            "items[0][quantity]",
            "Invalid integer: abc",
        );
        refused(
            "items[0][quantity]=11",
            Some("parameter_invalid_integer"),
            "items[0][quantity]",
            "This value must be less",
        );
        refused(
            "items[0][price]=abcdef",
            Some("parameter_invalid_string_too_long"),
            "items[0][price]",
            "Invalid string",
        );
        refused("items=3", None, "items", "Invalid array");
        refused("items[0]=3", None, "items[0]", "Invalid object");
        refused("currency[a]=usd", None, "currency", "Invalid string");
        refused("currency=", Some("parameter_invalid_empty"), "currency", "You passed an empty string");
        refused("active=yes", None, "active", "Invalid boolean: yes");
        refused("mode=x", None, "mode", "Invalid mode: must be one of payment or setup");
        refused("amount=-1", None, "amount", "Invalid decimal");
        refused("amount=1.1234567890123", None, "amount", "Invalid decimal");
        refused("url=ftp://x.test", Some("url_invalid"), "url", "Not a valid URL");
        refused("url=https:evil.test", Some("url_invalid"), "url", "Not a valid URL");
        refused("metadata=x", None, "metadata", "Invalid object");
        refused(
            "items[0][tax_rates]=x",
            None,
            "items[0][tax_rates]",
            "This fake of Stripe does not support the parameter",
        );
        refused("tax[enabled]=true", None, "tax[enabled]", "This fake of Stripe does not support");
    }

    #[test]
    fn values_come_out_typed() {
        let body =
            b"currency=USD&active=true&items[0][quantity]=2&metadata[a]=&url=&amount=0.5&tax[enabled]=false&expand[]=x";
        let params = read(&form::parse(body).unwrap(), FIELDS).unwrap();
        let object = |members| Value::Object(Params::new(members));
        let expect = Params::new(vec![
            ("currency", "usd".into()),
            ("active", Value::Flag(true)),
            ("items", Value::List(vec![object(vec![("quantity", Value::Integer(2))])])),
            ("metadata", Value::Pairs([("a".into(), "".into())].into())),
            ("url", Value::Unset),
            ("amount", "0.5".into()),
            ("tax", Value::Unset),
            ("expand", Value::List(vec!["x".into()])),
        ]);
        assert_eq!(params, expect);
    }

    #[test]
    fn addresses_have_two_sides() {
        assert!(is_email("a@b.test"));
        for bad in ["", "a", "@b.test", "a@b", "a b@c.test", "a@b@c.test", "a@.test"] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
