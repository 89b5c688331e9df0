//! JSON as the service writes it: two blanks for each level, one member to a line.
//!
//! The text is what `serde_json::to_string_pretty` writes. Answers have some forty members, and their names, which stand in our own code and
//! need no escape, cost more than their values when they are written as any text is (decision 8). What is not a name, a bracket or a line
//! break is left to `serde_json`.

use serde::Serialize;
use serde::ser::{self, Error as _, Impossible};
use serde_json::{Error, Result};

use super::level::Level;

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
pub(super) struct Page {
    pub(super) text: Vec<u8>,
    pub(super) depth: usize,
}

impl Page {
    /// The beginning of an object or a list.
    fn open(&mut self, brackets: [u8; 2]) -> Level<'_> {
        let [open, close] = brackets;
        self.text.push(open);
        self.depth += 1;
        Level { page: self, filled: false, close }
    }

    /// A line for a member, an item or a bracket; all but the first member and item follow a comma.
    pub(super) fn new_line(&mut self, first: bool) {
        let blanks = self.depth * 2;
        let ready = blanks.min(READY);
        self.text.extend_from_slice(&BREAK[usize::from(first)..2 + ready]);
        self.text.extend(std::iter::repeat_n(b' ', blanks - ready));
    }

    /// Text that needs no escape.
    pub(super) fn quoted(&mut self, text: &str) {
        self.text.push(b'"');
        self.text.extend_from_slice(text.as_bytes());
        self.text.push(b'"');
    }

    /// A value that has no others in it.
    fn scalar(&mut self, value: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut self.text, value)
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
