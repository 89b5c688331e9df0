//! The answer to a batch, written with CRLF: one part for each request, those of a change set in a part of their own.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, StatusCode, header};

/// The answer to one request.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) content_id: Option<String>,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// The answer to one part of the batch.
#[derive(Debug)]
pub(crate) enum Answer {
    Single(Part),
    /// With the id for its boundary.
    ChangeSet(uuid::Uuid, Vec<Part>),
}

/// The headers of an answer that its part shows, in their usual spelling. `REQ_ID` comes with failures only.
const SHOWN: [(HeaderName, &str); 7] = [
    (header::CONTENT_TYPE, "Content-Type"),
    (HeaderName::from_static("odata-version"), "OData-Version"),
    (header::ETAG, "ETag"),
    (header::LOCATION, "Location"),
    (HeaderName::from_static("odata-entityid"), "OData-EntityId"),
    (HeaderName::from_static("preference-applied"), "Preference-Applied"),
    (header::RETRY_AFTER, "Retry-After"),
];

/// The whole body.
pub(crate) fn answer(boundary: &str, answers: &[Answer]) -> Vec<u8> {
    let mut out = Vec::with_capacity(answers.len() * 512);
    for answer in answers {
        line(&mut out, &format!("--{boundary}"));
        match answer {
            Answer::Single(part) => write(&mut out, part),
            Answer::ChangeSet(id, parts) => {
                let inner = format!("changesetresponse_{id}");
                line(&mut out, &format!("Content-Type: multipart/mixed; boundary={inner}"));
                line(&mut out, "");
                for part in parts {
                    line(&mut out, &format!("--{inner}"));
                    write(&mut out, part);
                }
                line(&mut out, &format!("--{inner}--"));
            }
        }
    }
    line(&mut out, &format!("--{boundary}--"));
    out
}

fn line(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
    out.extend_from_slice(b"\r\n");
}

fn write(out: &mut Vec<u8>, part: &Part) {
    line(out, "Content-Type: application/http");
    line(out, "Content-Transfer-Encoding: binary");
    if let Some(id) = &part.content_id {
        line(out, &format!("Content-ID: {id}"));
    }
    line(out, "");
    line(out, &format!("HTTP/1.1 {} {}", part.status.as_u16(), part.status.canonical_reason().unwrap_or_default()));
    let request_id = (HeaderName::from_static("req_id"), "REQ_ID");
    let failed = (!part.status.is_success()).then_some(request_id);
    for (name, shown) in SHOWN.into_iter().chain(failed) {
        for value in part.headers.get_all(&name) {
            out.extend_from_slice(shown.as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(value.as_bytes());
            out.extend_from_slice(b"\r\n");
        }
    }
    line(out, "");
    out.extend_from_slice(&part.body);
    line(out, "");
}
