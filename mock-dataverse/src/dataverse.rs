//! The fake as a whole: store, operations, tokens and the app, and the faces they show.

use std::any::Any;
use std::sync::Arc;

use mock_core::{Stateful, World};
use uuid::Uuid;

use crate::config::{Config, ConfigError};
use crate::event_management::{self, EventManagement};
use crate::operations::{Identity, Registry, register_platform};
use crate::schema::Schema;
use crate::setup;
use crate::store::{Data, Store};

/// A fake Dataverse organization with its sign-in. Clones are handles to the same one.
#[derive(Clone, Debug)]
pub struct Dataverse(Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) world: World,
    pub(crate) config: Config,
    pub(crate) store: Store,
    pub(crate) operations: Registry,
    pub(crate) events: EventManagement,
}

/// `systemuserid` of the platform's own user, the author of writes that come from no caller.
pub const SYSTEM_USER: Uuid = Uuid::from_u128(0x0b5c_e1a7_9f30_4d84_8a2b_c6d1_57e9_f003);

impl Dataverse {
    /// Builds the organization: tables, the rows of the configuration, the platform's functions, the app.
    ///
    /// # Errors
    /// A schema file or a configured row that cannot be used.
    pub fn new(world: &World, config: Config) -> Result<Self, ConfigError> {
        let schema = schema(&config)?;
        let store = Store::new(schema, SYSTEM_USER);
        setup::rows(&store, world.clock().now(), &config)?;
        for app in config.tenants.iter().flat_map(|tenant| &tenant.apps) {
            for secret in &app.secrets {
                world.secrets().register("client secret", &secret.value);
            }
        }
        let mut operations = Registry::default();
        let organization = &config.organization;
        let identity = Identity {
            organization: organization.id,
            business_unit: organization.business_unit,
            tenant: config.tenant().map(|tenant| tenant.id).ok_or(ConfigError::NoTenant)?,
            version: organization.version.clone(),
            friendly_name: organization.friendly_name.clone(),
            unique_name: organization.unique_name.clone(),
            url: organization.url.clone(),
        };
        register_platform(&mut operations, &identity);
        let events = EventManagement::new(world, &store);
        event_management::register(&events, &mut operations);
        let first = store.snapshot();
        world.register_state(Arc::new(Rows { store: store.clone(), first }));
        Ok(Self(Arc::new(Inner { world: world.clone(), config, store, operations, events })))
    }

    /// The world it lives in.
    pub fn world(&self) -> &World {
        &self.0.world
    }

    /// What it was set up with.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// All rows.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// All actions and functions.
    pub fn operations(&self) -> &Registry {
        &self.0.operations
    }

    /// The event-management app.
    pub fn events(&self) -> &EventManagement {
        &self.0.events
    }
}

fn schema(config: &Config) -> Result<Arc<Schema>, ConfigError> {
    if config.schema_files.is_empty() {
        return Ok(Schema::standard()?);
    }
    let own = config.schema_files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    Ok(Arc::new(Schema::load(Schema::standard_files().iter().copied().chain(own))?))
}

/// The rows' part in snapshot, restore and reset.
struct Rows {
    store: Store,
    first: Data,
}

impl Stateful for Rows {
    fn name(&self) -> &'static str {
        "dataverse"
    }

    fn snapshot(&self) -> Arc<dyn Any + Send + Sync> {
        Arc::new(self.store.snapshot())
    }

    fn restore(&self, snapshot: &(dyn Any + Send + Sync)) {
        if let Some(data) = snapshot.downcast_ref::<Data>() {
            self.store.restore(data);
        }
    }

    fn reset(&self) {
        self.store.restore(&self.first);
    }
}
