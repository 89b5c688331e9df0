//! What a running service consists of.

use std::io;

use crate::config::Config;
use crate::dataverse::Dataverse;
use crate::outgoing;
use crate::queue::Queue;
use crate::server::StartError;
use crate::signature::Signed;
use crate::store::{Note, Store};
use crate::stripe::Stripe;
use crate::trouble::Trouble;
use uuid::Uuid;

/// Shared by every request and every lane.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) config: Config,
    /// Where buyers reach this service.
    pub(crate) public_url: String,
    pub(crate) signed: Signed,
    pub(crate) dataverse: Dataverse,
    pub(crate) stripe: Stripe,
    pub(crate) store: Store,
    pub(crate) queue: Queue,
}

impl App {
    pub(crate) fn new(config: Config, public_url: String) -> Result<Self, StartError> {
        let client = outgoing::client(&config).map_err(StartError::Client)?;
        let store = Store::open(config.folder.as_deref()).map_err(StartError::Folder)?;
        Ok(Self {
            signed: Signed::by(config.webhook_secret.expose()),
            dataverse: Dataverse::new(client.clone(), &config),
            stripe: Stripe::new(client, &config),
            store,
            queue: Queue::default(),
            public_url,
            config,
        })
    }

    /// What is remembered of a purchase. A disk that fails is a passing trouble like any other.
    pub(crate) fn note(&self, purchase: Uuid) -> Result<Note, Trouble> {
        self.store.note(purchase).map_err(|error| disk(&error))
    }

    /// Remembers it.
    pub(crate) fn remember(&self, purchase: Uuid, note: &Note) -> Result<(), Trouble> {
        self.store.remember(purchase, note).map_err(|error| disk(&error))
    }
}

fn disk(error: &io::Error) -> Trouble {
    Trouble::passing(format!("the folder of notes: {error}"), None)
}
