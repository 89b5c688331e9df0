//! JSON as the service writes it: two blanks for each level, one member to a line.
//!
//! The text is what `serde_json::to_string_pretty` writes. Answers have some forty members, and their names, which stand in our own code and
//! need no escape, cost more than their values when they are written as any text is (decision 8). What is not a name, a bracket or a line
//! break is left to `serde_json`.

use serde::Serialize;
use serde::ser::{self, Error as _, Impossible};
use serde_json::{Error, Result};

/// Room that most answers fit into: growing step by step would copy each of them several times.
const ROOM: usize = 4096;

/// A comma, a line break, and blanks for as many levels as answers mostly have.
const BREAK: &[u8] = b",\n                                ";
/// Blanks on it.
const READY: usize = BREAK.len() - 2;

/// The JSON of `value`, whose names are all text. Nothing stands behind its last bracket.
pub fn pretty(value: &impl Serialize) -> Vec<u8> {
    let mut page = Page { text: Vec::with_capacity(ROOM), depth: 0 };
    // Plain data with text keys, written into memory; that does not fail.
    drop(value.serialize(&mut page));
    page.text
}

/// What is written so far.
struct Page {
    text: Vec<u8>,
    depth: usize,
}

/// An object or a list that is being written.
struct Level<'a> {
    page: &'a mut Page,
    filled: bool,
    close: u8,
}

impl Page {
    fn open(&mut self, brackets: [u8; 2]) -> Level<'_> {
        let [open, close] = brackets;
        self.text.push(open);
        self.depth += 1;
        Level { page: self, filled: false, close }
    }

    fn new_line(&mut self, first: bool) {
        let blanks = self.depth * 2;
        let ready = blanks.min(READY);
        self.text.extend_from_slice(&BREAK[usize::from(first)..2 + ready]);
        self.text.extend(std::iter::repeat_n(b' ', blanks - ready));
    }

    /// Text that needs no escape.
    fn quoted(&mut self, text: &str) {
        self.text.push(b'"');
        self.text.extend_from_slice(text.as_bytes());
        self.text.push(b'"');
    }

    /// A value that has no others in it.
    fn scalar(&mut self, value: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut self.text, value)
    }
}

impl Level<'_> {
    /// The place of the next member or item.
    fn next(&mut self) -> &mut Page {
        self.page.new_line(!self.filled);
        self.filled = true;
        self.page
    }

    fn item<T: ?Sized + Serialize>(&mut self, item: &T) -> Result<()> {
        item.serialize(self.next())
    }

    fn member<T: ?Sized + Serialize>(&mut self, name: &'static str, value: &T) -> Result<()> {
        let page = self.next();
        page.quoted(name);
        page.text.extend_from_slice(b": ");
        value.serialize(page)
    }

    fn close(self) {
        self.page.depth -= 1;
        if self.filled {
            self.page.new_line(true);
        }
        self.page.text.push(self.close);
    }
}

macro_rules! scalars {
    ($($name:ident($kind:ty))*) => {$(
        fn $name(self, value: $kind) -> Result<()> {
            self.scalar(&value)
        }
    )*};
}

impl<'a> ser::Serializer for &'a mut Page {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Level<'a>;
    type SerializeTuple = Level<'a>;
    type SerializeTupleStruct = Level<'a>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Level<'a>;
    type SerializeStruct = Level<'a>;
    type SerializeStructVariant = Impossible<(), Error>;

    scalars! {
        serialize_bool(bool) serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64) serialize_i128(i128)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64) serialize_u128(u128)
        serialize_f32(f32) serialize_f64(f64) serialize_char(char)
    }

    fn serialize_str(self, text: &str) -> Result<()> {
        // Without a branch for each byte, most of which need no escape.
        let escaped =
            text.bytes().fold(false, |found, byte| found || (byte < b' ') || (byte == b'"') || (byte == b'\\'));
        if escaped {
            return self.scalar(&text);
        }
        self.quoted(text);
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<()> {
        self.collect_seq(bytes)
    }

    fn serialize_none(self) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<()> {
        self.text.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<()> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, _: &'static str, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<()> {
        let mut level = self.open(*b"{}");
        level.member(variant, value)?;
        level.close();
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Level<'a>> {
        Ok(self.open(*b"[]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Level<'a>> {
        Ok(self.open(*b"[]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Level<'a>> {
        Ok(self.open(*b"[]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant> {
        Err(Error::custom(format_args!("{variant} has no shape")))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Level<'a>> {
        Ok(self.open(*b"{}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Level<'a>> {
        Ok(self.open(*b"{}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant> {
        Err(Error::custom(format_args!("{variant} has no shape")))
    }
}

impl ser::SerializeSeq for Level<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, item: &T) -> Result<()> {
        self.item(item)
    }

    fn end(self) -> Result<()> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeTuple for Level<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, item: &T) -> Result<()> {
        self.item(item)
    }

    fn end(self) -> Result<()> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeTupleStruct for Level<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: ?Sized + Serialize>(&mut self, item: &T) -> Result<()> {
        self.item(item)
    }

    fn end(self) -> Result<()> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeMap for Level<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<()> {
        self.item(key)
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<()> {
        self.page.text.extend_from_slice(b": ");
        value.serialize(&mut *self.page)
    }

    fn end(self) -> Result<()> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeStruct for Level<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: ?Sized + Serialize>(&mut self, name: &'static str, value: &T) -> Result<()> {
        self.member(name, value)
    }

    fn end(self) -> Result<()> {
        self.close();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use serde::Serialize;

    use super::pretty;

    fn check(value: &impl Serialize) {
        let expect = serde_json::to_string_pretty(value).unwrap();
        assert_eq!(String::from_utf8(pretty(value)).unwrap(), expect);
    }

    #[test]
    fn it_is_what_the_library_writes() {
        check(&json!({}));
        check(&json!([]));
        check(&json!({"a": {}, "b": [], "c": [1, [2, {"d": null}], "\"\u{1}\n"], "e": true}));
        check(&(1_u8, -2_i8, 3.5_f32, f64::NAN, 'ü', (), Some("x"), None::<i64>, b"ab"));
        // Deeper than what is written in one go.
        check(&(0..40).fold(json!("x"), |inner, _| json!({"in": [inner]})));
    }

    #[test]
    fn what_types_of_our_own_derive_is_what_the_library_writes() {
        #[derive(Serialize)]
        enum Kind {
            Unit,
            New(Wrapped),
        }
        #[derive(Serialize)]
        struct Wrapped(Option<u128>);
        #[derive(Serialize)]
        struct Members {
            one: Kind,
            other: Kind,
            pair: (Wrapped, Nothing),
        }
        #[derive(Serialize)]
        struct Nothing;
        let [one, other] = [Kind::Unit, Kind::New(Wrapped(Some(u128::MAX)))];
        check(&Members { one, other, pair: (Wrapped(None), Nothing) });
    }

    proptest! {
        #[test]
        fn it_is_what_the_library_writes_for_any_tree(value in tree()) {
            check(&value);
        }
    }

    fn tree() -> impl Strategy<Value = Value> {
        let text = prop_oneof![".{0,8}", "[ -~\u{0}-\u{20}\u{7f}]{0,40}"];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            text.prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[a-zü\"\n]{1,3}", inner, 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }
}
