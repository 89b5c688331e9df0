//! The API's own description, which the fake is checked against and answers to whoever asks.

use std::sync::{Arc, LazyLock};

use axum::extract::State as Shared;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use super::call::{self, Call, serve_open};
use crate::api::{CONTRACT, State};

/// The contract as JSON, without what is no operation of the API: preflight requests, and the document itself.
#[expect(clippy::expect_used, reason = "the text is a part of this program, and a test reads it")]
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document: Value = serde_saphyr::from_str(CONTRACT).expect("the contract is YAML");
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        paths.retain(|path, _| !path.ends_with("/doc/public-api.json"));
        for operations in paths.values_mut().filter_map(Value::as_object_mut) {
            operations.shift_remove("options");
        }
    }
    document
});

/// `GET /doc/public-api.json`: needs no token. The first of its servers is the one that answers.
pub(super) async fn get(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve_open(&state, &call, || {
        let mut document = DOCUMENT.clone();
        if let (Some(first), Some(base)) = (document.pointer_mut("/servers/0"), state.world.places().base("event-api"))
        {
            *first = json!({ "url": base });
        }
        Ok(call::json(StatusCode::OK, &document))
    })
}
