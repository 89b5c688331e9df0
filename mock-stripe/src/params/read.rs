//! Checks a decoded form against the parameters an operation takes.
//!
//! The order of complaints is the service's: unknown names first, then wrong values, then what is missing (`facts/stripe.md` 3).

use mock_core::form::{FormFields, FormNode, FormTree};

use super::kinds::{Missing, members};
use super::spec::{Field, Kind, OTHER_METHODS};
use super::values::Params;
use crate::domain::method_filter::METHOD_TYPES;
use crate::error::Error;

/// Every operation takes `expand[]`.
const EXPAND: Field = Field { name: "expand", kind: Kind::List(&Kind::Text(500), 50), required: false };

/// The form's values, typed, when they are what `fields` allow.
pub(crate) fn read(form: &FormTree, fields: &[Field]) -> Result<Params, Error> {
    let fields = Fields { own: fields, top: true };
    let mut missing = Missing::default();
    match members(form.fields(), "", fields, &mut missing) {
        Ok(values) => missing.0.map_or(Ok(values), Err),
        Err(wrong) => {
            let mut unknown = Vec::new();
            unknown_in(form.fields(), fields, &mut unknown);
            if unknown.is_empty() { Err(wrong) } else { Err(Error::unknown(&unknown)) }
        }
    }
}

/// The parameters that are allowed in one place.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    own: &'a [Field],
    /// Whether these are the operation's.
    top: bool,
}

impl<'a> Fields<'a> {
    /// Those of an object within.
    pub(super) fn within(own: &'a [Field]) -> Self {
        Self { own, top: false }
    }

    /// The one of this name.
    pub(super) fn find(self, name: &str) -> Option<&'a Field> {
        let own = || self.own.iter();
        let others = || own().find(|field| field.name == OTHER_METHODS.name).filter(|_| is_method(name));
        let everywhere = || Some(&EXPAND).filter(|field| self.top && field.name == name);
        own().find(|field| field.name == name).or_else(others).or_else(everywhere)
    }

    /// The first that must be there and is not.
    pub(super) fn missing(self, entries: FormFields<'_>) -> Option<&'a Field> {
        self.own.iter().find(|field| field.required && !entries.has(field.name))
    }
}

/// Whether this names a type of payment method, as far as parameters are named after it.
fn is_method(name: &str) -> bool {
    METHOD_TYPES.contains(&name) || ["card_present", "demo_pay", "interac_present", "paypay"].contains(&name)
}

fn unknown_in(entries: FormFields<'_>, fields: Fields<'_>, unknown: &mut Vec<String>) {
    for (name, child) in entries.iter() {
        match fields.find(name) {
            None => unknown.push(child.name().to_owned()),
            Some(field) => unknown_inside(child, &field.kind, unknown),
        }
    }
}

fn unknown_inside(node: FormNode<'_>, kind: &Kind, unknown: &mut Vec<String>) {
    match kind {
        Kind::Object(fields) | Kind::ObjectOrUnset(fields) => {
            node.entries().into_iter().for_each(|entries| unknown_in(entries, Fields::within(fields), unknown));
        }
        Kind::List(of, _) | Kind::ListOrUnset(of, _) => {
            node.items().into_iter().flatten().for_each(|child| unknown_inside(child, of, unknown));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use mock_core::form;

    use super::read;
    use crate::params::values::{Params, Value};
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
}
