//! Reads a purchase out of the Web API's JSON, exactly.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::fault::DataverseError;
use crate::domain::money::parse_price;
use crate::domain::purchase::{Purchase, Standing};

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
    #[serde(rename = "msevtmgt_EventId")]
    event: Option<EventRow>,
    #[serde(rename = "_msevtmgt_purchasingcontactid_value")]
    contact: Option<Uuid>,
}

#[derive(Deserialize)]
struct EventRow {
    msevtmgt_readableeventid: Option<String>,
}

#[derive(Deserialize)]
struct CurrencyRow {
    isocurrencycode: Option<String>,
}

pub(super) fn parse_row(body: &[u8], id: Uuid) -> Result<Purchase, DataverseError> {
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
        event: row.event.and_then(|event| event.msevtmgt_readableeventid),
        contact: row.contact,
    })
}

fn exact(raw: &RawValue) -> Result<Decimal, DataverseError> {
    parse_price(raw.get()).ok_or(DataverseError::Unreadable("the price is no exact number"))
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
}
