//! The requests of a batch: single ones and change sets, as they stand in the body.

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use thiserror::Error;

use super::multipart::{boundary, parts};

/// A batch may have this many requests (facts/dataverse.md 10).
pub const MAX_OPERATIONS: usize = 1000;

/// A part or a request may have this many headers.
const MAX_HEADERS: usize = 64;

/// Why a batch cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BatchError {
    /// The content type is not `multipart/mixed` with a boundary.
    #[error("The content type of a batch must be multipart/mixed with a boundary.")]
    ContentType,
    /// A closing delimiter is missing.
    #[error("The stream is not readable: the body ends before the closing boundary '--{0}--'.")]
    Unterminated(String),
    /// A part is neither a request nor a change set.
    #[error(
        "Part {part}: the content type must be application/http, or multipart/mixed with a boundary for a change set."
    )]
    PartType {
        /// Place of the part, from one.
        part: usize,
    },
    /// Headers that are none.
    #[error("Part {part}: the headers cannot be read: {problem}.")]
    Headers {
        /// Place of the part, from one.
        part: usize,
        /// What is wrong with them.
        problem: String,
    },
    /// The first line is no request line.
    #[error("Part {part}: the first line must be a method, a URL and HTTP/1.1.")]
    RequestLine {
        /// Place of the part, from one.
        part: usize,
    },
    /// A change set inside a change set.
    #[error("Part {part}: a change set cannot stand inside another.")]
    Nested {
        /// Place of the part, from one.
        part: usize,
    },
    /// A method that changes nothing.
    #[error(
        "An invalid HTTP method '{0}' was detected for a request in a change set. Requests in change sets only support the HTTP methods 'POST', 'PUT', 'DELETE', and 'PATCH'."
    )]
    Method(String),
    /// The same name twice in one change set.
    #[error("The content ID '{0}' was found more than once in the same change set.")]
    ContentId(String),
    /// More requests than may be.
    #[error("The batch has more than {MAX_OPERATIONS} requests.")]
    TooMany,
}

/// One request of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Inner {
    /// Its method.
    pub method: Method,
    /// Its URL as written: absolute, relative, or beginning with a reference (`$1`).
    pub target: String,
    /// Its own headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
    /// Name of its part, by which others of the change set refer to it.
    pub content_id: Option<String>,
}

/// One part of a batch.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A request by itself.
    Single(Inner),
    /// Requests that happen all or not at all.
    ChangeSet(Vec<Inner>),
}

/// A batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Its parts in order.
    pub items: Vec<Item>,
}

/// Reads a batch.
///
/// # Errors
/// The first thing that is wrong with it. Nothing has happened then.
pub fn parse(content_type: &str, body: &[u8]) -> Result<Batch, BatchError> {
    let outer = boundary(content_type).ok_or(BatchError::ContentType)?;
    let mut items = Vec::new();
    let mut count = 0;
    for (place, part) in parts(body, outer).ok_or_else(|| unterminated(outer))?.into_iter().enumerate() {
        let number = place + 1;
        let (headers, content) = head(part, number)?;
        let kind = content_type_of(&headers);
        let item = if let Some(inner) = boundary(kind) {
            let mut requests = Vec::new();
            for part in parts(content, inner).ok_or_else(|| unterminated(inner))? {
                let (headers, content) = head(part, number)?;
                if boundary(content_type_of(&headers)).is_some() {
                    return Err(BatchError::Nested { part: number });
                }
                requests.push(request(&headers, content, number)?);
            }
            check_change_set(&requests)?;
            count += requests.len();
            Item::ChangeSet(requests)
        } else {
            count += 1;
            Item::Single(request(&headers, content, number)?)
        };
        if count > MAX_OPERATIONS {
            return Err(BatchError::TooMany);
        }
        items.push(item);
    }
    Ok(Batch { items })
}

fn unterminated(boundary: &str) -> BatchError {
    BatchError::Unterminated(boundary.to_owned())
}

fn content_type_of(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn check_change_set(requests: &[Inner]) -> Result<(), BatchError> {
    for (place, request) in requests.iter().enumerate() {
        if ![Method::POST, Method::PUT, Method::PATCH, Method::DELETE].contains(&request.method) {
            return Err(BatchError::Method(request.method.to_string()));
        }
        let before = requests.get(..place).unwrap_or_default();
        if let Some(id) = &request.content_id
            && before.iter().any(|other| other.content_id.as_ref() == Some(id))
        {
            return Err(BatchError::ContentId(id.clone()));
        }
    }
    Ok(())
}

/// Headers up to the first empty line, and what follows it. A part that ends with its headers has no content.
fn head(bytes: &[u8], part: usize) -> Result<(HeaderMap, &[u8]), BatchError> {
    let fail = |problem: &dyn std::fmt::Display| BatchError::Headers { part, problem: problem.to_string() };
    let mut closed = bytes.to_vec();
    closed.extend_from_slice(b"\r\n\r\n");
    let mut found = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let httparse::Status::Complete((length, found)) =
        httparse::parse_headers(&closed, &mut found).map_err(|error| fail(&error))?
    else {
        return Err(fail(&"they do not end"));
    };
    let mut headers = HeaderMap::with_capacity(found.len());
    for header in found {
        let name = HeaderName::from_bytes(header.name.as_bytes()).map_err(|error| fail(&error))?;
        let value = HeaderValue::from_bytes(header.value).map_err(|error| fail(&error))?;
        headers.append(name, value);
    }
    Ok((headers, bytes.get(length..).unwrap_or_default()))
}

fn request(headers: &HeaderMap, content: &[u8], part: usize) -> Result<Inner, BatchError> {
    let essence = content_type_of(headers).split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/http") {
        return Err(BatchError::PartType { part });
    }
    let no_line = || BatchError::RequestLine { part };
    let content = content.trim_ascii_start();
    let end = content.iter().position(|byte| *byte == b'\n').map_or(content.len(), |end| end + 1);
    let (line, rest) = content.split_at(end);
    let line = std::str::from_utf8(line).map_err(|_| no_line())?.trim_ascii_end();
    let (method, line) = line.split_once(' ').ok_or_else(no_line)?;
    let (target, version) = line.rsplit_once(' ').ok_or_else(no_line)?;
    let target = target.trim_ascii();
    if !version.starts_with("HTTP/1.") || target.is_empty() || target.contains(|next: char| next.is_control()) {
        return Err(no_line());
    }
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| no_line())?;
    let (own, body) = head(rest, part)?;
    let content_id = headers.get("content-id").or_else(|| own.get("content-id"));
    let text = |id: &HeaderValue| id.to_str().map(|id| id.trim().to_owned());
    let content_id = content_id
        .map(text)
        .transpose()
        .map_err(|_| BatchError::Headers { part, problem: "the Content-ID is not text".to_owned() })?;
    Ok(Inner { method, target: target.to_owned(), headers: own, body: body.to_vec(), content_id })
}
