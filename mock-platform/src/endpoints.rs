//! Where everything listens and what opens it: the fields of the ready file, and the environment that a service needs.

use std::collections::BTreeSet;
use std::path::PathBuf;

use mock_core::World;
use mock_dataverse::event_management::Generation;
use mock_event_api::http::OUTBOUND_BASE_PATH;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::credentials::Credentials;
use crate::ports::{Fake, Ports, Seat};

/// The version segment of the Dataverse Web API that the samples use.
pub const API_VERSION: &str = "v9.2";

/// The origin that return URLs may have in every run, beside the console's own.
pub const ALLOWED_ORIGIN: &str = "https://allowed.test";

/// The readable id of the first event of the default scenario.
pub const SAMPLE_EVENT: &str = "Paid_Event1479011247";

/// The variables by which programs are told of an authority's file: OpenSSL, Go, Rust and .NET on Linux; Node; Python's requests and
/// all that stands on it, which listens to nothing else.
pub const TRUST_VARIABLES: [&str; 3] = ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"];

/// The first pass of that event.
pub const SAMPLE_PASS: Uuid = Uuid::from_u128(0x6b1f_0c0e_0000_4000_8000_0000_0000_0001);

/// Everything a client needs to know. URLs have no trailing slash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// The control API.
    pub control: Place,
    /// The page for people.
    pub console: Place,
    /// The Event API.
    pub event_api: EventApiPlace,
    /// Dataverse.
    pub dataverse: DataversePlace,
    /// The token endpoint.
    pub entra: EntraPlace,
    /// Stripe.
    pub stripe: StripePlace,
    /// The registration page; null where none was told of.
    #[serde(default)]
    pub registration_page: Option<Place>,
    /// A file with the certificate authority to trust; null without TLS.
    pub ca_cert: Option<PathBuf>,
    /// The event that is there from the start.
    pub sample: Sample,
}

/// A base URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The URL.
    pub url: String,
}

/// The Event API and the sample web application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventApiPlace {
    /// The endpoint as the app shows it, ending in `/eventmanagement`.
    pub base: String,
    /// The endpoint of the outbound ancestor, on the same port.
    #[serde(default)]
    pub outbound_base: String,
    /// The value of `emApplicationtoken`.
    pub token: String,
    /// The web application's origin, which is also where buyers return to.
    pub origin: String,
}

/// Dataverse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataversePlace {
    /// The environment's URL.
    pub url: String,
    /// Such as `v9.2`.
    pub api_version: String,
}

/// The token endpoint and the registered application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntraPlace {
    /// The authority without the tenant.
    pub authority: String,
    /// The tenant.
    pub tenant_id: String,
    /// The OAuth 2.0 (v2) token endpoint.
    pub token_url: String,
    /// The application.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
}

/// Stripe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StripePlace {
    /// The API's base, without `/v1`.
    pub api_base: String,
    /// The secret key.
    pub api_key: String,
    /// The signing secret of the service's webhook endpoint.
    pub webhook_secret: String,
}

/// What can be registered for at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// The event's readable id.
    pub readable_event_id: String,
    /// A pass with a price.
    pub pass_id: Uuid,
    /// `real-time`, or `outbound` for an event that is registered for below [`EventApiPlace::outbound_base`].
    #[serde(default)]
    pub source_system: Generation,
}

/// The base URLs that [`Endpoints`] are built from.
#[derive(Clone, Debug)]
pub(crate) struct Bases {
    pub(crate) control: String,
    pub(crate) event_api: String,
    pub(crate) dataverse: String,
    pub(crate) entra: String,
    pub(crate) stripe: String,
}

impl Endpoints {
    pub(crate) fn of(
        bases: &Bases,
        credentials: &Credentials,
        origin: &str,
        ca_cert: Option<PathBuf>,
        sample: Sample,
    ) -> Self {
        Self {
            control: Place { url: bases.control.clone() },
            console: Place { url: bases.control.clone() },
            event_api: EventApiPlace {
                base: format!("{}/api/v1.0/orgs/{}/eventmanagement", bases.event_api, credentials.organization_id),
                outbound_base: format!("{}{OUTBOUND_BASE_PATH}", bases.event_api),
                token: credentials.web_application_token.clone(),
                origin: origin.to_owned(),
            },
            dataverse: DataversePlace { url: bases.dataverse.clone(), api_version: API_VERSION.to_owned() },
            entra: EntraPlace {
                authority: bases.entra.clone(),
                tenant_id: credentials.tenant_id.to_string(),
                token_url: format!("{}/{}/oauth2/v2.0/token", bases.entra, credentials.tenant_id),
                client_id: credentials.client_id.to_string(),
                client_secret: credentials.client_secret.clone(),
            },
            stripe: StripePlace {
                api_base: bases.stripe.clone(),
                api_key: credentials.stripe_key.clone(),
                webhook_secret: credentials.webhook_secret.clone(),
            },
            registration_page: None,
            ca_cert,
            sample,
        }
    }

