//! The rules of Stripe as pure functions and state machines. Nothing here knows HTTP, a lock, or what time it is.

pub mod address;
pub mod bank_account;
pub mod belonging;
pub mod books;
mod card_number;
pub mod cards;
pub mod catalog;
pub mod charge;
pub mod dispute;
pub mod effect;
pub mod event;
pub mod idempotency;
pub mod intent;
pub mod link;
pub mod metadata;
pub mod money;
pub mod payer;
pub mod rate;
pub mod refund;
pub mod retry;
pub mod search;
pub mod sequel;
pub mod session;
pub mod signature;
pub mod test_ids;
pub mod told;
pub mod transaction;
