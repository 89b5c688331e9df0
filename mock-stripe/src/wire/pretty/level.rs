//! An object or a list that is being written: what stands between its brackets.

use serde::Serialize;
use serde::ser;
use serde_json::{Error, Result};

use super::page::Page;

/// An object or a list that is being written.
pub(super) struct Level<'a> {
    pub(super) page: &'a mut Page,
    pub(super) filled: bool,
    pub(super) close: u8,
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

    /// A member whose name needs no escape.
    pub(super) fn member<T: ?Sized + Serialize>(&mut self, name: &'static str, value: &T) -> Result<()> {
        let page = self.next();
        page.quoted(name);
        page.text.extend_from_slice(b": ");
        value.serialize(page)
    }

    /// The end of it.
    pub(super) fn close(self) {
        self.page.depth -= 1;
        if self.filled {
            self.page.new_line(true);
        }
        self.page.text.push(self.close);
    }
}

macro_rules! lists {
    ($($kind:ident::$item:ident)*) => {$(
        impl ser::$kind for Level<'_> {
            type Ok = ();
            type Error = Error;

            fn $item<T: ?Sized + Serialize>(&mut self, item: &T) -> Result<()> {
                self.item(item)
            }

            fn end(self) -> Result<()> {
                self.close();
                Ok(())
            }
        }
    )*};
}

lists!(SerializeSeq::serialize_element SerializeTuple::serialize_element SerializeTupleStruct::serialize_field);

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
