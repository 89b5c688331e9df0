//! A history as plain data: what happens to a few purchases, in order. Nothing here acts; [`super::play`] does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The switches that a history may set, with their values; the first value is the documented default.
pub const SWITCHES: [(&str, &[&str]); 3] = [
    ("AMB-1", &["success", "fault"]),
    ("AMB-2", &["fault", "ignored", "accepted-if-room"]),
    ("AMB-5", &["refused", "last-wins"]),
];

/// The most purchases of a history.
pub const MOST_PURCHASES: u8 = 3;
/// The most steps of a history that is read from a file.
pub const MOST_STEPS: usize = 200;

/// One of the history's purchases, `A` to `C`. It is registered before the first step, at a price of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Who(pub u8);

impl Who {
    /// What one place costs, in the main unit: different for each, so that mixed-up purchases show.
    pub const fn price(self) -> &'static str {
        match self.0 {
            0 => "149.50",
            1 => "80.00",
            _ => "12.25",
        }
    }
}

/// Declares an enumeration whose values have a word each.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$what:meta])* $value:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$what])* $value,)+ }

        impl $name {
            /// All values.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The word in a script.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$value => $word,)+ }
            }

            /// The value of a word.
            pub fn of(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.word() == word)
            }
        }
    };
}

words! {
    /// Which of the open payment pages is used.
    Tab {
        /// The one opened last.
        Newest = "newest-tab",
        /// The one opened first.
        Oldest = "oldest-tab",
    }
}

words! {
    /// In which order events are sent.
    Order {
        /// As they happened.
        OldestFirst = "oldest-first",
        /// The other way round.
        NewestFirst = "newest-first",
    }
}

words! {
    /// Which events are sent again, and how.
    Again {
        /// The one sent last.
        Last = "last",
        /// Each that was sent, in order.
        All = "all",
        /// Each that was sent, the newest first.
        AllNewestFirst = "all-newest-first",
        /// The one sent last, three times at one moment.
        AtOnce = "at-once",
    }
}

words! {
    /// What is wrong with a forged event that says that the open session is paid.
    Forgery {
        /// There is no signature.
        Unsigned = "unsigned",
        /// It is signed with another secret.
        WrongSecret = "wrong-secret",
        /// It was signed an hour ago.
        Old = "old",
    }
}

words! {
    /// Events of the same account that are about something else.
    Foreign {
        /// A payment begins.
        PaymentIntent = "payment_intent.created",
        /// A paid session that carries no purchase id.
        Session = "checkout-session",
    }
}

words! {
    /// Which of the service's calls about a purchase are broken.
    Edge {
        /// Reading the purchase.
        Read = "read",
        /// Finalizing it.
        Finalize = "finalize",
        /// Making something at Stripe.
        Create = "create",
        /// Giving money back.
        Refund = "refund",
    }
}

words! {
    /// How they are broken.
    Trouble {
        /// 429 with `Retry-After: 1`.
        Throttled = "429",
        /// 503 before anything is done.
        Unavailable = "503",
        /// 500 before anything is done.
        Broken = "500",
        /// The connection is reset before anything is done.
        Reset = "reset",
        /// All is done, but the answer is lost.
        Lost = "lost-answer",
    }
}

words! {
    /// How often.
    Times {
        /// Once.
        Once = "once",
        /// Twice.
        Twice = "twice",
        /// Until it is healed.
        Always = "until-healed",
    }
}

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Op {
    /// A fresh browser follows the link and opens the payment page.
    Visit(Who),
    /// Pays by card on an open page; follows the link first where none is open.
    Pay(Who, Tab),
    /// Tries a card that is declined; the page stays open.
    Decline(Who),
    /// Pays by a debit whose money is on its way; follows the link first where no page is open.
    Debit(Who),
    /// The bank pays the debit.
    BankPays(Who),
    /// The bank refuses the debit.
    BankRefuses(Who),
    /// The oldest open session ends unpaid.
    Expire(Who),
    /// The payment timeout of the reservation comes.
    TimeOut(Who),
    /// The organizer gives the money back in Stripe's dashboard.
    Refund(Who),
    /// The buyer's bank disputes the payment.
    Dispute(Who),
    /// Stripe keeps events back from now on.
    Hold(Who),
    /// Stripe sends what was kept back, and keeps nothing back any more.
    Release(Who, Order),
    /// Stripe never sends what it keeps back at this moment.
    Drop(Who),
    /// From now on Stripe sends each event three times at one moment.
    AtOnce(Who),
    /// Stripe sends events again.
    Resend(Who, Again),
    /// Stripe delivers an older, unpaid snapshot of a completed session.
    Stale(Who),
    /// Somebody sends a forged event that says that the open session is paid.
    Forge(Who, Forgery),
    /// Stripe delivers an event about something else.
    Foreign(Foreign),
    /// The service's calls about the purchase are broken.
    Break(Who, Edge, Trouble, Times),
    /// They work again.
    Heal(Who),
    /// The service is restarted.
    Restart,
    /// The world's clock moves by so many minutes.
    Advance(u32),
}

