//! Reads what a service said to the legacy actions of outbound marketing.

use mock_core::control::dto::EntryView;
use serde_json::Value;

use super::journal::{is_call_to, path_of};

/// The legacy finalize action, without the prefix that its versions differ in.
const FINALIZE: &str = "FinalizeExternalRegistrationRequest";

/// The two actions that tell what a purchase costs.
pub const DETAILS: [&str; 2] = ["msevtmgt_GetPurchaseDetailsAction", "msevtmgt_ListDetailedPurchaseInfo"];

/// A call of the legacy finalize action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegacyFinalize {
    /// The entry's number.
    pub seq: u64,
    /// The name that it was called by.
    pub action: String,
    /// `PurchaseId`, `ReadableEventId` and `UserId` as they were sent; `None` where there was none.
    pub parameters: [Option<Value>; 3],
    /// The status word of the answer, or what else came back.
    pub word: String,
    /// Whether the platform finalized.
    pub accepted: bool,
}

/// The names of the parameters, in the order of [`LegacyFinalize::parameters`].
pub const PARAMETERS: [&str; 3] = ["PurchaseId", "ReadableEventId", "UserId"];

impl LegacyFinalize {
    /// A parameter as text; `None` where it is missing or no text.
    pub fn text(&self, name: &str) -> Option<&str> {
        let place = PARAMETERS.iter().position(|known| *known == name)?;
        self.parameters[place].as_ref()?.as_str()
    }
}

/// The call of the legacy finalize action in an entry, if it is one.
pub fn legacy_finalize_of(entry: &EntryView) -> Option<LegacyFinalize> {
    let action = operation(entry)?;
    if !action.ends_with(FINALIZE) {
        return None;
    }
    let sent: Value = serde_json::from_str(&entry.request.body).unwrap_or_default();
    let answered: Value =
        entry.answer.as_ref().and_then(|answer| serde_json::from_str(&answer.body).ok()).unwrap_or_default();
    let word = answered.get("status").and_then(Value::as_str);
    Some(LegacyFinalize {
        seq: entry.seq,
        action: action.to_owned(),
        parameters: PARAMETERS.map(|name| sent.get(name).cloned()),
        word: match (word, entry.status) {
            (Some(word), _) => word.to_owned(),
            (None, Some(status)) => status.to_string(),
            (None, None) => "no answer".to_owned(),
        },
        accepted: entry.status.is_some_and(|status| (200..300).contains(&status)) && word == Some("Success"),
    })
}

/// Whether this asks what a purchase costs.
pub fn asks_for_details(entry: &EntryView) -> bool {
    operation(entry).is_some_and(|name| DETAILS.contains(&name))
}

/// The last segment of a call to Dataverse.
fn operation(entry: &EntryView) -> Option<&str> {
    is_call_to(entry, "dataverse").then(|| path_of(entry).trim_end_matches('/').rsplit('/').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::fixture;

    fn entry(name: &str, body: &str, status: u16, answer: &str) -> EntryView {
        fixture::entry(4, "dataverse", "POST", &format!("/api/data/v9.0/{name}"), body, status, answer)
    }

    const BODY: &str = r#"{"PurchaseId":"p","ReadableEventId":"Gala1","UserId":""}"#;

    #[track_caller]
    fn check(name: &str, status: u16, answer: &str, expect: Option<(&str, bool)>) {
        let call = legacy_finalize_of(&entry(name, BODY, status, answer));
        let seen = call.as_ref().map(|call| (call.word.as_str(), call.accepted));
        assert_eq!(seen, expect, "{name} {status} {answer}");
    }

    #[test]
    fn both_names_are_known_and_the_word_decides() {
        let (new, old) = ("msevtmgt_FinalizeExternalRegistrationRequest", "adx_FinalizeExternalRegistrationRequest");
        check(new, 200, r#"{"status":"Success"}"#, Some(("Success", true)));
        check(old, 200, r#"{"status":"Success"}"#, Some(("Success", true)));
        check(new, 200, r#"{"status":"Error"}"#, Some(("Error", false)));
        check(new, 400, r#"{"error":{"code":"0x80040265"}}"#, Some(("400", false)));
        check("msevtmgt_finalizeregistrationpayment", 204, "", None);
        check("msevtmgt_GetPurchaseDetailsAction", 200, "{}", None);
    }

    #[test]
    fn parameters_are_shown_as_they_were_sent() {
        let name = "msevtmgt_FinalizeExternalRegistrationRequest";
        let call = legacy_finalize_of(&entry(name, BODY, 200, "{}")).unwrap();
        assert_eq!(PARAMETERS.map(|name| call.text(name)), [Some("p"), Some("Gala1"), Some("")]);
        let call = legacy_finalize_of(&entry(name, r#"{"PurchaseId":7}"#, 200, "{}")).unwrap();
        assert_eq!(PARAMETERS.map(|name| call.text(name)), [None, None, None]);
        assert_eq!(call.parameters, [Some(7.into()), None, None]);
    }

    #[test]
    fn the_two_questions_about_the_price_are_known() {
        assert!(DETAILS.iter().all(|name| asks_for_details(&entry(name, "{}", 200, "{}"))));
        assert!(!asks_for_details(&entry("msevtmgt_eventpurchases(1)", "{}", 200, "{}")));
    }
}
