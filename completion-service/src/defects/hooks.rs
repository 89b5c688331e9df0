//! The places where a defect can bend a value. Each hook is the identity unless its defect is on; without the feature the
//! compiler removes them.

use std::time::Duration;

use axum::http::StatusCode;
use parking_lot::Mutex;
use percent_encoding::percent_decode_str;
use uuid::Uuid;

use super::catalogue::Defect;
use super::notes::Desk;
use super::requests::{READERS, read_again};
use super::work::Memory;
use crate::clients::dataverse::Word;
use crate::config::Config;
use crate::domain::completion::{self, AfterRefusal};
use crate::domain::notification::{Event, Idle, Reader, Request};
use crate::domain::purchase::{Purchase, Standing};
use crate::domain::return_url::ReturnUrl;
use crate::http::pages::Problem;
use crate::http::query;

/// The defects of one running service.
#[derive(Debug)]
pub(crate) struct Hooks {
    #[cfg(feature = "defects")]
    on: std::collections::BTreeSet<Defect>,
    /// The "static field" of the defect that has one.
    pub(super) last_visit: Mutex<Option<Uuid>>,
    pub(super) memory: Mutex<Memory>,
    /// Whether it was started without a secret, which only a defect can be.
    pub(super) secretless: bool,
    /// The places of the defect that reads a few bodies at a time.
    pub(super) readers: tokio::sync::Semaphore,
    /// The place of the defect that serves one visitor at a time.
    pub(super) single: tokio::sync::Semaphore,
    pub(super) desk: Desk,
    #[cfg(feature = "defects")]
    pub(super) tangles: Mutex<super::tangles::Tangles>,
}

