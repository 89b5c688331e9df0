//! The cases, one folder for each area, one file for each family of clauses. `README.md` beside this file says how to write one.

pub mod notification;
pub mod redirect;
pub mod reservation;
