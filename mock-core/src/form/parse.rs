//! From the bytes of a form to its tree.

use std::ops::Range;

use super::error::{FormError, FormLimits, conflict, shorten};
use super::name::{keys, taken_apart};
use super::tree::{FormTree, Held, Node, index};

/// Decodes a body or query string with the default [`FormLimits`].
pub fn parse(bytes: &[u8]) -> Result<FormTree, FormError> {
    parse_within(bytes, FormLimits::default())
}

/// Decodes a body or query string within `limits`.
///
/// `+` is a space, a name without `=` has the empty value, a broken `%` escape stays as it is written, and of several
/// values for one name the last wins.
pub fn parse_within(bytes: &[u8], limits: FormLimits) -> Result<FormTree, FormError> {
    let Decoded { text, pairs } = decoded(bytes, limits.parameters)?;
    let mut tree = FormTree { text, nodes: Vec::with_capacity(pairs.len()), repeated: Vec::new() };
    for Pair { name, value } in pairs {
        let whole = tree.text.get(name.clone()).unwrap_or_default();
        let (first, levels) =
            taken_apart(whole).map_err(|reason| FormError::Malformed { name: shorten(whole), reason })?;
        if levels > limits.depth {
            return Err(FormError::TooDeep { name: shorten(whole), limit: limits.depth });
        }
        let FormTree { text, nodes, repeated } = &mut tree;
        let end = name.start + first;
        insert(nodes, text, &name, name.start..end, value, repeated)?;
    }
    Ok(tree)
}

/// The decoded `name=value` pairs in order, brackets untouched; refuses more than `limit` of them.
pub fn pairs(bytes: &[u8], limit: usize) -> Result<Vec<(String, String)>, FormError> {
    let Decoded { text, pairs } = decoded(bytes, limit)?;
    let part = |at: Range<usize>| text.get(at).unwrap_or_default().to_owned();
    Ok(pairs.into_iter().map(|pair| (part(pair.name), part(pair.value))).collect())
}

/// All names and values one after the other, and where each stands.
struct Decoded {
    text: String,
    pairs: Vec<Pair>,
}

struct Pair {
    name: Range<usize>,
    value: Range<usize>,
}

fn decoded(bytes: &[u8], limit: usize) -> Result<Decoded, FormError> {
    // Nothing gets longer by being decoded.
    let mut text = Vec::with_capacity(bytes.len());
    let mut pairs = Vec::with_capacity(16);
    for part in bytes.split(|byte| *byte == b'&').filter(|part| !part.is_empty()) {
        if pairs.len() >= limit {
            return Err(FormError::TooMany { limit });
        }
        let (name, value) = match memchr::memchr(b'=', part) {
            Some(at) => (&part[..at], &part[at + 1..]),
            None => (part, &part[part.len()..]),
        };
        let start = text.len();
        decode(name, &mut text);
        let middle = text.len();
        decode(value, &mut text);
        pairs.push(Pair { name: start..middle, value: middle..text.len() });
    }
    let text = String::from_utf8(text).map_err(|error| no_text(error.as_bytes(), &pairs))?;
    // A character that begins in one part and ends in the next is one in neither.
    let whole = |pair: &Pair| text.is_char_boundary(pair.name.start) && text.is_char_boundary(pair.value.start);
    if pairs.iter().all(whole) { Ok(Decoded { text, pairs }) } else { Err(no_text(text.as_bytes(), &pairs)) }
}

/// The complaint about the first pair that is not text.
fn no_text(bytes: &[u8], pairs: &[Pair]) -> FormError {
    let part = |at: &Range<usize>| bytes.get(at.clone()).unwrap_or_default();
    let is_none = |at| std::str::from_utf8(part(at)).is_err();
    let wrong = pairs.iter().find(|pair| is_none(&pair.name) || is_none(&pair.value));
    let name = wrong.map(|pair| String::from_utf8_lossy(part(&pair.name))).unwrap_or_default();
    FormError::NotUtf8 { name: shorten(&name) }
}

fn decode(mut escaped: &[u8], into: &mut Vec<u8>) {
    loop {
        escaped = match escaped {
            [b'%', high, low, rest @ ..] if let (Some(high), Some(low)) = (hex_digit(*high), hex_digit(*low)) => {
                into.push(high << 4 | low);
                rest
            }
            [byte, rest @ ..] => {
                into.push(if *byte == b'+' { b' ' } else { *byte });
                rest
            }
            [] => return,
        };
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

/// Puts a value at the name `whole`, of which `part` is what is looked for in `nodes`: what stands before the brackets, or a key with its
/// closing bracket.
fn insert(
    nodes: &mut Vec<Node>,
    text: &mut String,
    whole: &Range<usize>,
    part: Range<usize>,
    value: Range<usize>,
    repeated: &mut Vec<String>,
) -> Result<(), FormError> {
    let made = Node { begin: whole.start, key: part.start, end: part.end, held: Held::Branch(Vec::new()) };
    let at = match nodes.iter().position(|node| node.key(text) == made.key(text)) {
        Some(at) => at,
        None => {
            nodes.push(made);
            nodes.len() - 1
        }
    };
    let node = &mut nodes[at];
    let rest = text.get(part.end..whole.end).unwrap_or_default();
    if rest.is_empty() {
        match &node.held {
            Held::Branch(children) if !children.is_empty() => {
                return Err(conflict(node.name(text), "a branch", "a value"));
            }
            Held::Text(_) => repeated.push(node.name(text).to_owned()),
            Held::Branch(_) => {}
        }
        node.held = Held::Text(value);
        return Ok(());
    }
    // Names are well formed here: an opening bracket, a key, a closing one.
    let (key, behind) = rest.split_at(memchr::memchr(b']', rest.as_bytes()).unwrap_or(rest.len()));
    let children = match &mut node.held {
        Held::Branch(children) => children,
        Held::Text(_) => return Err(conflict(node.name(text), "a value", "a branch")),
    };
    let next = part.end + 1;
    if key.len() > 1 {
        let close = part.end + key.len();
        return insert(children, text, whole, next..close + 1, value, repeated);
    }
    if children.iter().any(|child| index(child.key(text)).is_none()) {
        return Err(conflict(node.name(text), "a map", "a list"));
    }
    // The name with its index stands behind everything else.
    let slot = list_slot(children, text, keys(behind)).to_string();
    let named = format!("{}[{slot}{behind}", text.get(whole.start..part.end).unwrap_or_default());
    let start = text.len();
    text.push_str(&named);
    let next = start + (next - whole.start);
    insert(children, text, &(start..start + named.len()), next..next + slot.len() + 1, value, repeated)
}

/// The index that `[]` stands for: the last element while it still lacks the member that follows, else a new one.
fn list_slot<'a>(children: &[Node], text: &str, rest: impl Iterator<Item = &'a str>) -> u32 {
    let Some((last, node)) =
        children.iter().filter_map(|node| Some((index(node.key(text))?, node))).max_by_key(|(index, _)| *index)
    else {
        return 0;
    };
    let mut rest = rest.peekable();
    let continues = rest.peek().is_some_and(|key| !key.is_empty())
        && node.below().is_some()
        && rest.try_fold(node, |node, key| node.below()?.iter().find(|child| child.key(text) == key)).is_none();
    if continues { last } else { last.saturating_add(1) }
}