    /// What `up` with this seed and port base will answer, over https where there is an authority's certificate, without starting
    /// anything; `None` when the base is too high.
    pub fn planned(seed: u64, port_base: u16, ca_cert: Option<PathBuf>) -> Option<Self> {
        let scheme = if ca_cert.is_some() { "https" } else { "http" };
        let url = |seat| Some(format!("{scheme}://{}", Ports::Base(port_base).address(seat)?));
        let bases = Bases {
            control: url(Seat::Control)?,
            event_api: url(Seat::EventApi)?,
            dataverse: url(Seat::Dataverse)?,
            entra: url(Seat::Entra)?,
            stripe: url(Seat::Stripe)?,
        };
        let credentials = Credentials::draw(&World::builder().seed(seed).build());
        let sample = Sample {
            readable_event_id: SAMPLE_EVENT.to_owned(),
            pass_id: SAMPLE_PASS,
            source_system: Generation::RealTime,
        };
        // The page speaks http, as the completion service does: neither has a certificate of the platform's.
        let page = format!("http://{}", Ports::Base(port_base).address(Seat::Page)?);
        let mut endpoints = Self::of(&bases, &credentials, &page, ca_cert, sample);
        endpoints.registration_page = Some(Place { url: page });
        Some(endpoints)
    }

    /// The ready file: this as JSON, with null for what does not listen.
    pub fn ready_file(&self, listening: &BTreeSet<Fake>) -> Value {
        // The fields are text and one optional path: this does not fail for paths that are UTF-8, and ours are.
        let mut file = serde_json::to_value(self).unwrap_or_default();
        let sections = [
            (Fake::EventApi, ["event_api", "sample", "registration_page"].as_slice()),
            (Fake::Dataverse, &["dataverse", "entra"]),
            (Fake::Stripe, &["stripe"]),
        ];
        for (_, names) in sections.iter().filter(|(fake, _)| !listening.contains(fake)) {
            for name in *names {
                file[*name] = Value::Null;
            }
        }
        file
    }

    /// The origins that a service should send buyers back to: the one of every run, the console's, and the registration page's.
    pub fn allowed_return_origins(&self) -> Vec<String> {
        let mut origins = vec![ALLOWED_ORIGIN.to_owned(), self.console.url.clone()];
        if !origins.contains(&self.event_api.origin) {
            origins.push(self.event_api.origin.clone());
        }
        origins
    }

    /// The environment of a completion service that listens on `port`, in a fixed order. Where the sample is an event of outbound marketing,
    /// `PLATFORM` says so.
    pub fn service_env(&self, port: u16) -> Vec<(&'static str, String)> {
        let mut env = vec![
            ("PORT", port.to_string()),
            ("DATAVERSE_URL", self.dataverse.url.clone()),
            ("ENTRA_AUTHORITY", self.entra.authority.clone()),
            ("ENTRA_TOKEN_URL", self.entra.token_url.clone()),
            ("TENANT_ID", self.entra.tenant_id.clone()),
            ("CLIENT_ID", self.entra.client_id.clone()),
            ("CLIENT_SECRET", self.entra.client_secret.clone()),
            ("STRIPE_API_BASE", self.stripe.api_base.clone()),
            ("STRIPE_API_KEY", self.stripe.api_key.clone()),
            ("STRIPE_WEBHOOK_SECRET", self.stripe.webhook_secret.clone()),
            ("ALLOWED_RETURN_ORIGINS", self.allowed_return_origins().join(",")),
        ];
        if self.sample.source_system == Generation::Outbound {
            env.push(("PLATFORM", "outbound".to_owned()));
        }
        if let Some(path) = &self.ca_cert {
            env.extend(TRUST_VARIABLES.map(|name| (name, path.display().to_string())));
        }
        env
    }
}
