//! Says that the process is alive. It asks nobody else: a slow Dataverse is no reason to restart this service.

use axum::Json;
use serde_json::{Value, json};

pub(crate) async fn alive() -> Json<Value> {
    Json(json!({"status": "ok"}))
}
