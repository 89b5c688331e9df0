//! One world, its fakes and their ports: started together, stopped together.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use mock_core::control;
use mock_core::server::{Face, Listen, Server, serve, serve_router};
use mock_core::{ClockMode, Switch, World};
use mock_dataverse::event_management::Scenario;
use mock_dataverse::{ClientCertificate, Dataverse, ProtectionLimits};
use mock_event_api::EventApi;
use mock_stripe::{RateLimits, Stripe};
use url::Url;

use crate::console::{self, Page};
use crate::credentials::Credentials;
use crate::endpoints::{ALLOWED_ORIGIN, Bases, Endpoints, Place};
use crate::error::PlatformError;
use crate::ports::{Fake, Ports, Seat};
use crate::sample::Samples;
use crate::setup;
use crate::tls::Tls;

/// The scenario that is loaded unless another is given.
pub const DEFAULT_SCENARIO: &str = include_str!("../../fixtures/scenarios/paid-event.toml");

/// Where the completion service answers: what an organizer would enter at the payment provider and at Stripe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceUrls {
    /// The payment page URL, with or without its closing `?`.
    pub redirect: Url,
    /// The webhook endpoint's URL.
    pub notify: Url,
}

impl ServiceUrls {
    /// The URLs of a service at `base` that has the sample's paths.
    pub fn at(base: &Url) -> Self {
        let with = |path: &str| {
            let mut url = base.clone();
            url.set_path(path);
            url.set_query(None);
            url
        };
        Self { redirect: with("/GatewayRedirect/PayWithStripe"), notify: with("/GatewayEvents/HandleStripeEvent") }
    }
}

/// How a platform is made.
#[derive(Clone, Debug)]
pub struct Builder {
    seed: u64,
    clock: ClockMode,
    ports: Ports,
    only: BTreeSet<Fake>,
    scenario: String,
    service: Option<ServiceUrls>,
    origin: Origin,
    guard: bool,
    journal_bytes: Option<usize>,
    stripe: setup::StripeChoices,
    dataverse: setup::DataverseChoices,
    switches: BTreeMap<String, String>,
    tls: Option<Tls>,
}

impl Builder {
    /// The seed of every id, secret and choice. 1 unless set.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Whether the world's time follows real time (the default) or stands still.
    #[must_use]
    pub fn clock(mut self, mode: ClockMode) -> Self {
        self.clock = mode;
        self
    }

    /// Which ports to take. Free ones unless set.
    #[must_use]
    pub fn ports(mut self, ports: Ports) -> Self {
        self.ports = ports;
        self
    }

    /// Listens for these fakes only. The control API always listens, and what one fake needs of another works without a port.
    #[must_use]
    pub fn only(mut self, fakes: impl IntoIterator<Item = Fake>) -> Self {
        self.only = fakes.into_iter().collect();
        self
    }

    /// The scenario to load, as TOML. [`DEFAULT_SCENARIO`] unless set.
    #[must_use]
    pub fn scenario(mut self, toml: impl Into<String>) -> Self {
        self.scenario = toml.into();
        self
    }

    /// The completion service that buyers are sent to and that Stripe reports to. Without one, nobody is reported to.
    #[must_use]
    pub fn service(mut self, urls: ServiceUrls) -> Self {
        self.service = Some(urls);
        self
    }

