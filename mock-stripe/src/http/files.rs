//! `/v1/files`, and what is in them.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::{HeaderMap, HeaderValue, Uri, header};
use mock_core::Exchange;

use super::answer::Reply;
use super::call::{Call, Operation, Run};
use super::content::Content;
use super::door::authorize;
use super::listing::{self, AFTER, BEFORE, CREATED, LIMIT};
use crate::domain::file::{FileKind, MOST_BYTES, PURPOSE, StoredFile};
use crate::error::Error;
use crate::flows::Tx;
use crate::params::{Field, Kind, later, need, opt};
use crate::render::Shown;
use crate::stripe::Stripe;

/// What files are for in the service. Here they are evidence.
const PURPOSES: Kind = Kind::OneOf(&[
    "account_requirement",
    "additional_verification",
    "business_icon",
    "business_logo",
    "customer_signature",
    "dispute_evidence",
    "identity_document",
    "issuing_regulatory_reporting",
    "pci_document",
    "platform_terms_of_service",
    "tax_document_user_upload",
    "terminal_android_apk",
    "terminal_reader_splashscreen",
    "terminal_wifi_certificate",
    "terminal_wifi_private_key",
]);

/// Most bytes of all files together.
const MOST_KEPT: usize = 64 * 1024 * 1024;
/// Most files.
const MOST_FILES: usize = 1_000;

const CREATE: &[Field] = &[need("file", Kind::Text(5_000)), later("file_link_data"), need("purpose", PURPOSES)];
const LIST: &[Field] = &[CREATED, BEFORE, LIMIT, opt("purpose", Kind::Text(200)), AFTER];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation { method: "POST", path: "/v1/files", id: "createFile", fields: CREATE, run: Run::Write(create) },
    Operation { method: "GET", path: "/v1/files", id: "listFiles", fields: LIST, run: Run::Read(list) },
    Operation { method: "GET", path: "/v1/files/{file}", id: "retrieveFile", fields: &[], run: Run::Read(retrieve) },
];

pub(super) const ROUTES: &[(&str, &str, &str)] = &[("GET", "/v1/files/{file}/contents", "downloadFile")];

pub(super) fn router() -> Router<Stripe> {
    Router::new().route("/v1/files/{file}/contents", get(download))
}

fn create(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let invalid = |message: String| Error::invalid(message).param("file");
    let upload = call.upload.as_ref();
    let upload = upload.ok_or_else(|| invalid("The file must be sent as multipart/form-data.".to_owned()))?;
    match call.params.text("purpose") {
        Some(PURPOSE) => {}
        other => {
            let what = format!("files with the purpose {}", other.unwrap_or_default());
            return Err(Error::unsupported(what, Some("purpose")));
        }
    }
    let size = upload.content.len();
    if size > MOST_BYTES {
        return Err(invalid(format!("The file has {size} bytes; evidence can have up to {MOST_BYTES}.")));
    }
    let kind = FileKind::of(&upload.content);
    let kind = kind.ok_or_else(|| invalid("The file must be a JPEG, PNG or PDF to be evidence.".to_owned()))?;
    let kept: usize = tx.state.files.all().map(|file| file.content.len()).sum();
    if kept.saturating_add(size) > MOST_KEPT || tx.state.files.all().count() >= MOST_FILES {
        let what = format!("more than {MOST_FILES} files, or more than {MOST_KEPT} bytes of them");
        return Err(Error::unsupported(what, Some("file")));
    }
    let file = tx.state.files.put(StoredFile {
        id: tx.mint.plain("file_", &call.belongs.scope),
        created: tx.seconds(),
        filename: upload.filename.clone(),
        kind,
        content: upload.content.clone(),
        belongs: call.belongs.clone(),
    });
    tx.emit("file.created", Arc::clone(&file), &file.belongs);
    Ok(file.into())
}

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let created = listing::created(call);
    let purpose = call.params.text("purpose");
    let page = shown.state.files.page(&listing::paging(call)?, None, |row| {
        created(row.created) && purpose.is_none_or(|purpose| purpose == PURPOSE)
    });
    listing::answer(call, "file", page, |row| Arc::clone(row).into())
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let file = shown.state.files.get(&call.id);
    Ok(file.ok_or_else(|| Error::no_such_at_url("file upload", &call.id, "file"))?.into())
}

/// What is in a file, for whoever has the key.
async fn download(State(stripe): State<Stripe>, exchange: Exchange, uri: Uri, headers: HeaderMap) -> Response {
    let id = uri.path().rsplit('/').nth(1).unwrap_or_default();
    let file = authorize(&stripe, &headers).and_then(|()| {
        let file = stripe.state.read().files.get(id);
        file.ok_or_else(|| Error::no_such_at_url("file upload", id, "file"))
    });
    match file {
        Ok(file) => {
            let mut response = Response::new(Body::from(file.content.clone()));
            let kind = HeaderValue::from_static(file.kind.media_type());
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
            response
        }
        Err(error) => {
            let reply = Reply::new(&stripe, &headers, stripe.mint().request(&exchange.scope()));
            let (status, body) = reply.error_body(&error);
            reply.refuse(&error, status, body)
        }
    }
}
