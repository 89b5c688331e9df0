//! The fake as a whole: a thin face on the event-management app, and its control routes.

use std::sync::Arc;

use axum::Router;
use mock_core::{Face, World};
use mock_dataverse::Dataverse;
use mock_dataverse::event_management::{EventManagement, Generation};
use uuid::Uuid;

use crate::error::EventApiDialect;
use crate::{control, http};

/// The contract of the real-time API.
pub(crate) const CONTRACT: &str = include_str!("../../fixtures/openapi/event-api.yaml");
/// The contract of the face: both generations stand on one port.
const BOTH: &str = concat!(
    include_str!("../../fixtures/openapi/event-api.yaml"),
    "\n---\n",
    include_str!("../../fixtures/openapi/event-api-outbound.yaml")
);

/// How the fake is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The organization id that stands in the paths; the Dataverse organization's own unless set.
    pub organization: Option<Uuid>,
    /// The longest request body in bytes.
    pub body_limit: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { organization: None, body_limit: 256 * 1024 }
    }
}

/// A fake Event API. Clones are handles to the same one.
#[derive(Clone, Debug)]
pub struct EventApi {
    state: Arc<State>,
    outbound: Arc<State>,
}

/// What the routes of one generation work with.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) generation: Generation,
    pub(crate) world: World,
    pub(crate) events: EventManagement,
    pub(crate) organization: Uuid,
    pub(crate) body_limit: usize,
}

impl EventApi {
    /// A public face on the event-management app of `dataverse`.
    pub fn new(world: &World, dataverse: &Dataverse, config: Config) -> Self {
        let organization = config.organization.unwrap_or(dataverse.config().organization.id);
        let state = State {
            generation: Generation::RealTime,
            world: world.clone(),
            events: dataverse.events().clone(),
            organization,
            body_limit: config.body_limit,
        };
        let outbound = State { generation: Generation::Outbound, ..state.clone() };
        Self { state: Arc::new(state), outbound: Arc::new(outbound) }
    }

    /// The public face, named `event-api`: the real-time API and its outbound ancestor, each below its own base path.
    pub fn face(&self) -> Face {
        Face {
            name: "event-api",
            router: http::router(Arc::clone(&self.state), Arc::clone(&self.outbound)),
            dialect: Arc::new(EventApiDialect),
            contract: BOTH,
            body_limit: self.state.body_limit,
        }
    }

    /// The routes for what a test may seed, poke or ask; to be mounted at `/v1/event-api` of the control API.
    pub fn control(&self) -> Router {
        control::router(Arc::clone(&self.state))
    }

    /// The path under which the operations stand, without a trailing slash, as the web application's form shows it.
    pub fn base_path(&self) -> String {
        self.state.base_path()
    }

    /// The endpoint as the web application's form shows it: address and base path without a trailing slash. Without an address as long as
    /// the face does not listen.
    pub fn endpoint(&self) -> String {
        self.state.endpoint()
    }

    /// As [`EventApi::endpoint`], of the outbound API: address and [`OUTBOUND_BASE_PATH`](crate::http::OUTBOUND_BASE_PATH).
    pub fn outbound_endpoint(&self) -> String {
        self.outbound.endpoint()
    }
}

impl State {
    pub(crate) fn base_path(&self) -> String {
        self.base_path_of(self.generation)
    }

    fn base_path_of(&self, generation: Generation) -> String {
        match generation {
            Generation::RealTime => format!("/api/v1.0/orgs/{}/eventmanagement", self.organization),
            Generation::Outbound => http::OUTBOUND_BASE_PATH.to_owned(),
        }
    }

    pub(crate) fn endpoint(&self) -> String {
        self.endpoint_of(self.generation)
    }

    /// The endpoint at which an event of a generation is registered for.
    pub(crate) fn endpoint_of(&self, generation: Generation) -> String {
        let place = self.world.places().base("event-api").unwrap_or_default();
        format!("{place}{}", self.base_path_of(generation))
    }
}
