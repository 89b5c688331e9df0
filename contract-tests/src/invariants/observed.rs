//! What the invariants look at.

use std::sync::Arc;

use mock_core::control::dto::EntryView;

use crate::check::secrets::Sought;
use crate::model::Level;
use crate::steps::{Answer, Ledger, Purchase, PurchaseState};
use crate::target::Profile;

/// One purchase, once things are quiet.
#[derive(Clone, Debug)]
pub struct Observed {
    /// As it was made.
    pub purchase: Purchase,
    /// As Dataverse has it now.
    pub state: PurchaseState,
    /// What our Stripe has for it.
    pub ledger: Ledger,
    /// Every exchange about it.
    pub entries: Vec<Arc<EntryView>>,
    /// What the service answered to visits of its link.
    pub answers: Vec<Answer>,
    /// Ids of events and links that are not the service's own.
    pub disowned: Vec<String>,
}

/// What holds for the whole run.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// What the service declares.
    pub profile: &'a Profile,
    /// The level of the run.
    pub level: Level,
    /// Where the service answers, without a trailing slash.
    pub service: &'a str,
    /// Every secret handed out.
    pub secrets: &'a Sought,
}
