//! A client of the socket that says what a test tells it to.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::support::Lab;

pub(crate) const FORWARD_TO: &str = "http://127.0.0.1:9/hook";

/// A session and its open socket.
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) protocol: Option<String>,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// A frame with an event.
#[derive(Clone, Debug)]
pub(crate) struct Frame(pub(crate) Value);

impl Frame {
    pub(crate) fn payload(&self) -> &str {
        self.0["event_payload"].as_str().unwrap()
    }

    pub(crate) fn event(&self) -> Value {
        serde_json::from_str(self.payload()).unwrap()
    }

    pub(crate) fn kind(&self) -> String {
        self.event()["type"].as_str().unwrap().to_owned()
    }

    pub(crate) fn conversation(&self) -> &str {
        self.0["webhook_conversation_id"].as_str().unwrap()
    }

    /// The version that it says it is in; none for the account's own.
    pub(crate) fn version(&self) -> Option<&str> {
        self.0["endpoint"]["api_version"].as_str()
    }

    pub(crate) fn signature(&self) -> &str {
        self.0["http_headers"]["stripe-signature"].as_str().unwrap()
    }
}

/// Asks for a session as the Stripe CLI does.
pub(crate) async fn session(lab: &Lab, device: &str) -> Value {
    let form = format!("device_name={device}&websocket_features[]=webhooks&forward_to_url={FORWARD_TO}");
    lab.post("/v1/stripecli/sessions", &form).await.ok()
}

/// Opens a socket; the refusal's status and body when there is one.
pub(crate) async fn open(
    url: &str,
    id: &str,
) -> Result<(WebSocketStream<MaybeTlsStream<TcpStream>>, Option<String>), (u16, Value)> {
    let mut request = format!("{url}?websocket_feature=webhook-payloads").into_client_request().unwrap();
    request.headers_mut().insert("websocket-id", id.parse().unwrap());
    request.headers_mut().insert("sec-websocket-protocol", "stripecli-devproxy-v1".parse().unwrap());
    match tokio_tungstenite::connect_async(request).await {
        Ok((socket, answer)) => {
            let protocol = answer.headers().get("sec-websocket-protocol");
            Ok((socket, protocol.map(|name| name.to_str().unwrap().to_owned())))
        }
        Err(tungstenite::Error::Http(answer)) => {
            let body = answer.body().as_deref().unwrap_or_default();
            Err((answer.status().as_u16(), serde_json::from_slice(body).unwrap()))
        }
        Err(other) => panic!("{other}"),
    }
}

impl Client {
    pub(crate) async fn listen(lab: &Lab) -> Self {
        Self::of(&session(lab, "lab").await).await
    }

    /// Opens the socket of a session.
    pub(crate) async fn of(session: &Value) -> Self {
        let (id, url) = (session["websocket_id"].as_str().unwrap(), session["websocket_url"].as_str().unwrap());
        let (socket, protocol) = open(url, id).await.unwrap();
        let secret = session["secret"].as_str().unwrap().to_owned();
        Self { id: id.to_owned(), secret, protocol, socket }
    }

    pub(crate) async fn say(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    pub(crate) async fn say_json(&mut self, frame: &Value) {
        self.say(Message::text(frame.to_string())).await;
    }

    /// The next message; none when the server has closed.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        let limit = std::time::Duration::from_secs(20);
        tokio::time::timeout(limit, self.socket.next()).await.expect("a message in time")?.ok()
    }

    /// The next event in the account's version and in the latest one, acknowledged both.
    pub(crate) async fn take(&mut self) -> [Frame; 2] {
        let (own, latest) = (self.frame().await, self.frame().await);
        assert!(own.version().is_none() && latest.version().is_some(), "{own:?} {latest:?}");
        for frame in [&own, &latest] {
            self.acknowledge(frame).await;
        }
        [own, latest]
    }

    /// The next frame with an event.
    pub(crate) async fn frame(&mut self) -> Frame {
        loop {
            if let Message::Text(text) = self.next().await.expect("an open socket") {
                let frame: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(frame["type"], "webhook_event");
                return Frame(frame);
            }
        }
    }

    pub(crate) async fn acknowledge(&mut self, frame: &Frame) {
        let ack = json!({
            "type": "event_ack", "event_id": frame.event()["id"], "webhook_conversation_id": frame.conversation(),
            "webhook_id": frame.0["webhook_id"],
        });
        self.say_json(&ack).await;
    }

    pub(crate) async fn answer(&mut self, frame: &Frame, status: u16, body: &str) {
        let answer = json!({
            "type": "webhook_response", "forward_url": FORWARD_TO, "status": status, "http_headers": {"X-Lab": "yes"},
            "body": body, "webhook_conversation_id": frame.conversation(), "webhook_id": frame.0["webhook_id"],
            "notification_id": "", "request_headers": {}, "request_body": "",
        });
        self.say_json(&answer).await;
    }
}
