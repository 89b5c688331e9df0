//! Uploads: bodies of `multipart/form-data` (RFC 7578), taken apart by `multer` within the limits that a stranger's bytes need.

use std::convert::Infallible;
use std::future::ready;

use bytes::Bytes;
use futures_util::stream;

/// Most parts of a body.
const MOST_PARTS: usize = 20;
/// Longest boundary.
const LONGEST_BOUNDARY: usize = 70;

/// One part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The field's name.
    pub(crate) name: String,
    /// What the file is called, when it is one.
    pub(crate) filename: Option<String>,
    /// What is in it.
    pub(crate) content: Bytes,
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
    /// A part's headers cannot be read.
    #[error("a part of the body has headers that cannot be read")]
    Headers,
    /// A part says nothing of its name.
    #[error("a part of the body has no name")]
    NoName,
    /// There are too many.
    #[error("the body has more than {MOST_PARTS} parts")]
    TooMany,
}

impl From<multer::Error> for MultipartError {
    fn from(error: multer::Error) -> Self {
        match error {
            multer::Error::NoMultipart | multer::Error::NoBoundary => Self::NoBoundary,
            multer::Error::ReadHeaderFailed(_)
            | multer::Error::IncompleteHeaders
            | multer::Error::DecodeHeaderName { .. }
            | multer::Error::DecodeHeaderValue { .. }
            | multer::Error::DecodeContentType(_) => Self::Headers,
            _ => Self::NotDivided,
        }
    }
}

/// Whether this is the content type of an upload.
pub(crate) fn is_multipart(content_type: &str) -> bool {
    content_type.trim_start().to_ascii_lowercase().starts_with("multipart/form-data")
}

/// The parts of a body that is all there: nothing is waited for.
pub(crate) async fn parse(content_type: &str, body: &Bytes) -> Result<Vec<Part>, MultipartError> {
    let boundary = multer::parse_boundary(content_type).map_err(|_| MultipartError::NoBoundary)?;
    if !(1..=LONGEST_BOUNDARY).contains(&boundary.len()) {
        return Err(MultipartError::NoBoundary);
    }
    let whole = stream::once(ready(Ok::<_, Infallible>(body.clone())));
    let mut fields = multer::Multipart::new(whole, boundary);
    let mut parts = Vec::new();
    while let Some(field) = fields.next_field().await? {
        if parts.len() == MOST_PARTS {
            return Err(MultipartError::TooMany);
        }
        let name = field.name().ok_or(MultipartError::NoName)?.to_owned();
        let filename = field.file_name().map(str::to_owned);
        parts.push(Part { name, filename, content: field.bytes().await? });
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::FutureExt as _;
    use proptest::prelude::*;

    use super::{MultipartError, Part};

    /// Takes a body apart at once: everything is there.
    fn parse(content_type: &str, body: &[u8]) -> Result<Vec<Part>, MultipartError> {
        super::parse(content_type, &Bytes::copy_from_slice(body)).now_or_never().expect("nothing is waited for")
    }

    #[track_caller]
    fn fails(content_type: &str, body: &str, expect: MultipartError) {
        assert_eq!(parse(content_type, body.as_bytes()).unwrap_err(), expect, "{body:?}");
    }

    #[test]
    fn parts_have_names_and_contents_as_they_were_sent() {
        let body = b"preamble\r\n--x y\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\ndispute_evidence\r\n--x y  \r\n\
            content-type: image/png\r\ncontent-disposition: form-data; filename=\"a \\\"b\\\";c.png\"; name=file\r\n\r\n\x89PNG\r\n--\r\n--x y--\r\n";
        let parts = parse("multipart/form-data; charset=utf-8; boundary=\"x y\"", body).unwrap();
        let seen: Vec<_> =
            parts.iter().map(|part| (part.name.as_str(), part.filename.as_deref(), part.content.as_ref())).collect();
        let file: &[u8] = b"\x89PNG\r\n--";
        assert_eq!(seen, [("purpose", None, &b"dispute_evidence"[..]), ("file", Some("a \"b\";c.png"), file)]);
    }

    #[test]
    fn a_body_that_is_no_upload_is_told_why() {
        let part = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n";
        let kind = "multipart/form-data; boundary=b";
        fails("multipart/form-data", part, MultipartError::NoBoundary);
        fails("multipart/form-data; boundary=\"\"", part, MultipartError::NoBoundary);
        fails(&format!("{kind}{}", "b".repeat(70)), part, MultipartError::NoBoundary);
        fails(kind, "a=1", MultipartError::NotDivided);
        fails(kind, part, MultipartError::NotDivided);
        fails(kind, "--b\r\nContent-Disposition: form-data; name=a\r\n1", MultipartError::NotDivided);
        fails(kind, "--b\r\n(: y\r\n\r\n1\r\n--b--", MultipartError::Headers);
        fails(kind, "--b\r\nX: y\r\n\r\n1\r\n--b--", MultipartError::NoName);
        fails(kind, &format!("{}--b--", part.repeat(21)), MultipartError::TooMany);
        assert!(parse(kind, b"--b--").unwrap().is_empty());
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
                prop_assert_eq!(part.content.as_ref(), content.as_slice());
            }
        }

        #[test]
        fn junk_never_stops_it(body in prop::collection::vec(prop::sample::select(b"-\r\nb:;=\"\\ name".to_vec()), 0..200), kind in "multipart/form-data; boundary=[b\\-\"]{0,4}") {
            drop(parse(&kind, &body));
        }
    }
}
