//! A dispute: the buyer's bank takes a payment back, or asks about it.
//!
//! Source: `facts/stripe.md` 13, after <https://docs.stripe.com/disputes/how-disputes-work> and
//! <https://docs.stripe.com/testing#evidence>.

mod evidence;
mod machine;
mod object;

pub use evidence::{EVIDENCE, Evidence, MOST_EVIDENCE, Verdict};
pub use machine::{Command, Refusal, opening};
pub use object::{Dispute, INQUIRY_LIFE, Reason, Status, dispute_fee, due_by, halves};
