//! Stripe's error object: every refusal of the API, and the one place that knows its status codes and wording.
//!
//! Source: the table of `facts/stripe.md` 3, after <https://docs.stripe.com/api/errors>.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::domain::charge;
use crate::domain::intent;
use crate::domain::metadata::{self, MetadataFault};
use crate::domain::money::{AmountFault, Currency};

/// `error.type`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something was wrong with the request.
    InvalidRequest,
    /// The payment was refused.
    Card,
    /// A key was misused.
    Idempotency,
    /// The service itself failed.
    Api,
}

impl Kind {
    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request_error",
            Self::Card => "card_error",
            Self::Idempotency => "idempotency_error",
            Self::Api => "api_error",
        }
    }
}

/// A refusal in Stripe's dialect.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{status}: {message}")]
pub struct Error {
    /// The HTTP status.
    pub status: StatusCode,
    /// `type`
    pub kind: Kind,
    /// `code`
    pub code: Option<String>,
    /// `param`
    pub param: Option<String>,
    /// `message`
    pub message: String,
    /// Further members, such as `charge` or `payment_intent`.
    pub members: Box<Map<String, Value>>,
    /// Whether the request got as far as being carried out, so that its idempotency key remembers this answer.
    pub executed: bool,
    /// What the real service has and this one lacks, when that is the reason.
    pub unsupported: Option<String>,
}

/// How deep `expand[]` may reach.
pub(crate) const MAX_EXPAND: usize = 4;

impl Error {
    fn new(status: StatusCode, kind: Kind, message: impl Into<String>) -> Self {
        Self {
            status,
            kind,
            code: None,
            param: None,
            message: message.into(),
            members: Box::default(),
            executed: false,
            unsupported: None,
        }
    }

