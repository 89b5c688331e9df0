//! The shapes on the wire, exactly as documented of the product or its ancestor; blank fields are null, never left out.

pub mod event;
mod object;
pub mod pass;
pub mod registration;
pub mod user;
