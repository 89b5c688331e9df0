//! Seats: how many of an event and of a pass are held or sold, taken all or nothing.

use std::collections::BTreeMap;

use thiserror::Error;
use uuid::Uuid;

/// What happens to seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeatChange {
    /// Free ones are held for a payment.
    Hold,
    /// Free ones are sold at once.
    Sell,
    /// Held ones are sold.
    Confirm,
    /// Held ones are given back.
    Release,
    /// Sold ones are given back.
    Withdraw,
}

/// Seats of one event or one pass that are not free. A held seat waits for its payment; a sold one has a registration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Occupancy {
    /// Held by open reservations.
    pub held: u64,
    /// Sold: registered.
    pub sold: u64,
}

impl Occupancy {
    /// Held and sold together.
    pub fn taken(self) -> u64 {
        self.held + self.sold
    }

    /// What is free below `limit`; a limit that was lowered under what is taken leaves nothing.
    pub fn left(self, limit: u64) -> u64 {
        limit.saturating_sub(self.taken())
    }

    /// The same after `n` seats were changed.
    #[must_use]
    pub fn after(self, change: SeatChange, n: u64) -> Self {
        let Self { held, sold } = self;
        match change {
            SeatChange::Hold => Self { held: held + n, sold },
            SeatChange::Sell => Self { held, sold: sold + n },
            SeatChange::Confirm => Self { held: held.saturating_sub(n), sold: sold + n },
            SeatChange::Release => Self { held: held.saturating_sub(n), sold },
            SeatChange::Withdraw => Self { held, sold: sold.saturating_sub(n) },
        }
    }
}

/// What one purchase or one free registration needs: seats of its event, and of each pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// The event.
    pub event: Uuid,
    /// Seats of the event: one per attendee that is not on the waiting list.
    pub seats: u64,
    /// Seats per pass.
    pub passes: BTreeMap<Uuid, u64>,
    /// Seats per session.
    pub sessions: BTreeMap<Uuid, u64>,
}

impl Demand {
    /// No seats of an event.
    pub fn none(event: Uuid) -> Self {
        Self { event, seats: 0, passes: BTreeMap::new(), sessions: BTreeMap::new() }
    }

    /// One seat of an event, with a pass and sessions.
    pub fn one(event: Uuid, pass: Option<Uuid>, sessions: impl IntoIterator<Item = Uuid>) -> Self {
        let mut one = Self { seats: 1, ..Self::none(event) };
        one.passes.extend(pass.map(|pass| (pass, 1)));
        for session in sessions {
            *one.sessions.entry(session).or_insert(0) += 1;
        }
        one
    }

    /// The same with another demand of the same event on top.
    pub fn add(&mut self, other: &Self) {
        self.seats += other.seats;
        for (mine, more) in [(&mut self.passes, &other.passes), (&mut self.sessions, &other.sessions)] {
            for (id, n) in more {
                *mine.entry(*id).or_insert(0) += n;
            }
        }
    }

    /// The same without another demand of the same event, which was a part of it.
    pub fn remove(&mut self, other: &Self) {
        self.seats = self.seats.saturating_sub(other.seats);
        for (mine, less) in [(&mut self.passes, &other.passes), (&mut self.sessions, &other.sessions)] {
            for (id, n) in less {
                if let Some(count) = mine.get_mut(id) {
                    *count = count.saturating_sub(*n);
                }
            }
            mine.retain(|_, count| *count > 0);
        }
    }
}

/// How many seats there are; `None` is without limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// `msevtmgt_maximumeventcapacity` of the event.
    pub event: Option<u64>,
    /// `msevtmgt_noofpassesallocated` of each pass.
    pub passes: BTreeMap<Uuid, u64>,
    /// `msevtmgt_sessionmaxcapacity` of each session that has one.
    pub sessions: BTreeMap<Uuid, u64>,
}

/// Which seats are short. Nothing was taken.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Full {
    /// The event's own capacity.
    #[error("the event has {left} of the {asked} places asked for")]
    Event {
        /// Places asked for.
        asked: u64,
        /// Places free.
        left: u64,
    },
    /// The allocation of one pass.
    #[error("pass {pass} has {left} of the {asked} passes asked for")]
    Pass {
        /// The pass.
        pass: Uuid,
        /// Passes asked for.
        asked: u64,
        /// Passes free.
        left: u64,
    },
    /// The capacity of one session.
    #[error("session {session} has {left} of the {asked} places asked for")]
    Session {
        /// The session.
        session: Uuid,
        /// Places asked for.
        asked: u64,
        /// Places free.
        left: u64,
    },
}

/// All seats that are taken, by event, by pass and by session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seats {
    events: BTreeMap<Uuid, Occupancy>,
    passes: BTreeMap<Uuid, Occupancy>,
    sessions: BTreeMap<Uuid, Occupancy>,
}

impl Seats {
    /// What is taken of an event.
    pub fn event(&self, event: Uuid) -> Occupancy {
        self.events.get(&event).copied().unwrap_or_default()
    }

    /// What is taken of a pass.
    pub fn pass(&self, pass: Uuid) -> Occupancy {
        self.passes.get(&pass).copied().unwrap_or_default()
    }

    /// What is taken of a session.
    pub fn session(&self, session: Uuid) -> Occupancy {
        self.sessions.get(&session).copied().unwrap_or_default()
    }

