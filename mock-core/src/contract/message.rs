//! Words for a schema error: short, without secrets, and about the alternative that was most likely meant.

use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind},
};
use serde_json::Value;

/// Appends (JSON pointer, message) for `error`; an `anyOf` or `oneOf` is explained by its best alternative.
pub(super) fn explain(error: &ValidationError<'_>, into: &mut Vec<(String, String)>) {
    let place = error.instance_path().to_string();
    if let ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } = error.kind() {
        match best(context, &place) {
            Some(errors) => errors.iter().for_each(|error| explain(error, into)),
            None => into.push((place, none_fits(context))),
        }
        return;
    }
    let message = words(error, &place);
    into.push((place, message));
}

/// The one alternative whose errors lie deeper than the value itself or are not about its type.
fn best<'e>(context: &'e [Vec<ValidationError<'static>>], place: &str) -> Option<&'e [ValidationError<'static>]> {
    let candidates: Vec<_> =
        context.iter().filter(|errors| !errors.iter().any(|error| is_other_kind(error, place))).collect();
    match candidates.as_slice() {
        [] => None,
        [only] => Some(only),
        several => several
            .iter()
            .min_by_key(|errors| errors.len())
            .filter(|best| several.iter().filter(|other| other.len() == best.len()).count() == 1)
            .map(|errors| errors.as_slice()),
    }
}

/// The alternative is for another kind of value altogether.
fn is_other_kind(error: &ValidationError<'_>, place: &str) -> bool {
    let about_the_value = error.instance_path().as_str() == place;
    about_the_value && matches!(error.kind(), ValidationErrorKind::Type { .. } | ValidationErrorKind::Enum { .. })
}

fn none_fits(context: &[Vec<ValidationError<'static>>]) -> String {
    let reasons: Vec<_> = context
        .iter()
        .filter_map(|errors| errors.first())
        .take(4)
        .map(|error| {
            let mut found = Vec::new();
            explain(error, &mut found);
            found.into_iter().next().map_or_else(String::new, |(_, message)| message)
        })
        .collect();
    format!("fits none of {} alternatives: {}", context.len(), reasons.join("; or "))
}

fn words(error: &ValidationError<'_>, place: &str) -> String {
    let value = error.instance();
    let shown = || show(value, place);
    match error.kind() {
        ValidationErrorKind::Type { kind } => {
            format!("is {}, expected {}", shown(), expected(kind))
        }
        ValidationErrorKind::Required { property } => {
            format!("the required property {property} is missing")
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let names: Vec<_> = unexpected.iter().take(10).map(|name| format!("{:?}", shorten(name))).collect();
            let more = if unexpected.len() > names.len() { ", …" } else { "" };
            format!("has the unexpected property {}{more}", names.join(", "))
        }
        ValidationErrorKind::Enum { options } => {
            format!("is {}, expected {}", shown(), one_of(options))
        }
        ValidationErrorKind::Format { format } => {
            format!("is {}, expected the format {format}", shown())
        }
        ValidationErrorKind::Pattern { pattern } => {
            format!("is {}, expected the pattern {pattern}", shown())
        }
        ValidationErrorKind::Minimum { limit } => {
            format!("is {}, expected at least {limit}", shown())
        }
        ValidationErrorKind::Maximum { limit } => {
            format!("is {}, expected at most {limit}", shown())
        }
        ValidationErrorKind::ExclusiveMinimum { limit } => {
            format!("is {}, expected more than {limit}", shown())
        }
        ValidationErrorKind::ExclusiveMaximum { limit } => {
            format!("is {}, expected less than {limit}", shown())
        }
        ValidationErrorKind::MultipleOf { multiple_of } => {
            format!("is {}, expected a multiple of {multiple_of}", shown())
        }
        ValidationErrorKind::MinLength { limit } => {
            format!("is {}, expected at least {limit} characters", shown())
        }
        ValidationErrorKind::MaxLength { limit } => {
            let length = value.as_str().map_or(0, |text| text.chars().count());
            format!("has {length} characters, expected at most {limit}")
        }
        ValidationErrorKind::MinItems { limit } => {
            format!("has {} items, expected at least {limit}", length(value))
        }
        ValidationErrorKind::MaxItems { limit } => {
            format!("has {} items, expected at most {limit}", length(value))
        }
        ValidationErrorKind::MinProperties { limit } => {
            format!("has {} properties, expected at least {limit}", length(value))
        }
        ValidationErrorKind::MaxProperties { limit } => {
            format!("has {} properties, expected at most {limit}", length(value))
        }
        ValidationErrorKind::UniqueItems => "has equal items, expected different ones".to_owned(),
        ValidationErrorKind::OneOfMultipleValid { .. } => {
            "fits more than one alternative, expected exactly one".to_owned()
        }
        ValidationErrorKind::Not { .. } => format!("is {}, which is ruled out", shown()),
        _ => shorten(&error.masked_with("the value").to_string()),
    }
}

fn expected(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(kind) => kind.to_string(),
        TypeKind::Multiple(kinds) => kinds.iter().map(|kind| kind.to_string()).collect::<Vec<_>>().join(" or "),
    }
}

fn one_of(options: &Value) -> String {
    let Some(options) = options.as_array() else {
        return options.to_string();
    };
    let shown: Vec<_> = options.iter().take(12).map(|option| shorten(&option.to_string())).collect();
    let more = if options.len() > shown.len() { ", …" } else { "" };
    match shown.as_slice() {
        [only] => only.clone(),
        _ => format!("one of {}{more}", shown.join(", ")),
    }
}

fn length(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    }
}

/// A value in a message: its kind, and the value itself when that is short and its name does not sound secret.
fn show(value: &Value, place: &str) -> String {
    let secret = sounds_secret(place);
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => format!("the boolean {value}"),
        Value::Number(_) if secret => "a number".to_owned(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) if text.is_empty() => "an empty string".to_owned(),
        Value::String(_) if secret => "a string".to_owned(),
        Value::String(text) => format!("the string {:?}", shorten(text)),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// Whether the last name of a place (a JSON pointer or a parameter) is one whose value must not be shown.
pub(super) fn sounds_secret(place: &str) -> bool {
    let name = place.rsplit(['/', ' ']).find(|name| name.parse::<usize>().is_err()).unwrap_or("").to_ascii_lowercase();
    ["secret", "token", "password", "authorization", "signature", "api_key", "apikey", "assertion", "cvc", "cookie"]
        .iter()
        .any(|word| name.contains(word))
        || name == "number"
}

fn shorten(text: &str) -> String {
    const LONGEST: usize = 80;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}
