#![doc = include_str!("../README.md")]

mod console;
mod credentials;
mod endpoints;
mod error;
mod guide;
mod platform;
mod ports;
mod sample;
mod setup;
mod tls;

pub use credentials::Credentials;
pub use endpoints::{
    ALLOWED_ORIGIN, API_VERSION, DataversePlace, Endpoints, EntraPlace, EventApiPlace, Place, SAMPLE_EVENT,
    SAMPLE_PASS, Sample, StripePlace, TRUST_VARIABLES,
};
pub use error::PlatformError;
pub use guide::{registration_curl, registration_hint, table};
pub use mock_dataverse::ClientCertificate;
pub use platform::{Builder, DEFAULT_SCENARIO, Platform, ServiceUrls, switches};
pub use ports::{DEFAULT_PORT_BASE, Fake, Ports, Seat};
pub use tls::Tls;
