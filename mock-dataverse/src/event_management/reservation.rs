//! The life of a reservation: a pure state machine that says who may go where, and what has to happen on the way.

use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

/// How long a reservation waits for its payment when the payment provider names no timeout, in minutes: the fixed time of the outbound
/// ancestor (`facts/event-api.md` 7 and 9 #19).
pub const DEFAULT_TIMEOUT_MINUTES: u32 = 50;

/// What the caller of `msevtmgt_finalizeregistrationpayment` says of the payment: the two documented values of the choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaymentStatus {
    /// 100000000: the payment was rejected or given up.
    Cancelled,
    /// 100000001: the money is there.
    Completed,
}

impl PaymentStatus {
    /// Reads the choice's integer; every other integer is no payment status.
    pub fn from_choice(value: i64) -> Option<Self> {
        match value {
            100_000_000 => Some(Self::Cancelled),
            100_000_001 => Some(Self::Completed),
            _ => None,
        }
    }

    /// The choice's integer.
    pub fn choice(self) -> i64 {
        match self {
            Self::Cancelled => 100_000_000,
            Self::Completed => 100_000_001,
        }
    }
}

/// Where a reservation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Seats are held, the payment is awaited.
    Reserved,
    /// Paid: registrations and attendee passes exist.
    Completed,
    /// Given up by a finalize call: the seats are free again.
    Cancelled,
    /// Not paid in time: the seats are free again.
    Expired,
}

impl State {
    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }
}

/// What can happen to a reservation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// The finalize operation is called.
    Finalize {
        /// What the caller says of the payment.
        status: PaymentStatus,
        /// Whether the seats of this purchase could be taken (again) right now. Only looked at where seats were given back before.
        room: bool,
    },
    /// The payment timeout has come.
    DeadlineReached,
}

/// What has to be done because a reservation moved. The order of the list is the order to do them in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Held seats become sold seats; registrations and attendee passes are made.
    Confirm,
    /// Held seats become free.
    Release,
    /// Free seats become sold seats: a completion after the seats were given back.
    Reseat,
    /// Sold seats become free, the registrations are cancelled: a cancellation of something completed.
    Withdraw,
}

/// Why a command changed nothing and must be answered with an error.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Refusal {
    /// The same status was written before (AMB-1 `fault`).
    #[error("The payment of this purchase is already finalized as {}.", .0.word())]
    Repeated(State),
    /// The opposite status was written before (AMB-5 `refused`).
    #[error("The payment of this purchase is already finalized as {}; it cannot be changed.", .0.word())]
    Opposite(State),
    /// The payment timeout is over (AMB-2 `fault`).
    #[error("The reservation of this purchase ended at {deadline} without a payment; its places are released.")]
    TimedOut {
        /// When it ended (UTC).
        deadline: Timestamp,
    },
    /// The seats were given back and others have them now.
    #[error("The places of this purchase were released and are taken.")]
    NoRoom,
    /// The timeout was announced before its time.
    #[error("The reservation is valid until {deadline}.")]
    NotDue {
        /// When it ends (UTC).
        deadline: Timestamp,
    },
}

/// What the public documents leave open about finalizing: AMB-1, AMB-2 and AMB-5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// AMB-1: a second finalize with the same status.
    pub repeat: Repeat,
    /// AMB-2: a completed finalize after the payment timeout.
    pub late: Late,
    /// AMB-5: completed after cancelled, or cancelled after completed.
    pub opposite: Opposite,
}

/// AMB-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It succeeds and changes nothing.
    Succeed,
    /// It is an error.
    Fault,
}

/// AMB-2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    /// It is an error.
    Fault,
    /// It is answered with success, and nothing happens.
    Ignore,
    /// It completes the purchase when the seats are still free, else it is an error.
    AcceptIfRoom,
}

/// AMB-5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opposite {
    /// It is an error.
    Refuse,
    /// The last word counts (as far as there are seats).
    LastWins,
}

impl Default for Policy {
    /// The documented defaults of `facts/event-api.md` 9 #20 to #22.
    fn default() -> Self {
        Self { repeat: Repeat::Succeed, late: Late::Fault, opposite: Opposite::Refuse }
    }
}

/// One reservation: a value, changed only by [`Reservation::apply`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reservation {
    state: State,
    created: Timestamp,
    deadline: Timestamp,
}

impl Reservation {
    /// Holds seats from `created` on, for `timeout_minutes`.
    pub fn open(created: Timestamp, timeout_minutes: u32) -> Self {
        let timeout = SignedDuration::from_mins(i64::from(timeout_minutes));
        let deadline = created.saturating_add(timeout).unwrap_or(Timestamp::MAX);
        Self { state: State::Reserved, created, deadline }
    }

    /// The same reservation with its end moved forward to `deadline`; a later one than it has changes nothing.
    #[must_use]
    pub fn ending_by(&self, deadline: Timestamp) -> Self {
        Self { deadline: self.deadline.min(deadline), ..*self }
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        self.state
    }

