//! Clock, ids, scheduler, journal, faults, contract guard, control API and server shared by every fake.

pub mod form;
