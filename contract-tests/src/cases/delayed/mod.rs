//! R-A: ways to pay whose money comes days after the buyer is through, or never.

pub mod again;
pub mod nothing_due;
pub mod outcome;
