//! Uploads: bodies of `multipart/form-data` (RFC 7578), taken apart.

use std::ops::Range;

/// Most parts of a body.
const MOST_PARTS: usize = 20;
/// Most bytes of a part's headers.
const MOST_HEADERS: usize = 8 * 1024;

/// One part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The field's name.
    pub(crate) name: String,
    /// What the file is called, when it is one.
    pub(crate) filename: Option<String>,
    /// Where its content stands in the body.
    pub(crate) content: Range<usize>,
}

/// What is wrong with a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MultipartError {
    /// The content type does not say what parts the body.
    #[error("the content type names no boundary")]
    NoBoundary,
    /// The body does not look as its content type says.
    #[error("the parts of the body are not divided by the boundary that the content type names")]
    NotDivided,
    /// A part's headers do not end, or are too long.
    #[error("a part of the body has no end of its headers")]
    Headers,
    /// A part says nothing of its name.
    #[error("a part of the body has no name")]
    NoName,
    /// There are too many.
    #[error("the body has more than {MOST_PARTS} parts")]
    TooMany,
}

/// Whether this is the content type of an upload.
pub(crate) fn is_multipart(content_type: &str) -> bool {
    content_type.trim_start().to_ascii_lowercase().starts_with("multipart/form-data")
}

/// The parts of a body.
pub(crate) fn parse(content_type: &str, body: &[u8]) -> Result<Vec<Part>, MultipartError> {
    let boundary = parameter(content_type, "boundary").filter(|text| (1..=70).contains(&text.len()));
    let delimiter = format!("--{}", boundary.ok_or(MultipartError::NoBoundary)?).into_bytes();
    let mut parts = Vec::new();
    let mut at = next(body, &delimiter, 0).ok_or(MultipartError::NotDivided)?;
    loop {
        let rest = body.get(at..).unwrap_or_default();
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        if parts.len() == MOST_PARTS {
            return Err(MultipartError::TooMany);
        }
        let start = at + line_end(rest).ok_or(MultipartError::NotDivided)?;
        let head = body.get(start..).unwrap_or_default();
        let head = head.get(..MOST_HEADERS.min(head.len())).unwrap_or_default();
        let length = find(head, b"\r\n\r\n").ok_or(MultipartError::Headers)?;
        let content = start + length + 4;
        let end = next(body, &delimiter, content).ok_or(MultipartError::NotDivided)?;
        // The line break before the boundary belongs to the boundary.
        let last = end.saturating_sub(delimiter.len() + 2).max(content);
        let headers = String::from_utf8_lossy(head.get(..length).unwrap_or_default()).into_owned();
        let disposition = headers.split("\r\n").find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case("content-disposition").then(|| value.to_owned())
        });
        let disposition = disposition.ok_or(MultipartError::NoName)?;
        parts.push(Part {
            name: parameter(&disposition, "name").ok_or(MultipartError::NoName)?,
            filename: parameter(&disposition, "filename"),
            content: content..last,
        });
        at = end;
    }
}

/// The end of the next boundary from a place on: at the body's begin or after a line break.
fn next(body: &[u8], delimiter: &[u8], mut from: usize) -> Option<usize> {
    loop {
        let at = from + find(body.get(from..)?, delimiter)?;
        let end = at + delimiter.len();
        let opens = at == 0 || body.get(at.saturating_sub(2)..at) == Some(b"\r\n");
        let rest = body.get(end..)?;
        if opens && (rest.starts_with(b"--") || line_end(rest).is_some()) {
            return Some(end);
        }
        from = end;
    }
}

/// How far the line break is, with it.
fn line_end(text: &[u8]) -> Option<usize> {
    let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    text.get(blanks..)?.starts_with(b"\r\n").then_some(blanks + 2)
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

/// A parameter of a header's value: `name=text`, or `name="text"` with `\"` for a quotation mark.
fn parameter(value: &str, name: &str) -> Option<String> {
    let mut rest = value;
    loop {
        let (_, after) = rest.split_once(';')?;
        let (key, text) = after.split_once('=')?;
        let found = key.trim().eq_ignore_ascii_case(name);
        let (text, left) = match text.trim_start().strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None => {
                let end = text.find(';').unwrap_or(text.len());
                (text.get(..end)?.trim().to_owned(), text.get(end..)?)
            }
        };
        if found {
            return Some(text);
        }
        rest = left;
    }
}

/// A quoted text up to its mark, and what follows.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut said = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((said, text.get(at + 1..)?)),
            '\\' => said.push(characters.next()?.1),
            other => said.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MultipartError, parse};

    const TYPE: &str = "multipart/form-data; charset=utf-8; boundary=\"x y\"";

    #[track_caller]
    fn fails(content_type: &str, body: &str, expect: MultipartError) {
        assert_eq!(parse(content_type, body.as_bytes()).unwrap_err(), expect, "{body:?}");
    }

    #[test]
    fn parts_have_names_and_contents_as_they_were_sent() {
        let body = b"preamble\r\n--x y\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\ndispute_evidence\r\n--x y  \r\n\
            content-type: image/png\r\ncontent-disposition: form-data; filename=\"a \\\"b\\\";c.png\"; name=file\r\n\r\n\x89PNG\r\n--x yz\r\n--\r\n--x y--\r\n";
        let parts = parse(TYPE, body).unwrap();
        let seen: Vec<_> = parts
            .iter()
            .map(|part| (part.name.as_str(), part.filename.as_deref(), &body[part.content.clone()]))
            .collect();
        let file: &[u8] = b"\x89PNG\r\n--x yz\r\n--";
        assert_eq!(seen, [("purpose", None, &b"dispute_evidence"[..]), ("file", Some("a \"b\";c.png"), file)]);
    }

    #[test]
    fn a_body_that_is_no_upload_is_told_why() {
        let part = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n";
        fails("multipart/form-data", part, MultipartError::NoBoundary);
        fails("multipart/form-data; boundary=", part, MultipartError::NoBoundary);
        fails("multipart/form-data; boundary=b", "a=1", MultipartError::NotDivided);
        fails("multipart/form-data; boundary=b", part, MultipartError::NotDivided);
        fails(
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=a\r\n1",
            MultipartError::Headers,
        );
        fails("multipart/form-data; boundary=b", "--b\r\nX: y\r\n\r\n1\r\n--b--", MultipartError::NoName);
        fails("multipart/form-data; boundary=b", &format!("{}--b--", part.repeat(21)), MultipartError::TooMany);
        assert!(parse("multipart/form-data; boundary=b", b"--b--").unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn contents_come_out_as_they_went_in(contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..5)) {
            let mut body = Vec::new();
            for (at, content) in contents.iter().enumerate() {
                body.extend(format!("--edge\r\nContent-Disposition: form-data; name=\"f{at}\"\r\n\r\n").bytes());
                body.extend(content);
                body.extend(b"\r\n");
            }
            body.extend(b"--edge--\r\n");
            let parts = parse("multipart/form-data; boundary=edge", &body).unwrap();
            prop_assert_eq!(parts.len(), contents.len());
            for (part, content) in parts.iter().zip(&contents) {
                prop_assert_eq!(&body[part.content.clone()], content.as_slice());
            }
        }

        #[test]
        fn junk_never_stops_it(body in prop::collection::vec(prop::sample::select(b"-\r\nb:;=\"\\ name".to_vec()), 0..200), kind in "multipart/form-data; boundary=[b\\-\"]{0,4}") {
            drop(parse(&kind, &body));
        }
    }
}
