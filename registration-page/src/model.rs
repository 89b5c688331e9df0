//! What the Event API answers, as far as the page reads it; named as in its OpenAPI document.

use jiff::civil::DateTime;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A live event.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "as in the document")]
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
    /// It has a waiting list.
    #[serde(rename = "showWaitlist")]
    pub(crate) waitlist: bool,
    /// Whoever waits is moved up without being asked.
    #[serde(rename = "autoregisterWaitlistItems")]
    pub(crate) moves_up: bool,
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
    /// The sessions that its holder may register for; all of them when it names none.
    #[serde(default)]
    pub(crate) sessions: Vec<Named>,
}

/// Something inside of something else, of which the id alone is read.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Named {
    pub(crate) id: String,
}

/// A part of an event with places of its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Local to the event.
    pub(crate) start_time: Option<DateTime>,
    /// Local to the event.
    pub(crate) end_time: Option<DateTime>,
    pub(crate) max_capacity: Option<u64>,
    pub(crate) is_capacity_restricted: bool,
    pub(crate) registration_count: u64,
}

/// A question of the registration.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Question {
    #[serde(rename = "customRegistrationFieldId")]
    pub(crate) id: String,
    pub(crate) text: String,
    #[serde(rename = "type")]
    pub(crate) number: Option<i64>,
    #[serde(rename = "isRequired")]
    pub(crate) required: bool,
    /// What can be chosen, a line each.
    pub(crate) choices: Option<String>,
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
