//! Why a call to another service did not do what it should, sorted by what helps.

use std::time::Duration;

/// The one error of all outgoing calls.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    /// It passes by itself; the other side may have said when.
    #[error("{why}")]
    Passing {
        /// Status and code, never a body.
        why: String,
        /// What `Retry-After` asked for.
        wait: Option<Duration>,
    },
    /// No answer within the time that one call has.
    #[error("{0} did not answer in time")]
    Late(&'static str),
    /// Somebody has to mend something first: a privilege, a key, a URL, an answer that cannot be read.
    #[error("{0}")]
    Broken(String),
    /// What was asked for is not there.
    #[error("it does not exist")]
    Missing,
    /// Understood, and refused for what it asks.
    #[error("refused: {0}")]
    Refused(String),
}

impl Trouble {
    pub(crate) fn passing(why: impl Into<String>, wait: Option<Duration>) -> Self {
        Self::Passing { why: why.into(), wait }
    }

    pub(crate) fn broken(why: impl Into<String>) -> Self {
        Self::Broken(why.into())
    }

    /// How long to leave it alone after so many tries that ended in trouble: as asked, else longer each time, between a fifth of a second
    /// and five minutes. What a person has to mend is asked for less often.
    pub(crate) fn pause(&self, tries: u32) -> Duration {
        const MOST: Duration = Duration::from_secs(300);
        let first = match self {
            Self::Passing { wait: Some(wait), .. } => return *wait,
            Self::Passing { .. } | Self::Late(_) | Self::Refused(_) => Duration::from_millis(200),
            Self::Broken(_) | Self::Missing => Duration::from_secs(1),
        };
        first.saturating_mul(1 << tries.saturating_sub(1).min(12)).min(MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_limit_unless_told() {
        let passing = Trouble::passing("429", None);
        assert_eq!([1, 2, 3].map(|tries| passing.pause(tries).as_millis()), [200, 400, 800]);
        assert_eq!(passing.pause(u32::MAX).as_secs(), 300);
        assert_eq!(Trouble::passing("429", Some(Duration::from_secs(86_400))).pause(7).as_secs(), 86_400);
        assert_eq!(Trouble::broken("403").pause(1).as_secs(), 1);
    }
}
