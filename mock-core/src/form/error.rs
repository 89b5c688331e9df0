//! What a form may hold, and why one was refused.

/// How much a form may hold before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormLimits {
    /// Most `name=value` pairs.
    pub parameters: usize,
    /// Most levels of a name; `a[b][c]` has three.
    pub depth: usize,
}

impl Default for FormLimits {
    fn default() -> Self {
        Self { parameters: 1_000, depth: 16 }
    }
}

/// Why a form was refused. Every variant about one parameter carries its decoded name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// More pairs than [`FormLimits::parameters`].
    #[error("more than {limit} parameters")]
    TooMany {
        /// The limit that was passed.
        limit: usize,
    },
    /// More bracket levels than [`FormLimits::depth`].
    #[error("parameter `{name}` nests deeper than {limit} levels")]
    TooDeep {
        /// The parameter, shortened to 200 characters.
        name: String,
        /// The limit that was passed.
        limit: usize,
    },
    /// The decoded bytes are not UTF-8.
    #[error("parameter `{name}` is not valid UTF-8")]
    NotUtf8 {
        /// The name with its undecodable bytes replaced.
        name: String,
    },
    /// The brackets of a name do not match, or text follows them.
    #[error("parameter name `{name}` is malformed: {reason}")]
    Malformed {
        /// The parameter, shortened to 200 characters.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// One name is used both as a value and as a branch, or both as a list and as a map.
    #[error("parameter `{name}` is given both as {first} and as {second}")]
    Conflict {
        /// The name that has two shapes.
        name: String,
        /// The shape of the earlier parameter.
        first: &'static str,
        /// The shape of the later parameter.
        second: &'static str,
    },
}

impl FormError {
    /// The parameter that caused the error, when there is one.
    pub fn parameter(&self) -> Option<&str> {
        match self {
            Self::TooMany { .. } => None,
            Self::TooDeep { name, .. }
            | Self::NotUtf8 { name }
            | Self::Malformed { name, .. }
            | Self::Conflict { name, .. } => Some(name),
        }
    }
}

pub(super) fn conflict(name: &str, first: &'static str, second: &'static str) -> FormError {
    FormError::Conflict { name: shorten(name), first, second }
}

pub(super) fn shorten(name: &str) -> String {
    name.chars().take(200).collect()
}
