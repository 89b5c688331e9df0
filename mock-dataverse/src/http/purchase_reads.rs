//! How the ambiguity switches change the reading of one purchase: not there yet (AMB-3), an unknown id (AMB-4), no currency (AMB-8).

use std::sync::Arc;

use uuid::Uuid;

use crate::dataverse::Dataverse;
use crate::event_management::EventManagement;
use crate::fault::{Code, Fault};
use crate::query::Selection;
use crate::schema::Table;
use crate::store::Row;

const PURCHASE: &str = "msevtmgt_eventpurchase";
const CURRENCY: &str = "transactioncurrencyid";

/// One read of a purchase, as the app knew it before the store was locked: the app's own lock comes first.
#[derive(Debug)]
pub(super) struct PurchaseRead<'a> {
    events: &'a EventManagement,
    /// The purchase and its event; `None` for rows of other tables, where no switch changes anything.
    purchase: Option<(Uuid, Option<Arc<str>>)>,
    hidden: bool,
}

impl<'a> PurchaseRead<'a> {
    /// Begins to read a row.
    pub(super) fn of(dataverse: &'a Dataverse, table: &Table, id: Uuid) -> Self {
        let events = dataverse.events();
        if table.logical_name != PURCHASE {
            return Self { events, purchase: None, hidden: false };
        }
        let (hidden, event) = events.begin_read(id);
        Self { events, purchase: Some((id, event)), hidden }
    }

    /// Whether the row must not be found yet.
    pub(super) fn hides(&self) -> bool {
        self.hidden
    }

    fn is(&self, switch: &str, value: &str) -> bool {
        let read = self.purchase.as_ref();
        read.is_some_and(|(id, event)| self.events.switch_in(*id, event.as_deref(), switch) == value)
    }

    /// The refusal of a row that is not there.
    pub(super) fn missing(&self, missing: Fault) -> Fault {
        if self.is("AMB-4", "400") { Fault::bad(Code::PLUGIN_ABORTED, missing.to_string()) } else { missing }
    }

    /// What is shown of the row.
    pub(super) fn shown(&self, row: &Row, mut selection: Arc<Selection>) -> Arc<Selection> {
        if self.purchase.is_some() && row.lookup(CURRENCY).is_none() && self.is("AMB-8", "absent") {
            Arc::make_mut(&mut selection).expand.retain(|expansion| expansion.name != CURRENCY);
        }
        selection
    }
}