    /// What is taken of an event, and of these passes and sessions: as it is now, whatever happens later.
    #[must_use]
    pub fn part(&self, event: Uuid, limits: &Limits, sessions: impl Iterator<Item = Uuid>) -> Self {
        Self {
            events: BTreeMap::from([(event, self.event(event))]),
            passes: limits.passes.keys().map(|pass| (*pass, self.pass(*pass))).collect(),
            sessions: sessions.map(|session| (session, self.session(session))).collect(),
        }
    }

    /// Whether all of `demand` fits within `limits`: every seat or none. A pass without a limit of its own is not limited.
    pub fn room(&self, demand: &Demand, limits: &Limits) -> Result<(), Full> {
        if let Some(limit) = limits.event {
            let left = self.event(demand.event).left(limit);
            if demand.seats > left {
                return Err(Full::Event { asked: demand.seats, left });
            }
        }
        for (pass, asked) in &demand.passes {
            let Some(limit) = limits.passes.get(pass) else { continue };
            let left = self.pass(*pass).left(*limit);
            if *asked > left {
                return Err(Full::Pass { pass: *pass, asked: *asked, left });
            }
        }
        for (session, asked) in &demand.sessions {
            let Some(limit) = limits.sessions.get(session) else { continue };
            let left = self.session(*session).left(*limit);
            if *asked > left {
                return Err(Full::Session { session: *session, asked: *asked, left });
            }
        }
        Ok(())
    }

    /// What is taken of an event once `change` has happened to a demand.
    pub fn event_after(&self, change: SeatChange, demand: &Demand) -> Occupancy {
        self.event(demand.event).after(change, demand.seats)
    }

    /// What is taken of a pass once `change` has happened to a demand.
    pub fn pass_after(&self, pass: Uuid, change: SeatChange, demand: &Demand) -> Occupancy {
        self.pass(pass).after(change, demand.passes.get(&pass).copied().unwrap_or_default())
    }

    /// What is taken of a session once `change` has happened to a demand.
    pub fn session_after(&self, session: Uuid, change: SeatChange, demand: &Demand) -> Occupancy {
        self.session(session).after(change, demand.sessions.get(&session).copied().unwrap_or_default())
    }

    /// Lets `change` happen to all seats of a demand. Before seats are taken the caller asks for [`Seats::room`].
    pub fn apply(&mut self, change: SeatChange, demand: &Demand) {
        let each = |seats: &mut Occupancy, n: u64| *seats = seats.after(change, n);
        each(self.events.entry(demand.event).or_default(), demand.seats);
        for (pass, n) in &demand.passes {
            each(self.passes.entry(*pass).or_default(), *n);
        }
        for (session, n) in &demand.sessions {
            each(self.sessions.entry(*session).or_default(), *n);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SeatChange::{Confirm, Hold, Release, Withdraw};
    use super::{Demand, Full, Limits, Seats};
    use std::collections::BTreeMap;
    use uuid::Uuid;

    const EVENT: Uuid = Uuid::from_u128(1);
    const A: Uuid = Uuid::from_u128(0xa);
    const B: Uuid = Uuid::from_u128(0xb);

    fn demand(a: u64, b: u64) -> Demand {
        let passes = BTreeMap::from([(A, a), (B, b)]).into_iter().filter(|(_, n)| *n > 0).collect();
        Demand { seats: a + b, passes, ..Demand::none(EVENT) }
    }

    fn limits(event: u64, a: u64, b: u64) -> Limits {
        Limits { event: Some(event), passes: BTreeMap::from([(A, a), (B, b)]), sessions: BTreeMap::new() }
    }

    #[track_caller]
    fn check(limits: &Limits, before: &Demand, asked: &Demand, expect: Result<(), Full>) {
        let mut seats = Seats::default();
        seats.apply(Hold, before);
        assert_eq!(seats.room(asked, limits), expect);
    }

    #[test]
    fn the_event_and_each_pass_limit_on_their_own() {
        check(&limits(5, 3, 3), &demand(2, 2), &demand(1, 0), Ok(()));
        check(&limits(5, 3, 3), &demand(2, 2), &demand(1, 1), Err(Full::Event { asked: 2, left: 1 }));
        check(&limits(9, 3, 3), &demand(2, 2), &demand(1, 2), Err(Full::Pass { pass: B, asked: 2, left: 1 }));
        check(&limits(3, 9, 9), &demand(4, 0), &demand(1, 0), Err(Full::Event { asked: 1, left: 0 }));
        check(&Limits::default(), &demand(400, 0), &demand(1000, 1000), Ok(()));
    }

    #[test]
    fn held_seats_end_sold_or_free() {
        let mut seats = Seats::default();
        seats.apply(Hold, &demand(2, 1));
        seats.apply(Confirm, &demand(2, 1));
        assert_eq!((seats.event(EVENT).held, seats.event(EVENT).sold, seats.pass(A).sold), (0, 3, 2));
        seats.apply(Withdraw, &demand(2, 1));
        seats.apply(Hold, &demand(1, 0));
        seats.apply(Release, &demand(1, 0));
        assert_eq!((seats.event(EVENT).taken(), seats.pass(A).taken(), seats.pass(B).taken()), (0, 0, 0));
    }
}
