//! Writes JSON text piece by piece, for answers that need no tree.

use std::fmt::Write as _;

/// A JSON object that is being written at the end of a text.
#[derive(Debug)]
pub(crate) struct Object<'a> {
    /// The text; only whole values may be added to it.
    pub(crate) out: &'a mut String,
    empty: bool,
}

impl<'a> Object<'a> {
    /// Begins an object.
    pub(crate) fn begin(out: &'a mut String) -> Self {
        out.push('{');
        Self { out, empty: true }
    }

    /// Begins a member by a name that [`label`] made; its value has to follow.
    pub(crate) fn label(&mut self, label: &str) {
        if !self.empty {
            self.out.push(',');
        }
        self.empty = false;
        self.out.push_str(label);
    }

    /// Begins a member by its name; its value has to follow.
    pub(crate) fn name(&mut self, name: &str) {
        self.label("");
        write_text(name, self.out);
        self.out.push(':');
    }

    /// A member that is a text.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        write_text(value, self.out);
    }

    /// Ends the object.
    pub(crate) fn end(self) {
        self.out.push('}');
    }
}

/// A member's name as it stands in front of its value.
pub(crate) fn label(name: &str) -> String {
    let mut label = String::with_capacity(name.len() + 3);
    write_text(name, &mut label);
    label.push(':');
    label
}

/// Writes a text in quotes, with what JSON wants escaped.
pub(crate) fn write_text(text: &str, out: &mut String) {
    out.push('"');
    // Without a way out of the loop it is done for many bytes at once.
    let special = |byte: u8| u8::from(byte < 0x20) | u8::from(byte == b'"') | u8::from(byte == b'\\');
    let escapes = text.bytes().fold(0, |found, byte| found | special(byte)) != 0;
    if escapes {
        write_escaped(text, out);
    } else {
        out.push_str(text);
    }
    out.push('"');
}

fn write_escaped(text: &str, out: &mut String) {
    let mut rest = text;
    // What needs no escape goes over in one piece.
    while let Some(at) = rest.find(|character| matches!(character, '"' | '\\' | '\0'..='\x1f')) {
        let (plain, escaped) = rest.split_at(at);
        out.push_str(plain);
        let mut characters = escaped.chars();
        match characters.next() {
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(mark @ ('"' | '\\')) => out.extend(['\\', mark]),
            // Writing to a String cannot fail.
            Some(control) => write!(out, "\\u{:04x}", u32::from(control)).unwrap_or_default(),
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
}
