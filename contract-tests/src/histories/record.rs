//! What the generated part of a run did and saw, as plain data: everything that its report is made from.

use std::sync::Arc;

use mock_core::control::dto::EntryView;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::as_text;
use super::data::History;
use super::model::Fact;
use super::terms::Asked;
use crate::model::Check;
use crate::report::Evidence;
use crate::runner::Ended;
use crate::steps::{Answer, Ledger, Purchase, PurchaseState};

/// Everything that the generated part of a run did and saw.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Generated {
    /// What was asked for.
    pub asked: Asked,
    /// What the histories took in real time, milliseconds.
    pub millis: u64,
    /// Why the values had no world to be played in. The histories tell of it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_world: Option<String>,
    /// Every history, in the order of what was asked for. In a transcript they have lines of their own, as has all that follows.
    #[serde(skip)]
    pub stories: Vec<StoryRecord>,
    /// What became of those that were made shorter.
    #[serde(skip)]
    pub shortened: Vec<Shortened>,
    /// The families of values.
    #[serde(skip)]
    pub families: Vec<FamilyRecord>,
}

/// What a history did and saw.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoryRecord {
    /// The history that was played.
    #[serde(with = "as_text")]
    pub history: History,
    /// Of its steps those that made sense when they came.
    #[serde(with = "as_text")]
    pub done: History,
    /// Where the service of its world answered, without a trailing slash.
    pub service: String,
    /// How it ended.
    pub ended: Ended,
    /// What was done, as fragments that follow "we".
    pub told: Vec<String>,
    /// What it looked at itself.
    pub checks: Vec<Check>,
    /// Its purchases, once things were quiet; none where a check failed that the rest would have built on.
    pub purchases: Vec<SoldRecord>,
    /// What the service answered to its visits.
    pub answers: Vec<Answer>,
    /// Ids of events and links that are not the service's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disowned: Vec<String>,
    /// Every exchange about its purchases, oldest first. The numbers are those of its own world.
    pub entries: Vec<Arc<EntryView>>,
}

/// A purchase of a history, once things were quiet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoldRecord {
    /// As it was made.
    pub purchase: Purchase,
    /// What happened to it, in order.
    pub facts: Vec<Fact>,
    /// As Dataverse has it.
    pub state: PurchaseState,
    /// What our Stripe has for it.
    pub ledger: Ledger,
    /// The numbers of the exchanges about it.
    pub exchanges: Vec<u64>,
    /// Of those the deliveries that nobody has to acknowledge.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strangers: Vec<u64>,
}

/// What became of a history that breaks a rule when it was made shorter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shortened {
    /// The rule.
    pub rule: String,
    /// Its place among [`Generated::stories`].
    pub number: usize,
    /// The shortest form that was found.
    #[serde(with = "as_text")]
    pub shortest: History,
    /// How many plays that took.
    pub replays: usize,
    /// The last play on the way there that broke the rule. None when it was never seen again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Box<StoryRecord>>,
    /// The last plays of the shortest form, which say whether it fails every time.
    pub plays: Vec<StoryRecord>,
}

/// What a family of values did and saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FamilyRecord {
    /// Its id, such as `H-M`.
    pub id: String,
    /// In real time, milliseconds.
    pub millis: u64,
    /// Why it could not be played at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broke: Option<String>,
    /// The way from the first example that fails to the smallest one: which of the smaller examples failed, each time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub way: Vec<usize>,
    /// The play of the smallest one, where there is a smaller one than the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smallest: Option<ValueRecord>,
    /// Every example, in order. In a transcript they have lines of their own.
    #[serde(skip)]
    pub values: Vec<ValueRecord>,
}

/// What became of a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueRecord<S = Value> {
    /// Its number.
    pub number: usize,
    /// The value for people.
    pub shown: String,
    /// How it ended.
    pub ended: Ended,
    /// What was done, as fragments that follow "we".
    pub told: Vec<String>,
    /// What was looked at on the way.
    pub checks: Vec<Check>,
    /// What was seen, from which the family's own check is made; none where a check failed that it would have built on.
    pub seen: Option<S>,
    /// Journal lines worth showing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
}

impl Generated {
    /// Nothing but what was asked for.
    pub(super) const fn of(asked: Asked) -> Self {
        Self { asked, millis: 0, no_world: None, stories: Vec::new(), shortened: Vec::new(), families: Vec::new() }
    }

    /// What stands in its own line of a transcript.
    pub(crate) fn head(&self) -> Self {
        Self { millis: self.millis, no_world: self.no_world.clone(), ..Self::of(self.asked.clone()) }
    }
}

impl FamilyRecord {
    /// A family of which nothing is known yet.
    pub(super) fn of(id: &str) -> Self {
        Self { id: id.to_owned(), millis: 0, broke: None, way: Vec::new(), smallest: None, values: Vec::new() }
    }

    /// What stands in its own line of a transcript.
    pub(crate) fn head(&self) -> Self {
        Self {
            id: self.id.clone(),
            millis: self.millis,
            broke: self.broke.clone(),
            way: self.way.clone(),
            smallest: self.smallest.clone(),
            values: Vec::new(),
        }
    }
}

impl StoryRecord {
    /// A history that could not be played, or whose play broke.
    pub(super) fn unplayed(history: History, why: String) -> Self {
        Self {
            done: History { steps: Vec::new(), ..history.clone() },
            history,
            service: String::new(),
            ended: Ended::Suite(why),
            told: Vec::new(),
            checks: Vec::new(),
            purchases: Vec::new(),
            answers: Vec::new(),
            disowned: Vec::new(),
            entries: Vec::new(),
        }
    }
}
