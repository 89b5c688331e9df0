//! The reference model: what a history has come to for one purchase, and what must therefore be true of it. Pure, and small: what the eight
//! invariants say is theirs to say; here stands what follows from the order of things.

use serde::{Deserialize, Serialize};

use crate::model::{Check, Payable, Weight};

/// What an event tells, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum News {
    /// The money is there.
    Paid,
    /// The buyer is through, the money on its way.
    Promised,
    /// The money will not come.
    Failed,
    /// A session ended unpaid.
    Expired,
    /// Nothing that matters here.
    Other,
}

/// Where a visit led.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Led {
    /// To a page of our Stripe.
    ToPay,
    /// Anywhere else; for people.
    Elsewhere(String),
}

/// Something that happened to a purchase. `disturbed` says whether the service's calls about it were broken at that moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// Its link was followed.
    Visited {
        /// Where that led.
        led: Led,
        /// Whether calls were broken.
        disturbed: bool,
    },
    /// The page took a card.
    Paid,
    /// The page took a debit.
    Promised,
    /// The bank refused a debit for good; who asks Stripe knows it before Stripe tells.
    Refused,
    /// A session ended unpaid.
    Expired,
    /// The payment timeout came.
    TimedOut,
    /// The organizer gave the money back, or the buyer's bank took it.
    TakenBack,
    /// Stripe told the service.
    Told {
        /// What.
        news: News,
        /// Whether that was acknowledged.
        taken: bool,
        /// Whether calls were broken.
        disturbed: bool,
    },
    /// Stripe told the same three times at one moment.
    Raced {
        /// The answers that were no success.
        open: Vec<String>,
        /// Whether Dataverse refused a finalize meanwhile.
        refused: bool,
        /// Whether calls were broken.
        disturbed: bool,
    },
    /// An event that nobody will ever send.
    Lost {
        /// What it would have told.
        news: News,
    },
    /// A forged event was answered.
    Forged {
        /// The answer.
        answer: String,
        /// Whether it was a success.
        taken: bool,
    },
    /// An event about something else was answered.
    Foreign {
        /// The answer.
        answer: String,
        /// Whether it was a success.
        taken: bool,
    },
}

/// A purchase when everything is healed, sent and quiet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// Where it stood, oldest first.
    pub states: Vec<String>,
    /// Its price in the minor unit.
    pub price: i64,
    /// What was paid and not given back, in the minor unit.
    pub kept: i64,
    /// How many attendees it is for.
    pub attendees: usize,
    /// How many registrations it has.
    pub registrations: usize,
}

impl End {
    fn is_completed(&self) -> bool {
        self.states.last().is_some_and(|state| state == "completed")
    }
}

/// A demand that is not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The demand's name: an invariant (`INV-2`) or one of the model's own.
    pub rule: String,
    /// What was looked at.
    pub check: Check,
}

/// What a purchase's facts have come to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each says one thing that has happened or has not")]
pub struct Account {
    payable: Payable,
    /// The reservation waits for its payment, as far as the platform's timeout goes.
    open: bool,
    /// A page took a payment.
    sold: bool,
    /// There was a reason to give the reservation up.
    may_cancel: bool,
    /// The service has said yes to the news of money for an open reservation.
    promised_seat: bool,
    told_of_money: bool,
    lost_news_of_money: bool,
    taken_back: bool,
    broken: Vec<Broken>,
}

fn broken(rule: &str, weight: Weight, what: &str, expected: &str, seen: String) -> Broken {
    let check = Check {
        what: what.to_owned(),
        expected: expected.to_owned(),
        seen,
        ok: false,
        weight,
        invariant: rule.starts_with("INV-").then(|| rule.to_owned()),
    };
    Broken { rule: rule.to_owned(), check }
}

impl Account {
    /// A fresh reservation, sold with this kind of object.
    pub const fn new(payable: Payable) -> Self {
        Self {
            payable,
            open: true,
            sold: false,
            may_cancel: false,
            promised_seat: false,
            told_of_money: false,
            lost_news_of_money: false,
            taken_back: false,
            broken: Vec::new(),
        }
    }

    /// The account after these facts.
    pub fn of(payable: Payable, facts: &[Fact]) -> Self {
        let mut account = Self::new(payable);
        for fact in facts {
            account.take(fact);
        }
        account
    }

