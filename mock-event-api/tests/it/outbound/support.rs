//! A browser on the registered origin, at the outbound base path.

use mock_event_api::http::OUTBOUND_BASE_PATH;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Bench, ORIGIN, TOKEN};

/// A paid event with a gateway, one without, and a free one, as in the scenario file.
pub(crate) const GALA: &str = "Outbound_Gala1479011247";
pub(crate) const WORKSHOP: &str = "Outbound_Workshop141284260613";
pub(crate) const BREAKFAST: &str = "Outbound_Breakfast2011264417";
pub(crate) const DINNER: &str = "6b1f0c0e-0000-4000-8000-000000000021";
pub(crate) const SEAT: &str = "6b1f0c0e-0000-4000-8000-000000000023";
pub(crate) const ROUND_TABLE: &str = "6b1f0c0e-0000-4000-8000-0000000000c1";

/// A browser: it sends its origin, keeps its cookie, and may be signed in.
#[derive(Clone, Default)]
pub(crate) struct Browser {
    pub(crate) cookie: Option<String>,
    pub(crate) bearer: Option<String>,
}

impl Browser {
    /// A URL below the outbound base path, token included.
    pub(crate) fn url(bench: &Bench, path: &str) -> String {
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{}{path}{joint}emApplicationtoken={TOKEN}", Self::bare_url(bench, path).strip_suffix(path).unwrap())
    }

    pub(crate) fn bare_url(bench: &Bench, path: &str) -> String {
        format!("{}{OUTBOUND_BASE_PATH}{path}", bench.world.places().base("event-api").unwrap())
    }

    fn dress(&self, mut request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        request = request.header("origin", ORIGIN);
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", format!("theme=dark; {cookie}"));
        }
        if let Some(bearer) = &self.bearer {
            request = request.header("authorization", format!("Bearer {bearer}"));
        }
        request
    }

    pub(crate) async fn get(&self, bench: &Bench, path: &str) -> Answer {
        bench.send(self.dress(bench.http.get(Self::url(bench, path)))).await
    }

    pub(crate) async fn post(&mut self, bench: &Bench, path: &str, body: &Value) -> Answer {
        let request = bench.http.post(Self::url(bench, path)).header("content-type", "application/json");
        let answer = bench.send(self.dress(request.body(body.to_string()))).await;
        if let Some(set) = answer.header("set-cookie") {
            self.cookie = set.split(';').next().map(str::to_owned);
        }
        answer
    }

    pub(crate) async fn register(&mut self, bench: &Bench, event: &str, body: &Value) -> Answer {
        self.post(bench, &format!("/events/{event}/registrations"), body).await
    }

    pub(crate) async fn finalize(&mut self, bench: &Bench, event: &str, purchase: Uuid) -> Answer {
        let body = json!({ "purchaseId": purchase, "hipObject": null });
        self.post(bench, &format!("/events/{event}/registrations/finalize"), &body).await
    }
}

/// The purchase of a result.
#[track_caller]
pub(crate) fn purchase_in(answer: &Answer) -> Uuid {
    answer.json()["purchaseId"].as_str().and_then(|id| id.parse().ok()).expect("a purchaseId")
}

/// Attendees of different names, with a pass or without.
pub(crate) fn guests(pass: Option<&str>, n: usize) -> Value {
    let guest = |n: usize| json!({"firstName": "Ada", "lastName": format!("Ng {n}"), "email": format!("ada{n}@example.test"), "passId": pass});
    json!({ "attendees": (0..n).map(guest).collect::<Vec<_>>() })
}
