//! What a person who has just started the platform is told: where things listen, and the first call to make.

use std::collections::BTreeSet;

use mock_dataverse::event_management::Generation;

use crate::endpoints::Endpoints;
use crate::ports::Fake;

/// Name and URL of everything that listens: first the pages for people, then the fakes in the order of their ports.
pub fn table(endpoints: &Endpoints, listening: &BTreeSet<Fake>) -> Vec<(&'static str, String)> {
    let mut rows = vec![("console and control", endpoints.control.url.clone())];
    if listening.contains(&Fake::EventApi) {
        if let Some(page) = &endpoints.registration_page {
            rows.push(("registration page", page.url.clone()));
        }
        rows.push(("Event API", endpoints.event_api.base.clone()));
        rows.push(("Event API, outbound", endpoints.event_api.outbound_base.clone()));
    }
    if listening.contains(&Fake::Dataverse) {
        rows.push(("Dataverse", format!("{}/api/data/{}", endpoints.dataverse.url, endpoints.dataverse.api_version)));
        rows.push(("Entra", endpoints.entra.token_url.clone()));
    }
    if listening.contains(&Fake::Stripe) {
        rows.push(("Stripe", endpoints.stripe.api_base.clone()));
    }
    rows
}

/// How to register, in words that lead on to [`registration_curl`]; `None` where no registration page is served.
pub fn registration_hint(endpoints: &Endpoints) -> Option<String> {
    let page = &endpoints.registration_page.as_ref()?.url;
    Some(match endpoints.sample.source_system {
        Generation::RealTime => {
            format!("Register for an event on {page}, as a visitor does, or for the sample event by a call:")
        }
        Generation::Outbound => format!(
            "Register for the sample event by a call; {page} shows events of real-time journeys, and this one is of outbound marketing:"
        ),
    })
}

/// The registration for the sample event as a command line: the call that a registration page makes.
pub fn registration_curl(endpoints: &Endpoints) -> String {
    let trust = endpoints.ca_cert.as_ref().map(|path| format!(" --cacert '{}'", path.display())).unwrap_or_default();
    // The outbound API asks for the origin that a browser would send.
    let (base, origin) = match endpoints.sample.source_system {
        Generation::RealTime => (&endpoints.event_api.base, String::new()),
        Generation::Outbound => {
            (&endpoints.event_api.outbound_base, format!(" -H 'Origin: {}'", endpoints.event_api.origin))
        }
    };
    format!(
        "curl -sS{trust}{origin} '{base}/events/{event}/registrations?emApplicationtoken={token}' \\\n  -H 'Content-Type: application/json' \\\n  \
         -d '{{\"attendees\":[{{\"firstName\":\"Jane\",\"lastName\":\"Doe\",\"email\":\"jane@contoso.com\",\"passId\":\"{pass}\"}}]}}'",
        event = endpoints.sample.readable_event_id,
        token = endpoints.event_api.token,
        pass = endpoints.sample.pass_id,
    )
}
