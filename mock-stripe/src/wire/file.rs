//! `file`

use serde::Serialize;

use super::View;
use super::shape::shape;
use crate::domain::file::{PURPOSE, StoredFile};

/// An uploaded file. Links to files are not faked, so there are none.
pub fn file<'a>(file: &'a StoredFile, view: &View) -> impl Serialize + use<'a> {
    shape!({
        "id": &file.id,
        "object": "file",
        "created": file.created,
        "expires_at": null,
        "filename": &file.filename,
        "links": {
            "object": "list",
            "data": [],
            "has_more": false,
            "url": format!("/v1/file_links?file={}", file.id),
        },
        "purpose": PURPOSE,
        "size": file.content.len(),
        "title": null,
        "type": file.kind.as_str(),
        "url": format!("{}/v1/files/{}/contents", view.base, file.id),
    })
}
