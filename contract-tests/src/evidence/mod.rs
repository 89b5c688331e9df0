//! The evidence of a run: a transcript of everything that was done and seen, chained by hashes, from which every verdict can be made again.

mod against;
mod finding;
mod redact;
mod transcript;
mod verify;

pub use finding::Finding;
pub use redact::redacted;
pub use transcript::{Transcript, TranscriptError, write};
pub use verify::{Verified, verify};