    /// The origin of the sample web application, which is where buyers return to. [`ALLOWED_ORIGIN`] unless set.
    #[must_use]
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Origin::Fixed(origin.into());
        self
    }

    /// Lets buyers return to the console's own page, so that a browser ends somewhere.
    #[must_use]
    pub fn return_to_console(mut self) -> Self {
        self.origin = Origin::Console;
        self
    }

    /// The registration page that buyers use and return to: its base URL, which is the origin of the sample web application.
    #[must_use]
    pub fn registration_page(mut self, base: impl Into<String>) -> Self {
        self.origin = Origin::Page(base.into());
        self
    }

    /// Whether exchanges are held against their contracts. They are unless this says otherwise.
    #[must_use]
    pub fn guard(mut self, on: bool) -> Self {
        self.guard = on;
        self
    }

    /// Most bytes that the journal holds; the oldest exchanges go first. 64 MiB unless set.
    #[must_use]
    pub fn journal_bytes(mut self, most: usize) -> Self {
        self.journal_bytes = Some(most);
        self
    }

    /// The API version of the Stripe account and so of its webhooks. The fake's own default unless set.
    #[must_use]
    pub fn stripe_api_version(mut self, version: impl Into<String>) -> Self {
        self.stripe.api_version = Some(version.into());
        self
    }

    /// How many calls the Stripe account may make. As many as come unless set.
    #[must_use]
    pub fn stripe_rate_limits(mut self, limits: RateLimits) -> Self {
        self.stripe.rate_limits = Some(limits);
        self
    }

    /// Adds a table to Dataverse: a schema file's name and its TOML. Once for each file.
    #[must_use]
    pub fn dataverse_schema(mut self, name: impl Into<String>, toml: impl Into<String>) -> Self {
        self.dataverse.schema_files.push((name.into(), toml.into()));
        self
    }

    /// Adds custom APIs with canned answers to Dataverse: a file's name and its TOML. Once for each file.
    #[must_use]
    pub fn dataverse_operations(mut self, name: impl Into<String>, toml: impl Into<String>) -> Self {
        self.dataverse.operation_files.push((name.into(), toml.into()));
        self
    }

    /// Lets the application sign in with a certificate as well as with its secret. Once for each certificate.
    #[must_use]
    pub fn dataverse_certificate(mut self, certificate: ClientCertificate) -> Self {
        self.dataverse.certificates.push(certificate);
        self
    }

    /// Holds callers of Dataverse to the documented service protection limits. Nobody is held to any unless this says so.
    #[must_use]
    pub fn dataverse_limits(mut self) -> Self {
        self.dataverse.protection = Some(ProtectionLimits::default());
        self
    }

    /// Where ambiguity switches stand from the start on and after every reset, by their ids. At their defaults unless set.
    #[must_use]
    pub fn switches(mut self, values: impl IntoIterator<Item = (String, String)>) -> Self {
        self.switches.extend(values);
        self
    }

    /// Lets every listener speak https, and nothing else. They speak http unless this says otherwise.
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Starts everything; returns once all ports listen. Needs a tokio runtime.
    pub async fn start(self) -> Result<Platform, PlatformError> {
        let Self {
            seed,
            clock,
            ports,
            only,
            scenario,
            service,
            origin,
            guard,
            journal_bytes,
            stripe,
            mut dataverse,
            switches,
            tls,
        } = self;
        let Some(addresses) = Addresses::of(ports) else {
            return Err(PlatformError::PortBase(if let Ports::Base(base) = ports { base } else { 0 }));
        };
        let scenario = Scenario::parse(&scenario)?;

        let mut world = World::builder().seed(seed).clock(clock);
        if let Some(most) = journal_bytes {
            world = world.journal_bytes(most);
        }
        let world = world.build();
        world.set_guard(guard);
        let credentials = Credentials::draw(&world);
        let acceptor = tls.as_ref().map(|tls| tls.acceptor(&world)).transpose()?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        dataverse.resources = tls.as_ref().map(Tls::resources).unwrap_or_default();
        let dataverse = Dataverse::new(&world, setup::dataverse(&credentials, dataverse))?;
        let event_api = EventApi::new(&world, &dataverse, mock_event_api::Config::default());
        let stripe = Stripe::new(&world, setup::stripe(&credentials, service.as_ref(), stripe));
        for (id, value) in &switches {
            world.switches().start_with(id, value)?;
        }

        let mut servers = Vec::with_capacity(5);
        let mut listen = async |wanted: Fake, face: Face, address: SocketAddr| {
            if !only.contains(&wanted) {
                return Ok(format!("{scheme}://{address}"));
            }
            let server = serve(&world, face, Listen { addr: address, tls: acceptor.clone() }).await?;
            let base = format!("{scheme}://{}", server.addr());
            servers.push(server);
            Ok::<_, PlatformError>(base)
        };
        let event_api_base = listen(Fake::EventApi, event_api.face(), addresses.event_api).await?;
        let dataverse_base = listen(Fake::Dataverse, dataverse.web_api(), addresses.dataverse).await?;
        let entra_base = listen(Fake::Dataverse, dataverse.entra(), addresses.entra).await?;
        let stripe_base = listen(Fake::Stripe, stripe.face(), addresses.stripe).await?;

        // The page shows addresses that are only known once the page's own port listens.
        let page = Page::default();
        let fakes = Router::new()
            .nest("/v1/dataverse", dataverse.control())
            .nest("/v1/event-api", event_api.control())
            .merge(stripe.control())
            .merge(console::routes(&page));
        let at = Listen { addr: addresses.control, tls: acceptor.clone() };
        let control = serve_router(&world, "control", control::router(&world, fakes), at).await?;
        let control_url = control.url();
        let control_base = format!("{scheme}://{}", control.addr());
        servers.push(control);

        let (origin, registration_page) = match origin {
            Origin::Fixed(origin) => (origin, None),
            Origin::Console => (control_base.clone(), None),
            Origin::Page(page) => (page.clone(), Some(Place { url: page })),
        };
        let page_url = service.as_ref().map_or_else(
            || format!("http://{}/GatewayRedirect/PayWithStripe?", addresses.service),
            |service| format!("{}?", service.redirect.as_str().trim_end_matches('?')),
        );
        let scenario =
            scenario.with_payment_page_url(&page_url).with_web_application(&origin, &credentials.web_application_token);
        let samples = Samples::new(dataverse.events(), scenario);
        let sample = samples.load(dataverse.events())?;
        world.register_state(Arc::new(samples));
        let bases = Bases {
            control: control_base,
            event_api: event_api_base,
            dataverse: dataverse_base,
            entra: entra_base,
            stripe: stripe_base,
        };
        let ca_cert = tls.as_ref().map(Tls::ca_cert);
        let mut endpoints = Endpoints::of(&bases, &credentials, &origin, ca_cert, sample);
        endpoints.registration_page = registration_page;
        page.fill(&world, &endpoints, &only);
        Ok(Platform { world, endpoints, listening: only, control: control_url, servers, dataverse, event_api, stripe })
    }
}

