//! A typed client of the control API: the one door by which cases and the command line act on a world, in one process or from another.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;
use url::Url;
use uuid::Uuid;

use super::dto::{Advance, Answers, ErrorView, JournalView, Numbered, Quiet, Quieted, Reads, SetSwitch, WorldView};
use crate::faults::{Plan, PlanStatus};
use crate::journal::Filter;
use crate::outbound::http_client;
use crate::world::Advanced;

/// Why the control API could not be used.
#[derive(Debug, Error)]
pub enum ControlError {
    /// Nobody answers there.
    #[error("failed to reach the control API at {base}: {source}; is `payloop up` running?")]
    Unreachable {
        /// Where.
        base: String,
        /// What happened.
        source: reqwest::Error,
    },
    /// It refused.
    #[error("the control API refused {what}: {message} ({hint})")]
    Refused {
        /// Method and path.
        what: String,
        /// What was wrong.
        message: String,
        /// What would be right.
        hint: String,
    },
    /// It answered something else than it should.
    #[error("the control API answered {what} in an unexpected form: {source}")]
    Shape {
        /// Method and path.
        what: String,
        /// What did not fit.
        source: serde_json::Error,
    },
}

/// A client of one world's control API. Clones share connections.
#[derive(Clone, Debug)]
pub struct Control {
    base: String,
    http: reqwest::Client,
}

impl Control {
    /// A client for the control API at `base`.
    pub fn new(base: &Url) -> Self {
        Self::over(http_client(), base)
    }

    /// A client for the control API at `base` that calls through `http`, which trusts whoever vouches for it.
    pub fn over(http: reqwest::Client, base: &Url) -> Self {
        Self { base: base.as_str().trim_end_matches('/').to_owned(), http }
    }

    /// The state of the world.
    pub async fn world(&self) -> Result<WorldView, ControlError> {
        self.get("/v1/world").await
    }

    /// Moves the clock, firing all that falls due.
    pub async fn advance(&self, by: &str) -> Result<Advanced, ControlError> {
        self.post("/v1/clock/advance", &Advance { by: by.to_owned() }).await
    }

    /// Entries of the journal.
    pub async fn journal(&self, filter: &Filter) -> Result<JournalView, ControlError> {
        let call = self.http.get(format!("{}/v1/journal", self.base)).query(filter);
        self.send("GET /v1/journal", call).await
    }

    /// Asks several routes in one call. `T` is a tuple of what they answer.
    pub async fn read<T: DeserializeOwned>(&self, paths: Vec<String>) -> Result<T, ControlError> {
        Ok(self.post::<Answers<T>>("/v1/reads", &Reads { paths }).await?.answers)
    }

    /// Waits until nothing about `subjects` has happened for `settle`; false when `limit` passed first.
    pub async fn quiet(&self, subjects: &[Uuid], settle: Duration, limit: Duration) -> Result<bool, ControlError> {
        let millis = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        let ask = Quiet { subjects: subjects.to_vec(), settle_ms: millis(settle), limit_ms: millis(limit) };
        Ok(self.post::<Quieted>("/v1/quiet", &ask).await?.quiet)
    }

    /// Puts a fault plan in force.
    pub async fn add_fault(&self, plan: &Plan) -> Result<u64, ControlError> {
        Ok(self.post::<Numbered>("/v1/faults", plan).await?.id)
    }

    /// Takes a fault plan away and says how far it had come.
    pub async fn remove_fault(&self, id: u64) -> Result<PlanStatus, ControlError> {
        self.delete(&format!("/v1/faults/{id}")).await
    }

    /// Sets an ambiguity switch, for everything or for one scope.
    pub async fn set_switch(&self, id: &str, value: &str, scope: Option<&str>) -> Result<(), ControlError> {
        let set = SetSwitch { value: value.to_owned(), scope: scope.map(str::to_owned) };
        self.put(&format!("/v1/switches/{id}"), &set).await
    }

    /// Asks any route.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ControlError> {
        self.send(&format!("GET {path}"), self.http.get(format!("{}{path}", self.base))).await
    }

    /// Sends to any route.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, ControlError> {
        self.send(&format!("POST {path}"), self.http.post(format!("{}{path}", self.base)).json(body)).await
    }

    /// Sends to any route that answers nothing.
    pub async fn put(&self, path: &str, body: &impl Serialize) -> Result<(), ControlError> {
        self.send(&format!("PUT {path}"), self.http.put(format!("{}{path}", self.base)).json(body)).await
    }

    /// Takes something away.
    pub async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, ControlError> {
        self.send(&format!("DELETE {path}"), self.http.delete(format!("{}{path}", self.base))).await
    }

    async fn send<T: DeserializeOwned>(&self, what: &str, call: reqwest::RequestBuilder) -> Result<T, ControlError> {
        let unreachable = |source| ControlError::Unreachable { base: self.base.clone(), source };
        let response = call.send().await.map_err(unreachable)?;
        let good = response.status().is_success();
        let status = response.status();
        let body = response.bytes().await.map_err(unreachable)?;
        if good {
            let body = if body.is_empty() { b"null".as_slice() } else { &body };
            // Answers can be long: to look once whether all of one is text is quicker than to look at each of its texts.
            let read = match std::str::from_utf8(body) {
                Ok(text) => serde_json::from_str(text),
                Err(_) => serde_json::from_slice(body),
            };
            return read.map_err(|source| ControlError::Shape { what: what.to_owned(), source });
        }
        let (message, hint) = serde_json::from_slice::<ErrorView>(&body)
            .map_or_else(|_| (unworded(status, &body), String::new()), |view| (view.error.message, view.error.hint));
        Err(ControlError::Refused { what: what.to_owned(), message, hint })
    }
}

/// A refusal that is not in the control API's own shape: who made it says perhaps why, in its first line.
fn unworded(status: reqwest::StatusCode, body: &[u8]) -> String {
    const MOST: usize = 200;
    let text = String::from_utf8_lossy(body);
    let line: String = text.lines().next().unwrap_or_default().chars().take(MOST).collect();
    if line.is_empty() { format!("status {status}") } else { format!("status {status}: {line}") }
}
