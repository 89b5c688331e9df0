//! Decodes `application/x-www-form-urlencoded` text with bracketed names into an ordered tree.
//!
//! Names nest with brackets, as Stripe and many form libraries write them: `line_items[0][price]=price_1`,
//! `expand[]=customer`, `metadata[order_id]=7`. Brackets may be percent-encoded (`%5B`, `%5D`).
//! The tree does not decide between a list and a map, since `metadata[0]=x` may be either: a node with children
//! answers both [`FormNode::entries`] and [`FormNode::items`], and whoever knows the parameter chooses.
//!
//! ```
//! let tree = mock_core::form::parse(b"line_items[0][price]=price_1&line_items[0][quantity]=2&expand[]=customer")?;
//! let price = tree.at("line_items[0][price]").and_then(|node| node.text());
//! assert_eq!(price, Some("price_1"));
//! assert_eq!(tree.to_json()["expand"][0], "customer");
//! # Ok::<(), mock_core::form::FormError>(())
//! ```

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use serde_json::Value;

/// How much a form may hold before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormLimits {
    /// Most `name=value` pairs.
    pub parameters: usize,
    /// Most levels of a name; `a[b][c]` has three.
    pub depth: usize,
}

impl Default for FormLimits {
    fn default() -> Self {
        Self { parameters: 1_000, depth: 16 }
    }
}

/// Why a form was refused. Every variant about one parameter carries its decoded name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// More pairs than [`FormLimits::parameters`].
    #[error("more than {limit} parameters")]
    TooMany {
        /// The limit that was passed.
        limit: usize,
    },
    /// More bracket levels than [`FormLimits::depth`].
    #[error("parameter `{name}` nests deeper than {limit} levels")]
    TooDeep {
        /// The parameter, shortened to 200 characters.
        name: String,
        /// The limit that was passed.
        limit: usize,
    },
    /// The decoded bytes are not UTF-8.
    #[error("parameter `{name}` is not valid UTF-8")]
    NotUtf8 {
        /// The name with its undecodable bytes replaced.
        name: String,
    },
    /// The brackets of a name do not match, or text follows them.
    #[error("parameter name `{name}` is malformed: {reason}")]
    Malformed {
        /// The parameter, shortened to 200 characters.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// One name is used both as a value and as a branch, or both as a list and as a map.
    #[error("parameter `{name}` is given both as {first} and as {second}")]
    Conflict {
        /// The name that has two shapes.
        name: String,
        /// The shape of the earlier parameter.
        first: &'static str,
        /// The shape of the later parameter.
        second: &'static str,
    },
}

impl FormError {
    /// The parameter that caused the error, when there is one.
    pub fn parameter(&self) -> Option<&str> {
        match self {
            Self::TooMany { .. } => None,
            Self::TooDeep { name, .. }
            | Self::NotUtf8 { name }
            | Self::Malformed { name, .. }
            | Self::Conflict { name, .. } => Some(name),
        }
    }
}

/// A decoded form: its parameters in the order of their first appearance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormTree {
    fields: FormFields,
    repeated: Vec<String>,
}

/// Parameters by name, in order of appearance.
pub type FormFields = IndexMap<String, FormNode, RandomState>;

/// One parameter, or one level inside a bracketed parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormNode {
    name: String,
    value: FormValue,
}

/// What stands at a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormValue {
    /// The value of a plain parameter; may be empty.
    Text(String),
    /// Children by the key in their brackets, in order of appearance. Keys of `[]` are `0`, `1`, …
    Branch(FormFields),
}

impl FormTree {
    /// The top-level parameter `key`.
    pub fn get(&self, key: &str) -> Option<&FormNode> {
        self.fields.get(key)
    }

    /// The node at a whole bracketed name, such as `line_items[0][price]`.
    pub fn at(&self, name: &str) -> Option<&FormNode> {
        let (first, rest) = split_name(name).ok()?;
        rest.into_iter().try_fold(self.fields.get(first)?, |node, key| node.get(key))
    }

