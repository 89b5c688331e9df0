//! What of an organization a world snapshots, restores and resets: its rows, and what the control API has changed.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

use mock_core::Stateful;
use parking_lot::Mutex;
use uuid::Uuid;

use crate::operations::CustomBook;
use crate::protection::Protection;
use crate::store::{Data, Store};
use crate::token::ClientCertificate;

/// Certificates of apps that the control API changed, in place of those of the configuration.
pub(crate) type Certificates = BTreeMap<Uuid, Vec<ClientCertificate>>;

/// The rows' part in snapshot, restore and reset.
pub(crate) struct Rows {
    pub(crate) store: Store,
    pub(crate) first: Data,
    pub(crate) standings: Arc<Mutex<BTreeMap<Uuid, Standing>>>,
    pub(crate) certificates: Arc<Mutex<Certificates>>,
    pub(crate) custom: Arc<CustomBook>,
    pub(crate) protection: Protection,
}

/// Where an app registration stands in the organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// `systemuserid` of its application user; `None`: not a member.
    pub(crate) user: Option<Uuid>,
    /// It has at least one security role.
    pub(crate) has_role: bool,
    /// It may act for other users.
    pub(crate) may_act: bool,
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
        self.standings.lock().clear();
        self.certificates.lock().clear();
        self.custom.reset();
        self.protection.reset();
    }
}
