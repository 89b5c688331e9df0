//! Is it the right payment? S-T01 to S-T10: genuine, rightly signed, and not what it says, or not for whom it says.

pub mod abandoned;
pub mod borrowed;
pub mod cheap;
pub mod foreign_ids;
pub mod parameters;
mod shared;
