//! What a service fetches, runs and reveals: S-X01 to S-X10.

pub mod certificates;
pub mod data;
pub mod doors;
pub mod errors;
pub mod fetching;
mod impostor;
pub mod injection;
pub mod logs;
