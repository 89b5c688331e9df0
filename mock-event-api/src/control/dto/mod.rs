//! What the control routes take and answer. The suite uses these types on its side of the wire.
//!
//! Money is a decimal text in the main unit (`"49.50"`), a currency an upper-case ISO 4217 code, a time RFC 3339 in UTC.

mod arrange;
mod change;
mod given;
mod user;
mod view;

pub use arrange::{ArrangeEvent, ArrangePass, ArrangedEvent};
pub use change::{ChangeEvent, ChangePurchase, Features, OrganizerAct};
pub use user::{KnownUser, NewUser};
pub use view::{
    EventView, FindingView, HappeningView, LintReport, PassSeats, PurchaseState, PurchaseView, RegistrationView,
    SessionRegistrationView, SessionStatus, WhatView,
};

#[cfg(test)]
mod tests;
