//! R-D: notifications that come twice, at once, late, or in another order.

pub mod aftermath;
pub mod late_money;
pub mod postponed;
pub mod repeats;
pub mod restart;
pub(crate) mod shared;
pub mod shuffled;
pub mod snapshots;
