//! The captcha of the outbound ancestor, which answers to capitalised keys.

use serde::Serialize;
use uuid::Uuid;

/// Where a page would have found the script of the captcha. The script is not served: the host is one that can never exist.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Captcha {
    flow_id: Uuid,
    hip_url: &'static str,
    object_name: &'static str,
    function_name: &'static str,
}

impl Captcha {
    /// The captcha of an event; the flow is the event's own id.
    pub fn of(event: Uuid) -> Self {
        Self {
            flow_id: event,
            hip_url: "https://captcha.invalid/hip.js",
            object_name: "WLSPHIP0",
            function_name: "verify",
        }
    }
}
