//! Carries frames between a session's queue and its socket until either end is gone.

use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use tokio::time::timeout;

use super::heard;
use super::hub::Line;
use crate::stripe::Stripe;

/// The subprotocol that the client asks for.
pub(crate) const PROTOCOL: &str = "stripecli-devproxy-v1";

/// How long a client may be silent before it is pinged, and how long then before it counts as gone, in real time. The Stripe CLI
/// pings every two seconds.
const SILENCE: Duration = Duration::from_secs(30);
/// How long a frame may take to leave, in real time.
const SENDING: Duration = Duration::from_secs(10);

/// Where a session opens its socket, when the API is at `base`.
pub(crate) fn url(base: &str, account: &str) -> String {
    // `http` becomes `ws`, `https` becomes `wss`.
    format!("ws{}/subscribe/{account}", base.strip_prefix("http").unwrap_or(base))
}

/// Serves one socket. Pings are answered by the library while it reads.
pub(crate) async fn carry(mut line: Line, mut socket: WebSocket) {
    let mut pinged = false;
    loop {
        tokio::select! {
            frame = line.queue.recv() => {
                // No more frames: another socket took the session over, or the fake is gone.
                let Some(frame) = frame else { break };
                if !sent(&mut socket, Message::text(frame)).await {
                    return;
                }
            }
            received = timeout(SILENCE, socket.recv()) => match received {
                Ok(Some(Ok(message))) => {
                    pinged = false;
                    let Some(stripe) = Stripe::of(&line.stripe) else { break };
                    match message {
                        Message::Text(text) => heard::hear(&stripe, &line.session, text.as_str()),
                        // Frames are text; bytes are looked at all the same, so that what is wrong with them is said.
                        Message::Binary(bytes) => {
                            heard::hear(&stripe, &line.session, &String::from_utf8_lossy(&bytes));
                        }
                        Message::Ping(_) | Message::Pong(_) => {}
                        Message::Close(_) => return,
                    }
                }
                Ok(Some(Err(_)) | None) => return,
                Err(_) if pinged => return,
                Err(_) => {
                    pinged = true;
                    if !sent(&mut socket, Message::Ping(bytes::Bytes::new())).await {
                        return;
                    }
                }
            },
        }
    }
    sent(&mut socket, Message::Close(None)).await;
}

async fn sent(socket: &mut WebSocket, message: Message) -> bool {
    matches!(timeout(SENDING, socket.send(message)).await, Ok(Ok(())))
}
