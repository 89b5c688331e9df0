//! Doors in front of our fakes that speak https, with a right certificate or with one that no client should take. What comes through is handed
//! on, so that a service works behind them as ever.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header};
use mock_core::faults::{Effect, Flaw, Matcher, Plan, When};
use mock_core::journal::Filter;
use mock_core::server::{Listen, Server, serve};
use mock_core::tls::Authority;
use mock_core::{Dialect, Face, World};

use crate::check::secrets::Sought;
use crate::model::Stop;
use crate::runner::Ctx;
use crate::target::environment;

/// The longest body that is handed on, in bytes.
const LONGEST: usize = 4 * 1024 * 1024;

/// The doors, in the order in which a visit comes by: token endpoint, Dataverse, Stripe.
pub(super) const DOORS: [(&str, &str); 3] =
    [("entra", "the token endpoint"), ("dataverse", "Dataverse"), ("stripe", "Stripe")];

/// The doors of one run. They close with their value, and their authority's certificate goes.
pub(super) struct Doors {
    world: World,
    /// Where each of them answers, as [`DOORS`].
    bases: Vec<String>,
    ca: PathBuf,
    _servers: Vec<Server>,
}

impl Drop for Doors {
    fn drop(&mut self) {
        // Gone already is as good.
        drop(std::fs::remove_file(&self.ca));
    }
}

impl Doors {
    /// Opens them, with an authority of their own.
    pub(super) async fn open(ctx: &Ctx) -> Result<Self, Stop> {
        let failed = |what: &str, why: &dyn std::fmt::Display| Stop::suite(format!("{what}: {why}"));
        let world = World::builder().build();
        world.set_guard(false);
        let wall = world.clock().wall();
        let authority = Authority::new(wall).map_err(|error| failed("no authority", &error))?;
        let acceptor = authority.acceptor(&[], wall).map_err(|error| failed("no certificates", &error))?;
        let endpoints = &ctx.bench().endpoints;
        let upstream = [&endpoints.entra.authority, &endpoints.dataverse.url, &endpoints.stripe.api_base];
        let (mut bases, mut servers) = (vec![String::new(); DOORS.len()], Vec::new());
        // The token endpoint comes last: it has to know where Dataverse's door is.
        for (place, (name, _)) in DOORS.into_iter().enumerate().rev() {
            let door = Door {
                http: ctx.http().clone(),
                upstream: upstream[place].trim_end_matches('/').to_owned(),
                // Tokens are asked for by the address that the service knows, and given for the one that Dataverse has.
                resource: (name == "entra")
                    .then(|| (bases[1].clone(), endpoints.dataverse.url.trim_end_matches('/').to_owned())),
            };
            let router = Router::new().fallback(move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
                let door = door.clone();
                async move { door.hand_on(method, &uri, &headers, body).await }
            });
            let face = Face { name, router, dialect: Arc::new(Words), contract: "", body_limit: LONGEST };
            let at = Listen { addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), tls: Some(acceptor.clone()) };
            let server = serve(&world, face, at).await.map_err(|error| failed("no port for a door", &error))?;
            server.url().as_str().trim_end_matches('/').clone_into(&mut bases[place]);
            servers.push(server);
        }
        let port = servers.first().map_or(0, |server| server.addr().port());
        let ca = std::env::temp_dir().join(format!("payloop-doors-{}-{port}.pem", std::process::id()));
        std::fs::write(&ca, authority.certificate_pem())
            .map_err(|error| failed("no place for a certificate", &error))?;
        Ok(Self { world, bases, ca, _servers: servers })
    }

    /// The environment of a service that is to go through the doors.
    pub(super) fn environment(&self, ctx: &Ctx) -> Result<std::collections::BTreeMap<String, String>, Stop> {
        let bench = ctx.bench();
        let mut endpoints = bench.endpoints.clone();
        let path = endpoints.entra.token_url.strip_prefix(&endpoints.entra.authority).unwrap_or_default().to_owned();
        endpoints.entra.authority.clone_from(&self.bases[0]);
        endpoints.entra.token_url = format!("{}{path}", self.bases[0]);
        endpoints.dataverse.url.clone_from(&self.bases[1]);
        endpoints.stripe.api_base.clone_from(&self.bases[2]);
        endpoints.ca_cert = Some(self.ca.clone());
        environment(&endpoints, &bench.profile, &bench.launcher.base()).map_err(|error| Stop::suite(error.to_string()))
    }

    /// From now on new connections to a door find a certificate that no client should take. The number takes it away again.
    pub(super) fn spoil(&self, name: &str, flaw: Flaw) -> u64 {
        let matcher = Matcher { fake: Some(name.to_owned()), ..Matcher::default() };
        let effect = Effect::Certificate { flaw };
        self.world.faults().add(Plan { matcher, skip: 0, times: None, when: When::BeforeCommit, effect })
    }

    /// Takes the wrong certificate away.
    pub(super) fn mend(&self, plan: u64) {
        self.world.faults().remove(plan);
    }

    /// The number of the last exchange so far.
    pub(super) fn last(&self) -> u64 {
        self.world.journal().summary().last_seq
    }

    /// What came through a door after that number, and how many connections were broken off before anything came.
    pub(super) fn came(&self, name: &str, after: u64, sought: &Sought) -> (Vec<String>, usize) {
        let filter = Filter { fake: Some(name.to_owned()), after: Some(after), ..Filter::default() };
        let entries = self.world.journal().find(&filter);
        let (refused, sent): (Vec<_>, Vec<_>) =
            entries.iter().partition(|entry| entry.request.method == Method::CONNECT && entry.answer.is_none());
        let shown = sent.iter().map(|entry| {
            let request = &entry.request;
            let whole = format!(
                "{} {}",
                request.headers.text("authorization").unwrap_or_default(),
                String::from_utf8_lossy(&request.body)
            );
            let carries = sought.found_in(&whole).map(|what| format!(", with the {what}")).unwrap_or_default();
            format!("{} {}{carries}", request.method, request.path())
        });
        (shown.collect(), refused.len())
    }
}

