//! When the next delivery attempt of a webhook is due.
//!
//! Known (`facts/stripe.md` 15): live mode tries for up to three days with growing pauses; a sandbox tries three times over a few hours.
//! The intervals are not published. Ours are: sandbox 1 h and 3 h after the attempt before; live 5 min, 30 min, 2 h, 5 h, 10 h, then
//! every 12 h while the three days last.

use jiff::{SignedDuration, Timestamp};

/// How failed deliveries are tried again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RetrySchedule {
    /// Three tries over a few hours.
    #[default]
    Sandbox,
    /// Up to three days.
    Live,
    /// The pauses after the first, second, … failed attempt; none after the last.
    Custom(Vec<SignedDuration>),
}

const HOUR: i64 = 3_600;

impl RetrySchedule {
    /// When to try again after `failed` failed attempts (1 or more), the first at `first` and the last at `last`; `None` gives up.
    pub fn next(&self, failed: usize, first: Timestamp, last: Timestamp) -> Option<Timestamp> {
        let index = failed.checked_sub(1)?;
        let pause = match self {
            Self::Sandbox => SignedDuration::from_secs(*[HOUR, 3 * HOUR].get(index)?),
            Self::Live => {
                let pauses = [300, 1_800, 2 * HOUR, 5 * HOUR, 10 * HOUR];
                SignedDuration::from_secs(pauses.get(index).copied().unwrap_or(12 * HOUR))
            }
            Self::Custom(pauses) => *pauses.get(index)?,
        };
        let due = last.saturating_add(pause).ok()?;
        let three_days = SignedDuration::from_secs(72 * HOUR);
        (!matches!(self, Self::Live) || due.duration_since(first) <= three_days).then_some(due)
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::RetrySchedule;

    fn all(schedule: &RetrySchedule) -> Vec<i64> {
        let first = Timestamp::UNIX_EPOCH;
        let mut due = Vec::new();
        let mut last = first;
        while let Some(next) = schedule.next(due.len() + 1, first, last) {
            due.push(next.as_second());
            last = next;
        }
        due
    }

    #[test]
    fn a_sandbox_tries_three_times_in_a_few_hours() {
        assert_eq!(all(&RetrySchedule::Sandbox), [3_600, 14_400]);
    }

    #[test]
    fn live_tries_for_three_days_and_no_longer() {
        let due = all(&RetrySchedule::Live);
        assert_eq!(due[..3], [300, 2_100, 9_300]);
        assert!(due.last().is_some_and(|last| *last <= 72 * 3_600 && *last > 60 * 3_600));
        assert!(due.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn an_own_schedule_is_followed_to_its_end() {
        assert_eq!(all(&RetrySchedule::Custom(vec![SignedDuration::from_secs(5); 2])), [5, 10]);
        assert_eq!(RetrySchedule::Sandbox.next(0, Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH), None);
    }
}
