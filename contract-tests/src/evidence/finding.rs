//! What does not agree in a report folder, in words.

use thiserror::Error;

use super::transcript::TranscriptError;

/// Something that does not agree with the transcript.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Finding {
    /// The transcript itself cannot be believed.
    #[error("transcript.jsonl: {0}")]
    Transcript(TranscriptError),
    /// It is not the one that was sealed.
    #[error("transcript.jsonl: its seal is {is}, not {expected}")]
    Seal {
        /// The seal that it has.
        is: String,
        /// The one that was given.
        expected: String,
    },
    /// Its verdicts cannot be made again here.
    #[error("transcript.jsonl: {0}")]
    Unknown(String),
    /// What it says of what was generated cannot be what this run did.
    #[error("transcript.jsonl: {0}")]
    Generated(String),
    /// A case of a report says something else.
    #[error("{file}: {case} is {says} there, and {is} by the transcript")]
    Case {
        /// The file.
        file: String,
        /// The case.
        case: String,
        /// What the file says.
        says: String,
        /// What it comes to.
        is: String,
    },
    /// A report says something else of what was generated.
    #[error("{file}: {what}: {says} there, and {is} by the transcript")]
    Told {
        /// The file.
        file: String,
        /// Of what.
        what: String,
        /// What the file says.
        says: String,
        /// What it comes to.
        is: String,
    },
    /// A file says something else, or is not there.
    #[error("{file}: {what}")]
    File {
        /// The file.
        file: String,
        /// What is wrong.
        what: String,
    },
}