    /// 400 `invalid_request_error`.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Kind::InvalidRequest, message)
    }

    /// The same error with a `code`.
    #[must_use]
    pub fn code(mut self, code: &str) -> Self {
        self.code = Some(code.to_owned());
        self
    }

    /// The same error with a `param`.
    #[must_use]
    pub fn param(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }

    /// The same error, made after the work began.
    #[must_use]
    pub fn executed(mut self) -> Self {
        self.executed = true;
        self
    }

    /// No key at all.
    pub fn no_key() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            Kind::InvalidRequest,
            "You did not provide an API key. Send your secret key in the Authorization header, using Bearer auth (for example \
             'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details.",
        )
    }

    /// A key that is not this account's.
    pub fn wrong_key(key: &str) -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            Kind::InvalidRequest,
            format!("Invalid API Key provided: {}", starred_key(key)),
        )
    }

    /// A publishable key where a secret one is needed.
    pub fn publishable_key() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            Kind::InvalidRequest,
            "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your \
             API keys at https://dashboard.stripe.com/account/apikeys.",
        )
        .code("secret_key_required")
    }

    /// A path or method that does not exist.
    pub fn unrecognized_url(method: &str, path: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            Kind::InvalidRequest,
            format!(
                "Unrecognized request URL ({method}: {path}). If you are trying to list objects, remove the trailing slash. If \
                 you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code. Please \
                 see https://stripe.com/docs or we can help at https://support.stripe.com/."
            ),
        )
    }

    /// A part of the real service that this one lacks; `what` names it.
    pub fn unsupported(what: impl Into<String>, param: Option<&str>) -> Self {
        let what = what.into();
        let mut error = Self::invalid(format!("This fake of Stripe does not support {what}."));
        error.param = param.map(str::to_owned);
        error.unsupported = Some(what);
        error
    }

    /// A required parameter is not there.
    pub fn missing(param: &str) -> Self {
        Self::invalid(format!("Missing required param: {param}.")).code("parameter_missing").param(param)
    }

    /// One of several parameters is needed and none is there.
    pub fn missing_one_of(params: &[&str]) -> Self {
        let first = params.first().copied().unwrap_or_default();
        Self::invalid(format!("You must provide one of: {}.", params.join(", "))).code("parameter_missing").param(first)
    }

    /// Parameters that do not exist.
    pub fn unknown(params: &[String]) -> Self {
        let s = if params.len() == 1 { "" } else { "s" };
        Self::invalid(format!("Received unknown parameter{s}: {}", params.join(", ")))
            .code("parameter_unknown")
            .param(params.first().cloned().unwrap_or_default())
    }

    /// An empty value where that means nothing.
    pub fn empty(param: &str) -> Self {
        Self::invalid(format!(
            "You passed an empty string for '{param}'. Remove '{param}' from your request or supply a non-empty value."
        ))
        .code("parameter_invalid_empty")
        .param(param)
    }

    /// Not an integer.
    pub fn not_an_integer(param: &str, value: &str) -> Self {
        Self::invalid(format!("Invalid integer: {value}")).code("parameter_invalid_integer").param(param)
    }

    /// An integer out of its range.
    pub fn out_of_range(param: &str, least: i64, most: i64, value: i64) -> Self {
        let message = if value < least {
            format!("This value must be greater than or equal to {least}.")
        } else {
            format!("This value must be less than or equal to {most}.")
        };
        Self::invalid(message).code("parameter_invalid_integer").param(param)
    }

    /// Not one of the words allowed.
    pub fn not_one_of(param: &str, allowed: &[&str]) -> Self {
        let last = allowed.last().copied().unwrap_or_default();
        let list = match allowed {
            [_] | [] => last.to_owned(),
            [first, _] => format!("{first} or {last}"),
            many => format!("{}, or {last}", many.get(..many.len() - 1).unwrap_or_default().join(", ")),
        };
        Self::invalid(format!("Invalid {}: must be one of {list}", last_part(param))).param(param)
    }

    /// Not a boolean, a decimal, an object, …
    pub fn wrong_shape(param: &str, wanted: &str) -> Self {
        Self::invalid(format!("Invalid {wanted}")).param(param)
    }

    /// Too long a text.
    pub fn too_long(param: &str, most: usize) -> Self {
        Self::invalid(format!("Invalid string: must be at most {most} characters"))
            .code("parameter_invalid_string_too_long")
            .param(param)
    }

    /// Two parameters that exclude each other.
    pub fn exclusive(first: &str, second: &str) -> Self {
        Self::invalid(format!("You may only specify one of these parameters: {first}, {second}."))
            .code("parameters_exclusive")
            .param(first)
    }

    /// Not a currency.
    pub fn bad_currency(param: &str, value: &str) -> Self {
        let all: Vec<_> = Currency::all().map(Currency::code).collect();
        let shown: String = value.chars().take(50).collect::<String>().to_lowercase();
        Self::invalid(format!(
            "Invalid currency: {shown}. Stripe currently supports these currencies: {}",
            all.join(", ")
        ))
        .param(param)
    }

    /// Not a URL.
    pub fn bad_url(param: &str) -> Self {
        Self::invalid("Not a valid URL").code("url_invalid").param(param)
    }

    /// An id in a body that nothing has.
    pub fn no_such_in_body(noun: &str, id: &str, param: &str) -> Self {
        Self::invalid(format!("No such {noun}: '{}'", shown(id))).code("resource_missing").param(param)
    }

    /// An id in the URL that nothing has. Sessions are told without quotes and without `param`.
    pub fn no_such_at_url(noun: &str, id: &str, param: &str) -> Self {
        let message = match noun {
            "checkout.session" => format!("No such checkout.session: {}", shown(id)),
            _ => format!("No such {noun}: '{}'{}", shown(id), mode_hint(id)),
        };
        let mut error = Self::new(StatusCode::NOT_FOUND, Kind::InvalidRequest, message).code("resource_missing");
        if noun != "checkout.session" {
            error.param = Some(param.to_owned());
        }
        error
    }

    /// A member that cannot be expanded.
    pub fn cannot_expand(path: &str) -> Self {
        Self::invalid(format!(
            "This property cannot be expanded ({path}). You may want to try expanding 'data.{path}' if this is a list."
        ))
        .param("expand")
    }

    /// An expansion too deep.
    pub fn expand_depth(path: &str) -> Self {
        Self::invalid(format!("You cannot expand more than {MAX_EXPAND} levels of a property. Property: {path}"))
            .code("property_expansion_max_depth")
            .param("expand")
    }

    /// Metadata that breaks its rules.
    pub fn metadata(fault: &MetadataFault) -> Self {
        match fault {
            MetadataFault::TooManyKeys(count) => Self::invalid(format!(
                "Metadata can have at most {} keys; this object would have {count}.",
                metadata::MAX_KEYS
            ))
            .param("metadata"),
            MetadataFault::KeyTooLong(key) => Self::invalid(format!(
                "Metadata keys can have up to {} characters; '{}' is longer.",
                metadata::MAX_KEY,
                shown(key)
            ))
            .param("metadata"),
            MetadataFault::ValueTooLong { key, length } => Self::invalid(format!(
                "Metadata values can have up to {} characters, but you passed in a value that is {length} characters.",
                metadata::MAX_VALUE
            ))
            .param(format!("metadata[{key}]")),
        }
    }

    /// One unit costs something that its currency cannot say.
    pub fn bad_unit_amount(param: &str, fault: AmountFault, currency: Currency) -> Self {
        match fault {
            AmountFault::AboveMaximum(most) => Self::amount_too_large(most, currency).param(param),
            AmountFault::BelowMinimum(least) => Self::amount_too_small(least, currency).param(param),
            AmountFault::NotAMultipleOf(step) => Self::invalid(format!(
                "Invalid amount: amounts in {currency} must be a multiple of {step} in the smallest unit."
            ))
            .code("parameter_invalid_integer")
            .param(param),
        }
    }

    /// A session's or link's total that cannot be charged.
    pub fn bad_total(fault: AmountFault, currency: Currency) -> Self {
        match fault {
            AmountFault::BelowMinimum(least) => Self::amount_too_small(least, currency),
            AmountFault::AboveMaximum(most) => Self::amount_too_large(most, currency),
            AmountFault::NotAMultipleOf(_) => Self::bad_unit_amount("line_items", fault, currency),
        }
    }

    fn amount_too_small(least: i64, currency: Currency) -> Self {
        Self::invalid(format!(
            "The Checkout Session's total amount due must add up to at least {}",
            currency.format_in_error(least)
        ))
        .code("amount_too_small")
    }

    fn amount_too_large(most: i64, currency: Currency) -> Self {
        Self::invalid(format!("Amount must be no more than {}", currency.format_in_error(most)))
            .code("amount_too_large")
    }

    /// Too many requests with one key at once.
    pub fn key_in_flight(key: &str) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            Kind::Idempotency,
            format!(
                "There is currently another in-progress request using this Stripe idempotency key: {}. Wait for it to end, then \
                 try again.",
                shown(key)
            ),
        )
        .code("idempotency_key_in_use")
    }

    /// One key, two sets of parameters.
    pub fn key_other_parameters(key: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            Kind::Idempotency,
            format!(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a \
                 key other than '{}' if you meant to execute a different request.",
                shown(key)
            ),
        )
    }

    /// One key, two endpoints.
    pub fn key_other_endpoint(key: &str, first: &str, second: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            Kind::Idempotency,
            format!(
                "Keys for idempotent requests can only be used for the same endpoint they were first used for ('{first}' vs \
                 '{second}'). Try using a key other than '{}' if you meant to execute a different request.",
                shown(key)
            ),
        )
    }

    /// The intent's status forbids it. `intent` is the whole object.
    pub fn intent_state(refusal: intent::Refusal, doing: &str, intent: Value) -> Self {
        let status = refusal.0.as_str();
        let mut error =
            Self::invalid(format!("You cannot {doing} this PaymentIntent because it has a status of {status}."))
                .code("payment_intent_unexpected_state")
                .executed();
        error.members.insert("payment_intent".to_owned(), intent);
        error
    }

    /// The charge does not give that much back.
    pub fn refund(refusal: charge::Refusal, charge: &charge::Charge, asked: i64) -> Self {
        match refusal {
            charge::Refusal::AlreadyRefunded => {
                Self::invalid(format!("Charge {} has already been refunded.", charge.id))
                    .code("charge_already_refunded")
            }
            charge::Refusal::MoreThanLeft(left) => Self::invalid(format!(
                "Refund amount ({}) is greater than unrefunded amount on charge ({})",
                charge.currency.format(asked),
                charge.currency.format(left)
            ))
            .param("amount"),
            charge::Refusal::NotPositive => {
                Self::invalid("Invalid positive integer").code("parameter_invalid_integer").param("amount")
            }
            charge::Refusal::Status(status) => {
                Self::invalid(format!("Charge {} cannot be refunded: its status is {}.", charge.id, status.as_str()))
                    .code("charge_not_refundable")
            }
            charge::Refusal::Booked => Self::invalid("This charge was booked before."),
        }
        .executed()
    }

    /// 402: a payment that was refused. `members` are those of the try (`charge`, `code`, `decline_code`, `payment_intent`, …).
    pub fn declined(message: &str, members: Map<String, Value>) -> Self {
        let mut error = Self::new(StatusCode::PAYMENT_REQUIRED, Kind::Card, message).executed();
        error.code = members.get("code").and_then(Value::as_str).map(str::to_owned);
        *error.members = members;
        error
    }

    /// An injected fault or a broken fake.
    pub fn other(status: StatusCode, code: Option<&str>, message: impl Into<String>) -> Self {
        let kind = match status.as_u16() {
            402 => Kind::Card,
            400..=499 => Kind::InvalidRequest,
            _ => Kind::Api,
        };
        let mut error = Self::new(status, kind, message);
        error.code = code.map(str::to_owned);
        if code == Some("idempotency_key_in_use") {
            error.kind = Kind::Idempotency;
        }
        error
    }

    /// The body, members in alphabetical order as the service prints them. `log_url` names the request in the dashboard.
    pub fn body(&self, log_url: Option<&str>) -> Value {
        let mut members = (*self.members).clone();
        if let Some(code) = &self.code {
            members.insert("code".to_owned(), code.as_str().into());
            let doc = format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-"));
            members.insert("doc_url".to_owned(), doc.into());
        }
        members.insert("message".to_owned(), self.message.as_str().into());
        if let Some(param) = &self.param {
            members.insert("param".to_owned(), param.as_str().into());
        }
        if let Some(url) = log_url {
            members.insert("request_log_url".to_owned(), url.into());
        }
        members.insert("type".to_owned(), self.kind.as_str().into());
        members.sort_keys();
        serde_json::json!({ "error": members })
    }
}

