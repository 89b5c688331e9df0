//! The profile: one file that holds all that a service declares about itself.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::Url;

use super::budget::Span;
use super::platform::EventPlatform;
use crate::model::Payable;

/// What a service declares. Everything left out has the default that fits the published sample's shape.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Who it is and where it answers.
    pub service: Service,
    /// What it does where several things are right.
    pub declares: Declares,
    /// What counts as too slow, and how long silence is.
    pub budgets: Budgets,
    /// More names for its environment; `{…}` are fields of the ready file, and `{scratch}` is a folder that is empty when a run begins.
    pub env: BTreeMap<String, String>,
    /// Where ambiguity switches stand when `payloop up` starts the fakes, by their ids. The suite sets those that its cases run under itself.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub switches: BTreeMap<String, String>,
}

/// Who the service is and where it answers. `{base}` stands for its base URL.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Service {
    /// Its name in reports.
    pub name: String,
    /// The payment page URL that an organiser would enter, without the closing `?`.
    pub redirect_url: String,
    /// Where Stripe delivers events.
    pub notify_url: String,
    /// A path that answers 2xx once it is ready; absent: accepting a connection is enough.
    pub ready_path: Option<String>,
    /// Files that it writes its log to, beside its standard output; they are searched for secrets.
    pub log_files: Vec<String>,
}

/// What the service does where several things are right.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Declares {
    /// The event platform that it stands in front of.
    pub platform: EventPlatform,
    /// What it sells with.
    pub payable: Payable,
    /// Whether the work is done when a notification is answered.
    pub finalize: Finalize,
    /// How it talks to Dataverse.
    pub protocol: Protocol,
    /// What happens to money that has no seat.
    pub late_money: LateMoney,
    /// The metadata key under which the purchase id travels.
    pub metadata_key: String,
    /// The API version of the events that Stripe sends it, where it is not the account's own (`2026-07-29.dahlia`). Libraries that refuse
    /// events of another release train than their own (.NET, Java, Go) need theirs here.
    pub stripe_api_version: Option<String>,
    /// Where buyers may be sent back to.
    pub return_origins: Vec<String>,
    /// The currencies it sells in, as ISO codes.
    pub currencies: Vec<String>,
    /// What it tells Stripe of the attendees.
    pub shares_with_stripe: Vec<Personal>,
    /// Paths beside the two endpoints and `ready_path` that are open to everybody on purpose, such as `/metrics`.
    pub open_paths: Vec<String>,
}

/// Data about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Personal {
    /// What they are called.
    Name,
    /// Their e-mail address.
    Email,
}

/// Whether the work is done when a notification is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Finalize {
    /// It is.
    #[default]
    Synchronous,
    /// 2xx first, work after.
    Queued,
}

/// How a service talks to Dataverse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// OData over HTTP.
    #[default]
    WebApi,
    /// The organization service (SOAP).
    Sdk,
}

/// What happens to money that has no seat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LateMoney {
    /// It goes back.
    #[default]
    Refund,
    /// It stays, visibly, for a person to decide.
    Park,
}

/// Time budgets, in real time.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Budgets {
    /// The longest that a redirect may take.
    pub redirect: Span,
    /// The longest that the answer to a notification may take.
    pub webhook: Span,
    /// How long nothing must happen for the service to count as silent.
    pub settle: Span,
}

impl Default for Service {
    fn default() -> Self {
        Self {
            name: "service".to_owned(),
            redirect_url: "{base}/GatewayRedirect/PayWithStripe".to_owned(),
            notify_url: "{base}/GatewayEvents/HandleStripeEvent".to_owned(),
            ready_path: None,
            log_files: Vec::new(),
        }
    }
}

impl Default for Declares {
    fn default() -> Self {
        Self {
            platform: EventPlatform::default(),
            payable: Payable::default(),
            finalize: Finalize::default(),
            protocol: Protocol::default(),
            late_money: LateMoney::default(),
            metadata_key: "order_id".to_owned(),
            stripe_api_version: None,
            return_origins: vec!["https://allowed.test".to_owned()],
            currencies: ["USD", "EUR", "JPY", "KWD"].map(str::to_owned).to_vec(),
            shares_with_stripe: Vec::new(),
            open_paths: Vec::new(),
        }
    }
}

impl Default for Budgets {
    fn default() -> Self {
        let seconds = |count| Span(std::time::Duration::from_secs(count));
        Self { redirect: seconds(10), webhook: seconds(10), settle: Span(std::time::Duration::from_millis(300)) }
    }
}