    /// Takes one more fact in.
    pub fn take(&mut self, fact: &Fact) {
        match fact {
            Fact::Visited { led: Led::Elsewhere(seen), disturbed: false } if self.waits() => {
                let what = "an open reservation that nobody has paid can be paid";
                let expected = "a redirect to a page of our Stripe, since nothing is broken (any more)";
                self.broken.push(broken("open-is-sold", Weight::Must, what, expected, seen.clone()));
            }
            Fact::Paid | Fact::Promised => self.sold = true,
            // One URL, one session: when it is over, so may be the reservation. A link has other sessions.
            Fact::Expired => self.may_cancel |= self.payable == Payable::Session,
            Fact::TimedOut => self.open = false,
            Fact::TakenBack => self.taken_back = true,
            Fact::Told { news: News::Paid, taken, disturbed } => {
                self.told_of_money = true;
                self.promised_seat |= *taken && !disturbed && self.open && !self.may_cancel && !self.taken_back;
            }
            Fact::Refused | Fact::Told { news: News::Failed, .. } => self.may_cancel = true,
            Fact::Raced { open, refused, disturbed } => {
                if !open.is_empty() && *refused && !disturbed {
                    let what = "no delivery fails over the finalize of another one that came at the same moment";
                    let seen = format!("{}, after Dataverse refused a finalize call", open.join(", "));
                    self.broken.push(broken("no-race-fails", Weight::Must, what, "2xx to each", seen));
                }
            }
            Fact::Lost { news } => self.lost_news_of_money |= *news == News::Paid,
            Fact::Forged { answer, taken: true } => {
                let what = "a forged event is refused";
                self.broken.push(broken("forged-is-refused", Weight::Should, what, "a refusal (4xx)", answer.clone()));
            }
            Fact::Foreign { answer, taken: false } => {
                let what = "an event about something else is acknowledged";
                self.broken.push(broken("foreign-is-taken", Weight::Must, what, "2xx", answer.clone()));
            }
            Fact::Visited { .. } | Fact::Told { .. } | Fact::Forged { .. } | Fact::Foreign { .. } => {}
        }
    }

    /// Whether it waits for its first payment.
    const fn waits(&self) -> bool {
        self.open && !self.sold && !self.may_cancel
    }

    /// Whether money may stay without a seat: nobody ever told the service of it, or somebody else has laid hands on it (Stripe refunds no
    /// payment that is disputed).
    pub const fn is_excused(&self) -> bool {
        (self.lost_news_of_money && !self.told_of_money) || self.taken_back
    }

