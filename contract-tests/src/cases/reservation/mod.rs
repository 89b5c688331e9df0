//! C-T: the reservation behind a purchase, its timeout, and what it sells.

pub mod field_name;
pub mod several;
pub mod timeout;
