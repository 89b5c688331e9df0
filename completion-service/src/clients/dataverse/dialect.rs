//! The two dialects of the platform: real-time journeys, and their outbound ancestor. What the rest of the service asks is the same; what
//! is said to Dataverse differs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::{Method, StatusCode};
use uuid::Uuid;

use super::fault::{DataverseError, names, setback};
use super::outbound::{self, Word};
use super::row::parse_row;
use super::web_api::WebApi;
use crate::clients::http::Http;
use crate::clients::retry::Setback;
use crate::clock::Deadline;
use crate::config::{Config, Platform};
use crate::defects::Hooks;
use crate::domain::completion::PaymentStatus;
use crate::domain::purchase::{Purchase, Standing};

/// The column that would say how the payment ended. The choice of that name is documented, the column is not: it is asked for
/// until the environment says that it has none.
const PAYMENT_STATUS: &str = "msevtmgt_paymentstatus";

/// Where a purchase stands: documented columns only.
const STANDING: &str = "msevtmgt_paid,msevtmgt_processed,statecode,statuscode";

const CURRENCY: &str = "transactioncurrencyid($select=isocurrencycode)";

const FINALIZE: &str = "msevtmgt_finalizeregistrationpayment";

/// Talks to one Dataverse environment, in the dialect of the platform that it belongs to.
#[derive(Debug)]
pub(crate) struct Dataverse {
    web: WebApi,
    platform: Platform,
    hooks: Arc<Hooks>,
    /// Whether this environment is known to have no payment status column.
    without_status: AtomicBool,
}

/// How the platform took the news of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finalized {
    /// It did; with this status.
    Taken(StatusCode),
    /// This platform cannot be told: its timeout ends the reservation.
    LeftToTimeout,
}

impl Dataverse {
    pub(crate) fn new(http: Http, config: &Config, hooks: Arc<Hooks>) -> Self {
        Self {
            web: WebApi::new(http, config, Arc::clone(&hooks)),
            platform: config.platform,
            hooks,
            without_status: AtomicBool::new(false),
        }
    }

    /// Reads price, currency and standing. In real-time journeys one row has them all. In outbound marketing the row had no money
    /// columns: an action tells the price, and the row the rest.
    pub(crate) async fn purchase(&self, id: Uuid, deadline: Deadline) -> Result<Purchase, DataverseError> {
        if self.platform == Platform::RealTime {
            return self.row(id, "msevtmgt_totalprice,", CURRENCY, deadline).await;
        }
        let (row, details) = tokio::try_join!(
            self.row(id, outbound::COLUMNS, outbound::EVENT, deadline),
            outbound::details(&self.web, id, deadline),
        )?;
        Ok(Purchase { price: details.price, currency: details.currency, ..row })
    }

    async fn row(&self, id: Uuid, more: &str, expand: &str, deadline: Deadline) -> Result<Purchase, DataverseError> {
        let path = |with_status: bool| {
            let status = if with_status { format!(",{PAYMENT_STATUS}") } else { String::new() };
            format!("msevtmgt_eventpurchases({id})?$select={more}{STANDING}{status}&$expand={expand}")
        };
        self.web
            .persist(deadline, || async {
                let with_status = !self.without_status.load(Ordering::Relaxed);
                let mut answer = self.web.call(Method::GET, &path(with_status), None, deadline).await?;
                if with_status && names(&answer, PAYMENT_STATUS) {
                    self.without_status.store(true, Ordering::Relaxed);
                    answer = self.web.call(Method::GET, &path(false), None, deadline).await?;
                }
                match answer.status.as_u16() {
                    200 => parse_row(&answer.body, id).map_err(Setback::Final),
                    _ => Err(self.hooks.at_reading(setback(&answer, true))),
                }
            })
            .await
    }

    /// Tells the platform how the payment ended. In real-time journeys any 2xx is a success, with a body or without; in outbound
    /// marketing the answer says in a word whether it worked, and nothing can be cancelled.
    pub(crate) async fn finalize(
        &self,
        purchase: &Purchase,
        status: PaymentStatus,
        deadline: Deadline,
    ) -> Result<Finalized, DataverseError> {
        match (self.platform, status) {
            (Platform::RealTime, _) => {
                let parameters = serde_json::json!({
                    "msevtmgt_purchaseid": purchase.id,
                    "msevtmgt_paymentstatus": status.value(),
                });
                let answer = self.web.operate(FINALIZE, &parameters, false, deadline).await?;
                Ok(Finalized::Taken(answer.status))
            }
            (Platform::Outbound | Platform::OutboundAdx, PaymentStatus::Cancelled) => Ok(Finalized::LeftToTimeout),
            (Platform::Outbound | Platform::OutboundAdx, PaymentStatus::Completed) => {
                self.finalize_outbound(purchase, deadline).await
            }
        }
    }

    async fn finalize_outbound(&self, purchase: &Purchase, deadline: Deadline) -> Result<Finalized, DataverseError> {
        let name = outbound::finalize_name(self.platform);
        let parameters = self.hooks.outbound_parameters(outbound::parameters(purchase)?);
        let answer = self.web.operate(name, &parameters, false, deadline).await?;
        match self.hooks.word(Word::of(&answer.body)) {
            Word::Success => Ok(Finalized::Taken(answer.status)),
            Word::Other(word) => {
                // The values of that word are not published: what the purchase shows goes before what we make of it.
                let now = self.purchase(purchase.id, deadline).await?;
                if now.standing == Standing::Completed {
                    return Ok(Finalized::Taken(answer.status));
                }
                let (status, code) = (answer.status.as_u16(), "status".to_owned());
                Err(DataverseError::Refused { status, code, message: word })
            }
        }
    }

    /// Calls any unbound operation; only defects do.
    #[cfg(feature = "defects")]
    pub(crate) async fn operate(
        &self,
        name: &str,
        parameters: &serde_json::Value,
        deadline: Deadline,
    ) -> Result<bytes::Bytes, DataverseError> {
        self.web.operate(name, parameters, false, deadline).await.map(|answer| answer.body)
    }

    /// Reads whatever stands at a path, once; only defects do.
    #[cfg(feature = "defects")]
    pub(crate) async fn read(&self, path: &str, deadline: Deadline) -> Option<serde_json::Value> {
        let answer = self.web.call(Method::GET, path, None, deadline).await.ok()?;
        serde_json::from_slice(&answer.body).ok().filter(|_| answer.status.is_success())
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
        let body = bytes::Bytes::from(row.to_string());
        self.web
            .persist(deadline, || async {
                let answer = self.web.call(Method::PATCH, &path, Some(body.clone()), deadline).await?;
                if answer.status.is_success() { Ok(()) } else { Err(setback(&answer, false)) }
            })
            .await
    }
}
