//! The rules: pure functions over values, without network, clock or lock.

pub mod completion;
pub mod money;
pub mod notification;
pub mod purchase;
pub mod return_url;
pub mod signature;
