//! Requests to the API as `stripe logs tail` tells them, and what it wants to hear of.
//!
//! Source: `facts/stripe.md` 17, after <https://github.com/stripe/stripe-cli> (`pkg/logtailing`, `pkg/cmd/logs`).

use axum::body::{Body, to_bytes};
use axum::response::Response;
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::frames::RequestLogEvent;
use crate::stripe::Stripe;

/// The longest filters in bytes.
const MOST_FILTERS: usize = 5_000;

/// What a client wants to hear of. Of each list that holds something, one entry must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Filters {
    /// Which side of Connect; not applied to an account that has no part in it, as this one.
    #[serde(rename = "filter_account")]
    pub(crate) account: Vec<String>,
    /// Where requests come from; every caller is on one machine, so this is refused.
    #[serde(rename = "filter_ip_address")]
    pub(crate) ip_address: Vec<String>,
    #[serde(rename = "filter_http_method")]
    method: Vec<String>,
    #[serde(rename = "filter_request_path")]
    path: Vec<String>,
    #[serde(rename = "filter_request_status")]
    outcome: Vec<String>,
    #[serde(rename = "filter_source")]
    source: Vec<String>,
    #[serde(rename = "filter_status_code")]
    status: Vec<String>,
    #[serde(rename = "filter_status_code_type")]
    hundreds: Vec<String>,
}

/// One request and its answer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RequestLog<'a> {
    /// Unix seconds.
    pub(crate) created_at: i64,
    pub(crate) livemode: bool,
    pub(crate) method: &'a str,
    pub(crate) request_id: &'a str,
    pub(crate) status: u16,
    /// The path.
    pub(crate) url: &'a str,
    /// What the refusal said, as far as the client shows it.
    pub(crate) error: Option<Refused>,
}

/// The members of an error that are told.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Refused {
    #[serde(rename = "type")]
    kind: String,
    charge: String,
    code: String,
    decline_code: String,
    message: String,
    param: String,
}

impl Filters {
    /// The filters as the client writes them: an object of lists.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::default());
        }
        serde_json::from_str(text).ok().filter(|_| text.len() <= MOST_FILTERS)
    }

    /// Whether the client wants to hear of this request.
    pub(crate) fn want(&self, log: &RequestLog<'_>) -> bool {
        let one_of = |wanted: &[String], is: &dyn Fn(&str) -> bool| wanted.is_empty() || wanted.iter().any(|it| is(it));
        let succeeded = (200..300).contains(&log.status);
        let hundreds = (log.status / 100 * 100).to_string();
        one_of(&self.method, &|method| method.eq_ignore_ascii_case(log.method))
            && one_of(&self.path, &|path| path == log.url)
            && one_of(&self.outcome, &|status| match status.to_ascii_uppercase().as_str() {
                "SUCCEEDED" => succeeded,
                "FAILED" => !succeeded,
                _ => false,
            })
            // There is no dashboard here.
            && one_of(&self.source, &|source| source.eq_ignore_ascii_case("API"))
            && one_of(&self.status, &|code| code == log.status.to_string())
            && one_of(&self.hundreds, &|start| start == hundreds)
    }
}

/// Tells whoever tails the logs of a request that was answered. Without anybody the answer goes on as it is.
pub(crate) async fn tell(stripe: &Stripe, method: &Method, path: &str, response: Response) -> Response {
    if !stripe.hub.is_tailed() {
        return response;
    }
    let (parts, body) = response.into_parts();
    // What was answered is in memory already.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let request_id = parts.headers.get("request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    let status = parts.status.as_u16();
    let error = (status >= 400).then(|| refused(&body)).flatten();
    let log = RequestLog {
        created_at: stripe.world.clock().now().as_second(),
        livemode: stripe.config.livemode,
        method: method.as_str(),
        request_id,
        status,
        url: path,
        error,
    };
    // Plain data with text keys; turning it into JSON does not fail.
    let event_payload = serde_json::to_string(&log).unwrap_or_default();
    let request_log_id = format!("resp_{}", request_id.trim_start_matches("req_"));
    let frame = RequestLogEvent { event_payload: &event_payload, request_log_id: &request_log_id }.to_text();
    stripe.hub.tell(&frame, |filters| filters.want(&log));
    Response::from_parts(parts, Body::from(body))
}

fn refused(body: &[u8]) -> Option<Refused> {
    let mut body: Value = serde_json::from_slice(body).ok()?;
    let mut error = body.get_mut("error")?.take();
    // Members that are no texts, such as whole objects, are not told.
    error.as_object_mut()?.retain(|_, member| member.is_string());
    serde_json::from_value(error).ok()
}

#[cfg(test)]
mod tests {
    use super::{Filters, RequestLog};

    #[track_caller]
    fn check(filters: &str, expect: bool) {
        let log = RequestLog {
            created_at: 0,
            livemode: false,
            method: "POST",
            request_id: "req_1",
            status: 402,
            url: "/v1/charges",
            error: None,
        };
        assert_eq!(Filters::read(filters).unwrap().want(&log), expect, "{filters}");
    }

    #[test]
    fn one_entry_of_each_list_must_fit() {
        check("", true);
        check("{}", true);
        check(r#"{"filter_http_method":["GET","post"]}"#, true);
        check(r#"{"filter_http_method":["GET"]}"#, false);
        check(r#"{"filter_request_path":["/v1/charges"],"filter_status_code":["402"]}"#, true);
        check(r#"{"filter_request_path":["/v1/charges"],"filter_status_code":["200"]}"#, false);
        check(r#"{"filter_request_status":["FAILED"]}"#, true);
        check(r#"{"filter_request_status":["SUCCEEDED"]}"#, false);
        check(r#"{"filter_status_code_type":["200","400"]}"#, true);
        check(r#"{"filter_status_code_type":["500"]}"#, false);
        check(r#"{"filter_source":["API"]}"#, true);
        check(r#"{"filter_source":["DASHBOARD"]}"#, false);
        check(r#"{"filter_account":["connect_in"],"unknown":1}"#, true);
        assert_eq!(Filters::read("{"), None);
        assert_eq!(Filters::read(r#"{"filter_source":"API"}"#), None);
        assert_eq!(Filters::read(&format!(r#"{{"filter_source":["{}"]}}"#, "x".repeat(5_000))), None);
    }
}
