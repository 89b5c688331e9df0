//! One Dataverse environment over its Web API: calls with a token, tried again while that makes sense.

use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use serde_json::Value;
use url::Url;

use super::fault::{DataverseError, setback};
use crate::clients::http::{Answer, Http};
use crate::clients::retry::{Setback, persist};
use crate::clients::token::TokenClient;
use crate::clock::Deadline;
use crate::config::{Config, Limits};
use crate::defects::Hooks;

/// Knows how to call, and nothing of what is called.
#[derive(Debug)]
pub(super) struct WebApi {
    http: Http,
    limits: Limits,
    base: String,
    tokens: TokenClient,
    hooks: Arc<Hooks>,
}

impl WebApi {
    pub(super) fn new(http: Http, config: &Config, hooks: Arc<Hooks>) -> Self {
        let base = config.dataverse_url.as_str().trim_end_matches('/');
        Self {
            tokens: TokenClient::new(http.clone(), config, Arc::clone(&hooks)),
            http,
            limits: config.limits,
            base: format!("{base}/api/data/v9.2/"),
            hooks,
        }
    }

    /// Calls an unbound operation with these parameters, until it succeeds or it makes no sense to try again. Any 2xx is a success.
    /// When `reading`, a refusal means that there is nothing to read.
    pub(super) async fn operate(
        &self,
        name: &str,
        parameters: &Value,
        reading: bool,
        deadline: Deadline,
    ) -> Result<Answer, DataverseError> {
        let body = Bytes::from(parameters.to_string());
        self.persist(deadline, || async {
            let answer = self.call(Method::POST, name, Some(body.clone()), deadline).await?;
            let done = answer.status.is_success() || self.hooks.takes_for_done(answer.status);
            if done { Ok(answer) } else { Err(setback(&answer, reading)) }
        })
        .await
    }

    /// Tries `attempt` as often as the limits allow.
    pub(super) async fn persist<T, F, A>(&self, deadline: Deadline, mut attempt: F) -> Result<T, DataverseError>
    where
        F: FnMut() -> A,
        A: Future<Output = Result<T, Setback<DataverseError>>>,
    {
        persist(&self.limits, deadline, || {
            let tried = attempt();
            async { tried.await.map_err(|setback| self.hooks.at_dataverse(setback)) }
        })
        .await
    }

    /// One call with a token; a refused token is renewed exactly once.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Bytes>,
        deadline: Deadline,
    ) -> Result<Answer, Setback<DataverseError>> {
        let mut renewed = 0;
        loop {
            let token = self.tokens.get(deadline).await.map_err(|error| Setback::Final(error.into()))?;
            let request =
                self.request(&method, path, body.clone()).map_err(Setback::Final)?.bearer_auth(token.expose());
            let answer = self.hooks.heard(self.http.exchange(request, deadline).await?);
            #[cfg(feature = "defects")]
            let answer = self.followed(answer, &token, deadline).await?;
            match answer.status.as_u16() {
                401 if renewed >= self.hooks.renewals() => return Err(Setback::Final(DataverseError::Denied(401))),
                401 => {
                    self.tokens.forget(&token);
                    renewed += 1;
                }
                _ => return Ok(answer),
            }
        }
    }

    /// Goes where Dataverse points, with its token; only a defect does.
    #[cfg(feature = "defects")]
    async fn followed(
        &self,
        answer: Answer,
        token: &crate::secret::Secret,
        deadline: Deadline,
    ) -> Result<Answer, Setback<DataverseError>> {
        let target = answer.header("location").and_then(|target| Url::parse(target).ok());
        match target.filter(|_| answer.status.is_redirection() && self.hooks.follows_redirects()) {
            Some(url) => Ok(self.http.exchange(self.http.get(url).bearer_auth(token.expose()), deadline).await?),
            None => Ok(answer),
        }
    }

    fn request(
        &self,
        method: &Method,
        path: &str,
        body: Option<Bytes>,
    ) -> Result<reqwest::RequestBuilder, DataverseError> {
        let url = Url::parse(&format!("{}{path}", self.base))
            .map_err(|_| DataverseError::Unreadable("the URL cannot be built"))?;
        let request = match *method {
            #[cfg(feature = "defects")]
            // Without the condition a missing row would be made.
            Method::PATCH => self.http.patch(url).header("if-match", "*"),
            Method::POST => self.http.post(url),
            _ => self.http.get(url),
        };
        let request = request
            .header("accept", "application/json")
            .header("odata-maxversion", "4.0")
            .header("odata-version", "4.0");
        Ok(match body {
            Some(body) => request.header("content-type", "application/json; charset=utf-8").body(body),
            None => request,
        })
    }
}
