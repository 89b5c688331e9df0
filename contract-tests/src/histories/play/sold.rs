//! A history's purchase while it is played: what happened to it, and what Stripe keeps back about it.

use std::collections::{BTreeMap, BTreeSet};

use mock_stripe::control::dto::DeliveryView;

use super::super::model::{Fact, News};
use crate::buyer::{Buyer, Page};
use crate::steps::{Fault, Purchase};

/// One of the history's purchases while it is played.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each says one thing about how its events are sent now")]
pub(in super::super) struct Sold {
    pub(in super::super) purchase: Purchase,
    pub(in super::super) facts: Vec<Fact>,
    pub(super) tabs: Vec<(Buyer, Page)>,
    pub(super) holding: bool,
    pub(super) at_once: bool,
    /// Deliveries that were looked at, and what they tell.
    pub(super) known: BTreeMap<u64, News>,
    pub(super) waiting: Vec<DeliveryView>,
    pub(super) sent: Vec<u64>,
    /// Those whose last answer was no success.
    pub(super) open: BTreeSet<u64>,
    pub(super) faults: Vec<Fault>,
    /// Journal numbers of deliveries that nobody has to acknowledge.
    pub(in super::super) strangers: Vec<u64>,
    pub(super) hold: u64,
    /// The last payment is a debit that the bank has not answered.
    pub(super) debit: bool,
    /// Payments whose debit the bank has answered.
    pub(super) answered: Vec<String>,
    /// The money was taken back, or that was tried.
    pub(super) touched: bool,
}