/// Where buyers return to.
#[derive(Clone, Debug)]
enum Origin {
    Fixed(String),
    Console,
    Page(String),
}

/// Where each listener goes.
struct Addresses {
    control: SocketAddr,
    event_api: SocketAddr,
    dataverse: SocketAddr,
    entra: SocketAddr,
    stripe: SocketAddr,
    service: SocketAddr,
}

impl Addresses {
    fn of(ports: Ports) -> Option<Self> {
        Some(Self {
            control: ports.address(Seat::Control)?,
            event_api: ports.address(Seat::EventApi)?,
            dataverse: ports.address(Seat::Dataverse)?,
            entra: ports.address(Seat::Entra)?,
            stripe: ports.address(Seat::Stripe)?,
            service: ports.address(Seat::Service)?,
        })
    }
}

/// Every ambiguity switch that the fakes declare.
pub fn switches() -> Result<Vec<Switch>, PlatformError> {
    let world = World::builder().build();
    let dataverse = Dataverse::new(&world, mock_dataverse::Config::default())?;
    drop(EventApi::new(&world, &dataverse, mock_event_api::Config::default()));
    drop(Stripe::new(&world, mock_stripe::Config::default()));
    Ok(world.switches().all())
}

/// A running platform. It stops when it is dropped or told to.
pub struct Platform {
    world: World,
    endpoints: Endpoints,
    listening: BTreeSet<Fake>,
    control: Url,
    servers: Vec<Server>,
    // The fakes live as long as the platform, whatever listens.
    dataverse: Dataverse,
    event_api: EventApi,
    stripe: Stripe,
}

impl Platform {
    /// A platform with seed 1 on free ports that follows real time, unless told otherwise.
    pub fn builder() -> Builder {
        Builder {
            seed: 1,
            clock: ClockMode::Real,
            ports: Ports::Free,
            only: Fake::all(),
            scenario: DEFAULT_SCENARIO.to_owned(),
            service: None,
            origin: Origin::Fixed(ALLOWED_ORIGIN.to_owned()),
            guard: true,
            journal_bytes: None,
            stripe: setup::StripeChoices::default(),
            dataverse: setup::DataverseChoices::default(),
            switches: BTreeMap::new(),
            tls: None,
        }
    }

    /// Where everything listens and what opens it.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// The fakes that listen.
    pub fn listening(&self) -> &BTreeSet<Fake> {
        &self.listening
    }

    /// The control API's base URL.
    pub fn control(&self) -> &Url {
        &self.control
    }

    /// The one world.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The fake Dataverse.
    pub fn dataverse(&self) -> &Dataverse {
        &self.dataverse
    }

    /// The fake Event API.
    pub fn event_api(&self) -> &EventApi {
        &self.event_api
    }

    /// The fake Stripe.
    pub fn stripe(&self) -> &Stripe {
        &self.stripe
    }

    /// The ready file's content.
    pub fn ready_file(&self) -> serde_json::Value {
        self.endpoints.ready_file(&self.listening)
    }

    /// Stops taking connections, lets open exchanges end, and returns when all ports are free again.
    pub async fn stop(self) {
        let mut stopping = tokio::task::JoinSet::new();
        for server in self.servers {
            stopping.spawn(server.stop());
        }
        stopping.join_all().await;
    }
}

impl fmt::Debug for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Platform")
            .field("world", &self.world)
            .field("control", &self.control.as_str())
            .finish_non_exhaustive()
    }
}
