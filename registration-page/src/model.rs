//! What the Event API answers, as far as the page reads it; named as in its OpenAPI document.

use jiff::civil::DateTime;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A live event.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    #[serde(rename = "readableEventId")]
    pub(crate) id: String,
    #[serde(rename = "eventName")]
    pub(crate) name: String,
    /// May hold HTML.
    pub(crate) description: Option<String>,
    /// Local to the event.
    pub(crate) start_date: Option<DateTime>,
    /// Local to the event.
    pub(crate) end_date: Option<DateTime>,
    pub(crate) time_zone_name: Option<String>,
    pub(crate) max_capacity: Option<u64>,
    pub(crate) is_capacity_restricted: bool,
    #[serde(rename = "enableMultiAttendeeRegistration")]
    pub(crate) several: bool,
}

/// What one can buy.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Pass {
    #[serde(rename = "passId")]
    pub(crate) id: String,
    #[serde(rename = "passName")]
    pub(crate) name: String,
    /// A number without a currency; its own digits, since going through a float would change them.
    pub(crate) price: Option<Box<RawValue>>,
    pub(crate) currency_symbol: Option<String>,
    #[serde(rename = "numberOfPassesLeft")]
    pub(crate) left: u64,
}

/// What came of a registration.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Outcome {
    redirect_url: Option<String>,
    /// The documentation prints the name with a blank at its end.
    #[serde(rename = "redirectUrl ")]
    redirect_url_as_printed: Option<String>,
    status: Option<String>,
    error_message: Option<String>,
    error_code: Option<String>,
}

impl Outcome {
    /// Where to pay; `None` when nothing is left to do. The older form of the answer tells refusals with a status of 200, as message and code.
    pub(crate) fn read(self) -> Result<Option<String>, (String, Option<String>)> {
        if self.status.as_deref() == Some("Error") {
            return Err((self.error_message.unwrap_or_default(), self.error_code));
        }
        Ok(self.redirect_url.or(self.redirect_url_as_printed))
    }
}

/// A refusal's body, in either of its two documented shapes.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Refusal {
    #[serde(rename = "Message")]
    pub(crate) message: Option<String>,
    pub(crate) detail: Option<String>,
    #[serde(rename = "errorCode")]
    pub(crate) code: Option<String>,
}
