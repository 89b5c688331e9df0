//! Takes webhooks as a seller's service does: raw bytes, verified by the library, 400 when it refuses them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use stripe_webhook::{Event, EventObject, Webhook};
use tokio::sync::watch;

/// A verified delivery.
#[derive(Clone)]
pub struct Taken {
    pub event: Event,
    /// The body, exactly as it came.
    pub body: String,
    /// Its `Stripe-Signature`.
    pub header: String,
}

#[derive(Default)]
struct Seen {
    secret: String,
    taken: Vec<Taken>,
    refusals: Vec<String>,
}

/// The receiver. Clones are handles to the same one.
#[derive(Clone)]
pub struct Receiver {
    seen: Arc<Mutex<Seen>>,
    count: watch::Sender<usize>,
    pub url: String,
}

impl Receiver {
    /// Listens on a port of its own until the program ends.
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/webhooks", listener.local_addr().unwrap());
        let receiver = Self { seen: Arc::default(), count: watch::Sender::new(0), url };
        let router = axum::Router::new().fallback(take).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    /// The secret to verify with from now on.
    pub fn verify_with(&self, secret: &str) {
        secret.clone_into(&mut self.seen.lock().unwrap().secret);
    }

    /// What the library said of the deliveries that it refused.
    pub fn refusals(&self) -> Vec<String> {
        self.seen.lock().unwrap().refusals.clone()
    }

    /// The first delivery whose object `wanted` accepts, now or within 10 s.
    pub async fn event(&self, what: &str, wanted: impl Fn(&EventObject) -> bool) -> Taken {
        let mut changes = self.count.subscribe();
        let found = async {
            loop {
                let found =
                    self.seen.lock().unwrap().taken.iter().find(|taken| wanted(&taken.event.data.object)).cloned();
                if let Some(taken) = found {
                    return taken;
                }
                changes.changed().await.unwrap();
            }
        };
        match tokio::time::timeout(Duration::from_secs(10), found).await {
            Ok(taken) => taken,
            Err(_) => {
                let seen = self.seen.lock().unwrap();
                let came: Vec<_> = seen.taken.iter().map(|taken| taken.event.type_.as_str()).collect();
                panic!("no {what} came within 10 s; came: {came:?}; refused: {:?}", seen.refusals)
            }
        }
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> (StatusCode, String) {
    let body = String::from_utf8(body.to_vec()).unwrap();
    let answer = {
        let mut seen = receiver.seen.lock().unwrap();
        let header = headers.get("stripe-signature").map(|value| value.to_str().unwrap().to_owned());
        // The library wants a header; that there is none is for the service to see.
        let verified = header.ok_or("no signature".to_owned()).and_then(|header| {
            let event = Webhook::construct_event(&body, &header, &seen.secret).map_err(|error| error.to_string())?;
            Ok(Taken { event, body, header })
        });
        match verified {
            Ok(taken) => {
                seen.taken.push(taken);
                (StatusCode::OK, String::new())
            }
            Err(error) => {
                seen.refusals.push(error.clone());
                (StatusCode::BAD_REQUEST, error)
            }
        }
    };
    receiver.count.send_modify(|count| *count += 1);
    answer
}
