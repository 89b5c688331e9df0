//! A payment intent: the collecting of one amount, over as many tries as it takes.
//!
//! Source: `facts/stripe.md` 12.

mod failure;
mod machine;
mod object;

pub use failure::PaymentError;
pub use machine::{Command, Refusal};
pub use object::{AskBuyer, CaptureMethod, Confirmation, Intent, SetUp, Status};
