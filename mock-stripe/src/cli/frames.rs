//! The text frames of the Stripe CLI's socket: what is sent is printed, what comes in is parsed. Pure, and every length bounded.
//!
//! Source: `facts/stripe.md` 17, after <https://github.com/stripe/stripe-cli> (`pkg/websocket`). The client answers each
//! `webhook_event` with an `event_ack`, and with a `webhook_response` when it forwarded the event and got an answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest frame in bytes, either way.
pub const MAX_FRAME: usize = 1024 * 1024;
/// The longest id in bytes.
const MAX_ID: usize = 200;
/// The longest URL in bytes.
const MAX_URL: usize = 4_096;
/// The longest body of an endpoint's answer in bytes; the client cuts at 5,000.
const MAX_BODY: usize = 64 * 1024;
/// Most headers told of one message; the client tells about 20.
const MAX_HEADERS: usize = 100;
/// The longest name and the longest value of a header in bytes; the client cuts values at 200.
const MAX_HEADER: usize = 8_192;

/// An event on its way to the client, which forwards `event_payload` and `http_headers` as they are.
#[derive(Clone, Debug, Serialize)]
pub struct WebhookEvent<'a> {
    /// Names this sending.
    pub webhook_conversation_id: &'a str,
    /// Names what the event was sent for.
    pub webhook_id: &'a str,
    /// `None`: in the account's default version. Else the latest one, for `stripe listen --latest`.
    pub api_version: Option<&'a str>,
    /// The event, byte for byte as it was signed.
    pub event_payload: &'a str,
    /// The headers of the request that the client makes of it.
    pub http_headers: &'a BTreeMap<String, String>,
}

impl WebhookEvent<'_> {
    /// The frame.
    pub fn to_text(&self) -> String {
        #[derive(Serialize)]
        struct Endpoint<'a> {
            api_version: Option<&'a str>,
        }
        #[derive(Serialize)]
        struct Frame<'a> {
            endpoint: Endpoint<'a>,
            event_payload: &'a str,
            http_headers: &'a BTreeMap<String, String>,
            #[serde(rename = "type")]
            kind: &'static str,
            webhook_conversation_id: &'a str,
            webhook_id: &'a str,
        }
        let frame = Frame {
            endpoint: Endpoint { api_version: self.api_version },
            event_payload: self.event_payload,
            http_headers: self.http_headers,
            kind: "webhook_event",
            webhook_conversation_id: self.webhook_conversation_id,
            webhook_id: self.webhook_id,
        };
        // Plain data with text keys; turning it into JSON does not fail.
        serde_json::to_string(&frame).unwrap_or_default()
    }
}

/// A request that was answered, for `stripe logs tail`.
#[derive(Clone, Debug, Serialize)]
pub struct RequestLogEvent<'a> {
    /// The request as JSON.
    pub event_payload: &'a str,
    /// Names this telling.
    pub request_log_id: &'a str,
}

impl RequestLogEvent<'_> {
    /// The frame.
    pub fn to_text(&self) -> String {
        #[derive(Serialize)]
        struct Frame<'a> {
            #[serde(flatten)]
            log: &'a RequestLogEvent<'a>,
            #[serde(rename = "type")]
            kind: &'static str,
        }
        // Plain data with text keys; turning it into JSON does not fail.
        serde_json::to_string(&Frame { log: self, kind: "request_log_event" }).unwrap_or_default()
    }
}

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientFrame {
    /// It took an event.
    Ack {
        /// Which sending.
        conversation: String,
    },
    /// It forwarded an event, and the endpoint answered.
    Answer(Box<EndpointAnswer>),
}

/// What an endpoint answered to a forwarded event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointAnswer {
    /// Which sending.
    pub conversation: String,
    /// Where it was forwarded to.
    pub forward_url: String,
    /// The HTTP status.
    pub status: u16,
    /// The answer's headers, as far as the client tells them.
    pub headers: BTreeMap<String, String>,
    /// The answer's body, cut by the client.
    pub body: String,
    /// The headers that the client sent, when it says so.
    pub request_headers: BTreeMap<String, String>,
}

