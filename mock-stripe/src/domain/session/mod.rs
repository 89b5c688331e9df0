//! A checkout session: one buyer's try to pay.
//!
//! Source: the table of `facts/stripe.md` 11.

mod machine;
mod object;

pub use machine::{Command, Refusal};
pub use object::{Completion, Keeps, PaymentStatus, Session, Status};