impl Hooks {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            #[cfg(feature = "defects")]
            on: config.defects.clone(),
            last_visit: Mutex::new(None),
            memory: Mutex::default(),
            secretless: config.stripe_webhook_secret.expose().is_empty(),
            readers: tokio::sync::Semaphore::new(READERS),
            single: tokio::sync::Semaphore::new(1),
            desk: Desk::default(),
            #[cfg(feature = "defects")]
            tangles: Mutex::default(),
        }
    }

    #[cfg(feature = "defects")]
    pub(crate) fn has(&self, defect: Defect) -> bool {
        self.on.contains(&defect)
    }

    /// Whether the service has no defect at all.
    #[cfg(feature = "defects")]
    pub(super) fn is_right(&self) -> bool {
        self.on.is_empty()
    }

    #[cfg(not(feature = "defects"))]
    #[expect(clippy::unused_self, reason = "same shape as with the feature")]
    pub(super) const fn has(&self, _defect: Defect) -> bool {
        false
    }

    #[cfg(feature = "defects")]
    pub(crate) fn is_sample(&self) -> bool {
        self.has(Defect::DocsSample)
    }

    pub(crate) fn redirect_status(&self) -> StatusCode {
        if self.has(Defect::Redirect301) { StatusCode::MOVED_PERMANENTLY } else { StatusCode::FOUND }
    }

    pub(crate) fn head_pays(&self) -> bool {
        self.has(Defect::HeadPays)
    }

    /// Looks at the raw query before it is read.
    pub(crate) fn query(&self, text: &str) -> Result<(), Problem> {
        let known = |pair: &str| {
            let name = pair.split('=').next().unwrap_or_default();
            matches!(name, "" | "purchaseId" | "returnUrl")
        };
        if self.has(Defect::RefusesExtraParameters) && !text.split('&').all(known) {
            return Err(Problem::PurchaseId);
        }
        if self.has(Defect::RefusesUpperCaseId)
            && let Ok(Some(id)) = query::single(text, "purchaseId")
            && id.contains(|c: char| c.is_ascii_uppercase())
        {
            return Err(Problem::PurchaseId);
        }
        Ok(())
    }

    /// What Stripe is told about the way back.
    pub(crate) fn return_target(&self, given: Option<&ReturnUrl>) -> Option<String> {
        match given {
            Some(_) if self.has(Defect::ReturnUrlDropped) => None,
            Some(url) if self.has(Defect::ReturnUrlDecodedTwice) => {
                Some(percent_decode_str(url.as_str()).decode_utf8_lossy().into_owned())
            }
            None if self.has(Defect::ReturnUrlInvented) => Some("https://stripe.com/".into()),
            given => given.map(|url| self.other_return_url().unwrap_or_else(|| url.as_str().to_owned())),
        }
    }

    pub(crate) fn purchase(&self, mut purchase: Purchase) -> Purchase {
        if self.has(Defect::MissingPriceIsFree) {
            purchase.price = purchase.price.or_else(|| Some(0.into()));
        }
        if self.has(Defect::MissingCurrencyGuessed) {
            purchase.currency = purchase.currency.or_else(|| Some("EUR".into()));
        }
        purchase.price = purchase.price.map(|price| self.price(price));
        let blind = self.has(Defect::IgnoresStanding) || self.has(Defect::OutboundBelieves200);
        if blind && purchase.standing == Standing::Closed {
            purchase.standing = Standing::Open;
        }
        if self.has(Defect::OutboundEventName) {
            purchase.event = purchase.event.as_deref().map(name_of);
        }
        purchase
    }

    pub(crate) fn currency(&self, code: String) -> String {
        if self.has(Defect::UpperCaseCurrency) { code.to_ascii_uppercase() } else { code }
    }

    pub(crate) fn request(&self, request: Request, body: &[u8], reader: Reader<'_>) -> Request {
        let mut request = match request {
            Request::Reject(_) if self.has(Defect::IgnoresRejections) => Request::Nothing(Idle::OtherType),
            Request::Nothing(Idle::Unpaid) if self.has(Defect::UnpaidCountsAsPaid) => {
                as_if_paid(body, reader).unwrap_or(request)
            }
            Request::Nothing(Idle::Unpaid) if self.has(Defect::UnpaidIsRefused) => match as_if_paid(body, reader) {
                Some(Request::Settle(payment)) => Request::Reject(payment),
                _ => request,
            },
            Request::Nothing(Idle::OtherAccount) if self.has(Defect::AccountIgnored) => {
                as_if_ours(body, reader).unwrap_or(request)
            }
            Request::Settle(_) if self.has(Defect::CompletedOnly) && !is_completed(body) => {
                Request::Nothing(Idle::OtherType)
            }
            other => other,
        };
        if let Request::Settle(payment) = &mut request {
            self.referenced(payment, body);
        }
        self.read_as(&mut request, body);
        if self.has(Defect::StaticFieldMixesBuyers)
            && let Request::Settle(payment) | Request::Reject(payment) = &mut request
            && let Some(last) = *self.last_visit.lock()
        {
            payment.purchase = last;
        }
        request
    }

    /// Whether a successful finalize is seen as one.
    pub(crate) fn believes(&self, finalized: StatusCode) -> bool {
        finalized == StatusCode::NO_CONTENT || !self.has(Defect::Expects204)
    }

    /// What the outbound finalize action is told.
    pub(crate) fn outbound_parameters(&self, mut parameters: serde_json::Value) -> serde_json::Value {
        if self.has(Defect::OutboundOmitsUser)
            && let Some(members) = parameters.as_object_mut()
        {
            members.remove("UserId");
        }
        parameters
    }

    /// What the outbound finalize action is understood to say.
    pub(crate) fn word(&self, word: Word) -> Word {
        if self.has(Defect::OutboundBelieves200) { Word::Success } else { word }
    }

    /// What to do when finalizing was refused.
    pub(crate) fn after_refusal(&self, standing: Standing, asked: u32) -> AfterRefusal {
        match completion::after_refusal(standing, asked) {
            AfterRefusal::GiveBack if asked < MANY && self.has(Defect::OutboundAsksForEver) => AfterRefusal::AskAgain,
            after => after,
        }
    }

    /// How long to wait before asking again.
    pub(crate) fn pause(&self, usual: Duration) -> Duration {
        if self.has(Defect::OutboundAsksForEver) { Duration::ZERO } else { usual }
    }
}

/// How often the impatient defect asks before even it gives up.
const MANY: u32 = 40;

/// The event's name, as far as its readable id shows it: that is made of the name and some digits.
fn name_of(readable_id: &str) -> String {
    readable_id.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_').replace('_', " ")
}

fn is_completed(body: &[u8]) -> bool {
    Event::parse(body).is_ok_and(|event| event.kind == "checkout.session.completed")
}

fn as_if_ours(body: &[u8], reader: Reader<'_>) -> Option<Request> {
    let mut event: serde_json::Value = serde_json::from_slice(body).ok()?;
    event.as_object_mut()?.remove("account")?;
    read_again(&serde_json::to_vec(&event).ok()?, reader)
}

fn as_if_paid(body: &[u8], reader: Reader<'_>) -> Option<Request> {
    let mut event: serde_json::Value = serde_json::from_slice(body).ok()?;
    *event.pointer_mut("/data/object/payment_status")? = "paid".into();
    read_again(&serde_json::to_vec(&event).ok()?, reader)
}
