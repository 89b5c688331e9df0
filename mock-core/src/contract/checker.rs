//! A compiled schema: says whether a value fits, and where it does not.

use serde_json::Value;

use super::{
    document::{ContractError, Document},
    message, schema,
    violation::{MOST, Side},
};

/// A compiled schema for one direction.
#[derive(Debug)]
pub(super) struct Checker {
    validator: jsonschema::Validator,
}

impl Checker {
    /// Compiles the schema that stands at the pointer `at`.
    pub(super) fn compile(document: &Document, schema: &Value, at: &str, side: Side) -> Result<Self, ContractError> {
        let translated = schema::translate(document, schema, at, side)?;
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft4)
            .should_validate_formats(true)
            .should_ignore_unknown_formats(true)
            .with_format("uuid", is_uuid)
            .with_format("date", is_date)
            .with_format("date-time", is_date_time)
            .with_format("uri", is_uri)
            .with_format("byte", is_base64)
            .with_pattern_options(jsonschema::PatternOptions::fancy_regex().backtrack_limit(100_000))
            .offline()
            .build(&translated)
            .map_err(|error| document.invalid(at, format!("the schema does not compile: {error}")))?;
        Ok(Self { validator })
    }

    /// Where and how `value` departs from the schema: JSON pointer and message, in the order of the schema and the
    /// value; and how many more departures there are beyond those that a check can list.
    pub(super) fn errors(&self, value: &Value) -> (Vec<(String, String)>, usize) {
        let mut errors = Vec::new();
        let mut beyond = 0;
        if self.validator.is_valid(value) {
            return (errors, beyond);
        }
        for error in self.validator.iter_errors(value) {
            if errors.len() < MOST {
                message::explain(&error, &mut errors);
            } else {
                beyond += 1;
            }
        }
        (errors, beyond)
    }
}

/// Five groups of hexadecimal digits in either case, without braces.
fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// RFC 3339: a full date, `T`, a full time and an offset.
fn is_date_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 20
        && matches!(bytes[10], b'T' | b't')
        && bytes[13] == b':'
        && bytes[16] == b':'
        && !text.ends_with(']')
        && text.parse::<jiff::Timestamp>().is_ok()
}

fn is_uri(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic()) && url::Url::parse(text).is_ok()
}

fn is_base64(text: &str) -> bool {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).is_ok()
}
