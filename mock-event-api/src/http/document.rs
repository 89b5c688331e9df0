//! The API's own description, which the fake is checked against and answers to whoever asks.

use std::sync::{Arc, LazyLock};

use axum::extract::State as Shared;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use super::call::{self, Call, serve_open};
use crate::api::{CONTRACT, State};

/// The contract as JSON, without what is no operation of the API: preflight requests, and the document itself. The token is its security
/// scheme and no parameter of each operation, as in the vendor's generated client (facts/event-api.md 1).
#[expect(clippy::expect_used, reason = "the text is a part of this program, and a test reads it")]
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document: Value = serde_saphyr::from_str(CONTRACT).expect("the contract is YAML");
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        paths.retain(|path, _| !path.ends_with("/doc/public-api.json"));
        for operations in paths.values_mut().filter_map(Value::as_object_mut) {
            operations.shift_remove("options");
            for operation in operations.values_mut() {
                if let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) {
                    parameters.retain(|parameter| {
                        !parameter["$ref"].as_str().is_some_and(|reference| reference.ends_with("/token"))
                    });
                }
            }
        }
    }
    if let Some(parameters) = document.pointer_mut("/components/parameters").and_then(Value::as_object_mut) {
        parameters.retain(|name, _| name != "token" && name != "optionalToken");
    }
    document
});

/// The kinds of a QR code's answer, of which the document names the one that `EAPI-34` chooses.
const QR_CODE: &str = "/paths/~1api~1v1.0~1orgs~1{organizationId}~1eventmanagement~1events~1{readableEventId}~1qrcode/get/responses/200/content";

/// `GET /doc/public-api.json`: needs no token. The first of its servers is the one that answers.
pub(super) async fn get(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve_open(&state, &call, || {
        let mut document = DOCUMENT.clone();
        if let (Some(first), Some(base)) = (document.pointer_mut("/servers/0"), state.world.places().base("event-api"))
        {
            *first = json!({ "url": base });
        }
        if let Some(kinds) = document.pointer_mut(QR_CODE).and_then(Value::as_object_mut) {
            let text = state.events.switches("").is("EAPI-34", "base64");
            kinds.retain(|kind, _| (kind == "application/json") == text);
        }
        Ok(call::json(StatusCode::OK, &document))
    })
}
