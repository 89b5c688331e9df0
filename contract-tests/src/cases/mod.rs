//! The cases, one folder for each area, one file for each family of clauses. `README.md` beside this file says how to write one.

pub mod amounts;
pub mod dataverse;
pub mod delayed;
pub mod delivery;
pub mod exposure;
pub mod notification;
pub mod outbound;
pub mod payment;
pub mod people;
pub mod redirect;
pub mod reservation;
pub mod return_target;
pub mod signature;
pub mod stripe;
pub mod weapon;