    /// When it was made (UTC).
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// When it ends without a payment (UTC): the first moment at which it is too late.
    pub fn deadline(&self) -> Timestamp {
        self.deadline
    }

    /// Whether the payment is still awaited although the time is over: the timeout has to be applied first.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.state == State::Reserved && now >= self.deadline
    }

    /// Decides what `command` does at `now` under `policy`: the reservation as it is afterwards and what has to happen, or why nothing does.
    pub fn apply(&self, command: Command, policy: Policy, now: Timestamp) -> Result<(Self, Vec<Effect>), Refusal> {
        match command {
            Command::DeadlineReached => self.deadline_reached(now),
            Command::Finalize { status, room } => self.finalize(status, room, policy, now),
        }
    }

    fn deadline_reached(&self, now: Timestamp) -> Result<(Self, Vec<Effect>), Refusal> {
        match self.state {
            State::Reserved if now < self.deadline => Err(Refusal::NotDue { deadline: self.deadline }),
            State::Reserved => Ok((self.moved(State::Expired), vec![Effect::Release])),
            State::Completed | State::Cancelled | State::Expired => Ok((*self, Vec::new())),
        }
    }

    fn finalize(
        &self,
        status: PaymentStatus,
        room: bool,
        policy: Policy,
        now: Timestamp,
    ) -> Result<(Self, Vec<Effect>), Refusal> {
        if self.is_overdue(now) {
            let (expired, mut effects) = self.deadline_reached(now)?;
            let (after, more) = expired.finalize(status, room, policy, now)?;
            effects.extend(more);
            return Ok((after, effects));
        }
        match (self.state, status) {
            (State::Reserved, PaymentStatus::Completed) => Ok((self.moved(State::Completed), vec![Effect::Confirm])),
            (State::Reserved, PaymentStatus::Cancelled) => Ok((self.moved(State::Cancelled), vec![Effect::Release])),
            (State::Completed, PaymentStatus::Completed) | (State::Cancelled, PaymentStatus::Cancelled) => {
                match policy.repeat {
                    Repeat::Succeed => Ok((*self, Vec::new())),
                    Repeat::Fault => Err(Refusal::Repeated(self.state)),
                }
            }
            (State::Completed, PaymentStatus::Cancelled) => match policy.opposite {
                Opposite::Refuse => Err(Refusal::Opposite(self.state)),
                Opposite::LastWins => Ok((self.moved(State::Cancelled), vec![Effect::Withdraw])),
            },
            (State::Cancelled, PaymentStatus::Completed) => match policy.opposite {
                Opposite::Refuse => Err(Refusal::Opposite(self.state)),
                Opposite::LastWins => self.reseat(room),
            },
            // The seats are free already, which is all that a cancellation asks for.
            (State::Expired, PaymentStatus::Cancelled) => Ok((*self, Vec::new())),
            (State::Expired, PaymentStatus::Completed) => match policy.late {
                Late::Fault => Err(Refusal::TimedOut { deadline: self.deadline }),
                Late::Ignore => Ok((*self, Vec::new())),
                Late::AcceptIfRoom => self.reseat(room),
            },
        }
    }

    fn reseat(&self, room: bool) -> Result<(Self, Vec<Effect>), Refusal> {
        if room { Ok((self.moved(State::Completed), vec![Effect::Reseat])) } else { Err(Refusal::NoRoom) }
    }

    fn moved(&self, state: State) -> Self {
        Self { state, ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, Effect, Late, Opposite, PaymentStatus, Policy, Refusal, Repeat, Reservation, State};
    use jiff::{SignedDuration, Timestamp};

    const DEFAULT: Policy = Policy { repeat: Repeat::Succeed, late: Late::Fault, opposite: Opposite::Refuse };
    const COMPLETED: Command = Command::Finalize { status: PaymentStatus::Completed, room: true };
    const CANCELLED: Command = Command::Finalize { status: PaymentStatus::Cancelled, room: true };
    const TIMEOUT: Command = Command::DeadlineReached;

    /// Applies the commands at the given minute each, on a reservation of 30 minutes, and tells the last outcome in one line.
    #[track_caller]
    fn check(policy: Policy, commands: &[(i64, Command)], expect: &str) {
        let start: Timestamp = "2026-11-01T10:00:00Z".parse().unwrap();
        let mut reservation = Reservation::open(start, 30);
        let mut last = String::new();
        for (minute, command) in commands {
            let now = start + SignedDuration::from_mins(*minute);
            last = match reservation.apply(*command, policy, now) {
                Ok((after, effects)) => {
                    reservation = after;
                    let effects: Vec<_> = effects.iter().map(|effect| format!("{effect:?}").to_lowercase()).collect();
                    format!("ok [{}]", effects.join(" "))
                }
                Err(refusal) => {
                    let text = format!("{refusal:?}");
                    format!("refused {}", text.split([' ', '(', '{']).next().unwrap())
                }
            };
        }
        assert_eq!(format!("{last} -> {}", reservation.state().word()), expect, "after {commands:?}");
    }

    #[test]
    fn the_table_of_the_defaults() {
        check(DEFAULT, &[(29, COMPLETED)], "ok [confirm] -> completed");
        check(DEFAULT, &[(29, CANCELLED)], "ok [release] -> cancelled");
        check(DEFAULT, &[(30, TIMEOUT)], "ok [release] -> expired");
        check(DEFAULT, &[(29, TIMEOUT)], "refused NotDue -> reserved");
        check(DEFAULT, &[(1, COMPLETED), (2, COMPLETED)], "ok [] -> completed");
        check(DEFAULT, &[(1, COMPLETED), (2, CANCELLED)], "refused Opposite -> completed");
        check(DEFAULT, &[(1, CANCELLED), (2, COMPLETED)], "refused Opposite -> cancelled");
        check(DEFAULT, &[(1, CANCELLED), (2, CANCELLED)], "ok [] -> cancelled");
        check(DEFAULT, &[(30, TIMEOUT), (31, COMPLETED)], "refused TimedOut -> expired");
        check(DEFAULT, &[(30, TIMEOUT), (31, CANCELLED)], "ok [] -> expired");
        check(DEFAULT, &[(1, COMPLETED), (30, TIMEOUT)], "ok [] -> completed");
        check(DEFAULT, &[(1, CANCELLED), (30, TIMEOUT)], "ok [] -> cancelled");
        check(DEFAULT, &[(1, COMPLETED), (99, COMPLETED)], "ok [] -> completed");
    }

    #[test]
    fn too_late_begins_at_the_deadline_itself_even_if_nobody_announced_it() {
        check(DEFAULT, &[(30, COMPLETED)], "refused TimedOut -> reserved");
        check(DEFAULT, &[(30, CANCELLED)], "ok [release] -> expired");
        check(Policy { late: Late::Ignore, ..DEFAULT }, &[(30, COMPLETED)], "ok [release] -> expired");
        check(Policy { late: Late::AcceptIfRoom, ..DEFAULT }, &[(30, COMPLETED)], "ok [release reseat] -> completed");
    }

    #[test]
    fn a_repeat_can_be_a_fault() {
        let policy = Policy { repeat: Repeat::Fault, ..DEFAULT };
        check(policy, &[(1, COMPLETED), (2, COMPLETED)], "refused Repeated -> completed");
        check(policy, &[(1, CANCELLED), (2, CANCELLED)], "refused Repeated -> cancelled");
        check(policy, &[(30, TIMEOUT), (31, CANCELLED)], "ok [] -> expired");
    }

    #[test]
    fn a_late_success_can_be_ignored_or_accepted() {
        let full = Command::Finalize { status: PaymentStatus::Completed, room: false };
        let late = [(30, TIMEOUT), (31, COMPLETED)];
        check(Policy { late: Late::Ignore, ..DEFAULT }, &late, "ok [] -> expired");
        check(Policy { late: Late::AcceptIfRoom, ..DEFAULT }, &late, "ok [reseat] -> completed");
        check(
            Policy { late: Late::AcceptIfRoom, ..DEFAULT },
            &[(30, TIMEOUT), (31, full)],
            "refused NoRoom -> expired",
        );
    }

    #[test]
    fn the_last_word_can_win_both_ways() {
        let policy = Policy { opposite: Opposite::LastWins, ..DEFAULT };
        let full = Command::Finalize { status: PaymentStatus::Completed, room: false };
        check(policy, &[(1, COMPLETED), (2, CANCELLED)], "ok [withdraw] -> cancelled");
        check(policy, &[(1, CANCELLED), (2, COMPLETED)], "ok [reseat] -> completed");
        check(policy, &[(1, CANCELLED), (2, full)], "refused NoRoom -> cancelled");
    }

    #[test]
    fn only_two_integers_are_a_payment_status() {
        assert_eq!(PaymentStatus::from_choice(100_000_000), Some(PaymentStatus::Cancelled));
        assert_eq!(PaymentStatus::from_choice(100_000_001), Some(PaymentStatus::Completed));
        for other in [0, 1, -1, 99_999_999, 100_000_002, i64::MAX] {
            assert_eq!(PaymentStatus::from_choice(other), None);
        }
    }

    #[test]
    fn an_absurd_timeout_does_not_overflow() {
        let reservation = Reservation::open(Timestamp::MAX, u32::MAX);
        assert_eq!((reservation.deadline(), reservation.state()), (Timestamp::MAX, State::Reserved));
        assert!(matches!(
            reservation.apply(TIMEOUT, DEFAULT, Timestamp::MAX),
            Ok((after, effects)) if after.state() == State::Expired && effects == [Effect::Release]
        ));
        assert!(matches!(reservation.apply(TIMEOUT, DEFAULT, Timestamp::MIN), Err(Refusal::NotDue { .. })));
    }
}
