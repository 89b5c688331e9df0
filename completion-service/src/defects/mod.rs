//! Switchable defects: each is one realistic mistake, to prove that a test suite sees it. Without the feature `defects` every
//! hook is the identity.

mod abuse;
#[cfg(feature = "defects")]
pub(crate) mod acts;
mod belief;
mod calls;
mod catalogue;
#[cfg(feature = "defects")]
mod finalize;
#[cfg(feature = "defects")]
pub(crate) mod front;
mod hooks;
mod money;
#[cfg(feature = "defects")]
mod news;
mod notes;
mod requests;
#[cfg(feature = "defects")]
pub(crate) mod sample;
#[cfg(feature = "defects")]
mod stories;
#[cfg(feature = "defects")]
mod tangles;
mod work;

#[cfg(feature = "defects")]
pub use catalogue::Defect;
pub(crate) use hooks::Hooks;
#[cfg(feature = "defects")]
pub use stories::{STORIES, Story};
