//! HTTP as a weapon: S-H01 to S-H10. After each of them a buyer must still get through.

pub mod bodies;
pub mod crowd;
pub mod framing;
pub mod headers;
pub mod media;
pub mod methods;
mod shared;
pub mod slow;
pub mod unreadable;