/// What is wrong with a profile.
#[derive(Debug, Error)]
pub enum ProfileError {
    /// It cannot be read.
    #[error("failed to read the profile {path}: {source}")]
    Read {
        /// Where.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is not what a profile looks like. The message has line and column.
    #[error("the profile {path} is not right:\n{message}")]
    Shape {
        /// Where.
        path: String,
        /// What, and where in it.
        message: String,
    },
    /// A URL does not work out.
    #[error("the profile's {field} is {value:?}, which is no http(s) URL: {why}")]
    Url {
        /// Which.
        field: &'static str,
        /// What it came to.
        value: String,
        /// What is wrong.
        why: String,
    },
    /// A value that has no meaning.
    #[error("the profile's {field} is not right: {why}")]
    Value {
        /// Which.
        field: &'static str,
        /// What is wrong.
        why: String,
    },
}

/// The service's URLs, worked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Urls {
    /// The payment page URL, without `?`.
    pub redirect: Url,
    /// The webhook endpoint.
    pub notify: Url,
    /// What answers 2xx once it is ready.
    pub ready: Option<Url>,
}

impl Profile {
    /// Reads a profile file.
    pub fn read(path: &Path) -> Result<Self, ProfileError> {
        let shown = path.display().to_string();
        let text =
            std::fs::read_to_string(path).map_err(|source| ProfileError::Read { path: shown.clone(), source })?;
        Self::parse(&shown, &text)
    }

    /// Reads a profile from text; `path` is only for messages.
    pub fn parse(path: &str, text: &str) -> Result<Self, ProfileError> {
        let profile: Self = toml::from_str(text).map_err(|error| ProfileError::Shape {
            path: path.to_owned(),
            message: error.to_string().trim_end().to_owned(),
        })?;
        profile.validate()?;
        Ok(profile)
    }

    fn validate(&self) -> Result<(), ProfileError> {
        let wrong = |field, why: String| Err(ProfileError::Value { field, why });
        for origin in &self.declares.return_origins {
            let parsed = Url::parse(origin).ok().filter(Url::has_host);
            if parsed.is_none_or(|url| url.origin().ascii_serialization() != *origin) {
                return wrong(
                    "declares.return_origins",
                    format!(
                        "{origin:?} is not an origin; write scheme and host only, such as \"https://allowed.test\""
                    ),
                );
            }
        }
        if self.declares.return_origins.is_empty() {
            return wrong("declares.return_origins", "name at least one origin that buyers may return to".to_owned());
        }
        for code in &self.declares.currencies {
            if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
                return wrong("declares.currencies", format!("{code:?} is not an ISO code, such as \"EUR\""));
            }
        }
        if self.declares.currencies.is_empty() {
            return wrong("declares.currencies", "name at least one currency".to_owned());
        }
        if self.declares.platform.is_outbound() && self.declares.protocol == Protocol::Sdk {
            let why = "the cases of outbound marketing watch the Web API; declare protocol = \"web-api\"".to_owned();
            return wrong("declares.protocol", why);
        }
        if self.declares.metadata_key.is_empty() || self.declares.metadata_key.len() > 40 {
            return wrong("declares.metadata_key", "Stripe takes keys of 1 to 40 characters".to_owned());
        }
        if let Some(path) = self.declares.open_paths.iter().find(|path| !path.starts_with('/')) {
            return wrong("declares.open_paths", format!("{path:?} is no path; write one such as \"/metrics\""));
        }
        if self.service.log_files.iter().any(|path| path.trim().is_empty()) {
            return wrong("service.log_files", "name a file, such as \"/var/log/acme/pay.log\"".to_owned());
        }
        if let Some(version) = &self.declares.stripe_api_version
            && !mock_stripe::wire::version::is_version(version)
        {
            return wrong("declares.stripe_api_version", format!("{version:?} is none, such as \"2026-07-29.dahlia\""));
        }
        Ok(())
    }

    /// Works out the URLs for a service that answers at `base`.
    pub fn urls(&self, base: &Url) -> Result<Urls, ProfileError> {
        let base = base.as_str().trim_end_matches('/');
        let url = |field, template: &str| {
            let value = template.replace("{base}", base);
            let parsed = Url::parse(&value).map_err(|error| ProfileError::Url {
                field,
                value: value.clone(),
                why: error.to_string(),
            })?;
            if matches!(parsed.scheme(), "http" | "https") {
                Ok(parsed)
            } else {
                Err(ProfileError::Url { field, value, why: format!("{} is another scheme", parsed.scheme()) })
            }
        };
        let ready = self.service.ready_path.as_deref().map(|path| {
            let template = if path.starts_with('/') { format!("{{base}}{path}") } else { path.to_owned() };
            url("service.ready_path", &template)
        });
        Ok(Urls {
            redirect: url("service.redirect_url", self.service.redirect_url.trim_end_matches('?'))?,
            notify: url("service.notify_url", &self.service.notify_url)?,
            ready: ready.transpose()?,
        })
    }

    /// The first allowed return origin.
    pub fn return_origin(&self) -> &str {
        self.declares.return_origins.first().map_or("https://allowed.test", String::as_str)
    }

    /// The currency that cases use where any will do: US dollars where declared, else the first one.
    pub fn currency(&self) -> &str {
        let declared = &self.declares.currencies;
        declared.iter().find(|code| *code == "USD").or_else(|| declared.first()).map_or("USD", String::as_str)
    }

    /// Whether it declares a currency.
    pub fn sells_in(&self, code: &str) -> bool {
        self.declares.currencies.iter().any(|declared| declared == code)
    }
}