    /// Top-level parameters in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FormNode)> {
        self.fields.iter().map(|(key, node)| (key.as_str(), node))
    }

    /// Every value with its whole name, in order, however deep it stands.
    pub fn leaves(&self) -> Vec<(&str, &str)> {
        fn walk<'a>(node: &'a FormNode, into: &mut Vec<(&'a str, &'a str)>) {
            match &node.value {
                FormValue::Text(text) => into.push((&node.name, text)),
                FormValue::Branch(children) => children.values().for_each(|child| walk(child, into)),
            }
        }
        let mut leaves = Vec::new();
        self.fields.values().for_each(|node| walk(node, &mut leaves));
        leaves
    }

    /// Whole names of the values that were given more than once; the tree holds the last one.
    pub fn repeated(&self) -> &[String] {
        &self.repeated
    }

    /// Number of top-level parameters.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether the form holds nothing.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The form as a JSON object whose values are strings; see [`FormNode::to_json`].
    pub fn to_json(&self) -> Value {
        Value::Object(self.fields.iter().map(|(key, node)| (key.clone(), node.to_json())).collect())
    }
}

impl FormNode {
    /// The whole name, such as `line_items[0][price]`; a `[]` is shown with the index that it got.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What stands here.
    pub fn value(&self) -> &FormValue {
        &self.value
    }

    /// The text, when this is a plain value.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            FormValue::Text(text) => Some(text),
            FormValue::Branch(_) => None,
        }
    }

    /// The child with this key.
    pub fn get(&self, key: &str) -> Option<&FormNode> {
        match &self.value {
            FormValue::Text(_) => None,
            FormValue::Branch(children) => children.get(key),
        }
    }

    /// The children with their keys in order of appearance, when this is a branch.
    pub fn entries(&self) -> Option<&FormFields> {
        match &self.value {
            FormValue::Text(_) => None,
            FormValue::Branch(children) => Some(children),
        }
    }

    /// The children as list elements by rising index, when every key is a number. Gaps close: `a[0]`, `a[7]` are two items.
    pub fn items(&self) -> Option<Vec<&FormNode>> {
        let mut items =
            self.entries()?.iter().map(|(key, node)| Some((index(key)?, node))).collect::<Option<Vec<_>>>()?;
        items.sort_by_key(|(index, _)| *index);
        Some(items.into_iter().map(|(_, node)| node).collect())
    }

    /// The node as JSON: values are strings; a branch whose keys are exactly `0..n` is an array, any other an object.
    pub fn to_json(&self) -> Value {
        match &self.value {
            FormValue::Text(text) => Value::String(text.clone()),
            FormValue::Branch(children) => {
                if (0..children.len()).all(|index| children.contains_key(index.to_string().as_str())) {
                    Value::Array(self.items().unwrap_or_default().into_iter().map(Self::to_json).collect())
                } else {
                    Value::Object(children.iter().map(|(key, node)| (key.clone(), node.to_json())).collect())
                }
            }
        }
    }
}

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
    for (name, value) in pairs(bytes, limits.parameters)? {
        let (first, rest) =
            split_name(&name).map_err(|reason| FormError::Malformed { name: shorten(&name), reason })?;
        if rest.len() >= limits.depth {
            return Err(FormError::TooDeep { name: shorten(&name), limit: limits.depth });
        }
        insert(&mut tree.fields, "", first, &rest, value, &mut tree.repeated)?;
    }
    Ok(tree)
}

/// The decoded `name=value` pairs in order, brackets untouched; refuses more than `limit` of them.
pub fn pairs(bytes: &[u8], limit: usize) -> Result<Vec<(String, String)>, FormError> {
    let mut pairs = Vec::new();
    for part in bytes.split(|byte| *byte == b'&').filter(|part| !part.is_empty()) {
        if pairs.len() == limit {
            return Err(FormError::TooMany { limit });
        }
        let (name, value) = match memchr::memchr(b'=', part) {
            Some(at) => (&part[..at], &part[at + 1..]),
            None => (part, &part[part.len()..]),
        };
        let name = String::from_utf8(decode(name))
            .map_err(|error| FormError::NotUtf8 { name: shorten(&String::from_utf8_lossy(error.as_bytes())) })?;
        match String::from_utf8(decode(value)) {
            Ok(value) => pairs.push((name, value)),
            Err(_) => {
                return Err(FormError::NotUtf8 { name: shorten(&name) });
            }
        }
    }
    Ok(pairs)
}

