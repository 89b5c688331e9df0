//! The event-management app that is installed on this Dataverse: reservations, prices, capacity and the custom API.
