//! Dataverse: reads a purchase, and tells how its payment ended.

use reqwest::{Client, Method};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::config::Config;
use crate::money::{Amount, Currency, charge};
use crate::outgoing::{Answer, send};
use crate::token::Tokens;
use crate::trouble::Trouble;

/// One environment's Web API.
#[derive(Debug)]
pub(crate) struct Dataverse {
    client: Client,
    base: String,
    tokens: Tokens,
}

/// What is known of a purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Purchase {
    /// What is to be paid for it; `None` without a usable price and currency.
    pub(crate) owed: Option<Amount>,
    pub(crate) standing: Standing,
}

/// Where a purchase stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It waits for its payment.
    Open,
    /// It is paid, or registrations were made of it.
    Completed,
    /// It ended without.
    Closed,
}

/// How a payment ended, in the values of the choice `msevtmgt_paymentstatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Cancelled = 100_000_000,
    Completed = 100_000_001,
}

impl Dataverse {
    pub(crate) fn new(client: Client, config: &Config) -> Self {
        let tokens = Tokens::new(client.clone(), config);
        Self { client, base: format!("{}/api/data/v9.2", config.dataverse), tokens }
    }

    /// Reads a purchase. The row is read whole: the column that says how a payment ended is not documented, and naming it would fail where
    /// it does not exist.
    pub(crate) async fn purchase(&self, id: Uuid) -> Result<Purchase, Trouble> {
        let path = format!("msevtmgt_eventpurchases({id})?$expand=transactioncurrencyid($select=isocurrencycode)");
        let answer = self.call(Method::GET, &path, None).await?;
        if answer.status == 200 {
            return read(&answer.body, id).ok_or_else(|| Trouble::broken("Dataverse answered with something else"));
        }
        Err(match trouble(&answer) {
            // Some environments say with a plug-in's error that there is no such row.
            Trouble::Refused(_) => Trouble::Missing,
            other => other,
        })
    }

    /// Tells how the payment ended. Any 2xx is a success, with a body or without.
    pub(crate) async fn finalize(&self, id: Uuid, ending: Ending) -> Result<(), Trouble> {
        let body = json!({ "msevtmgt_purchaseid": id, "msevtmgt_paymentstatus": ending as i64 });
        let answer = self.call(Method::POST, "msevtmgt_finalizeregistrationpayment", Some(body)).await?;
        if (200..300).contains(&answer.status) { Ok(()) } else { Err(trouble(&answer)) }
    }

    /// One call; when its token is refused, one more with another token.
    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Result<Answer, Trouble> {
        let mut refused = None;
        loop {
            let token = self.tokens.get(refused.as_ref()).await?;
            let mut request = self
                .client
                .request(method.clone(), format!("{}/{path}", self.base))
                .header("accept", "application/json")
                .header("odata-version", "4.0")
                .header("odata-maxversion", "4.0")
                .bearer_auth(token.expose());
            if let Some(body) = &body {
                request = request.json(body);
            }
            let answer = send("Dataverse", request).await?;
            if answer.status != 401 {
                return Ok(answer);
            }
            if refused.is_some() {
                return Err(Trouble::broken("Dataverse takes none of our tokens"));
            }
            refused = Some(token);
        }
    }
}

/// The codes of a row that is not there.
const MISSING: [&str; 2] = ["0x80040217", "0x80060891"];
/// The codes by which the platform or its plug-ins refuse what was asked, and not how.
const REFUSED: [&str; 4] = ["0x80040203", "0x80040224", "0x8004023b", "0x80040265"];

fn trouble(answer: &Answer) -> Trouble {
    let fault: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let code = fault.pointer("/error/code").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    let said = format!("Dataverse answered {} {code}", answer.status);
    match answer.status {
        400 | 404 if MISSING.contains(&code.as_str()) => Trouble::Missing,
        400 if REFUSED.contains(&code.as_str()) => Trouble::Refused(said),
        // 409 and 412: somebody else is at work on the row.
        408 | 409 | 412 | 423 | 425 | 429 | 500.. => Trouble::passing(said, answer.wait()),
        _ => Trouble::broken(said),
    }
}

