//! One order of values: null first, numbers by size, text without case, times by time.

use std::cmp::Ordering;

use crate::store::Value;

/// Compares two values of one column. Null is the least; values that cannot be compared count as equal.
pub fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        _ => compare_present(left, right).unwrap_or(Ordering::Equal),
    }
}

/// Compares two values that are not null; `None` when they are of kinds that do not compare.
pub(super) fn compare_present(left: &Value, right: &Value) -> Option<Ordering> {
    if let (Some(left), Some(right)) = (left.number(), right.number()) {
        return Some(left.cmp(&right));
    }
    if let (Some(left), Some(right)) = (left.guid(), right.guid()) {
        return Some(left.cmp(&right));
    }
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => Some(compare_text(left, right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::DateTime(left), Value::DateTime(right)) => Some(left.cmp(right)),
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// Compares two texts without case.
fn compare_text(left: &str, right: &str) -> Ordering {
    if left.is_ascii() && right.is_ascii() {
        let lower = |text: &str| text.bytes().map(|byte| byte.to_ascii_lowercase()).collect::<Vec<_>>();
        return lower(left).cmp(&lower(right));
    }
    left.to_lowercase().cmp(&right.to_lowercase())
}