impl Op {
    /// The purchase that it is about; none for what concerns all.
    pub const fn who(self) -> Option<Who> {
        match self {
            Self::Visit(who)
            | Self::Pay(who, _)
            | Self::Decline(who)
            | Self::Debit(who)
            | Self::BankPays(who)
            | Self::BankRefuses(who)
            | Self::Expire(who)
            | Self::TimeOut(who)
            | Self::Refund(who)
            | Self::Dispute(who)
            | Self::Hold(who)
            | Self::Release(who, _)
            | Self::Drop(who)
            | Self::AtOnce(who)
            | Self::Resend(who, _)
            | Self::Stale(who)
            | Self::Forge(who, _)
            | Self::Break(who, ..)
            | Self::Heal(who) => Some(who),
            Self::Foreign(_) | Self::Restart | Self::Advance(_) => None,
        }
    }

    /// The same about another purchase.
    #[must_use]
    pub const fn about(self, who: Who) -> Self {
        match self {
            Self::Visit(_) => Self::Visit(who),
            Self::Pay(_, tab) => Self::Pay(who, tab),
            Self::Decline(_) => Self::Decline(who),
            Self::Debit(_) => Self::Debit(who),
            Self::BankPays(_) => Self::BankPays(who),
            Self::BankRefuses(_) => Self::BankRefuses(who),
            Self::Expire(_) => Self::Expire(who),
            Self::TimeOut(_) => Self::TimeOut(who),
            Self::Refund(_) => Self::Refund(who),
            Self::Dispute(_) => Self::Dispute(who),
            Self::Hold(_) => Self::Hold(who),
            Self::Release(_, order) => Self::Release(who, order),
            Self::Drop(_) => Self::Drop(who),
            Self::AtOnce(_) => Self::AtOnce(who),
            Self::Resend(_, again) => Self::Resend(who, again),
            Self::Stale(_) => Self::Stale(who),
            Self::Forge(_, how) => Self::Forge(who, how),
            Self::Break(_, edge, trouble, times) => Self::Break(who, edge, trouble, times),
            Self::Heal(_) => Self::Heal(who),
            Self::Foreign(_) | Self::Restart | Self::Advance(_) => self,
        }
    }

    /// Whether nothing else may run beside it.
    pub const fn is_alone(self) -> bool {
        matches!(self, Self::Restart | Self::Advance(_))
    }
}

/// A history: what the public documents leave open, settled one way, and the steps.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct History {
    /// Ambiguity switches that do not stand at their default.
    pub under: BTreeMap<String, String>,
    /// What happens, in order.
    pub steps: Vec<Op>,
}

impl History {
    /// The purchases that it is about, without gaps: `B` is there only beside `A`.
    pub fn purchases(&self) -> u8 {
        self.steps.iter().filter_map(|op| op.who()).map(|who| who.0 + 1).max().unwrap_or(1)
    }

    /// Whether it moves the clock or restarts the service, so that nothing else may run beside it.
    pub fn is_alone(&self) -> bool {
        self.steps.iter().any(|op| op.is_alone())
    }

    /// Whether it restarts the service.
    pub fn restarts(&self) -> bool {
        self.steps.contains(&Op::Restart)
    }

    /// Whether it is one that can be played and written down: known switches, not at their default, few purchases, bounded.
    pub fn is_well_formed(&self) -> bool {
        self.steps.len() <= MOST_STEPS
            && self.purchases() <= MOST_PURCHASES
            && self.steps.iter().all(|op| !matches!(op, Op::Advance(minutes) if !(1..=MOST_MINUTES).contains(minutes)))
            && self.under.iter().all(|(id, value)| setting(id, value).is_some_and(|(_, place)| place > 0))
    }
}

/// The longest step of the clock: two days, in minutes.
pub const MOST_MINUTES: u32 = 2 * 24 * 60;

/// A switch and its value as the suite knows them, with the value's place among the values.
pub(super) fn setting(id: &str, value: &str) -> Option<((&'static str, &'static str), usize)> {
    let (known, values) = SWITCHES.iter().find(|(known, _)| *known == id)?;
    let place = values.iter().position(|known| *known == value)?;
    Some(((known, values[place]), place))
}
