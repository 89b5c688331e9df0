//! What a caller sent, as a form: bodies, queries, and uploads.

use bytes::Bytes;
use http::{HeaderMap, header};
use mock_core::form::{self, FormTree};

use super::call::Operation;
use crate::error::Error;
use crate::params::multipart;

/// A file that comes along with a call.
#[derive(Clone)]
pub(crate) struct Upload {
    /// What the caller calls it.
    pub(crate) filename: String,
    /// What is in it.
    pub(crate) content: Bytes,
}

/// What a form's media type begins with.
const FORM: &[u8] = b"application/x-www-form-urlencoded";

/// The longest form in bytes.
const FORM_LIMIT: usize = 1024 * 1024;

/// An upload as a form, in which the file stands by its digest, and the file.
pub(super) async fn decode_upload(
    operation: &Operation,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<(FormTree, Option<Upload>), Error> {
    let kind = headers.get(header::CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let Some(kind) = kind.filter(|kind| multipart::is_multipart(kind)) else {
        return decode(operation, headers, body).map(|form| (form, None));
    };
    let parts = multipart::parse(&kind, body).await;
    let parts = parts.map_err(|error| Error::invalid(format!("Invalid request: {error}.")))?;
    let mut form = form_urlencoded::Serializer::new(String::new());
    let mut upload = None;
    for part in parts {
        let content = part.content;
        if part.name == "file" {
            let digest = ring::digest::digest(&ring::digest::SHA256, &content);
            form.append_pair("file", &hex::encode(digest));
            let filename = part.filename.filter(|name| !name.is_empty()).unwrap_or_else(|| "file".to_owned());
            upload = Some(Upload { filename: filename.chars().take(500).collect(), content });
        } else {
            form.append_pair(&part.name, &String::from_utf8_lossy(&content));
        }
    }
    let form = form.finish();
    Ok((read_form(form.as_bytes())?, upload))
}

/// A form, from a body or a query.
pub(super) fn decode(operation: &Operation, headers: &HeaderMap, source: &[u8]) -> Result<FormTree, Error> {
    if operation.method == "POST"
        && !source.is_empty()
        && let Some(kind) = headers.get(header::CONTENT_TYPE)
        && !kind.as_bytes().get(..FORM.len()).is_some_and(|start| start.eq_ignore_ascii_case(FORM))
    {
        return Err(Error::no_form(&String::from_utf8_lossy(kind.as_bytes()).to_ascii_lowercase()));
    }
    read_form(source)
}

fn read_form(source: &[u8]) -> Result<FormTree, Error> {
    if source.len() > FORM_LIMIT {
        return Err(Error::too_large(FORM_LIMIT));
    }
    form::parse(source).map_err(|error| {
        let message = format!("Invalid request: {error}.");
        match error.parameter() {
            Some(param) => Error::invalid(message).param(param),
            None => Error::invalid(message),
        }
    })
}