#[derive(Deserialize)]
struct Row<'r> {
    msevtmgt_eventpurchaseid: Option<Uuid>,
    #[serde(borrow)]
    msevtmgt_totalprice: Option<&'r RawValue>,
    msevtmgt_paid: Option<bool>,
    msevtmgt_processed: Option<bool>,
    msevtmgt_paymentstatus: Option<i64>,
    statecode: i64,
    transactioncurrencyid: Option<CurrencyRow>,
}

#[derive(Deserialize)]
struct CurrencyRow {
    isocurrencycode: Option<String>,
}

/// The row of this very purchase, or `None` for whatever else this is.
fn read(body: &[u8], id: Uuid) -> Option<Purchase> {
    let row: Row<'_> = serde_json::from_slice(body).ok()?;
    if row.msevtmgt_eventpurchaseid.is_some_and(|theirs| theirs != id) {
        return None;
    }
    let ended = row.msevtmgt_paymentstatus;
    let standing = if row.msevtmgt_paid == Some(true)
        || row.msevtmgt_processed == Some(true)
        || ended == Some(Ending::Completed as i64)
    {
        Standing::Completed
    } else if row.statecode != 0 || ended == Some(Ending::Cancelled as i64) {
        Standing::Closed
    } else {
        Standing::Open
    };
    let currency = row.transactioncurrencyid.and_then(|row| Currency::parse(&row.isocurrencycode?));
    let owed = row.msevtmgt_totalprice.zip(currency).and_then(|(price, currency)| charge(price.get(), currency));
    Some(Purchase { owed, standing })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: Uuid = Uuid::from_u128(7);

    #[track_caller]
    fn check(row: &str, expect: Option<(Option<i64>, Standing)>) {
        let seen = read(row.as_bytes(), ID).map(|row| (row.owed.map(|owed| owed.minor), row.standing));
        assert_eq!(seen, expect, "{row}");
    }

    #[test]
    fn rows_are_read_exactly() {
        check(
            r#"{"@odata.context":"x","msevtmgt_totalprice":149.5000,"msevtmgt_paid":false,"statecode":0,"new":[{}],
                "msevtmgt_eventpurchaseid":"00000000-0000-0000-0000-000000000007",
                "transactioncurrencyid":{"isocurrencycode":"EUR"}}"#,
            Some((Some(14_950), Standing::Open)),
        );
        check(r#"{"msevtmgt_totalprice":1,"transactioncurrencyid":null,"statecode":0}"#, Some((None, Standing::Open)));
        check(r#"{"msevtmgt_totalprice":null,"statecode":1}"#, Some((None, Standing::Closed)));
    }

    #[test]
    fn a_payment_counts_before_everything_else() {
        check(r#"{"msevtmgt_paid":true,"statecode":1}"#, Some((None, Standing::Completed)));
        check(r#"{"msevtmgt_processed":true,"statecode":0}"#, Some((None, Standing::Completed)));
        check(r#"{"msevtmgt_paymentstatus":100000001,"statecode":0}"#, Some((None, Standing::Completed)));
        check(r#"{"msevtmgt_paymentstatus":100000000,"statecode":0}"#, Some((None, Standing::Closed)));
        check(r#"{"msevtmgt_paymentstatus":100000002,"statecode":0}"#, Some((None, Standing::Open)));
    }

    #[test]
    fn what_is_no_purchase_is_nothing() {
        for body in ["", "null", "{}", "<html>", r#"{"value":[]}"#, r#"{"statecode":0,"#] {
            check(body, None);
        }
        check(r#"{"statecode":0,"msevtmgt_eventpurchaseid":"00000000-0000-0000-0000-000000000008"}"#, None);
    }
}