    /// Every demand that is not met, now that the story is over.
    pub fn end(&self, end: &End) -> Vec<Broken> {
        let mut all = self.broken.clone();
        let path = end.states.join(" -> ");
        let in_time = self.open && self.told_of_money && !self.may_cancel && !self.taken_back;
        if (self.promised_seat || in_time) && !end.is_completed() {
            let what = "what was paid in time is completed";
            let expected = "completed, since Stripe told of the money while the reservation was open";
            all.push(broken("paid-is-completed", Weight::Must, what, expected, path.clone()));
        }
        if end.is_completed() && !self.taken_back && end.kept < end.price {
            let what = "the payment of a completed purchase stays";
            let expected = format!("{} minor units kept", end.price);
            let seen = format!("{} kept of what was paid; {path}", end.kept);
            all.push(broken("seat-keeps-its-money", Weight::Must, what, &expected, seen));
        }
        if end.states.iter().any(|state| state == "cancelled") && !self.may_cancel {
            let what = "a reservation is given up only when its payment has failed for good";
            let expected = "never cancelled: no payment was refused for good";
            all.push(broken("no-cancel-without-cause", Weight::Must, what, expected, path.clone()));
        }
        if end.is_completed() && end.registrations != end.attendees {
            let what = "a completed purchase has one registration for each attendee";
            let seen = end.registrations.to_string();
            all.push(broken("one-registration-each", Weight::Must, what, &end.attendees.to_string(), seen));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD: Fact = Fact::Told { news: News::Paid, taken: true, disturbed: false };

    fn end(states: &[&str], kept: i64) -> End {
        let states = states.iter().map(|state| (*state).to_owned()).collect();
        End { states, price: 100, kept, attendees: 1, registrations: 1 }
    }

    #[track_caller]
    fn check(facts: &[Fact], end: &End, expect: &[&str]) {
        let found = Account::of(Payable::Link, facts).end(end);
        let rules: Vec<&str> = found.iter().map(|broken| broken.rule.as_str()).collect();
        assert_eq!(rules, expect, "{found:?}");
    }

    #[test]
    fn money_in_time_buys_the_seat() {
        check(&[Fact::Paid, TOLD], &end(&["reserved", "completed"], 100), &[]);
        check(&[Fact::Paid, TOLD], &end(&["reserved"], 0), &["paid-is-completed"]);
        // Said yes to while it was open: what comes later is no excuse.
        check(&[Fact::Paid, TOLD, Fact::TimedOut], &end(&["reserved", "expired"], 0), &["paid-is-completed"]);
        // Too late, or broken until it was too late: it may go back.
        check(&[Fact::Paid, Fact::TimedOut, TOLD], &end(&["reserved", "expired"], 0), &[]);
        let disturbed = Fact::Told { news: News::Paid, taken: false, disturbed: true };
        check(&[Fact::Paid, disturbed.clone(), Fact::TimedOut, TOLD], &end(&["reserved", "expired"], 0), &[]);
        check(&[Fact::Paid, disturbed], &end(&["reserved"], 100), &["paid-is-completed"]);
        // The organizer took it back before anybody said yes.
        check(&[Fact::Paid, Fact::TakenBack, TOLD], &end(&["reserved"], 0), &[]);
    }

    #[test]
    fn a_seat_keeps_its_money_unless_somebody_else_takes_it() {
        check(&[Fact::Paid, TOLD], &end(&["reserved", "completed"], 0), &["seat-keeps-its-money"]);
        check(&[Fact::Paid, TOLD, Fact::TakenBack], &end(&["reserved", "completed"], 0), &[]);
        let twice = End { registrations: 2, ..end(&["reserved", "completed"], 100) };
        check(&[Fact::Paid, TOLD], &twice, &["one-registration-each"]);
    }

    #[test]
    fn a_reservation_is_given_up_for_a_reason_only() {
        let failed = Fact::Told { news: News::Failed, taken: true, disturbed: false };
        check(&[Fact::Expired], &end(&["reserved", "cancelled"], 0), &["no-cancel-without-cause"]);
        check(&[Fact::Promised, failed], &end(&["reserved", "cancelled"], 0), &[]);
        // Stripe never told, but it was asked.
        check(&[Fact::Promised, Fact::Refused], &end(&["reserved", "cancelled"], 0), &[]);
        let session = Account::of(Payable::Session, &[Fact::Expired]);
        assert_eq!(session.end(&end(&["reserved", "cancelled"], 0)), []);
    }

    #[test]
    fn an_open_reservation_is_sold_unless_something_is_broken_or_on_its_way() {
        let to = |disturbed| Fact::Visited { led: Led::Elsewhere("503".to_owned()), disturbed };
        check(&[to(false)], &end(&["reserved"], 0), &["open-is-sold"]);
        check(&[to(true)], &end(&["reserved"], 0), &[]);
        check(&[Fact::Promised, to(false)], &end(&["reserved"], 0), &[]);
        check(&[Fact::TimedOut, to(false)], &end(&["reserved", "expired"], 0), &[]);
        check(&[Fact::Visited { led: Led::ToPay, disturbed: false }], &end(&["reserved"], 0), &[]);
    }

    #[test]
    fn races_strangers_and_forgers() {
        let raced = |refused| Fact::Raced { open: vec!["503".to_owned()], refused, disturbed: false };
        check(&[raced(true)], &end(&["reserved"], 0), &["no-race-fails"]);
        check(&[raced(false)], &end(&["reserved"], 0), &[]);
        let answer = || "200".to_owned();
        check(&[Fact::Forged { answer: answer(), taken: true }], &end(&["reserved"], 0), &["forged-is-refused"]);
        check(&[Fact::Forged { answer: answer(), taken: false }], &end(&["reserved"], 0), &[]);
        check(&[Fact::Foreign { answer: answer(), taken: false }], &end(&["reserved"], 0), &["foreign-is-taken"]);
    }

    #[test]
    fn what_nobody_told_nobody_knows() {
        let lost = Fact::Lost { news: News::Paid };
        assert!(Account::of(Payable::Link, &[Fact::Paid, lost.clone()]).is_excused());
        assert!(!Account::of(Payable::Link, &[Fact::Paid, lost, TOLD]).is_excused());
        assert!(Account::of(Payable::Link, &[Fact::Paid, Fact::TakenBack]).is_excused());
        check(&[Fact::Paid, Fact::Lost { news: News::Paid }], &end(&["reserved"], 100), &[]);
    }
}
