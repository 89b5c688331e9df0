//! The fake as a whole: store, operations, tokens and the app, and the faces they show.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::{HeaderMap, Uri, header};
use mock_core::{Face, World};
use parking_lot::Mutex;
use url::Url;
use uuid::Uuid;

use crate::config::{AppRegistration, Config, ConfigError};
use crate::control;
use crate::event_management::{self, EventManagement};
use crate::http as web;
use crate::operations::{
    CustomBook, Identity, Operation, Registry, read_file, register_bulk_delete, register_platform,
};
use crate::protection::Protection;
use crate::schema::Schema;
use crate::session::Sessions;
use crate::setup;
use crate::state::{Certificates, Rows, Standing};
use crate::store::{Store, Tx};
use crate::switches;
use crate::token::{self, ClientCertificate, TokenBook};

/// A fake Dataverse organization with its sign-in. Clones are handles to the same one.
#[derive(Clone, Debug)]
pub struct Dataverse(Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) world: World,
    pub(crate) config: Config,
    pub(crate) store: Store,
    pub(crate) operations: Registry,
    pub(crate) custom: Arc<CustomBook>,
    pub(crate) protection: Protection,
    pub(crate) tokens: TokenBook,
    pub(crate) sessions: Sessions,
    pub(crate) standings: Arc<Mutex<BTreeMap<Uuid, Standing>>>,
    pub(crate) certificates: Arc<Mutex<Certificates>>,
    pub(crate) events: EventManagement,
    pub(crate) queries: web::Queries,
}

/// `systemuserid` of the platform's own user, the author of writes that come from no caller.
pub const SYSTEM_USER: Uuid = Uuid::from_u128(0x0b5c_e1a7_9f30_4d84_8a2b_c6d1_57e9_f003);

