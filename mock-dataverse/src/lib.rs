//! A fake Dataverse: tables, Web API, Entra tokens and the event-management app.

pub mod event_management;
pub mod schema;
pub mod store;
