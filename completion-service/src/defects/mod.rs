//! Switchable defects: each is one realistic mistake, to prove that a test suite sees it. Without the feature `defects` every
//! hook is the identity.

#[cfg(feature = "defects")]
pub(crate) mod acts;
mod catalogue;
mod hooks;
#[cfg(feature = "defects")]
pub(crate) mod sample;

#[cfg(feature = "defects")]
pub use catalogue::Defect;
pub(crate) use hooks::Hooks;
