//! What a visitor's browser does with the link, with full control of what is sent and without following anything.

use std::time::Duration;

use http::Method;
use mock_core::Clock;

use super::answer::Answer;
use super::purchase::Purchase;
use crate::check::url::{parameter, with_parameter};
use crate::model::Stop;
use crate::runner::Ctx;

/// The most of an answer's body that is kept.
const MOST_BODY: usize = 64 * 1024;

/// One request to the redirect endpoint.
#[derive(Clone, Debug)]
pub struct Visit {
    method: Method,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

/// Which return URL a visit gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked<'a> {
    /// What the link says already.
    AsLinked,
    /// None: the parameter is left out.
    Nothing,
    /// This one, encoded once.
    Url(&'a str),
}

impl Visit {
    /// GET of a URL as it stands.
    pub fn to(url: impl Into<String>) -> Self {
        Self { method: Method::GET, url: url.into(), headers: Vec::new(), body: None }
    }

    /// GET of a purchase's link.
    pub fn of(purchase: &Purchase, asked: Asked<'_>) -> Self {
        match asked {
            Asked::AsLinked => Self::to(purchase.link.clone()),
            Asked::Nothing => Self::to(with_parameter(&purchase.link, "returnUrl", None)),
            Asked::Url(url) => Self::to(with_parameter(&purchase.link, "returnUrl", Some(url))),
        }
    }

    /// With another method.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a body.
    #[must_use]
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }
}

impl Ctx {
    /// Follows a purchase's link as it came from the Event API.
    pub async fn follow(&self, purchase: &Purchase) -> Result<Answer, Stop> {
        self.visit(Visit::of(purchase, Asked::AsLinked)).await
    }

    /// Sends one request to the service. No answer at all is a finding, and ends the case.
    pub async fn visit(&self, visit: Visit) -> Result<Answer, Stop> {
        let limit = self.profile().budgets.redirect.0;
        match self.attempt(visit).await {
            Ok(answer) => {
                if u128::from(answer.millis) > limit.as_millis() {
                    self.should(
                        "the redirect answers in time",
                        format!("within {}", self.profile().budgets.redirect),
                        format!("after {} ms", answer.millis),
                        false,
                    );
                }
                Ok(answer)
            }
            Err(error) => {
                let launcher = &self.bench().launcher;
                let output = launcher.ended().map(|how| format!("; the service ended ({how}): {}", launcher.output()));
                self.require(
                    "the service answers",
                    "an HTTP answer",
                    format!("{error}{}", output.unwrap_or_default()),
                    false,
                )?;
                Err(Stop::Failed)
            }
        }
    }

    /// Sends one request that a service may turn away without an answer; then comes back why there was none.
    pub async fn attempt(&self, visit: Visit) -> Result<Answer, String> {
        self.step(format!("sent {} {}", visit.method, shortened(&visit.url)));
        let answer = self.probe(visit).await?;
        self.remember(&answer);
        Ok(answer)
    }

    /// The same without a word, for one of many: the case says what it does in one step, and judges the answers itself.
    pub async fn probe(&self, visit: Visit) -> Result<Answer, String> {
        let limit = self.profile().budgets.redirect.0;
        // The budget is checked on what comes back; the call itself is given more, so that a slow answer can be told from none.
        let over = |http| send(http, &visit, limit * 2, self.bench().own.clock());
        let visitors = &self.bench().visitors;
        let mut answered = over(self.shared_connections().unwrap_or(visitors)).await;
        // A shared connection that the service closed meanwhile is no finding.
        if self.shared_connections().is_some() && answered.as_ref().is_err_and(|error| !error.is_timeout()) {
            answered = over(visitors).await;
        }
        let (status, headers, body, took) = answered.map_err(|error| {
            if error.is_timeout() { format!("no answer within {} s", (limit * 2).as_secs()) } else { root_of(&error) }
        })?;
        Ok(Answer {
            method: visit.method.to_string(),
            return_url: parameter(&visit.url, "returnUrl").filter(|url| !url.is_empty()),
            url: visit.url,
            status,
            headers,
            body,
            millis: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        })
    }
}

/// A URL for people: of a very long one its beginning, and how long it is.
fn shortened(url: &str) -> String {
    const MOST: usize = 600;
    match url.char_indices().nth(MOST) {
        None => url.to_owned(),
        Some((at, _)) => format!("{}… ({} characters)", url.get(..at).unwrap_or_default(), url.chars().count()),
    }
}

type Raw = (u16, Vec<(String, String)>, String, Duration);

async fn send(http: &reqwest::Client, visit: &Visit, limit: Duration, watch: &Clock) -> reqwest::Result<Raw> {
    let mut call = http.request(visit.method.clone(), &visit.url).timeout(limit);
    for (name, value) in &visit.headers {
        call = call.header(name, value);
    }
    if let Some(body) = &visit.body {
        call = call.body(body.clone());
    }
    let start = watch.elapsed();
    let mut response = call.send().await?;
    let took = Duration::try_from(watch.elapsed() - start).unwrap_or_default();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let mut body = Vec::new();
    while body.len() < MOST_BODY
        && let Some(chunk) = response.chunk().await?
    {
        body.extend_from_slice(&chunk);
    }
    body.truncate(MOST_BODY);
    Ok((response.status().as_u16(), headers, String::from_utf8_lossy(&body).into_owned(), took))
}

/// The innermost cause: the outer ones only repeat that sending failed.
pub(super) fn root_of(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
