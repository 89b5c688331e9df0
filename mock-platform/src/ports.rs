//! Which port each face takes, and which faces listen at all.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The port base that `up` and `certify` use unless told otherwise.
pub const DEFAULT_PORT_BASE: u16 = 4400;

/// How the ports are chosen. All faces listen on the loopback address only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ports {
    /// This port and the ones after it: control and console, Event API, Dataverse, Entra, Stripe, one for a completion service, and one
    /// for a registration page.
    Base(u16),
    /// Whatever the system has free.
    Free,
}

/// A listener of the platform, by its place behind the port base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seat {
    /// Control API and console.
    Control,
    /// Event API.
    EventApi,
    /// Dataverse.
    Dataverse,
    /// Token endpoint.
    Entra,
    /// Stripe.
    Stripe,
    /// The completion service that comes along, or a place kept for one's own.
    Service,
    /// The registration page that comes along.
    Page,
}

impl Ports {
    /// The address for a seat; `None` when the base is too high for it.
    pub fn address(self, seat: Seat) -> Option<SocketAddr> {
        let port = match self {
            Self::Base(base) => base.checked_add(seat as u16)?,
            Self::Free => 0,
        };
        Some(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
    }

    /// 0 means free ports, anything else is the base.
    pub fn from_base(base: u16) -> Self {
        if base == 0 { Self::Free } else { Self::Base(base) }
    }
}

/// A fake that may be asked for alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fake {
    /// The Event API. Its rules and rows are Dataverse's, which then runs without listening.
    EventApi,
    /// Dataverse and the token endpoint that opens it.
    Dataverse,
    /// Stripe.
    Stripe,
}

impl Fake {
    /// Every fake.
    pub fn all() -> BTreeSet<Self> {
        [Self::EventApi, Self::Dataverse, Self::Stripe].into()
    }

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::EventApi => "event-api",
            Self::Dataverse => "dataverse",
            Self::Stripe => "stripe",
        }
    }
}

impl FromStr for Fake {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::all()
            .into_iter()
            .find(|fake| fake.name() == text)
            .ok_or_else(|| format!("there is no fake {text:?}; there are event-api, dataverse (with entra) and stripe"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Fake, Ports, Seat};

    #[test]
    fn seats_follow_the_base() {
        let port = |ports: Ports, seat| ports.address(seat).map(|address| address.port());
        assert_eq!(port(Ports::Base(4400), Seat::Control), Some(4400));
        assert_eq!(port(Ports::Base(4400), Seat::Stripe), Some(4404));
        assert_eq!(port(Ports::Base(4400), Seat::Service), Some(4405));
        assert_eq!(port(Ports::Base(4400), Seat::Page), Some(4406));
        assert_eq!(port(Ports::Free, Seat::Entra), Some(0));
        assert_eq!(port(Ports::Base(65_533), Seat::Stripe), None);
    }

    #[test]
    fn fakes_are_read_by_name() {
        for fake in Fake::all() {
            assert_eq!(fake.name().parse(), Ok(fake));
        }
        assert!("entra".parse::<Fake>().unwrap_err().contains("event-api"));
    }
}
