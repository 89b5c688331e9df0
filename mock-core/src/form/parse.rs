//! From the bytes of a form to its tree.

use std::borrow::Cow;
use std::sync::Arc;

use super::error::{FormError, FormLimits, conflict, shorten};
use super::name::{keys, taken_apart};
use super::tree::{FormFields, FormNode, FormTree, FormValue, index};

/// Decodes a body or query string with the default [`FormLimits`].
pub fn parse(bytes: &[u8]) -> Result<FormTree, FormError> {
    parse_within(bytes, FormLimits::default())
}

/// Decodes a body or query string within `limits`.
///
/// `+` is a space, a name without `=` has the empty value, a broken `%` escape stays as it is written, and of several
/// values for one name the last wins.
pub fn parse_within(bytes: &[u8], limits: FormLimits) -> Result<FormTree, FormError> {
    let mut tree = FormTree::default();
    for pair in decoded(bytes, limits.parameters) {
        let (name, value) = pair?;
        let (first, _, levels) =
            taken_apart(&name).map_err(|reason| FormError::Malformed { name: shorten(&name), reason })?;
        if levels > limits.depth {
            return Err(FormError::TooDeep { name: shorten(&name), limit: limits.depth });
        }
        let end = first.len();
        insert(&mut tree.fields, Arc::from(name), 0, end, value.into_owned(), &mut tree.repeated)?;
    }
    Ok(tree)
}

/// The decoded `name=value` pairs in order, brackets untouched; refuses more than `limit` of them.
pub fn pairs(bytes: &[u8], limit: usize) -> Result<Vec<(String, String)>, FormError> {
    decoded(bytes, limit).map(|pair| pair.map(|(name, value)| (name.into_owned(), value.into_owned()))).collect()
}

/// The pairs one after the other, and the refusal where there are more than `limit`.
fn decoded(bytes: &[u8], limit: usize) -> impl Iterator<Item = Result<(Cow<'_, str>, Cow<'_, str>), FormError>> {
    let parts = bytes.split(|byte| *byte == b'&').filter(|part| !part.is_empty());
    parts.enumerate().map(move |(number, part)| {
        if number >= limit {
            return Err(FormError::TooMany { limit });
        }
        let (name, value) = match memchr::memchr(b'=', part) {
            Some(at) => (&part[..at], &part[at + 1..]),
            None => (part, &part[part.len()..]),
        };
        let name =
            text(name).map_err(|bytes| FormError::NotUtf8 { name: shorten(&String::from_utf8_lossy(&bytes)) })?;
        match text(value) {
            Ok(value) => Ok((name, value)),
            Err(_) => Err(FormError::NotUtf8 { name: shorten(&name) }),
        }
    })
}

/// Escaped bytes as text, or as bytes when they are none.
fn text(bytes: &[u8]) -> Result<Cow<'_, str>, Vec<u8>> {
    match decode(bytes) {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| bytes.to_vec()),
        Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).map_err(std::string::FromUtf8Error::into_bytes),
    }
}

fn decode(bytes: &[u8]) -> Cow<'_, [u8]> {
    let Some(mut at) = memchr::memchr2(b'%', b'+', bytes) else { return Cow::Borrowed(bytes) };
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        let (plain, escaped) = rest.split_at(at);
        out.extend_from_slice(plain);
        rest = match escaped {
            [b'%', high, low, tail @ ..] if let (Some(high), Some(low)) = (hex_digit(*high), hex_digit(*low)) => {
                out.push(high << 4 | low);
                tail
            }
            [b'+', tail @ ..] => {
                out.push(b' ');
                tail
            }
            [byte, tail @ ..] => {
                out.push(*byte);
                tail
            }
            [] => return Cow::Owned(out),
        };
        at = memchr::memchr2(b'%', b'+', rest).unwrap_or(rest.len());
    }
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Puts a value at the name `whole`. `start` and `end` tell the part of it that is looked for in `fields`: see [`FormNode`].
fn insert(
    fields: &mut FormFields,
    whole: Arc<str>,
    start: usize,
    end: usize,
    value: String,
    repeated: &mut Vec<String>,
) -> Result<(), FormError> {
    let made = FormNode { whole: Arc::clone(&whole), start, end, value: FormValue::Branch(FormFields::default()) };
    let at = match fields.0.iter().position(|node| node.key() == made.key()) {
        Some(at) => at,
        None => {
            fields.0.push(made);
            fields.0.len() - 1
        }
    };
    let node = &mut fields.0[at];
    let (before, rest) = whole.split_at(end);
    if rest.is_empty() {
        match &node.value {
            FormValue::Branch(children) if !children.is_empty() => {
                return Err(conflict(node.name(), "a branch", "a value"));
            }
            FormValue::Text(_) => repeated.push(node.name().to_owned()),
            FormValue::Branch(_) => {}
        }
        node.value = FormValue::Text(value);
        return Ok(());
    }
    // Names are well formed here: an opening bracket, a key, a closing one.
    let (key, behind) = rest.split_at(memchr::memchr(b']', rest.as_bytes()).unwrap_or(rest.len()));
    let children = match &mut node.value {
        FormValue::Branch(children) => children,
        FormValue::Text(_) => return Err(conflict(node.name(), "a value", "a branch")),
    };
    let next = end + 1;
    if key.len() > 1 {
        let close = end + key.len();
        return insert(children, whole, next, close + 1, value, repeated);
    }
    if children.iter().any(|(key, _)| index(key).is_none()) {
        return Err(conflict(node.name(), "a map", "a list"));
    }
    let slot = list_slot(children, keys(behind)).to_string();
    let close = next + slot.len();
    insert(children, format!("{before}[{slot}{behind}").into(), next, close + 1, value, repeated)
}

/// The index that `[]` stands for: the last element while it still lacks the member that follows, else a new one.
fn list_slot<'a>(children: &FormFields, mut rest: impl Iterator<Item = &'a str> + Clone) -> u32 {
    let Some((last, node)) =
        children.iter().filter_map(|(key, node)| Some((index(key)?, node))).max_by_key(|(index, _)| *index)
    else {
        return 0;
    };
    let continues = rest.clone().next().is_some_and(|key| !key.is_empty())
        && node.entries().is_some_and(|_| rest.try_fold(node, FormNode::get).is_none());
    if continues { last } else { last.saturating_add(1) }
}
