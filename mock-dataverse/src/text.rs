//! Writes JSON text piece by piece.

use std::fmt::Write as _;

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
    let escapes = text.bytes().fold(false, |found, byte| found | (byte < 0x20) | (byte == b'"') | (byte == b'\\'));
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
