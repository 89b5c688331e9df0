//! R-V: Dataverse and the token endpoint in their documented bad moods.

pub mod broken;
pub mod denied;
pub mod late;
pub mod locked;
pub mod reading;
pub mod redirected;
pub(crate) mod shared;
pub mod throttled;
pub mod token_endpoint;
pub mod tokens;
