//! The fake as a whole: a thin face on the event-management app, and its control routes.

use std::sync::Arc;

use axum::Router;
use mock_core::{Face, World};
use mock_dataverse::Dataverse;
use mock_dataverse::event_management::EventManagement;
use uuid::Uuid;

use crate::error::EventApiDialect;
use crate::{control, http};

/// The contract of this face.
pub(crate) const CONTRACT: &str = include_str!("../../fixtures/openapi/event-api.yaml");

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
    pub(crate) state: Arc<State>,
}

#[derive(Debug)]
pub(crate) struct State {
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
            world: world.clone(),
            events: dataverse.events().clone(),
            organization,
            body_limit: config.body_limit,
        };
        Self { state: Arc::new(state) }
    }

    /// The public face, named `event-api`.
    pub fn face(&self) -> Face {
        Face {
            name: "event-api",
            router: http::router(Arc::clone(&self.state)),
            dialect: Arc::new(EventApiDialect),
            contract: CONTRACT,
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
}

impl State {
    pub(crate) fn base_path(&self) -> String {
        format!("/api/v1.0/orgs/{}/eventmanagement", self.organization)
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("{}{}", self.world.places().base("event-api").unwrap_or_default(), self.base_path())
    }
}
