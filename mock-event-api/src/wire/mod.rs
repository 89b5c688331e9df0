//! The shapes on the wire, exactly as documented of the product or its ancestor; blank fields are null, never left out.

pub mod captcha;
pub mod checkin;
pub mod custom_field;
pub mod event;
pub mod finalize;
pub mod more;
mod object;
pub mod own;
pub mod pass;
mod place;
pub mod registration;
pub mod session;
pub mod speaker;
pub mod sponsorship;
mod time;
pub mod track;
pub mod user;
