//! The event-management app installed on this Dataverse: its rules, which know nothing of HTTP, OData or SOAP.

mod app;
pub mod capacity;
mod contacts;
mod finalize;
mod ledger;
pub mod linter;
mod offer;
mod operations;
pub mod pricing;
pub mod readable_id;
mod reads;
pub mod redirect;
mod registration;
pub mod request;
pub mod reservation;
mod rows;
mod scenario;
mod setup;
pub mod switches;
mod tables;
pub mod timezone;
mod tweak;
pub mod views;

pub use app::{EventManagement, TIMEOUT_JOB};
pub use finalize::FinalizeRefusal;
pub use ledger::{Happening, What};
pub use operations::{FINALIZE, register};
pub use reads::{CapacityView, PurchaseView, Visible};
pub use registration::{Registered, RegistrationRefusal};
pub use scenario::{Loaded, Scenario, ScenarioError};
pub use setup::{
    CreatedEvent, EventChange, NewEvent, NewPass, NewProvider, NewWebApplication, SetUpError, WebApplication,
};
pub use tweak::PurchaseChange;

#[cfg(test)]
mod tests;