/// One door.
#[derive(Clone)]
struct Door {
    http: reqwest::Client,
    upstream: String,
    resource: Option<(String, String)>,
}

impl Door {
    async fn hand_on(&self, method: Method, uri: &Uri, headers: &HeaderMap, body: Bytes) -> Response {
        let body = match &self.resource {
            Some((here, there)) => renamed(&body, here, there),
            None => body,
        };
        let url = format!("{}{}", self.upstream, uri.path_and_query().map_or("/", |path| path.as_str()));
        let mut call = self.http.request(method, url).body(body);
        for (name, value) in headers.iter().filter(|(name, _)| !is_of_the_connection(name)) {
            call = call.header(name, value);
        }
        let Ok(answer) = call.send().await else { return StatusCode::BAD_GATEWAY.into_response() };
        let (status, mut headers) = (answer.status(), answer.headers().clone());
        let Ok(body) = answer.bytes().await else { return StatusCode::BAD_GATEWAY.into_response() };
        for name in [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION] {
            headers.remove(name);
        }
        (status, headers, body).into_response()
    }
}

fn is_of_the_connection(name: &HeaderName) -> bool {
    [header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION].contains(name)
}

/// A form in whose values one address stands for another.
fn renamed(form: &[u8], here: &str, there: &str) -> Bytes {
    let pairs = form_urlencoded::parse(form).map(|(name, value)| (name.into_owned(), value.replace(here, there)));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into()
}

/// The doors say little.
struct Words;

impl Dialect for Words {
    fn payload_too_large(&self, _: usize) -> http::Response<Bytes> {
        worded(StatusCode::PAYLOAD_TOO_LARGE)
    }

    fn internal_error(&self, _: &str) -> http::Response<Bytes> {
        worded(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn fault(&self, status: StatusCode, _: Option<&str>, _: Option<&str>) -> http::Response<Bytes> {
        worded(status)
    }
}

fn worded(status: StatusCode) -> http::Response<Bytes> {
    let mut answer = http::Response::new(Bytes::new());
    *answer.status_mut() = status;
    answer
}

#[cfg(test)]
mod tests {
    use super::renamed;

    #[test]
    fn a_token_is_asked_for_by_the_other_address() {
        let form = b"grant_type=client_credentials&scope=https%3A%2F%2F127.0.0.1%3A7%2F.default&client_secret=a%7Eb";
        assert_eq!(
            renamed(form, "https://127.0.0.1:7", "http://127.0.0.1:9"),
            "grant_type=client_credentials&scope=http%3A%2F%2F127.0.0.1%3A9%2F.default&client_secret=a%7Eb"
        );
    }
}