fn decode(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [byte, after @ ..] = rest {
        rest = after;
        match (*byte, after) {
            (b'+', _) => out.push(b' '),
            (b'%', [high, low, tail @ ..]) => match (hex_digit(*high), hex_digit(*low)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    rest = tail;
                }
                _ => out.push(b'%'),
            },
            (byte, _) => out.push(byte),
        }
    }
    out
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// `a[b][]` → `a` and the parts `b` and nothing.
fn split_name(name: &str) -> Result<(&str, Vec<&str>), &'static str> {
    let Some((first, mut tail)) = name.split_once('[') else {
        return match name {
            "" => Err("it is empty"),
            name if name.contains(']') => Err("`]` without `[`"),
            name => Ok((name, Vec::new())),
        };
    };
    if first.is_empty() {
        return Err("nothing stands before `[`");
    }
    if first.contains(']') {
        return Err("`]` without `[`");
    }
    let mut keys = Vec::new();
    loop {
        let (key, after) = tail.split_once(']').ok_or("`[` without `]`")?;
        if key.contains('[') {
            return Err("`[` inside brackets");
        }
        keys.push(key);
        if after.is_empty() {
            return Ok((first, keys));
        }
        tail = after.strip_prefix('[').ok_or("text after `]`")?;
    }
}

fn insert(
    fields: &mut FormFields,
    parent: &str,
    key: &str,
    rest: &[&str],
    value: String,
    repeated: &mut Vec<String>,
) -> Result<(), FormError> {
    let at = match fields.get_index_of(key) {
        Some(at) => at,
        None => {
            let name = if parent.is_empty() { key.to_owned() } else { format!("{parent}[{key}]") };
            fields.insert_full(key.to_owned(), FormNode { name, value: FormValue::Branch(FormFields::default()) }).0
        }
    };
    let FormNode { name, value: known } = &mut fields[at];
    let Some((next, rest)) = rest.split_first() else {
        match known {
            FormValue::Branch(children) if !children.is_empty() => {
                return Err(conflict(name, "a branch", "a value"));
            }
            FormValue::Text(_) => repeated.push(name.clone()),
            FormValue::Branch(_) => {}
        }
        *known = FormValue::Text(value);
        return Ok(());
    };
    let FormValue::Branch(children) = known else {
        return Err(conflict(name, "a value", "a branch"));
    };
    if !next.is_empty() {
        return insert(children, name, next, rest, value, repeated);
    }
    if children.keys().any(|key| index(key).is_none()) {
        return Err(conflict(name, "a map", "a list"));
    }
    let slot = list_slot(children, rest).to_string();
    insert(children, name, &slot, rest, value, repeated)
}

/// The index that `[]` stands for: the last element while it still lacks the member that follows, else a new one.
fn list_slot(children: &FormFields, rest: &[&str]) -> u32 {
    let Some((last, node)) =
        children.iter().filter_map(|(key, node)| Some((index(key)?, node))).max_by_key(|(index, _)| *index)
    else {
        return 0;
    };
    let continues = rest.first().is_some_and(|key| !key.is_empty())
        && node.entries().is_some_and(|_| rest.iter().try_fold(node, |node, key| node.get(key)).is_none());
    if continues { last } else { last.saturating_add(1) }
}

fn index(key: &str) -> Option<u32> {
    let plain = key == "0" || (!key.starts_with('0') && key.len() <= 9);
    (plain && !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit())).then(|| key.parse().ok()).flatten()
}

fn conflict(name: &str, first: &'static str, second: &'static str) -> FormError {
    FormError::Conflict { name: shorten(name), first, second }
}

fn shorten(name: &str) -> String {
    name.chars().take(200).collect()
}

#[cfg(test)]
mod tests;