/// Why a frame is not understood.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FrameError {
    /// It is longer than [`MAX_FRAME`].
    #[error("a frame of {0} bytes is longer than {MAX_FRAME}")]
    TooLong(usize),
    /// It is no JSON object of the expected members.
    #[error("the frame is not understood: {0}")]
    Malformed(String),
    /// A member is missing or empty.
    #[error("a frame of type {kind} has no {member}")]
    Missing {
        /// The frame's type.
        kind: String,
        /// The member.
        member: &'static str,
    },
    /// A member is out of its bounds.
    #[error("{0} is out of bounds")]
    OutOfBounds(&'static str),
    /// Nobody knows this type.
    #[error("nothing is known of frames of type {0:?}")]
    UnknownType(String),
}

#[derive(Deserialize)]
struct Raw {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    webhook_conversation_id: Option<String>,
    #[serde(default)]
    forward_url: Option<String>,
    #[serde(default)]
    status: Option<i64>,
    #[serde(default)]
    http_headers: Option<BTreeMap<String, String>>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    request_headers: Option<BTreeMap<String, String>>,
}

/// Reads a text frame of a client.
///
/// # Errors
/// What is wrong with it. The session goes on: the client does not wait for an answer to its frames.
pub fn read(text: &str) -> Result<ClientFrame, FrameError> {
    if text.len() > MAX_FRAME {
        return Err(FrameError::TooLong(text.len()));
    }
    // A list would be read by the places of its members.
    if !text.trim_start().starts_with('{') {
        return Err(FrameError::Malformed("it is no JSON object".to_owned()));
    }
    let raw: Raw =
        serde_json::from_str(text).map_err(|error| FrameError::Malformed(cut(&error.to_string(), MAX_ID)))?;
    match raw.kind.as_str() {
        "event_ack" => Ok(ClientFrame::Ack { conversation: conversation(&raw)? }),
        "webhook_response" => answer(raw).map(|answer| ClientFrame::Answer(Box::new(answer))),
        other => Err(FrameError::UnknownType(cut(other, MAX_ID))),
    }
}

fn answer(raw: Raw) -> Result<EndpointAnswer, FrameError> {
    let conversation = conversation(&raw)?;
    let missing = |member| FrameError::Missing { kind: raw.kind.clone(), member };
    let status = raw.status.ok_or_else(|| missing("status"))?;
    let status = u16::try_from(status).ok().filter(|status| (100..=999).contains(status));
    Ok(EndpointAnswer {
        conversation,
        forward_url: within(raw.forward_url.unwrap_or_default(), MAX_URL, "forward_url")?,
        status: status.ok_or(FrameError::OutOfBounds("status"))?,
        headers: few(raw.http_headers.unwrap_or_default(), "http_headers")?,
        body: within(raw.body.unwrap_or_default(), MAX_BODY, "body")?,
        request_headers: few(raw.request_headers.unwrap_or_default(), "request_headers")?,
    })
}

fn conversation(raw: &Raw) -> Result<String, FrameError> {
    match &raw.webhook_conversation_id {
        Some(id) if !id.is_empty() => within(id.clone(), MAX_ID, "webhook_conversation_id"),
        _ => Err(FrameError::Missing { kind: raw.kind.clone(), member: "webhook_conversation_id" }),
    }
}

fn within(text: String, most: usize, name: &'static str) -> Result<String, FrameError> {
    if text.len() > most { Err(FrameError::OutOfBounds(name)) } else { Ok(text) }
}

