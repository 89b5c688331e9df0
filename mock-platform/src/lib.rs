//! The fakes on one clock, one seed and one journal.

mod credentials;
mod endpoints;
mod ports;

pub use credentials::Credentials;
pub use endpoints::{
    ALLOWED_ORIGIN, API_VERSION, DataversePlace, Endpoints, EntraPlace, EventApiPlace, Place, SAMPLE_EVENT, Sample,
    StripePlace,
};
pub use ports::{DEFAULT_PORT_BASE, Fake, Ports, Seat};