/// Where the dashboard shows a request.
pub(crate) fn log_url(account: &str, request: &str, livemode: bool, at: Timestamp) -> String {
    let mode = if livemode { "" } else { "test/" };
    format!("https://dashboard.stripe.com/{account}/{mode}workbench/logs?object={request}&t={}", at.as_second())
}

fn last_part(param: &str) -> &str {
    param.rsplit('[').next().map_or(param, |part| part.trim_end_matches(']'))
}

fn shown(text: &str) -> String {
    text.chars().take(120).collect()
}

fn mode_hint(id: &str) -> &'static str {
    if id.starts_with("cs_live_") {
        "; a similar object exists in live mode, but a test mode key was used to make this request."
    } else {
        ""
    }
}

/// The beginning and the last four characters, the middle starred.
fn starred_key(key: &str) -> String {
    let characters: Vec<char> = key.chars().take(200).collect();
    if characters.len() <= 12 {
        let tail: String = characters.iter().skip(characters.len().saturating_sub(4)).collect();
        return format!("{}{tail}", "*".repeat(characters.len().saturating_sub(4)));
    }
    let head: String = characters.iter().take(8).collect();
    let tail: String = characters.iter().skip(characters.len() - 4).collect();
    format!("{head}{}{tail}", "*".repeat(characters.len() - 12))
}

#[cfg(test)]
mod tests {
    use super::{Error, starred_key};

    #[test]
    fn a_key_is_shown_by_its_ends_only() {
        assert_eq!(starred_key("sk_test_4eC39HqLyjWDarjtT1zdp7dc"), "sk_test_********************p7dc");
        assert_eq!(starred_key("short"), "*hort");
        assert_eq!(starred_key(""), "");
    }

    #[test]
    fn members_stand_in_alphabetical_order() {
        let body = Error::missing("unit_amount").body(Some("https://x"));
        let keys: Vec<_> = body["error"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, ["code", "doc_url", "message", "param", "request_log_url", "type"]);
        assert_eq!(body["error"]["doc_url"], "https://stripe.com/docs/error-codes/parameter-missing");
    }

    #[test]
    fn lists_of_words_read_as_the_service_writes_them() {
        let text = |allowed: &[&str]| Error::not_one_of("line_items[0][mode]", allowed).message;
        assert_eq!(
            text(&["payment", "setup", "subscription"]),
            "Invalid mode: must be one of payment, setup, or subscription"
        );
        assert_eq!(text(&["a", "b"]), "Invalid mode: must be one of a or b");
    }
}
