//! How the ambiguity switches change the reading of one purchase: not there yet (AMB-3), an unknown id (AMB-4), no currency (AMB-8).

use crate::dataverse::Dataverse;
use crate::fault::{Code, Fault};
use crate::query::Selection;
use crate::schema::Table;
use crate::store::Row;
use uuid::Uuid;

const PURCHASE: &str = "msevtmgt_eventpurchase";
const CURRENCY: &str = "transactioncurrencyid";

/// What the switches say of one read. Asked before the store is locked: the app's own lock comes first.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PurchaseRead {
    hidden: bool,
    unknown_is_bad: bool,
    omits_currency: bool,
}

impl PurchaseRead {
    /// Reads the switches for a row; for every other table they change nothing.
    pub(super) fn of(dataverse: &Dataverse, table: &Table, id: Uuid) -> Self {
        if table.logical_name != PURCHASE {
            return Self::default();
        }
        let events = dataverse.events();
        Self {
            hidden: events.hides(PURCHASE, id),
            unknown_is_bad: events.switch_for(id, "AMB-4") == "400",
            omits_currency: events.omits_missing_currency(id),
        }
    }

    /// Whether the row must not be found yet.
    pub(super) fn hides(self) -> bool {
        self.hidden
    }

    /// The refusal of a row that is not there.
    pub(super) fn missing(self, missing: Fault) -> Fault {
        if self.unknown_is_bad { Fault::bad(Code::PLUGIN_ABORTED, missing.to_string()) } else { missing }
    }

    /// What is shown of the row.
    pub(super) fn shown(self, row: &Row, mut selection: Selection) -> Selection {
        if self.omits_currency && row.lookup(CURRENCY).is_none() {
            selection.expand.retain(|expansion| expansion.name != CURRENCY);
        }
        selection
    }
}
