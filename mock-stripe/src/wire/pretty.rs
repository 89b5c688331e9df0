//! JSON as the service writes it: two blanks for each level, one member to a line.

use std::io::{Result, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// Room that most answers fit into: growing step by step would copy each of them several times.
const ROOM: usize = 4096;

/// A comma, a line break, and blanks for as many levels as answers mostly have.
const BREAK: &[u8] = b",\n                                ";
/// Blanks on it.
const READY: usize = BREAK.len() - 2;

/// The JSON of `value`. Nothing stands behind its last bracket.
pub fn pretty(value: &impl Serialize) -> Vec<u8> {
    let mut text = Vec::with_capacity(ROOM);
    // Plain data with text keys, written into memory; that does not fail.
    drop(value.serialize(&mut Serializer::with_formatter(&mut text, Indented::default())));
    text
}

/// What `serde_json::ser::PrettyFormatter` writes, in fewer pieces: one for each line break instead of one for each level, and the
/// quotes of a name together with what stands around them.
#[derive(Default)]
struct Indented {
    depth: usize,
    filled: bool,
    /// A name is being written, whose quotes are not left to the serializer.
    named: bool,
}

impl Indented {
    fn open<W: ?Sized + Write>(&mut self, to: &mut W, bracket: &[u8]) -> Result<()> {
        self.depth += 1;
        self.filled = false;
        to.write_all(bracket)
    }

    fn close<W: ?Sized + Write>(&mut self, to: &mut W, bracket: &[u8]) -> Result<()> {
        self.depth = self.depth.saturating_sub(1);
        if self.filled {
            self.new_line(to, true)?;
        }
        to.write_all(bracket)
    }

    fn new_line<W: ?Sized + Write>(&self, to: &mut W, first: bool) -> Result<()> {
        let blanks = self.depth * 2;
        let ready = blanks.min(READY);
        to.write_all(&BREAK[usize::from(first)..2 + ready])?;
        (ready..blanks).try_for_each(|_| to.write_all(b" "))
    }
}

impl Formatter for Indented {
    fn begin_array<W: ?Sized + Write>(&mut self, to: &mut W) -> Result<()> {
        self.open(to, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, to: &mut W) -> Result<()> {
        self.close(to, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> Result<()> {
        self.new_line(to, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, to: &mut W) -> Result<()> {
        self.open(to, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, to: &mut W) -> Result<()> {
        self.close(to, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> Result<()> {
        self.named = true;
        self.new_line(to, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, to: &mut W) -> Result<()> {
        self.named = false;
        to.write_all(b"\": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> Result<()> {
        self.filled = true;
        Ok(())
    }

    fn end_string<W: ?Sized + Write>(&mut self, to: &mut W) -> Result<()> {
        // Behind a name it comes with the colon. Every name is text here, as nothing else is written as one.
        if self.named { Ok(()) } else { to.write_all(b"\"") }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::pretty;

    fn check(value: &Value) {
        let expect = serde_json::to_string_pretty(value).unwrap();
        assert_eq!(String::from_utf8(pretty(value)).unwrap(), expect);
    }

    #[test]
    fn it_is_what_the_library_writes() {
        check(&json!({}));
        check(&json!([]));
        check(&json!({"a": {}, "b": [], "c": [1, [2, {"d": null}], "\"\u{1}\n"], "e": true}));
        // Deeper than what is written in one go.
        check(&(0..40).fold(json!("x"), |inner, _| json!({"in": [inner]})));
    }

    proptest! {
        #[test]
        fn it_is_what_the_library_writes_for_any_tree(value in tree()) {
            check(&value);
        }
    }

    fn tree() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(Value::Null), any::<i64>().prop_map(Value::from), ".{0,8}".prop_map(Value::from)];
        leaf.prop_recursive(5, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[a-z]{1,3}", inner, 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }
}
