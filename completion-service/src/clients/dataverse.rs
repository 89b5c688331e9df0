//! The two Web API calls this service makes: read one purchase, finalize one registration payment.

use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::{Method, StatusCode};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;
use uuid::Uuid;

use super::http::{Answer, Http};
use super::retry::{Passing, Setback, persist};
use super::token::{TokenClient, TokenError};
use crate::clock::Deadline;
use crate::config::{Config, Limits};
use crate::domain::completion::PaymentStatus;
use crate::domain::money::parse_price;
use crate::domain::purchase::{Purchase, Standing};

/// The column that would say how the payment ended. The choice of that name is documented, the column is not: it is asked for
/// until the environment says that it has none.
const PAYMENT_STATUS: &str = "msevtmgt_paymentstatus";

/// The rest of the row: documented columns only.
const COLUMNS: &str = "msevtmgt_totalprice,msevtmgt_paid,msevtmgt_processed,statecode,statuscode";

const CURRENCY: &str = "$expand=transactioncurrencyid($select=isocurrencycode)";

const FINALIZE: &str = "msevtmgt_finalizeregistrationpayment";

/// Row or object missing.
const NOT_FOUND: [&str; 2] = ["0x80040217", "0x80060891"];

/// Codes by which the platform or its plug-ins refuse a well-formed call: invalid argument, plug-in abort, plug-in
/// unexpected, invalid operation.
const BUSINESS: [&str; 4] = ["0x80040203", "0x80040265", "0x80040224", "0x8004023b"];

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

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DataverseError {
    /// No such purchase, in whichever way this environment says so.
    #[error("the purchase does not exist")]
    Missing,
    /// A well-formed call was refused for what it asks.
    #[error("refused with {status} {code}: {message}")]
    Refused { status: u16, code: String, message: String },
    /// The call does not fit this environment: wrong URL, missing app, unknown column. Never the purchase's fault.
    #[error("the environment does not understand the call ({status} {code}: {message})")]
    Misfit { status: u16, code: String, message: String },
    /// The application may not do this.
    #[error("access denied ({0})")]
    Denied(u16),
    /// A success whose content cannot be used.
    #[error("the answer is unreadable: {0}")]
    Unreadable(&'static str),
    #[error(transparent)]
    Token(TokenError),
    #[error("Dataverse: {0}")]
    Passing(#[from] Passing),
}

impl From<TokenError> for DataverseError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Passing(passing) => Self::Passing(passing),
            other => Self::Token(other),
        }
    }
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    msevtmgt_totalprice: Option<&'a RawValue>,
    msevtmgt_paid: Option<bool>,
    msevtmgt_processed: Option<bool>,
    msevtmgt_paymentstatus: Option<i64>,
    statecode: Option<i64>,
    msevtmgt_eventpurchaseid: Option<Uuid>,
    transactioncurrencyid: Option<CurrencyRow>,
}

#[derive(Deserialize)]
struct CurrencyRow {
    isocurrencycode: Option<String>,
}

#[derive(Deserialize, Default)]
struct Fault {
    error: FaultBody,
}

