//! The event-management app installed on this Dataverse: its rules, which know nothing of HTTP, OData or SOAP.

mod admission;
mod agenda;
pub mod agenda_views;
mod app;
mod book_view;
pub mod capacity;
mod checkin;
mod contacts;
mod demo;
mod exposed;
mod finalize;
mod forms;
mod generation;
mod ledger;
mod legacy;
mod lint;
pub mod linter;
mod offer;
mod operations;
mod organizer;
mod papers;
mod picture;
mod placement;
pub mod pricing;
pub mod programme;
pub mod readable_id;
mod reads;
pub mod redirect;
mod registration;
pub mod request;
pub mod reservation;
mod reserve;
mod restoring;
mod roster;
mod rows;
mod scenario;
mod seating;
mod setup;
mod setup_request;
mod stage;
pub mod switches;
mod tables;
pub mod timezone;
mod tweak;
pub mod views;
mod visitors;
mod waiting;
mod worker;

pub use app::{EventManagement, TIMEOUT_JOB, WeakEventManagement};
pub use book_view::{CapacityView, PurchaseView};
pub use checkin::CheckInRefusal;
pub use demo::DemoRefusal;
pub use exposed::Shown;
pub use finalize::FinalizeRefusal;
pub use generation::{Generation, Visit};
pub use ledger::{Happening, What};
pub use operations::{FINALIZE, register};
pub use organizer::{OrganizerRefusal, RegistrationView, SessionRegistrationView};
pub use picture::Picture;
pub use placement::Standing;
pub use reads::Visible;
pub use registration::{Registered, RegistrationRefusal};
pub use scenario::{Loaded, Scenario, ScenarioError};
pub use setup_request::{
    CreatedEvent, EventChange, NewEvent, NewPass, NewProvider, NewWebApplication, SetUpError, WebApplication,
};
pub use stage::Staged;
pub use tweak::PurchaseChange;
pub use visitors::{OwnRegistration, Visitor, Waiting};
pub use worker::TICKET_JOB;

#[cfg(test)]
mod tests;
