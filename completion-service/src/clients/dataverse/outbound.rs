//! The words of the outbound ancestor: its purchase details, its finalize action, and what either answers.
//!
//! The inputs are published by name (<https://learn.microsoft.com/dynamics365/customer-insights/journeys/event-payment-gateway-outbound>,
//! removed in 2025), the answers by their meaning only. So they are read by meaning, and what cannot be told apart is not guessed.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;

use super::fault::DataverseError;
use super::web_api::WebApi;
use crate::clock::Deadline;
use crate::config::Platform;
use crate::domain::money::parse_price;
use crate::domain::purchase::Purchase;

/// What the row tells besides the standing.
pub(super) const COLUMNS: &str = "_msevtmgt_purchasingcontactid_value,";

/// The event's readable id, which the finalize action wants.
pub(super) const EVENT: &str = "msevtmgt_EventId($select=msevtmgt_readableeventid)";

const DETAILS: &str = "msevtmgt_GetPurchaseDetailsAction";

/// What a purchase costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Details {
    /// In main units of the currency.
    pub(super) price: Option<Decimal>,
    /// ISO code, as told.
    pub(super) currency: Option<String>,
}

/// Asks what a purchase costs.
pub(super) async fn details(web: &WebApi, id: Uuid, deadline: Deadline) -> Result<Details, DataverseError> {
    let answer = web.operate(DETAILS, &json!({ "PurchaseId": id }), true, deadline).await?;
    parse_details(&answer.body)
}

/// The amount is the one member whose name speaks of an amount, the currency the one that speaks of an ISO code.
fn parse_details(body: &[u8]) -> Result<Details, DataverseError> {
    let members: BTreeMap<String, &RawValue> =
        serde_json::from_slice(body).map_err(|_| DataverseError::Unreadable("no purchase details"))?;
    let price = the_one(&members, "amount")?.map(amount).transpose()?.flatten();
    let currency = match the_one(&members, "iso")? {
        Some(raw) => serde_json::from_str::<Option<String>>(raw.get())
            .map_err(|_| DataverseError::Unreadable("the currency code is no text"))?,
        None => None,
    };
    Ok(Details { price, currency })
}

fn the_one<'m>(
    members: &BTreeMap<String, &'m RawValue>,
    meaning: &str,
) -> Result<Option<&'m RawValue>, DataverseError> {
    let mut named = members
        .iter()
        .filter(|(name, _)| !name.contains('@') && name.to_ascii_lowercase().contains(meaning))
        .map(|(_, value)| *value);
    match (named.next(), named.next()) {
        (_, Some(_)) => Err(DataverseError::Unreadable("purchase details that can be read in two ways")),
        (one, None) => Ok(one),
    }
}

/// A decimal number, or a text that holds one.
fn amount(raw: &RawValue) -> Result<Option<Decimal>, DataverseError> {
    let text = raw.get();
    let text = match text.as_bytes().first() {
        Some(b'n') => return Ok(None),
        Some(b'"') => serde_json::from_str(text).unwrap_or_default(),
        _ => text.to_owned(),
    };
    parse_price(&text).map(Some).ok_or(DataverseError::Unreadable("the purchase amount is no exact number"))
}

/// The name of the finalize action: another one before version 1.13.
pub(super) const fn finalize_name(platform: Platform) -> &'static str {
    match platform {
        Platform::OutboundAdx => "adx_FinalizeExternalRegistrationRequest",
        Platform::Outbound | Platform::RealTime => "msevtmgt_FinalizeExternalRegistrationRequest",
    }
}

/// What the finalize action is told: three texts. A purchase without a known contact has an empty user.
pub(super) fn parameters(purchase: &Purchase) -> Result<Value, DataverseError> {
    let event = purchase.event.as_deref().ok_or(DataverseError::Unreadable("the purchase names no event"))?;
    let user = purchase.contact.map(|id| id.to_string()).unwrap_or_default();
    Ok(json!({ "PurchaseId": purchase.id, "ReadableEventId": event, "UserId": user }))
}