/// `systemuserid` of the administrator, who signs in with a browser and may do everything.
pub const ADMINISTRATOR: Uuid = Uuid::from_u128(0x4d27_b3f0_61c8_4e95_b7a4_08d3_5c9e_21f6);

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
        register_bulk_delete(&mut operations);
        switches::declare(world, config.error_codes);
        let events = EventManagement::new(world, &store);
        event_management::register(&events, &mut operations);
        let mut definitions = Vec::new();
        for (file, text) in &config.operation_files {
            definitions.extend(read_file(file, text)?);
        }
        let custom = Arc::new(CustomBook::new(definitions, store.schema(), &operations)?);
        let protection = Protection::new(config.protection);
        let standings = Arc::new(Mutex::new(BTreeMap::new()));
        let certificates = Arc::new(Mutex::new(Certificates::new()));
        let first = store.snapshot();
        world.register_state(Arc::new(Rows {
            store: store.clone(),
            first,
            standings: Arc::clone(&standings),
            certificates: Arc::clone(&certificates),
            custom: Arc::clone(&custom),
            protection: protection.clone(),
        }));
        Ok(Self(Arc::new(Inner {
            world: world.clone(),
            config,
            store,
            operations,
            custom,
            protection,
            tokens: TokenBook::default(),
            sessions: Sessions::default(),
            standings,
            certificates,
            events,
            queries: web::Queries::default(),
        })))
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

    /// The action or function of that name: the platform's and the app's own, then the user's custom APIs.
    pub(crate) fn operation(&self, name: &str) -> Option<Arc<Operation>> {
        self.0.operations.shared(name).or_else(|| self.0.custom.get(name))
    }

    /// The service protection limits.
    pub(crate) fn protection(&self) -> &Protection {
        &self.0.protection
    }

    /// The user's custom APIs.
    pub(crate) fn custom(&self) -> &CustomBook {
        &self.0.custom
    }

    /// The actions and functions of the platform and of the app.
    pub fn operations(&self) -> &Registry {
        &self.0.operations
    }

    /// The tokens that were given out.
    pub fn tokens(&self) -> &TokenBook {
        &self.0.tokens
    }

    /// The browsers that are signed in.
    pub(crate) fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    /// The sign-in, to be served as `entra`.
    pub fn entra(&self) -> Face {
        token::face(self)
    }

    /// The Web API, to be served as `dataverse`.
    pub fn web_api(&self) -> Face {
        web::face(self)
    }

    /// The control routes, to be mounted at `/v1/dataverse` on the control port.
    pub fn control(&self) -> axum::Router {
        control::router(self)
    }

    /// Where an app registration stands in the organization now.
    pub(crate) fn standing(&self, tenant: Uuid, client_id: Uuid) -> Standing {
        let given = self.0.standings.lock().get(&client_id).cloned();
        given.unwrap_or_else(|| {
            self.0
                .config
                .tenants
                .iter()
                .filter(|known| known.id == tenant)
                .flat_map(|tenant| &tenant.apps)
                .find(|app| app.client_id == client_id)
                .map(|app| Standing {
                    user: app.user,
                    has_role: !app.roles.is_empty(),
                    may_act: app.may_act_for_others(),
                })
                .unwrap_or_default()
        })
    }

    /// Where the app behind an application user stands; `None` for a user that is no app's.
    pub(crate) fn standing_of(&self, user: Uuid) -> Option<Standing> {
        let config = &self.0.config;
        let mut apps = config.tenants.iter().flat_map(|tenant| tenant.apps.iter().map(move |app| (tenant.id, app)));
        apps.find(|(_, app)| app.user == Some(user)).map(|(tenant, app)| self.standing(tenant, app.client_id))
    }

    /// Changes where an app registration stands; `None` goes back to the configuration.
    pub(crate) fn set_standing(&self, client_id: Uuid, standing: Option<Standing>) {
        let mut standings = self.0.standings.lock();
        match standing {
            Some(standing) => standings.insert(client_id, standing),
            None => standings.remove(&client_id),
        };
    }

    /// The certificates that the control API changed, by app.
    pub(crate) fn certificates(&self) -> Certificates {
        self.0.certificates.lock().clone()
    }

    /// Changes the certificates of an app; they begin as those of the configuration.
    pub(crate) fn change_certificates<T>(
        &self,
        app: &AppRegistration,
        change: impl FnOnce(&mut Vec<ClientCertificate>) -> T,
    ) -> T {
        change(self.0.certificates.lock().entry(app.client_id).or_insert_with(|| app.certificates.clone()))
    }

    /// The text of the 401 challenge: where to get a token, and for which resource.
    pub(crate) fn challenge(&self) -> String {
        let entra = self.0.world.places().base("entra").unwrap_or_else(|| "https://login.microsoftonline.com".into());
        let tenant = self.0.config.tenant().map(|tenant| tenant.id).unwrap_or_default();
        format!("Bearer authorization_uri={entra}/{tenant}/oauth2/authorize, resource_id={}/", self.url())
    }

    /// The organization's public base URL, without a slash at the end.
    pub fn url(&self) -> String {
        let organization = &self.0.config.organization;
        organization
            .url
            .as_deref()
            .map(|url| url.trim_end_matches('/').to_owned())
            .or_else(|| self.0.world.places().base("dataverse").map(|base| base.to_string()))
            .unwrap_or_else(|| format!("https://{}.crm.dynamics.com", organization.unique_name))
    }

    /// The resources that tokens may be asked for.
    pub(crate) fn resources(&self) -> Vec<String> {
        let mut resources = vec![self.url()];
        let place = self.0.world.places().base("dataverse");
        let port = place.as_deref().and_then(|base| Url::parse(base).ok()).and_then(|base| base.port());
        resources.extend(place.map(|base| base.to_string()));
        for resource in &self.0.config.resources {
            resources.push(resource.clone());
            // By its name and the port that it is really reached at.
            if let (Some(port), Ok(mut url)) = (port, Url::parse(resource))
                && url.port().is_none()
                && url.set_port(Some(port)).is_ok()
            {
                resources.push(url.as_str().trim_end_matches('/').to_owned());
            }
        }
        resources
    }

    /// Whether a token for this resource (without a slash at the end) is one for this organization.
    pub(crate) fn is_resource(&self, audience: &str) -> bool {
        // Nearly always it is the place where the organization listens.
        self.0.world.places().base("dataverse").is_some_and(|base| *base == *audience)
            || self.resources().iter().any(|resource| resource.trim_end_matches('/') == audience)
    }

    /// The queries that were asked before.
    pub(crate) fn queries(&self) -> &web::Queries {
        &self.0.queries
    }

    /// Base URL of a face as its caller sees it: the request's own host, with the scheme of the place it listens at.
    pub(crate) fn base_of(
        &self,
        face: &str,
        unserved: impl FnOnce() -> String,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> String {
        let place = self.0.world.places().base(face);
        let served = place.as_deref().and_then(|base| base.split_once("://")).map(|(scheme, _)| scheme);
        let scheme = served.or(uri.scheme_str()).unwrap_or("http");
        let host = headers
            .get(header::HOST)
            .and_then(|value| value.to_str().ok())
            .or_else(|| uri.authority().map(http::uri::Authority::as_str))
            .filter(|host| {
                !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:-[]_".contains(&byte))
            });
        let named = host.map(|host| format!("{scheme}://{host}"));
        // What is no host at all, such as half an address in brackets, would spoil every URL that is built on it.
        let named = named.filter(|base| place.as_deref() == Some(base.as_str()) || Url::parse(base).is_ok());
        match (named, &place) {
            (Some(base), _) => base,
            (None, Some(place)) => place.to_string(),
            (None, None) => unserved(),
        }
    }

    /// Changes rows in the name of a user from outside of the apps, which are told of it: cancelling a registration gives its place back.
    pub(crate) fn write_rows<T, E>(
        &self,
        author: Uuid,
        on_behalf: Option<Uuid>,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let now = self.world().clock().now();
        let (done, touched) = self.store().write_for(now, author, on_behalf, |tx| {
            let done = change(tx)?;
            let schema = Arc::clone(tx.schema());
            let named = |(table, id)| Some((schema.tables().find(|known| known.id == table)?.logical_name.clone(), id));
            let touched: Vec<(String, Uuid)> = tx.touched().filter_map(named).collect();
            Ok((done, touched))
        })?;
        self.events().rows_changed(&touched);
        Ok(done)
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
