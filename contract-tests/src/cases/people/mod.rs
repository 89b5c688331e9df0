//! R-C: people who come twice, at once, or too late; services and platforms that stop and start.

pub mod crowd;
pub mod finished;
pub mod last_seat;
pub mod life;
pub mod twice;