fn few(headers: BTreeMap<String, String>, name: &'static str) -> Result<BTreeMap<String, String>, FrameError> {
    let long = headers.iter().any(|(name, value)| name.len() > MAX_HEADER || value.len() > MAX_HEADER);
    if long || headers.len() > MAX_HEADERS { Err(FrameError::OutOfBounds(name)) } else { Ok(headers) }
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{ClientFrame, FrameError, MAX_BODY, MAX_FRAME, WebhookEvent, read};

    #[test]
    fn an_event_is_printed_with_its_payload_as_text() {
        let headers = BTreeMap::from([("Stripe-Signature".to_owned(), "t=1,v1=0".to_owned())]);
        let mut event = WebhookEvent {
            webhook_conversation_id: "wc_1",
            webhook_id: "wh_1",
            api_version: None,
            event_payload: "{\n  \"id\": \"evt_1\"\n}",
            http_headers: &headers,
        };
        insta::assert_snapshot!(event.to_text(), @r#"{"endpoint":{"api_version":null},"event_payload":"{\n  \"id\": \"evt_1\"\n}","http_headers":{"Stripe-Signature":"t=1,v1=0"},"type":"webhook_event","webhook_conversation_id":"wc_1","webhook_id":"wh_1"}"#);
        event.api_version = Some("2026-07-29.dahlia");
        assert!(event.to_text().starts_with(r#"{"endpoint":{"api_version":"2026-07-29.dahlia"}"#));
    }

    #[track_caller]
    fn refused(text: &str, why: &str) {
        assert_eq!(read(text).unwrap_err().to_string(), why, "{text}");
    }

    #[test]
    fn acks_and_answers_are_read() {
        let ack = r#"{"type":"event_ack","event_id":"wh_1","webhook_conversation_id":"wc_1","webhook_id":"wh_1"}"#;
        assert_eq!(read(ack), Ok(ClientFrame::Ack { conversation: "wc_1".to_owned() }));
        let answer = r#"{"type":"webhook_response","forward_url":"http://127.0.0.1:1/x","status":200,"http_headers":{"A":"b"},
            "body":"ok","webhook_conversation_id":"wc_1","webhook_id":"wh_1","notification_id":"","request_headers":null}"#;
        let Ok(ClientFrame::Answer(answer)) = read(answer) else { panic!("not an answer") };
        assert_eq!((answer.status, answer.body.as_str(), answer.headers["A"].as_str()), (200, "ok", "b"));
        assert_eq!(answer.forward_url, "http://127.0.0.1:1/x");
        assert!(answer.request_headers.is_empty());
    }

    #[test]
    fn what_is_not_understood_says_why() {
        refused(r#"{"type":"pong"}"#, r#"nothing is known of frames of type "pong""#);
        refused("{}", r#"nothing is known of frames of type """#);
        refused(r#"{"type":"event_ack"}"#, "a frame of type event_ack has no webhook_conversation_id");
        let answer = |more: &str| format!(r#"{{"type":"webhook_response","webhook_conversation_id":"wc_1"{more}}}"#);
        refused(&answer(""), "a frame of type webhook_response has no status");
        refused(&answer(r#","status":99"#), "status is out of bounds");
        refused(&answer(r#","status":-1"#), "status is out of bounds");
        let long = format!(r#","status":200,"body":"{}""#, "x".repeat(MAX_BODY + 1));
        refused(&answer(&long), "body is out of bounds");
        assert!(matches!(read("[]"), Err(FrameError::Malformed(_))));
        assert!(matches!(read("null"), Err(FrameError::Malformed(_))));
        assert_eq!(read(&" ".repeat(MAX_FRAME + 1)), Err(FrameError::TooLong(MAX_FRAME + 1)));
    }

    proptest! {
        #[test]
        fn no_frame_is_fatal(text in r#"\PC{0,200}|\{"type":"(event_ack|webhook_response)","[a-z_]{1,20}":[^x]{0,30}\}"#) {
            // Either reading is fine; that it comes back is the point, and that no error repeats the frame at length.
            if let Err(error) = read(&text) {
                prop_assert!(error.to_string().len() < 1_000);
            }
        }

        #[test]
        fn answers_come_back_as_they_were_told(status in 100..=999_u16, body in ".{0,200}", url in "[ -~]{0,60}") {
            let text = serde_json::json!({
                "type": "webhook_response", "webhook_conversation_id": "wc_1", "status": status, "body": body, "forward_url": url,
            });
            let Ok(ClientFrame::Answer(answer)) = read(&text.to_string()) else { panic!("{text} is an answer") };
            prop_assert_eq!((answer.status, answer.body, answer.forward_url), (status, body, url));
        }
    }
}