/// The word that the finalize action answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word {
    /// It worked.
    Success,
    /// Anything else, the absence of a word included.
    Other(String),
}

impl Word {
    pub(super) fn of(body: &[u8]) -> Self {
        let answer: Value = serde_json::from_slice(body).unwrap_or_default();
        match answer.get("status").and_then(Value::as_str) {
            Some(word) if word.eq_ignore_ascii_case("success") => Self::Success,
            Some(word) => Self::Other(word.chars().filter(|c| !c.is_control()).take(60).collect()),
            None => Self::Other("no status".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::purchase::Standing;

    #[track_caller]
    fn check(body: &str, expected: Result<(Option<&str>, Option<&str>), &str>) {
        let seen = parse_details(body.as_bytes());
        match (&seen, expected) {
            (Ok(details), Ok((price, currency))) => {
                assert_eq!(details.price.map(|price| price.to_string()).as_deref(), price, "{body}");
                assert_eq!(details.currency.as_deref(), currency, "{body}");
            }
            (Err(DataverseError::Unreadable(why)), Err(expected)) => assert_eq!(*why, expected, "{body}"),
            _ => panic!("{body}: {seen:?}"),
        }
    }

    #[test]
    fn details_are_read_by_what_their_names_mean() {
        check(
            r#"{"@odata.context":"x#iso","EventName":"Gala","PurchaseAmount":149.5000,"CurrencyName":"Euro","ISOCurrencyCode":"EUR","CurrencySymbol":"€"}"#,
            Ok((Some("149.5000"), Some("EUR"))),
        );
        check(r#"{"some_amount":"20","some_isocode":"JPY"}"#, Ok((Some("20"), Some("JPY"))));
        check(r#"{"amount":null,"iso":null}"#, Ok((None, None)));
        check("{}", Ok((None, None)));
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_read() {
        let two = "purchase details that can be read in two ways";
        check(r#"{"Amount":1,"AmountBase":2,"iso":"EUR"}"#, Err(two));
        check(r#"{"amount":1,"iso":"EUR","isoBase":"USD"}"#, Err(two));
        check(r#"{"amount":1e400}"#, Err("the purchase amount is no exact number"));
        check(r#"{"amount":"a lot"}"#, Err("the purchase amount is no exact number"));
        check(r#"{"amount":1,"iso":978}"#, Err("the currency code is no text"));
        check("[]", Err("no purchase details"));
    }

    #[test]
    fn the_action_is_told_three_texts() {
        let mut purchase = Purchase {
            id: Uuid::from_u128(7),
            price: None,
            currency: None,
            standing: Standing::Open,
            event: None,
            contact: None,
        };
        assert!(parameters(&purchase).is_err());
        purchase.event = Some("Gala1".to_owned());
        let told = parameters(&purchase).expect("parameters");
        assert_eq!(
            told.to_string(),
            r#"{"PurchaseId":"00000000-0000-0000-0000-000000000007","ReadableEventId":"Gala1","UserId":""}"#
        );
        purchase.contact = Some(Uuid::from_u128(8));
        let told = parameters(&purchase).expect("parameters");
        assert_eq!(told["UserId"], "00000000-0000-0000-0000-000000000008");
    }

    #[test]
    fn only_one_word_is_a_success() {
        assert_eq!(Word::of(br#"{"status":"Success"}"#), Word::Success);
        assert_eq!(Word::of(br#"{"status":"success"}"#), Word::Success);
        assert_eq!(Word::of(br#"{"status":"Error"}"#), Word::Other("Error".to_owned()));
        for body in ["", "{}", r#"{"status":1}"#, "<html>"] {
            assert_eq!(Word::of(body.as_bytes()), Word::Other("no status".to_owned()), "{body}");
        }
    }
}