#[derive(Deserialize, Default)]
struct FaultBody {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
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
            if path.contains(PAYMENT_STATUS) && names_payment_status(&answer) {
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
            Method::PATCH => self.http.patch(url),
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

fn parse_row(body: &[u8], id: Uuid) -> Result<Purchase, DataverseError> {
    let row: Row<'_> = serde_json::from_slice(body).map_err(|_| DataverseError::Unreadable("not a purchase"))?;
    if row.msevtmgt_eventpurchaseid.is_some_and(|theirs| theirs != id) {
        return Err(DataverseError::Unreadable("another purchase"));
    }
    let Some(state) = row.statecode else {
        // Every real row has one: whatever this is, it is no purchase.
        return Err(DataverseError::Unreadable("a purchase without a state"));
    };
    let price = row.msevtmgt_totalprice.map(exact).transpose()?;
    Ok(Purchase {
        id,
        price,
        currency: row.transactioncurrencyid.and_then(|currency| currency.isocurrencycode),
        standing: Standing::of(
            row.msevtmgt_paid.unwrap_or_default(),
            row.msevtmgt_processed.unwrap_or_default(),
            state == 0,
            row.msevtmgt_paymentstatus,
        ),
    })
}

/// Whether the environment complains about the one column that may not exist.
fn names_payment_status(answer: &Answer) -> bool {
    let fault: Fault = serde_json::from_slice(&answer.body).unwrap_or_default();
    answer.status == StatusCode::BAD_REQUEST && fault.error.message.contains(PAYMENT_STATUS)
}

fn exact(raw: &RawValue) -> Result<Decimal, DataverseError> {
    parse_price(raw.get()).ok_or(DataverseError::Unreadable("the price is no exact number"))
}

/// Sorts an answer that is no success. When reading, a refusal for business reasons is how some environments say that the row
/// does not exist.
fn setback(answer: &Answer, reading: bool) -> Setback<DataverseError> {
    let status = answer.status.as_u16();
    let fault: Option<Fault> = serde_json::from_slice(&answer.body).ok();
    let spoken = fault.is_some();
    let FaultBody { code, message } = fault.unwrap_or_default().error;
    let known = |codes: &[&str]| codes.iter().any(|known| code.eq_ignore_ascii_case(known));
    let message: String = message.chars().filter(|c| !c.is_control()).take(200).collect();
    Setback::Final(match status {
        // 409 and 412: someone else is at work on the row.
        408 | 409 | 412 | 423 | 425 | 429 | 500.. => {
            let reason = format!("Dataverse answered {status} {code}");
            return Setback::Again(Passing::busy(reason, answer.retry_after()));
        }
        401 | 403 => DataverseError::Denied(status),
        400 | 404 if known(&NOT_FOUND) => DataverseError::Missing,
        404 if reading && spoken && code.is_empty() => DataverseError::Missing,
        400 if known(&BUSINESS) && reading => DataverseError::Missing,
        400 if known(&BUSINESS) => DataverseError::Refused { status, code, message },
        _ => DataverseError::Misfit { status, code, message },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "a4d9e358-949f-f011-bbd3-6045bd02f64d";

    #[track_caller]
    fn check(row: &str, expected: Result<(Option<&str>, Option<&str>, Standing), &str>) {
        let id: Uuid = ID.parse().expect("a UUID");
        let seen = parse_row(row.as_bytes(), id);
        match (&seen, expected) {
            (Ok(purchase), Ok((price, currency, standing))) => {
                assert_eq!(purchase.price.map(|price| price.to_string()).as_deref(), price);
                assert_eq!(purchase.currency.as_deref(), currency);
                assert_eq!(purchase.standing, standing);
            }
            (Err(DataverseError::Unreadable(why)), Err(expected)) => assert_eq!(*why, expected),
            _ => panic!("{row}: {seen:?}"),
        }
    }

    #[test]
    fn a_row_is_read_exactly() {
        check(
            r#"{"@odata.context":"x","@odata.etag":"W/\"1\"","msevtmgt_totalprice":149.5000,"_transactioncurrencyid_value":"x",
                "msevtmgt_paid":false,"msevtmgt_processed":false,"statecode":0,"statuscode":1,"new":[1],
                "msevtmgt_eventpurchaseid":"a4d9e358-949f-f011-bbd3-6045bd02f64d",
                "transactioncurrencyid":{"@odata.etag":"x","isocurrencycode":"EUR","transactioncurrencyid":"x"}}"#,
            Ok((Some("149.5000"), Some("EUR"), Standing::Open)),
        );
        check(
            r#"{"msevtmgt_totalprice":1000000000000.0001,"statecode":0}"#,
            Ok((Some("1000000000000.0001"), None, Standing::Open)),
        );
    }

    #[test]
    fn what_is_missing_stays_missing() {
        check(
            r#"{"msevtmgt_totalprice":null,"transactioncurrencyid":null,"statecode":1}"#,
            Ok((None, None, Standing::Closed)),
        );
        check(
            r#"{"transactioncurrencyid":{"isocurrencycode":null},"msevtmgt_paid":true,"statecode":1}"#,
            Ok((None, None, Standing::Completed)),
        );
        check(
            r#"{"msevtmgt_paid":false,"msevtmgt_paymentstatus":100000000,"statecode":0}"#,
            Ok((None, None, Standing::Closed)),
        );
    }

    #[test]
    fn what_is_no_purchase_is_unreadable() {
        check("<html>Sign in</html>", Err("not a purchase"));
        check(r#"{"msevtmgt_totalprice":1"#, Err("not a purchase"));
        check("{}", Err("a purchase without a state"));
        check(r#"{"msevtmgt_totalprice":"149.50","statecode":0}"#, Err("the price is no exact number"));
        check(
            r#"{"statecode":0,"msevtmgt_eventpurchaseid":"00000000-0000-0000-0000-000000000001"}"#,
            Err("another purchase"),
        );
    }

    fn sort(status: u16, body: &str, reading: bool) -> String {
        let answer = Answer {
            status: StatusCode::from_u16(status).expect("a status"),
            headers: http::HeaderMap::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
        };
        let setback = format!("{:?}", setback(&answer, reading));
        setback.split(['{', ' ']).next().unwrap_or_default().replace("Final(", "").replace(')', "")
    }

    #[test]
    fn faults_are_sorted() {
        let fault = |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"m"}}}}"#);
        for (status, body, reading, finalizing) in [
            (404, fault("0x80040217"), "Missing", "Missing"),
            (400, fault("0x80040217"), "Missing", "Missing"),
            (404, fault(""), "Missing", "Misfit"),
            (404, fault("0x8006088a"), "Misfit", "Misfit"),
            (404, "<html>".to_owned(), "Misfit", "Misfit"),
            (400, fault("0x80040265"), "Missing", "Refused"),
            (400, fault("0x80040203"), "Missing", "Refused"),
            (400, fault("0x80060888"), "Misfit", "Misfit"),
            (400, fault("0x80048d19"), "Misfit", "Misfit"),
            (302, String::new(), "Misfit", "Misfit"),
            (403, fault("0x80040220"), "Denied(403", "Denied(403"),
            (412, fault("0x80060882"), "Again(Passing", "Again(Passing"),
            (429, fault("0x80072322"), "Again(Passing", "Again(Passing"),
            (503, String::new(), "Again(Passing", "Again(Passing"),
        ] {
            assert_eq!(sort(status, &body, true), reading, "{status} {body}");
            assert_eq!(sort(status, &body, false), finalizing, "{status} {body}");
        }
    }
}
