//! The two Web API calls this service makes: read one purchase, finalize one registration payment.

use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::{Method, StatusCode};
use url::Url;
use uuid::Uuid;

use super::fault::{DataverseError, names, setback};
use super::row::parse_row;
use crate::clients::http::{Answer, Http};
use crate::clients::retry::{Setback, persist};
use crate::clients::token::TokenClient;
use crate::clock::Deadline;
use crate::config::{Config, Limits};
use crate::domain::completion::PaymentStatus;
use crate::domain::purchase::Purchase;

/// The column that would say how the payment ended. The choice of that name is documented, the column is not: it is asked for
/// until the environment says that it has none.
const PAYMENT_STATUS: &str = "msevtmgt_paymentstatus";

/// The rest of the row: documented columns only.
const COLUMNS: &str = "msevtmgt_totalprice,msevtmgt_paid,msevtmgt_processed,statecode,statuscode";

const CURRENCY: &str = "$expand=transactioncurrencyid($select=isocurrencycode)";

const FINALIZE: &str = "msevtmgt_finalizeregistrationpayment";

/// Talks to one Dataverse environment.
#[derive(Debug)]
pub(crate) struct Dataverse {
    http: Http,
    limits: Limits,
    base: String,
    tokens: TokenClient,
    /// Whether this environment is known to have no payment status column.
    without_status: AtomicBool,
}

impl Dataverse {
    pub(crate) fn new(http: Http, config: &Config) -> Self {
        let base = config.dataverse_url.as_str().trim_end_matches('/');
        Self {
            tokens: TokenClient::new(http.clone(), config),
            http,
            limits: config.limits,
            base: format!("{base}/api/data/v9.2/"),
            without_status: AtomicBool::new(false),
        }
    }

    /// Reads price, currency and standing in one request.
    pub(crate) async fn purchase(&self, id: Uuid, deadline: Deadline) -> Result<Purchase, DataverseError> {
        persist(&self.limits, deadline, || async {
            let mut path = self.read_path(id);
            let mut answer = self.call(Method::GET, &path, None, deadline).await?;
            if path.contains(PAYMENT_STATUS) && names(&answer, PAYMENT_STATUS) {
                self.without_status.store(true, Ordering::Relaxed);
                path = self.read_path(id);
                answer = self.call(Method::GET, &path, None, deadline).await?;
            }
            match answer.status.as_u16() {
                200 => parse_row(&answer.body, id).map_err(Setback::Final),
                _ => Err(setback(&answer, true)),
            }
        })
        .await
    }

    fn read_path(&self, id: Uuid) -> String {
        let status =
            if self.without_status.load(Ordering::Relaxed) { String::new() } else { format!(",{PAYMENT_STATUS}") };
        format!("msevtmgt_eventpurchases({id})?$select={COLUMNS}{status}&{CURRENCY}")
    }

    /// Tells the platform how the payment ended. Any 2xx is a success, with a body or without; its status is returned.
    pub(crate) async fn finalize(
        &self,
        id: Uuid,
        status: PaymentStatus,
        deadline: Deadline,
    ) -> Result<StatusCode, DataverseError> {
        let body = serde_json::json!({
            "msevtmgt_purchaseid": id,
            "msevtmgt_paymentstatus": status.value(),
        });
        self.finalize_with(&body, deadline).await
    }

    /// As [`Self::finalize`], with the body as given.
    pub(crate) async fn finalize_with(
        &self,
        body: &serde_json::Value,
        deadline: Deadline,
    ) -> Result<StatusCode, DataverseError> {
        let body = Bytes::from(body.to_string());
        persist(&self.limits, deadline, || async {
            let answer = self.call(Method::POST, FINALIZE, Some(body.clone()), deadline).await?;
            if answer.status.is_success() { Ok(answer.status) } else { Err(setback(&answer, false)) }
        })
        .await
    }

    /// Writes columns of a purchase; only a defect does.
    #[cfg(feature = "defects")]
    pub(crate) async fn write(
        &self,
        id: Uuid,
        row: &serde_json::Value,
        deadline: Deadline,
    ) -> Result<(), DataverseError> {
        let path = format!("msevtmgt_eventpurchases({id})");
        let body = Bytes::from(row.to_string());
        persist(&self.limits, deadline, || async {
            let answer = self.call(Method::PATCH, &path, Some(body.clone()), deadline).await?;
            if answer.status.is_success() { Ok(()) } else { Err(setback(&answer, false)) }
        })
        .await
    }

    /// One call with a token; a refused token is renewed exactly once.
    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Bytes>,
        deadline: Deadline,
    ) -> Result<Answer, Setback<DataverseError>> {
        let mut renewed = false;
        loop {
            let token = self.tokens.get(deadline).await.map_err(|error| Setback::Final(error.into()))?;
            let request =
                self.request(&method, path, body.clone()).map_err(Setback::Final)?.bearer_auth(token.expose());
            let answer = self.http.exchange(request, deadline).await?;
            match answer.status.as_u16() {
                401 if renewed => return Err(Setback::Final(DataverseError::Denied(401))),
                401 => {
                    self.tokens.forget(&token);
                    renewed = true;
                }
                _ => return Ok(answer),
            }
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
