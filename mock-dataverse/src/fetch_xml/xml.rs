//! XML as a small tree of elements. Bounded, and without document types and entities of its own.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use thiserror::Error;

use crate::fault::{Code, Fault};

/// Elements may be nested this deep.
const MAX_DEPTH: usize = 32;
/// A document may have this many elements.
const MAX_ELEMENTS: usize = 2_000;

/// An element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Element {
    pub(super) name: String,
    /// In their order, with their prefixes.
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    /// The texts inside it, one after the other.
    pub(super) text: String,
}

impl Element {
    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }
}

/// Why a text is no XML that is taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum XmlError {
    #[error("there is no element")]
    Empty,
    #[error("{what} at character {position}")]
    At { what: String, position: usize },
}

impl From<XmlError> for Fault {
    fn from(error: XmlError) -> Self {
        match error {
            XmlError::Empty => Self::bad(Code::EMPTY_XML, "The FetchXML is empty."),
            error @ XmlError::At { .. } => Self::bad(Code::INVALID_XML, format!("Invalid XML: {error}.")),
        }
    }
}

/// Reads a document with one element.
pub(super) fn read(text: &str) -> Result<Element, XmlError> {
    let mut reading = Reading { reader: Reader::from_str(text), text, open: Vec::new(), root: None, elements: 0 };
    reading.reader.config_mut().check_comments = true;
    while reading.next()? {}
    if let Some(element) = reading.open.last() {
        let what = format!("the element '{}' is not closed", clipped(&element.name));
        return Err(reading.at(what, text.len()));
    }
    reading.root.ok_or(XmlError::Empty)
}

struct Reading<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    open: Vec<Element>,
    root: Option<Element>,
    elements: usize,
}

impl Reading<'_> {
    /// A mistake at a byte.
    fn at(&self, what: impl Into<String>, byte: usize) -> XmlError {
        let position = self.text.bytes().take(byte).filter(|byte| byte & 0xc0 != 0x80).count();
        XmlError::At { what: what.into(), position }
    }

    fn here(&self, what: impl Into<String>) -> XmlError {
        self.at(what, usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX))
    }

    /// Takes the next piece; false at the end.
    fn next(&mut self) -> Result<bool, XmlError> {
        let event = match self.reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                let at = usize::try_from(self.reader.error_position()).unwrap_or(usize::MAX);
                return Err(self.at(clipped(&error.to_string()), at));
            }
        };
        match event {
            Event::Start(start) => {
                let element = self.element(&start)?;
                if self.open.len() >= MAX_DEPTH {
                    return Err(self.here(format!("elements are nested more than {MAX_DEPTH} deep")));
                }
                self.open.push(element);
            }
            Event::Empty(start) => {
                let element = self.element(&start)?;
                self.close(element);
            }
            Event::End(_) => {
                // The reader has checked the names.
                if let Some(element) = self.open.pop() {
                    self.close(element);
                }
            }
            Event::Text(text) => {
                let text = text.xml10_content().map_err(|_| self.here("a text cannot be read"))?.into_owned();
                self.put(&text)?;
            }
            Event::CData(text) => {
                let text = text.xml10_content().map_err(|_| self.here("a text cannot be read"))?.into_owned();
                self.put(&text)?;
            }
            Event::GeneralRef(reference) => {
                let character =
                    reference.resolve_char_ref().map_err(|_| self.here("a character reference is wrong"))?;
                let name = String::from_utf8_lossy(&reference).into_owned();
                let text = match (character, name.as_str()) {
                    (Some(character), _) => character.to_string(),
                    (None, "lt") => "<".to_owned(),
                    (None, "gt") => ">".to_owned(),
                    (None, "amp") => "&".to_owned(),
                    (None, "quot") => "\"".to_owned(),
                    (None, "apos") => "'".to_owned(),
                    (None, other) => return Err(self.here(format!("the entity '{}' is not known", clipped(other)))),
                };
                self.put(&text)?;
            }
            Event::DocType(_) => return Err(self.here("a document type is not allowed")),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => return Ok(false),
        }
        Ok(true)
    }

    fn put(&mut self, text: &str) -> Result<(), XmlError> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() || text == "\u{feff}" => {}
            None => return Err(self.here("there is text outside of the root element")),
        }
        Ok(())
    }

    fn close(&mut self, element: Element) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
    }

    fn element(&mut self, start: &BytesStart<'_>) -> Result<Element, XmlError> {
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err(self.here(format!("there are more than {MAX_ELEMENTS} elements")));
        }
        if self.open.is_empty() && self.root.is_some() {
            return Err(self.here("there is more than one root element"));
        }
        let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
        let mut element = Element { name, ..Element::default() };
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| self.here(clipped(&error.to_string())))?;
            let name = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|_| self.here(format!("the value of the attribute '{}' cannot be read", clipped(&name))))?;
            if attribute.value.contains(&b'<') {
                return Err(self.here(format!("the value of the attribute '{}' has a '<'", clipped(&name))));
            }
            element.attributes.push((name, value.into_owned()));
        }
        Ok(element)
    }
}

/// The beginning of a text that may be long.
pub(super) fn clipped(text: &str) -> String {
    const LONGEST: usize = 100;
    text.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::{Element, MAX_DEPTH, MAX_ELEMENTS, read};

    fn shape(element: &Element) -> String {
        use std::fmt::Write as _;
        let mut out = element.name.clone();
        for (name, value) in &element.attributes {
            write!(out, " {name}={value:?}").unwrap();
        }
        if !element.text.trim().is_empty() {
            write!(out, " {:?}", element.text.trim()).unwrap();
        }
        let children: Vec<_> = element.children.iter().map(shape).collect();
        if children.is_empty() { out } else { format!("{out}[{}]", children.join(", ")) }
    }

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let read = read(text).map_or_else(|error| error.to_string(), |element| shape(&element));
        assert_eq!(read, expect, "{text}");
    }

    #[test]
    fn documents_and_their_trees() {
        check("<a/>", "a");
        check(
            "\u{feff}<?xml version='1.0'?><!-- c --><a b='1' c=\"x&lt;&#65;\"><d/>t&amp;<![CDATA[<]]></a>\n",
            r#"a b="1" c="x<A" "t&<"[d]"#,
        );
        check("<a><b>1</b><b>2</b></a>", r#"a[b "1", b "2"]"#);
        check("<a b='x\ny'/>", r#"a b="x y""#);
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        check("", "there is no element");
        check("<!-- only -->", "there is no element");
        check("x", "there is text outside of the root element at character 1");
        check("<a/><b/>", "there is more than one root element at character 8");
        check("<a>", "the element 'a' is not closed at character 3");
        check("<ä><b></ä>", "ill-formed document: expected `</b>`, but `</ä>` was found at character 6");
        check("<a b=1/>", "position 4: attribute value must be enclosed in `\"` or `'` at character 8");
        check(
            "<a b='1' b='2'/>",
            "position 8: duplicated attribute, previous declaration at position 2 at character 16",
        );
        check("<a b='<'/>", "the value of the attribute 'b' has a '<' at character 10");
        check("<a b='&x;'/>", "the value of the attribute 'b' cannot be read at character 12");
        check("<a>&x;</a>", "the entity 'x' is not known at character 6");
        check("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "a document type is not allowed at character 30");
    }

    #[test]
    fn documents_are_bounded() {
        let deep = "<a>".repeat(MAX_DEPTH + 1);
        check(&deep, "elements are nested more than 32 deep at character 99");
        let many = format!("<a>{}</a>", "<b/>".repeat(MAX_ELEMENTS));
        check(&many, "there are more than 2000 elements at character 8003");
    }
}
